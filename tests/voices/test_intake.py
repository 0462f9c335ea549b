"""A file on its way in: nothing half, nothing twice, whoever dies."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from live.door import execute
from live.models import Event
from live.sheets import BadFile, csv_lines
from live.values import Refused
from tests.voices.conftest import CSV
from touchpoints.models import Stage
from voices import intake, preview, tasks
from voices.models import Account, BareScore, Comment, CommentImport, Contact, ImportPart, Quantity
from voices.painting import painting_of
from voices.queries import comments_of

State = CommentImport.State


def test_a_file_is_looked_at_before_anything_counts(receive, touchpoints):
    row = receive(CSV)
    assert row.columns == {"0": "external_id", "1": "account", "2": "date", "3": "score", "4": "text"}
    assert row.scale == "nps"
    counts = row.preview["counts"]
    assert (counts["total"], counts["new"], counts["empty"], counts["duplicate"]) == (6, 5, 1, 0)
    assert (row.preview["from"], row.preview["to"]) == ("2026-03-02", "2026-05-20")
    assert not Comment.objects.exists() and not Account.objects.exists()


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_leaves_nothing(receive):
    with pytest.raises(BadFile, match="Line 3, column 2"):
        receive('id,comment\n1,fine\n2,"never closed\n3,next\n')
    with pytest.raises(BadFile, match="no rows"):
        receive("id,comment\n")
    assert not CommentImport.objects.exists() and not ImportPart.objects.exists()


def test_bringing_in_makes_comments_accounts_quantities_and_one_event(brought_in, touchpoints, journey):
    before = Event.objects.filter(room=journey.pk).count()
    row = brought_in()
    assert (row.state, row.added, row.position) == (State.DONE, 5, 6)
    assert comments_of(journey.pk).count() == 5
    assert sorted(Account.objects.values_list("name", flat=True)) == ["Bakehouse", "Castle Foods", "Nordmolen"]
    first = Comment.objects.get(external_id="1")
    assert (first.suggested.title, first.placed_at) == ("Calls the emergency line", None)
    assert Quantity.objects.get(comment=first).low == 40
    assert Event.objects.filter(room=journey.pk).count() == before + 1


def test_nothing_is_on_the_map_before_somebody_places_it(brought_in, touchpoints):
    brought_in()
    for touchpoint in touchpoints.values():
        touchpoint.refresh_from_db()
        assert (touchpoint.quotes, touchpoint.evidence) == (0, "none")


def test_a_touchpoint_that_the_file_names_is_a_place(brought_in, touchpoints):
    brought_in("comment,account,touchpoint\nToo late,A,gets the INVOICE\nToo late,B,Nowhere\n")
    invoice = touchpoints["Gets the invoice"]
    invoice.refresh_from_db()
    assert (invoice.quotes, invoice.evidence) == (1, "voiced")


def test_the_same_file_again_brings_nothing_new(brought_in, receive, touchpoints):
    brought_in()
    assert receive(CSV).preview["counts"]["duplicate"] == 5
    assert brought_in(CSV, "again.csv").added == 0
    assert Comment.objects.count() == 5


def test_the_mapping_is_remembered_for_the_same_export(brought_in, receive, touchpoints):
    brought_in(CSV, source="Service log", scale="csat")
    row = receive(CSV)
    assert (row.source, row.scale) == ("Service log", "csat")


def test_undo_takes_the_whole_file_back_and_it_may_come_again(brought_in, touchpoints, journey, fiona):
    row = brought_in()
    line = touchpoints["Calls the emergency line"]
    ids = list(Comment.objects.values_list("pk", flat=True))
    execute(journey.pk, fiona.identity, "comment.place", {"ids": ids, "touchpoint": line.pk})
    line.refresh_from_db()
    assert (line.quotes, line.evidence) == (5, "strong")
    execute(journey.pk, fiona.identity, "comment.undo_import", {"id": row.pk})
    line.refresh_from_db()
    assert (line.quotes, line.evidence) == (0, "none")
    assert comments_of(journey.pk).count() == 0
    again = brought_in()
    assert (again.state, again.added) == (State.DONE, 5)
    assert Comment.objects.count() == 5


def test_an_import_is_undone_once(brought_in, journey, fiona, touchpoints):
    row = brought_in()
    execute(journey.pk, fiona.identity, "comment.undo_import", {"id": row.pk})
    with pytest.raises(Refused, match="taken back before"):
        execute(journey.pk, fiona.identity, "comment.undo_import", {"id": row.pk})


def test_it_starts_once_and_two_workers_do_it_once(receive, touchpoints):
    row = receive(CSV)
    intake.start(row)
    with pytest.raises(Refused, match="on its way"):
        intake.start(row)
    assert intake.claim(row.pk) is not None
    assert intake.claim(row.pk) is None
    intake.run(row.pk)  # the other one holds it: nothing happens
    assert not Comment.objects.exists()


def test_a_worker_that_died_is_followed_by_another_at_the_same_row(receive, touchpoints, monkeypatch):
    monkeypatch.setattr(intake, "STEP", 2)
    row = receive(CSV)
    intake.start(row)
    rows = []

    def die_in_the_middle(*args):
        if rows:
            raise KeyboardInterrupt
        rows.append(args)
        return save(*args)

    save = intake.save_rows
    monkeypatch.setattr(intake, "save_rows", die_in_the_middle)
    with pytest.raises(KeyboardInterrupt):
        intake.run(row.pk)
    monkeypatch.setattr(intake, "save_rows", save)
    row.refresh_from_db()
    assert (row.state, row.position, Comment.objects.count()) == (State.RUNNING, 2, 2)
    assert comments_of(row.room_id).count() == 0  # not half in
    assert tasks.sweep_imports() == 0  # its lease has not run out
    CommentImport.objects.update(lease_until=timezone.now())
    assert tasks.sweep_imports() == 1
    intake.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.added, comments_of(row.room_id).count()) == (State.DONE, 5, 5)


def test_it_can_be_stopped_on_its_way_and_nothing_of_it_stays(receive, touchpoints, as_, monkeypatch):
    row = receive(CSV)
    intake.start(row)
    fiona, save = as_("fiona"), intake.save_rows

    def stopped(*given):
        done = save(*given)
        assert fiona.post(reverse("import_undo", args=[row.pk])).status_code == 302
        return done

    monkeypatch.setattr(intake, "save_rows", stopped)
    assert intake.run(row.pk) is None
    row.refresh_from_db()
    assert row.state == "undone"
    intake.clear()
    assert not Comment.objects.exists()
    assert fiona.post(reverse("import_undo", args=[row.pk])).status_code == 409


def test_somebody_who_lost_the_right_meanwhile_brings_nothing_in(receive, people, touchpoints, harrow):
    row = receive(CSV)
    intake.start(row)
    harrow.memberships.filter(user=people["fiona"]).update(role="observer")
    harrow.rights_version += 1
    harrow.save()
    intake.run(row.pk)
    row.refresh_from_db()
    assert row.state == State.FAILED and "facilitators" in row.error
    intake.clear()
    assert not Comment.objects.exists()


def test_dates_that_may_be_two_are_asked(receive, touchpoints):
    row = receive("comment,date\nlate again,3/4/2026\nlate too,5/6/2026\n")
    assert row.preview["ask_date"]
    with pytest.raises(Refused, match="day or the month"):
        intake.start(row)
    row.date_order = "mdy"
    preview.count_and_save(row)
    assert row.preview["samples"][0]["date"] == "2026-03-04"
    intake.start(row)


def test_the_period_counts_back_from_the_newest_comment(receive, touchpoints):
    row = receive("comment,date\nnew one,2024-06-01\nold one,2022-01-01\n", months=12)
    assert (row.preview["counts"]["new"], row.preview["counts"]["old"]) == (1, 1)


def test_one_mistyped_year_does_not_make_all_the_others_too_old(receive, touchpoints):
    row = receive(
        CSV + "7,Bakehouse,2099-01-01,2,Nobody called back.\n8,Bakehouse,00/00/0000,2,Nobody called.\n", months=12
    )
    counts = row.preview["counts"]
    assert (counts["new"], counts["old"], counts["invalid"], row.preview["ask_date"]) == (5, 0, 2, False)


def test_personal_data_is_out_before_anything_is_saved(brought_in, touchpoints):
    brought_in("comment,account\nCall +44 20 7946 0958 or jo@mill.example,Mill\n")
    assert Comment.objects.get().text == "Call [phone] or [e-mail]"
    kept = brought_in("comment,account\nWrite to jim@mill.example,Mill\n", redact=False)
    assert Comment.objects.get(comment_import=kept).text == "Write to jim@mill.example"


def test_contacts_and_what_the_file_says_of_accounts(brought_in, touchpoints):
    brought_in(
        "Comment,Account Name,First Name,Last Name,Job Title,Annual Value,Account Manager\n"
        'Late,Mill,Jo,Lark,Purchasing director,"€ 99.000",Sam\nToo late,MILL,Jo,Lark,,,\n'
    )
    account, contact = Account.objects.get(), Contact.objects.get()
    assert (account.yearly_revenue, account.currency, account.manager) == (99000, "EUR", "Sam")
    assert (contact.name, contact.role, contact.account) == ("Jo Lark", "decision_maker", account)


def test_rows_to_mend_are_neutral_in_a_spreadsheet(receive, touchpoints):
    row = receive("id,comment,date\n=1+1,late,yesterday\n2,fine,2026-01-01\n")
    lines = list(preview.invalid_rows(row))
    assert lines == [
        ["id", "comment", "date", "Line", "Reason"],
        ["'=1+1", "late", "yesterday", "2", "“yesterday” is no date."],
    ]
    assert "".join(csv_lines(lines)).startswith("\ufeffid,comment")


def test_the_file_itself_goes_once_its_rows_are_in_and_what_stays_to_mend_names_nobody(
    brought_in, receive, touchpoints, as_
):
    row = brought_in("comment,account,date\nLate,Mill,2026-01-02\nWrite to jo@mill.example,Mill,yesterday\n")
    assert not ImportPart.objects.exists()
    page = as_("fiona").get(reverse("import_invalid", args=[row.pk]))
    told = b"".join(page.streaming_content).decode("utf-8-sig")
    assert "[e-mail]" in told and "yesterday" in told and "jo@mill" not in told
    waiting = receive(CSV)
    intake.clear()
    assert ImportPart.objects.filter(comment_import=waiting).exists()
    CommentImport.objects.filter(pk=waiting.pk).update(created_at=timezone.now() - datetime.timedelta(days=8))
    intake.clear()  # chosen, looked at and left lying
    assert not CommentImport.objects.filter(pk=waiting.pk).exists() and not ImportPart.objects.exists()


def test_names_that_somebody_lists_are_taken_out_as_well_and_remembered(brought_in, receive, touchpoints):
    brought_in("id,comment\n1,Ask Jo Lark or JO about it. Johannes knows.\n", names="Jo Lark\n Jo \n")
    assert Comment.objects.get().text == "Ask [name] or [name] about it. Johannes knows."
    assert receive("id,comment\n2,Jo again\n").names.split() == ["Jo", "Lark", "Jo"]


def test_a_score_without_a_word_says_how_it_is_at_a_stage_and_not_why(
    brought_in, receive, touchpoints, journey, as_, fiona
):
    stage = "We use it every day"
    content = f"id,nps,comment,stage\n1,3,,{stage}\n2,5,,Gets the invoice\n3,4,,Nowhere\n4,2,Too slow,\n5,,,{stage}\n"
    row = brought_in(content.replace("Gets the invoice", stage))
    counts = row.preview["counts"]
    assert (counts["bare"], counts["new"], counts["empty"]) == (3, 1, 1)
    assert sorted(BareScore.objects.values_list("score", flat=True)) == [3, 5]
    page = reverse("painted", args=[journey.pk])
    assert "Score without" in as_("fiona").get(page).content.decode()
    (scored,) = painting_of(journey.pk).without_reason
    assert (scored.stage.name, scored.scores, scored.mean) == (stage, 2, 4)
    at = Stage.objects.get(room=journey.pk, name=stage)
    execute(journey.pk, fiona.identity, "comment.place", {"ids": [Comment.objects.get().pk], "stage": at.pk})
    assert not painting_of(journey.pk).without_reason and painting_of(journey.pk).scores
    execute(journey.pk, fiona.identity, "comment.undo_import", {"id": row.pk})
    assert not painting_of(journey.pk).scores
    intake.clear()
    assert not BareScore.objects.exists()


def test_how_much_of_each_file_is_used_so_far(brought_in, touchpoints, journey, as_, fiona):
    row = brought_in()
    execute(journey.pk, fiona.identity, "comment.place", {
        "ids": list(Comment.objects.order_by("pk").values_list("pk", flat=True)[:2]),
        "touchpoint": touchpoints["Gets the invoice"].pk,
    })  # fmt: skip
    page = as_("fiona").get(reverse("bring_in", args=[journey.pk])).content.decode()
    assert "40 %" in page and f"?file={row.pk}" in page
    rest = as_("fiona").get(reverse("comments", args=[journey.pk]), {"file": row.pk}).content.decode()
    assert rest.count('class="comment"') == 3 and row.file_name in rest


KILLED = """
import sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from voices import intake
intake.STEP = 50
intake.run(sys.argv[2])
"""


@pytest.mark.timeout(400)
@pytest.mark.django_db(transaction=True)
def test_killed_for_good_while_it_runs_and_nothing_is_lost_or_doubled(receive, touchpoints):
    lines = [
        f"{n},Account {n % 40},2026-05-01,The delivery was {n} days late and the invoice wrong" for n in range(4_000)
    ]
    row = receive("id,account,date,comment\n" + "\n".join(lines) + "\n")
    intake.start(row)
    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "journeymap.settings"}
    kills = 0
    for _ in range(6):
        CommentImport.objects.filter(pk=row.pk, state=State.RUNNING).update(lease_until=timezone.now())
        worker = subprocess.Popen([sys.executable, "-c", KILLED, name, row.pk], cwd=settings.ROOT, env=environment)
        start, give_up = CommentImport.objects.get(pk=row.pk).position, time.monotonic() + 60
        while worker.poll() is None and time.monotonic() < give_up:
            if kills < 3 and CommentImport.objects.get(pk=row.pk).position > start + 300:
                worker.send_signal(signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.01)
        worker.wait(60)
        row.refresh_from_db()
        if row.state == State.DONE:
            break
        assert comments_of(row.room_id).count() == 0
    assert (kills, row.state, row.added) == (3, State.DONE, 4_000)
    assert Comment.objects.filter(comment_import=row).count() == 4_000
    assert Comment.objects.values("dedupe").distinct().count() == 4_000


SHARED = Path(settings.ROOT).parent / "shared" / "data"
MANIFEST = {
    "import_1_utf8bom_crlf.csv": (12_200, 11_590, 145), "import_2_cp1252_semicolon.csv": (2_192, 2_129, 0),
    "import_3_utf16_tab.txt": (1_000, 968, 0), "import_4_broken.csv": (413, 378, 0), "import_5_mojibake.csv": (600, 574, 8),
    "import_6_messy.xlsx": (3_000, 2_810, 0),
}  # fmt: skip


@pytest.mark.skipif(not SHARED.exists(), reason="the real exports do not lie beside this copy of the project")
@pytest.mark.parametrize("name", MANIFEST)
def test_real_messy_exports(name, receive, touchpoints):
    """Rows in the file, comments that would be new, and those that come twice."""
    row = receive((SHARED / name).read_bytes(), name)
    counts = row.preview["counts"]
    assert (counts["total"], counts["new"], counts["duplicate"]) == MANIFEST[name]
    assert counts["total"] == sum(counts[kind] for kind in ("new", "duplicate", "empty", "invalid", "old"))
