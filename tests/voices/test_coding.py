"""Saying what comments mean: severity, consequences, aims and let-downs; who may, what follows, and the way back."""

from __future__ import annotations

import csv
import datetime
import io
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from live.door import execute, execute_all
from live.models import new_id
from live.values import Refused
from personas.models import Aim
from touchpoints.models import Stage
from voices import mind, tasks, themes
from voices.letdowns import let_downs
from voices.models import Account, Comment, Consequence, Issue, SecondReading
from voices.painting import painting_of


@pytest.fixture
def comments(brought_in, touchpoints) -> list[Comment]:
    brought_in()
    return list(Comment.objects.order_by("row"))


@pytest.fixture
def issue(journey, fiona):
    def add(title: str) -> str:
        pk = new_id("is")
        execute(journey.pk, fiona.identity, "issue.add", {"id": pk, "title": title})
        return pk

    return add


def code(journey, who, **data):
    return execute(journey.pk, who.identity, "comment.code", data)


def test_a_comment_that_came_in_is_understood_and_nothing_of_it_counts(comments):
    line = comments[0]
    assert line.felt < 0 and line.harm >= 3 and "“" in line.harm_why
    assert {one.kind for one in line.consequences.all()} >= {"lost_output"}
    assert not Consequence.objects.exclude(confirmed_at=None).exists()
    assert (line.severity, line.coded_at, line.issue) == (None, None, None)
    praise = comments[4]
    assert praise.felt > 0.5 and praise.harm == 0


def test_coding_counts_accounts_minutes_and_severity_of_an_issue_and_undo_takes_all_back(
    comments, issue, journey, fiona
):
    hotline, invoice = comments[0], comments[2]
    late = issue("Nobody answers")
    tx = new_id("tx")
    data = {"ids": [hotline.pk, invoice.pk], "issue": late, "severity": 4, "consequences": ["delay"], "coded": True}
    execute_all(journey.pk, fiona.identity, [(new_id("cm"), "comment.code", data)], tx)
    row = Issue.objects.get(pk=late)
    assert (row.accounts, row.quotes, row.minutes) == (2, 2, 40 + 180)
    assert set(Consequence.objects.exclude(confirmed_at=None).values_list("kind", flat=True)) == {"delay"}
    assert Comment.objects.filter(coded_by=fiona.identity).count() == 2
    found = let_downs(journey.pk)[0]
    assert (found.ranked.standing.severity, found.settled) == (4, False)
    execute(journey.pk, fiona.identity, "undo", {"tx": tx})
    row.refresh_from_db()
    assert (row.accounts, row.quotes, row.minutes) == (0, 0, 0)
    assert not Comment.objects.exclude(coded_at=None).exists()
    assert not Consequence.objects.exclude(confirmed_at=None).exists()


def test_undo_never_takes_back_what_somebody_else_coded_since(comments, journey, fiona, sam):
    tx = new_id("tx")
    command = ("cm-1", "comment.code", {"ids": [comments[0].pk], "severity": 4, "coded": True})
    execute_all(journey.pk, fiona.identity, [command], tx)
    code(journey, sam, ids=[comments[0].pk], severity=2, coded=True)
    with pytest.raises(Refused, match="coded some of these"):
        execute(journey.pk, fiona.identity, "undo", {"tx": tx})


