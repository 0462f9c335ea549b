"""A spreadsheet of touchpoints becomes a journey: its columns are guessed, looked at, and what cannot be read is told."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from live.sheets import BadFile
from personas import rows, tables
from personas.interchange import dump
from touchpoints.models import Journey, Stage, Touchpoint

HEAD = "Stage,Touchpoint,Customer quote,Channel,Owner,Emotion,Severity,Moment of truth\n"
BRING = "/journeys/bring-in/"


def read(text: str | bytes, name: str = "our map.csv") -> tables.Table:
    return tables.read(io.BytesIO(text.encode() if isinstance(text, str) else text), name)


def found(text: str, here=()) -> rows.Found:
    table = read(text)
    return rows.interpret(table, tables.guess(table.header), here)


def post(browser, content: bytes, file_name: str, **changes):
    """Choose a file, look at it, bring it in as it is guessed."""
    page = browser.post(BRING, {"file": SimpleUploadedFile(file_name, content)})
    assert page.status_code == 200, page.content.decode()
    text = page.content.decode()
    data = {"table": re.search(r'name="table" value="([^"]+)"', text)[1]}
    for field, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', text, re.DOTALL):
        data[field] = chosen[1] if (chosen := re.search(r'value="(\d*)" selected', options)) else ""
    data["name"] = re.search(r'name="name" value="([^"]*)"', text)[1]
    return page, browser.post(BRING, {**data, "bring": "yes"} | changes)


def shape(journey: Journey) -> list[object]:
    """Everything a table holds, by name."""
    file = dump(journey)
    department = {one.code: one.name for one in file.departments}
    names = ("title", "statement", "description", "benefit", "notes", "of_kind", "verdict", "needs", "moment_of_truth",
             "agreed", "severity", "felt", "felt_word", "intended", "intended_word")  # fmt: skip
    return [
        (stage.name, [
            [*(getattr(card, name) for name in names), sorted(file.channels[n - 1].name for n in card.channels),
             department.get(card.lead), sorted(department[code] for code in card.contributors)]
            for card in stage.touchpoints
        ])
        for stage in file.stages
    ]  # fmt: skip


# -- there and back ----------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_our_own_table_comes_back_as_the_same_map(full, as_, form):
    answer = as_("otto").get(f"/journeys/{full.pk}/map.{form}")
    page, done = post(as_("fiona"), b"".join(answer), f"map.{form}")
    assert "Bring in 3 touchpoints" in " ".join(page.content.decode().split())
    made = Journey.objects.exclude(pk=full.pk).get()
    assert done["Location"] == f"/journeys/{made.pk}/" and shape(made) == shape(full)
    assert made.room.organisation.departments.count() == full.room.organisation.departments.count()


def test_channels_with_commas_of_their_own_come_back(full, as_):
    full.room.channel_set.filter(name="Portal").update(name="Portal, mobile")
    answer = as_("otto").get(f"/journeys/{full.pk}/map.csv")
    post(as_("fiona"), b"".join(answer), "map.csv")
    assert shape(Journey.objects.exclude(pk=full.pk).get()) == shape(full)


# -- reading -----------------------------------------------------------------------------------
def test_headings_as_people_write_them_are_understood():
    table = read(HEAD + 'We order,Calls,Nobody came,"Phone; Portal",Sales,-1,3,x\n,Waits,,,,Let down,,\n')
    assert {table.header[place]: name for name, place in tables.guess(table.header).items()} == {
        "Stage": "stage", "Touchpoint": "title", "Customer quote": "statement", "Channel": "channels", "Owner": "lead",
        "Emotion": "felt", "Severity": "severity", "Moment of truth": "moment_of_truth",
    }  # fmt: skip


def test_a_stage_stands_for_the_rows_below_it_and_codes_are_departments(harrow):
    got = found(HEAD + "We order,Calls,Nobody came,Phone; Portal,cs,-1,3,x\n,Waits,,,Press office,Let down,,no\n",
                harrow.departments.all())  # fmt: skip
    (stage,) = got.stages
    calls, waits = stage.touchpoints
    assert (calls.lead, waits.lead, calls.felt, waits.felt) == ("Customer service", "Press office", -1, -2)
    assert got.channels.all == ["Phone", "Portal"] and calls.moment_of_truth and not got.problems


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Stage;Touchpoint\nBestellung;Hört nichts\n", "cp1252"), ("Stage\tTouchpoint\nBestellung\tHört nichts\n", "utf-16"),
     ("Our map of 2026\n\nStage,Touchpoint\nBestellung,Hört nichts\n", "utf-8-sig")],
)  # fmt: skip
def test_other_separators_letters_and_a_title_above_the_table(text, encoding):
    table = read(text.encode(encoding))
    assert table.header[:2] == ["Stage", "Touchpoint"] and table.rows[0][1][:2] == ["Bestellung", "Hört nichts"]


ODD = [
    ("One,,A quote,,,,,", "there is no title"),
    ("One,Calls,,,,meh,,", "Felt: “meh” is neither a number from -2 to 2 nor one of Let down, Frustrated"),
    ("One,Calls,,,,3,,", "Felt: “3” is neither"),
    ("One,Calls,,,,,9,", "Severity to customers: “9” is no number from 1 to 5"),
    ("One,Calls,,,,,,perhaps", "Moment of truth: “perhaps” is neither yes nor no"),
    (f"One,{'x' * 161},,,,,,", "Touchpoint: this text has 161 characters; 160 fit here"),
    (f"One,Calls,,{'x' * 41},,,,", "Channels: this text has 41 characters"),
    ("One,Calls \u202ebackwards,,,,,,", "Touchpoint: this text holds hidden direction marks"),
]


@pytest.mark.parametrize(("row", "reason"), ODD, ids=[reason[:20] for _, reason in ODD])
def test_a_row_that_cannot_be_read_says_why_and_the_others_come_in(row, reason):
    got = found(f"{HEAD}One,Fine,,,,,,\n{row}\nTwo,Fine too,,,,,,\n")
    ((line, said),) = got.problems
    assert line == 3 and reason in said and got.touchpoints == 2


def test_more_than_a_journey_holds_is_told_row_by_row():
    got = found("Stage,Touchpoint\n" + "".join(f"Stage {n},Calls\n" for n in range(42)))
    assert got.touchpoints == 40 and [line for line, _ in got.problems] == [42, 43]
    got = found("Stage,Touchpoint\n" + "One,Calls\n" * 127)
    assert got.touchpoints == 125 and "a stage holds 125 touchpoints" in got.problems[0][1]


# -- files that are none -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"Stage,Touchpoint\n", "no rows under the headings"),
        (b"%PDF-1.7 abc", "no table"),
        (b"\x89PNG\r\n\x1a\n\0\0", "cannot be read|no table"),
        (b'Stage,Touchpoint\n"One,Calls\nTwo,Waits\n', "Line 2: a quotation mark"),
        (b"PK\x03\x04 not a workbook", "damaged"),
        (b"\xd0\xcf\x11\xe0 an old one", "old or locked workbook"),
        (b"Stage,Touchpoint\n" + b"One,Calls\n" * 5_041, "has 5,041 rows"),
        (b",".join(b"c%d" % n for n in range(101)) + b"\nx\n", "101 columns"),
    ],
)
def test_a_file_that_is_no_table_says_so(raw, sentence):
    with pytest.raises(BadFile, match=sentence):
        read(raw)


def test_a_file_that_is_too_large_is_told(as_):
    answer = as_("fiona").post(BRING, {"file": SimpleUploadedFile("a.csv", b"x" * (10 * 1024 * 1024 + 1))})
    assert answer.status_code == 422 and "larger than 10 MB" in answer.content.decode()


# -- the two steps -----------------------------------------------------------------------------
def test_looking_keeps_nothing_and_other_columns_may_be_chosen(as_, fiona):
    content = (HEAD + "One,Calls,Nobody came,,Press office,,,\n").encode()
    browser = as_("fiona")
    page, done = post(browser, content, "my_map.csv", title="2", statement="", name="Renamed")
    assert "added to the departments of your organisation: Press office" in " ".join(page.content.decode().split())
    made = Journey.objects.get()
    assert done["Location"] == f"/journeys/{made.pk}/" and made.name == "Renamed" and made.owner == fiona
    assert Touchpoint.objects.get(room=made.room).title == "Nobody came"
    assert [row.name for row in Stage.objects.filter(room=made.room)] == ["One"]


def test_a_second_click_makes_no_second_journey(as_):
    browser, content = as_("fiona"), (HEAD + "One,Calls,Nobody came,,,,,\n").encode()
    data = {"table": read(content).pack(f"journey-table-{browser.get('/').wsgi_request.user.pk}"), "name": "Mine"}
    first, second, other = (
        browser.post(BRING, data | {"title": column, "bring": "yes"})["Location"] for column in ("1", "1", "2")
    )
    assert first == second != other and Journey.objects.count() == 2


def test_only_looking_makes_no_journey(as_, harrow):
    as_("fiona").post(BRING, {"file": SimpleUploadedFile("a.csv", (HEAD + "One,Calls,,,New one,,,\n").encode())})
    assert not Journey.objects.exists() and not harrow.departments.filter(name="New one").exists()


def test_without_a_title_nothing_is_brought_in_and_nothing_is_lost(as_):
    _, answer = post(as_("fiona"), (HEAD + "One,Calls,Nobody came,,,,,\n").encode(), "a.csv", title="", name="Mine")
    text = answer.content.decode()
    assert answer.status_code == 422 and "A touchpoint needs a title" in text and 'value="Mine"' in text
    assert 'name="table"' in text and not Journey.objects.exists()


def test_a_table_that_was_changed_on_the_way_or_is_of_somebody_else_is_refused(as_, people):
    packed = read(HEAD + "One,Calls,,,,,,\n").pack(f"journey-table-{people['ada'].pk}")
    for table in (packed, packed[:-3] + "abc", "nonsense"):
        answer = as_("fiona").post(BRING, {"table": table, "name": "X", "title": "1", "bring": "yes"})
        assert answer.status_code == 422 and "Choose the file again" in answer.content.decode()
    assert not Journey.objects.exists()


def test_more_text_than_travels_in_a_page_is_told(as_):
    noise = "".join(f"One,Calls,{hashlib.shake_256(str(n).encode()).hexdigest(300)},,,,,\n" for n in range(4_000))
    answer = as_("fiona").post(BRING, {"file": SimpleUploadedFile("a.csv", (HEAD + noise).encode())})
    assert answer.status_code == 422 and "more text than one journey can" in answer.content.decode()


def test_an_openjourney_file_comes_in_and_says_what_it_could_not_hold(full, as_):
    content = as_("otto").get(f"/journeys/{full.pk}/map.ojf").content
    browser = as_("fiona")
    answer = browser.post(BRING, {"file": SimpleUploadedFile("map.ojf", content)}, follow=True)
    made = Journey.objects.exclude(pk=full.pk).get()
    assert (
        answer.redirect_chain[-1][0] == f"/journeys/{made.pk}/"
        and "Swimlanes became channels" in answer.content.decode()
    )


def test_those_who_start_no_journeys_bring_none_in(as_):
    assert as_("sam").post(BRING, {"file": SimpleUploadedFile("a.csv", HEAD.encode())}).status_code == 403