@pytest.mark.parametrize(
    "wrong", [{"severity": 6}, {"severity": 0}, {"feeling": 3}, {"aim": "am_nosuch"}, {"issue": "is_no"}]
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(wrong, comments, journey, fiona):
    with pytest.raises(Refused):
        code(journey, fiona, ids=[comments[0].pk], **wrong)
    assert not Comment.objects.exclude(coded_at=None).exists()


def test_an_import_taken_back_leaves_its_issues_too(brought_in, touchpoints, issue, journey, fiona):
    row = brought_in()
    late = issue("Nobody answers")
    code(journey, fiona, ids=list(Comment.objects.values_list("pk", flat=True)), issue=late)
    assert Issue.objects.get(pk=late).accounts == 3
    execute(journey.pk, fiona.identity, "comment.undo_import", {"id": row.pk})
    assert Issue.objects.get(pk=late).accounts == 0


def test_revenue_counts_each_account_once_and_money_stays_in_its_currency(comments, issue, journey, fiona):
    Account.objects.filter(name="Nordmolen").update(yearly_revenue=100_000, currency="EUR")
    late = issue("Nobody answers")
    code(journey, fiona, ids=[comments[0].pk, comments[3].pk], issue=late)  # two comments of Nordmolen
    found = let_downs(journey.pk)[0]
    assert (found.revenue, found.issue.accounts, found.issue.quotes) == ({"EUR": 100_000.0}, 1, 2)


# -- the screen --------------------------------------------------------------------------------
def test_the_worst_comes_first_and_two_people_never_meet_on_the_same_comment(comments, journey, client, fiona, sam):
    url = reverse("coding", args=[journey.pk])
    client.force_login(fiona)
    first = client.get(url).context["comment"]
    assert first.harm == max(one.harm for one in comments)
    client.force_login(sam)
    second = client.get(url).context["comment"]
    assert second.pk != first.pk
    client.force_login(fiona)
    assert client.get(url).context["comment"].pk == first.pk  # the page loaded again shows the same
    Comment.objects.update(held_until=timezone.now() - datetime.timedelta(seconds=1))
    client.force_login(sam)
    assert client.get(url).context["comment"].pk in (first.pk, second.pk)


def test_a_comment_is_coded_in_one_step_with_a_new_aim_and_a_new_let_down(
    comments, touchpoints, journey, client, fiona
):
    client.force_login(fiona)
    url = reverse("coding", args=[journey.pk])
    line = touchpoints["Calls the emergency line"]
    sent = {
        "comment": comments[0].pk, "do": "next", "stage": line.stage_id, "touchpoint": line.pk, "severity": "5",
        "consequences": ["lost_output", "effort"], "aim": "Never stop the line", "issue": "Nobody answers at night",
    }  # fmt: skip
    page = client.post(url, sent)
    comment = Comment.objects.get(pk=comments[0].pk)
    assert (comment.touchpoint, comment.severity, comment.aim.name) == (line, 5, "Never stop the line")
    assert comment.issue.title == "Nobody answers at night" and comment.issue.touchpoint == line
    assert page.context["comment"].pk != comment.pk
    again = client.post(url, {**sent, "comment": comments[1].pk, "aim": "never stop the LINE"})
    assert Aim.objects.count() == 1
    assert Issue.objects.get().accounts == 2
    back = client.post(url, {"do": "undo", "tx": again.context["tx"], "comment": comments[1].pk})
    assert back.context["undone"] and back.context["comment"].pk == comments[1].pk
    assert Issue.objects.get().accounts == 1
    skipped = client.post(url, {"do": "skip", "comment": comments[1].pk})
    assert skipped.context["comment"].pk != comments[1].pk


def test_what_is_refused_stays_typed(comments, journey, client, sam):
    """A representative adds no aims: the sentence says so, and everything she chose is still there."""
    client.force_login(sam)
    sent = {"comment": comments[0].pk, "do": "next", "severity": "4", "aim": "Something new", "issue": "Late"}
    page = client.post(reverse("coding", args=[journey.pk]), sent)
    assert page.status_code == 422
    text = page.content.decode()
    assert 'value="Something new"' in text and 'value="Late"' in text
    assert page.context["comment"].pk == comments[0].pk
    assert not Issue.objects.exists()


# -- let-downs ---------------------------------------------------------------------------------
def test_let_downs_that_sound_alike_become_an_issue_in_one_step(comments, journey, client, fiona):
    texts = [
        f"Nobody answers the {what}, I waited {n} hours on hold."
        for n, what in enumerate(
            (
                "hotline",
                "emergency hotline",
                "night hotline",
                "service hotline",
                "hotline at weekends",
                "hotline again",
            ),
            2,
        )
    ]
    for n, text in enumerate(texts):
        account = Account.objects.order_by("pk")[n % 3]
        Comment.objects.create(
            organisation_id=journey.room.organisation_id, room_id=journey.pk, text=text, dedupe=f"x{n}", account=account,
            felt=-1.5, harm=3,
        )  # fmt: skip
    assert themes.find_themes(journey.pk) >= 1
    alike = max(themes.proposals(journey.pk), key=lambda one: one.comments)
    assert alike.severity >= 3 and len(alike.accounts) == 3
    client.force_login(fiona)
    page = client.get(reverse("issues", args=[journey.pk]))
    assert not page.context["found"]  # a proposal is no issue
    page = client.post(reverse("issues_from_themes", args=[journey.pk]), {"theme": [alike.theme.pk]})
    row = Issue.objects.get()
    assert row.accounts == 3 and row.quotes == len(alike.ids)
    assert alike.theme.pk not in [one.theme.pk for one in page.context["proposed"]]
    client.post(reverse("issues", args=[journey.pk]), {"do": "undo", "tx": page.context["tx"]})
    assert not Issue.objects.filter(removed_at=None).exists()


def test_two_issues_are_joined_and_undo_parts_them(comments, issue, journey, client, fiona):
    late, slow = issue("Late"), issue("Slow")
    code(journey, fiona, ids=[comments[0].pk], issue=late)
    code(journey, fiona, ids=[comments[1].pk], issue=slow)
    client.force_login(fiona)
    url = reverse("issues", args=[journey.pk])
    page = client.post(url, {"do": "join", "issue": slow, "into": late})
    assert Issue.objects.get(removed_at=None).accounts == 2
    client.post(url, {"do": "undo", "tx": page.context["tx"]})
    assert dict(Issue.objects.filter(removed_at=None).values_list("pk", "accounts")) == {late: 1, slow: 1}
    page = client.post(
        url, {"do": "change", "issue": late, "title": "Late again", "severity": "5", "company_severity": ""}
    )
    row = Issue.objects.get(pk=late)
    assert (row.title, row.severity, row.company_severity, row.quick_win) == ("Late again", 5, None, False)
    assert client.post(url, {"do": "join", "issue": late, "into": ""}).status_code == 422


def test_from_a_number_to_the_words_behind_it(comments, issue, journey, client, fiona):
    late = issue("Late")
    code(journey, fiona, ids=[comments[0].pk, comments[3].pk], issue=late)
    client.force_login(fiona)
    page = client.get(reverse("comments", args=[journey.pk]), {"issue": late, "show": "all"})
    assert {one.pk for one in page.context["page"]} == {comments[0].pk, comments[3].pk}
    assert "Late" in page.content.decode()


def test_when_comments_cannot_be_understood_they_come_in_all_the_same(brought_in, touchpoints, monkeypatch):
    """The process that understands is gone: people place comments without suggestions."""
    monkeypatch.setattr(mind.sys, "executable", "/bin/false")
    monkeypatch.setattr(mind.mind, "_child", None)
    row = brought_in()
    assert (row.state, Comment.objects.count(), Comment.objects.exclude(suggested=None).count()) == ("done", 5, 0)


def test_comments_leave_with_their_codes_and_formulas_do_nothing(comments, issue, journey, client, fiona):
    late = issue("=Late")
    code(journey, fiona, ids=[comments[0].pk], issue=late, severity=5, consequences=["delay"], coded=True)
    Comment.objects.filter(pk=comments[1].pk).update(text="=HYPERLINK(1)")
    client.force_login(fiona)
    text = b"".join(client.get(reverse("comments_file", args=[journey.pk, "csv"]), {"show": "all"})).decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 5
    first = next(row for row in rows if row["Let-down"])
    assert (first["Let-down"], first["Severity to customer"], first["Consequences"]) == ("'=Late", "5", "Delay")
    assert "'=HYPERLINK(1)" in [row["Comment"] for row in rows]
    book = b"".join(client.get(reverse("comments_file", args=[journey.pk, "xlsx"]), {"show": "all"}))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Comments").to_python()
    assert len(sheet) == 6 and sheet[0][0] == "Comment"


# -- one comment at a time ---------------------------------------------------------------------
def test_a_comment_pushed_alone_is_cleaned_counted_once_and_read_by_the_sweep(journey, touchpoints, fiona):
    said = {"text": "Dear Mrs Weber, the driver came 3 hours late. Call me: eva@example.com", "account": "Nordmolen",
            "date": "2026-05-02", "score": 2, "scale": "nps", "source": "crm", "external_id": "4711"}  # fmt: skip
    execute(journey.pk, fiona.identity, "comment.add", said, "push-1")
    execute(journey.pk, fiona.identity, "comment.add", said, "push-1")  # sent again: the same answer, no second row
    comment = Comment.objects.get()
    assert "eva@" not in comment.text and "Weber" not in comment.text and comment.account.name == "Nordmolen"
    assert comment.quantities.get().low == 180 and comment.felt is None
    with pytest.raises(Refused, match="here already"):
        execute(journey.pk, fiona.identity, "comment.add", {**said, "text": "Other words"})
    with pytest.raises(Refused, match="no words"):
        execute(journey.pk, fiona.identity, "comment.add", {"text": " - "})
    with pytest.raises(Refused, match="not on its scale"):
        execute(journey.pk, fiona.identity, "comment.add", {"text": "Late.", "score": 11, "scale": "nps"})
    tasks.understand_new(journey.pk)
    comment.refresh_from_db()
    assert comment.felt is not None and comment.harm >= 2
    assert comment.suggested == touchpoints["Waits for the delivery"]
    execute(journey.pk, fiona.identity, "undo", {"command": "push-1"})
    assert not Comment.objects.exists()


def test_erasing_a_comment_counts_the_map_again(comments, touchpoints, issue, journey, fiona):
    line, late = touchpoints["Calls the emergency line"], issue("Late")
    execute(journey.pk, fiona.identity, "comment.place", {"ids": [comments[0].pk], "touchpoint": line.pk})
    code(journey, fiona, ids=[comments[0].pk], issue=late)
    execute(journey.pk, fiona.identity, "comment.remove", {"ids": [comments[0].pk]})
    line.refresh_from_db()
    assert (line.quotes, line.evidence, Issue.objects.get().quotes) == (0, "none", 0)


def test_what_customers_painted_and_what_is_left_to_ask(comments, touchpoints, journey, client, fiona):
    line = touchpoints["Calls the emergency line"]
    before = painting_of(journey.pk)
    assert (before.share, before.purity, before.is_process_map) == (0, 0, True)
    execute(
        journey.pk, fiona.identity, "comment.place", {"ids": [one.pk for one in comments[:3]], "touchpoint": line.pk}
    )
    after = painting_of(journey.pk)
    stages = len(after.stages)
    assert (len(after.cells), len(after.holes), after.share) == (stages, stages - 1, round(100 / stages))
    assert (after.purity, after.is_process_map) == (25, True)
    for name in ("Never stop the line", "Submit a ticket"):
        execute(journey.pk, fiona.identity, "aim.add", {"id": new_id("am"), "name": name})
    aim = Aim.objects.get(name="Never stop the line")
    code(journey, fiona, ids=[comments[0].pk, comments[1].pk], aim=aim.pk, coded=True)
    split = painting_of(journey.pk)
    assert (len(split.cells), len(split.to_ask)) == (2 * stages, 2 * stages)  # two comments are not three
    client.force_login(fiona)
    page = client.get(reverse("painted", args=[journey.pk])).content.decode()
    assert "process map" in page and "Never stop the line" in page
    found = client.get(
        reverse("comments", args=[journey.pk]), {"aim": aim.pk, "stage": line.stage_id, "show": "placed"}
    )
    assert {one.pk for one in found.context["page"]} == {comments[0].pk, comments[1].pk}


def stated(comment: Comment) -> list[tuple[str, float | None, str, bool]]:
    rows = comment.quantities.all()
    return [(comment.text[q.start : q.end], q.low, q.unit, q.confirmed_at is not None) for q in rows]


def mark(client, journey, comment, *rows: tuple[str, str, str, str]):
    columns = {name: [row[n] for row in rows] for n, name in enumerate(("words", "kind", "low", "unit"))}
    rest = {"high": [""] * len(rows), "rate": [""] * len(rows), "start": [""] * len(rows)}
    data = {"do": "mark", "comment": comment.pk, **columns, **rest}
    return client.post(reverse("coding", args=[journey.pk]), data)


def test_highlights_are_put_right_by_hand_and_one_undo_brings_back_what_was(comments, issue, journey, fiona, as_):
    hotline, page = comments[0], as_("fiona")
    late = issue("Nobody answers")
    code(journey, fiona, ids=[hotline.pk], issue=late)
    assert stated(hotline) == [("forty minutes", 40, "min", False)]
    answer = mark(
        page, journey, hotline, ("while the line stood", "time", "2", "hours"), ("nobody", "count", "1,5", "calls")
    )
    assert stated(hotline) == [("while the line stood", 120, "min", True), ("nobody", 1.5, "calls", True)]
    assert Issue.objects.get(pk=late).minutes == 120
    execute(journey.pk, fiona.identity, "undo", {"tx": answer.context["tx"]})
    assert stated(hotline) == [("forty minutes", 40, "min", False)]
    assert Issue.objects.get(pk=late).minutes == 40


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("three weeks", "time", "3", "weeks"), "does not stand in the comment"),
        (("forty minutes", "time", "", "minutes"), "Say how much"),
        (("forty minutes", "time", "soon", "minutes"), "is no amount"),
        (("forty minutes", "colour", "3", ""), "Say what"),
    ],
)
def test_a_highlight_that_cannot_be_is_said_and_what_was_typed_stays(row, sentence, comments, journey, as_):
    answer = mark(as_("fiona"), journey, comments[0], row)
    assert answer.status_code == 422
    assert sentence in answer.content.decode() and answer.context["highlights"][0]["words"] == row[0]
    assert stated(comments[0]) == [("forty minutes", 40, "min", False)]


@pytest.mark.django_db
def test_one_in_ten_is_read_twice_and_how_often_two_people_agree_is_shown(comments, journey, as_, fiona, sam):
    stages = list(Stage.objects.filter(room=journey.pk).order_by("order"))
    rows = list(Comment.objects.order_by("pk"))
    for n, row in enumerate(rows):
        Comment.objects.filter(pk=row.pk).update(
            coded_at=timezone.now(), coded_by=fiona.identity, stage=stages[0], severity=3, dedupe=f"{n:02x}" + "0" * 38
        )
    outside = Comment.objects.filter(pk=rows[-1].pk)
    outside.update(dedupe="ff" + "0" * 38)  # not in the sample
    page = reverse("second_reading", args=[journey.pk])
    assert "Nothing to read a second time" in as_("fiona").get(page).content.decode()  # she coded them herself
    reader = as_("sam")
    shown = reader.get(page).content.decode()
    assert rows[0].text[:20] in unescape(shown) and "checked" not in shown  # nothing of what Fiona said
    reader.post(page, {"comment": rows[0].pk, "stage": stages[0].pk, "severity": 3, "do": "next"})
    answer = reader.post(page, {"comment": rows[1].pk, "stage": stages[1].pk, "severity": 3, "do": "next"})
    assert "50 %" in answer.content.decode() and "100 %" in answer.content.decode()
    assert Comment.objects.filter(stage=stages[0], severity=3).count() == len(rows)  # no code was changed
    desk = reverse("comments", args=[journey.pk])
    differ = reader.get(desk, {"second": "stage", "show": "all"}).content.decode()
    assert f'id="c{rows[1].pk}"' in differ and f'id="c{rows[0].pk}"' not in differ
    again = reader.post(page, {"comment": rows[1].pk, "do": "next"})
    assert again.status_code == 422 and "already" in again.content.decode()
    reader.post(page, {"comment": rows[1].pk, "do": "undo"})
    assert SecondReading.objects.count() == 1
    with pytest.raises(Refused, match="coded this comment yourself"):
        execute(journey.pk, fiona.identity, "comment.second", {"id": rows[2].pk})


def test_a_hole_is_where_nobody_spoke_and_faint_where_too_few_did(comments, journey, fiona, as_):
    stages = list(Stage.objects.filter(room=journey.pk).order_by("order"))
    ids = list(Comment.objects.order_by("pk").values_list("pk", flat=True))
    execute(journey.pk, fiona.identity, "comment.place", {"ids": ids[:3], "stage": stages[0].pk})
    execute(journey.pk, fiona.identity, "comment.place", {"ids": ids[3:4], "stage": stages[1].pk})
    found = painting_of(journey.pk)
    assert [cell.level for cell in found.cells[:3]] == ["painted", "faint", "hole"]
    assert (len(found.holes), len(found.faint)) == (len(stages) - 2, 1)
    assert found.share == round(100 / len(stages))
    assert "faint" in as_("fiona").get(reverse("painted", args=[journey.pk])).content.decode()


def test_two_comments_make_a_ranked_list_too(brought_in, touchpoints, journey, as_):
    brought_in(
        "comment,account\nThe line stood for nine hours and we lost a shift.,Mill\nDelivery came 2 weeks late and we had to do everything again.,Dairy\n"
    )
    for comment, harm in zip(Comment.objects.order_by("row"), (5, 2), strict=True):
        Comment.objects.filter(pk=comment.pk).update(harm=harm)
    assert themes.find_themes(journey.pk) == 2  # no three of them say the same
    worst = [proposal.severity for proposal in themes.proposals(journey.pk)]
    assert worst == [5, 2]
    page = as_("fiona").get(reverse("issues", args=[journey.pk])).content.decode()
    assert "What may let them down" in page and "Make them let-downs" in page


def test_a_picture_of_the_severities_leads_to_the_let_downs_of_each(journey, issue, fiona, as_):
    url = reverse("issues", args=[journey.pk])
    for title, severity in (("Line stands", 5), ("Nobody answers", 5), ("Late", 3), ("Not rated", None)):
        execute(journey.pk, fiona.identity, "issue.change", {"id": issue(title), "severity": severity})
    client = as_("fiona")
    page = client.get(url)
    bands = [(band.severity, band.count, band.start) for band in page.context["bands"]]
    assert bands == [(5, 2, 0), (4, 0, 2), (3, 1, 2), (2, 0, 3), (1, 0, 3), (0, 1, 3)]
    parts = re.findall(r'href="\?severity=(\d)"[^>]*><rect[^>]*x="(\d)"[^>]*width="(\d)"', page.content.decode())
    assert parts == [("5", "0", "2"), ("3", "2", "1"), ("0", "3", "1")]  # as wide as there are many, none for none
    for severity, count, _ in bands:
        shown = client.get(f"{url}?severity={severity}").context["shown"]
        assert len(shown) == (count or 4), "a link leads to as many as it says; where there are none it is no link"
    assert [one.issue.title for one in client.get(f"{url}?severity=5").context["shown"]] == [
        "Line stands",
        "Nobody answers",
    ]
    assert len(client.get(f"{url}?severity=x").context["shown"]) == 4


def test_who_says_nothing_is_no_let_down(brought_in, touchpoints, journey):
    brought_in("comment,account\nThe line stood for nine hours.,Mill\nAbsolutely nothing,Dairy\nNone. Thanks.,Mill\n")
    Comment.objects.update(harm=2)  # as an earlier version thought
    themes.find_themes(journey.pk)
    assert [one.theme.name for one in themes.proposals(journey.pk)] == ["The line stood for nine hours"]
    assert themes.title_of("None. Too slow.") == "Too slow"
