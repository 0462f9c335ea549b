"""A journey taken along as a workbook, on paper, as a picture and for other programs."""

from __future__ import annotations

import io
import json
import re
import struct
import threading
import xml.etree.ElementTree as ET
import zipfile

import pytest
from django.conf import settings
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from live import typesetting
from live.models import new_id
from live.values import Refused
from personas import drawing, openjourney, readable
from personas.interchange import dump
from tests.personas.conftest import LONG, ODD
from touchpoints.models import Journey, Stage, Touchpoint


def taken(as_, journey: Journey, form: str, query: str = "") -> bytes:
    answer = as_("otto").get(f"/journeys/{journey.pk}/map.{form}{query}")
    assert answer.status_code == 200 and answer["Content-Disposition"].endswith(f'.{form}"'), answer.status_code
    return answer.content


# -- workbook ----------------------------------------------------------------------------------
def test_a_workbook_has_a_sheet_for_each_kind_of_thing(full, as_):
    book = CalamineWorkbook.from_filelike(io.BytesIO(taken(as_, full, "xlsx")))
    assert book.sheet_names == ["Touchpoints", "Stages", "Personas", "Experiences"]
    header, *rows = book.get_sheet_by_name("Touchpoints").to_python()
    row = next(dict(zip(header, cells, strict=True)) for cells in rows if cells[1] == "=SUM(A1)")
    assert (row["Channels"], row["Lead"], row["Contributors"]) == ("Phone, Portal", "Customer service", "Sales")
    assert (row["Felt"], row["Felt word"], row["Intended"]) == ("Let down", "lost", "Reassured")
    assert (row["Verdict"], row["Needs"], row["Severity to customers"]) == ("Fix", "People", 4)
    assert (row["Moment of truth"], row["Evidence"]) == ("yes", "Three accounts or more said it")
    assert len(book.get_sheet_by_name("Stages").to_python()) == 9
    assert book.get_sheet_by_name("Personas").to_python()[1][0] == "Plant manager"
    persona, _, touchpoint, felt, *_, need = book.get_sheet_by_name("Experiences").to_python()[1]
    assert (persona, touchpoint, felt, need) == ("Plant manager", "=SUM(A1)", "Frustrated", "A name")


def test_nothing_in_a_workbook_runs_and_its_head_stays_in_sight(full, as_):
    with zipfile.ZipFile(io.BytesIO(taken(as_, full, "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "=SUM(A1)" in sheet and "<hyperlink" not in sheet
    assert 'state="frozen"' in sheet and "<autoFilter" in sheet and "<cols>" in sheet


# -- paper -------------------------------------------------------------------------------------
def words(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\u200b", "").split())


def test_the_map_on_paper_says_what_was_typed_and_nothing_is_markup(full, as_):
    pdf = taken(as_, full, "pdf")
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    assert float(page.mediabox.width) > float(page.mediabox.height) and len(PdfReader(io.BytesIO(pdf)).pages) == 1
    text = words(pdf)
    for said in (full.name, "Fewer calls", "We look around", "I was the fourth in the queue.", "=SUM(A1)", "lost",
                 "Reassured", "Customer service", "Phone +1", "Pencil: what we assume"):  # fmt: skip
        assert said in text, said
    assert "#strong[Bold]" in text and "*stars*" in text and "$x^2$" in text and "@ref" in text and "<tag>" in text


def test_what_it_costs_her_who_is_involved_and_how_we_measure_stand_below(full):
    card = Touchpoint.objects.filter(room=full.room).earliest("order")
    Touchpoint.objects.filter(pk=card.pk).update(stated={"hours": 2.5, "EUR": 14600})
    Stage.objects.filter(pk=card.stage_id).update(stated={"hours": 0.5, "days": 19})
    Touchpoint.objects.filter(pk=card.pk).update(metric="ces", agreed=True)
    text = words(drawing.pdf(full))
    for said in ("What it costs her", "3 h of work", "19 days of waiting", "EUR 14,600", "Who is involved",
                 "Effort (CES)", "Agreed in the group"):  # fmt: skip
        assert said in text, said
    assert readable.cost_words([{}, {"hours": 17.66}]) == ["17.7 h of work"]


def test_on_a4_stages_stand_on_pages_side_by_side(full, as_):
    pages = PdfReader(io.BytesIO(taken(as_, full, "pdf", "?paper=a4"))).pages
    first, second = (" ".join(page.extract_text().split()) for page in pages)
    assert "We notice a need" in first and "We get it running" in second and "We notice a need" not in second
    assert "Page 2 of 2" in second


def test_a_long_map_goes_on_over_several_pages(full):
    stage = Stage.objects.filter(room=full.room).order_by("order")[2]
    Touchpoint.objects.bulk_create(
        Touchpoint(
            id=new_id("tp"), room=full.room, stage=stage, order=f"a{n:03}", title=f"Step {n} of many", felt=n % 5 - 2
        )
        for n in range(60)
    )
    text = words(drawing.pdf(full))
    assert all(f"Step {n} of many" in text for n in range(60)) and "Page 3 of" in text


def test_a_map_without_stages_is_a_page_too(full):
    Stage.objects.filter(room=full.room).delete()
    assert "No stages yet" in words(drawing.pdf(full)) and drawing.svg(full).startswith(b"<svg")


# -- pictures ----------------------------------------------------------------------------------
def test_the_drawing_is_well_formed_and_says_what_is_on_it(full, as_):
    svg = taken(as_, full, "svg")
    root = ET.fromstring(svg)
    assert root.tag.endswith("svg")
    said = {child.tag.rsplit("}", 1)[-1]: child.text for child in root}
    assert said["title"] == full.name and ODD in said["desc"] and LONG in said["desc"]
    assert "<script" not in svg.decode() and "<tag>" not in svg.decode()


def test_the_picture_is_one_large_sheet(full, as_):
    png = taken(as_, full, "png")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert 2_500 < width < 8_000 and height > 1_000 and width * height <= typesetting.MOST_PIXELS * 1.02


def test_colours_are_those_of_the_app():
    tokens = (settings.ROOT / "static" / "css" / "tokens.css").read_text()
    used = set(re.findall(r"#[0-9a-f]{6}", drawing.TEMPLATE.read_text()))
    assert used and not {colour for colour in used if colour not in tokens and colour != "#ffffff"}


def test_too_many_touchpoints_for_a_picture_are_told(full, as_, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_DRAWN", 2)
    answer = as_("sam").get(f"/journeys/{full.pk}/map.pdf")
    assert answer.status_code == 413 and "3 touchpoints; 2 fit" in answer.content.decode()


def test_while_two_are_drawn_a_third_waits_and_is_told(full, as_, monkeypatch):
    monkeypatch.setattr(typesetting, "WAIT", 0.05)
    held = [typesetting.turns.acquire() for _ in range(typesetting.AT_ONCE)]
    try:
        answer = as_("sam").get(f"/journeys/{full.pk}/map.png")
        assert answer.status_code == 503 and "Try again in a minute" in answer.content.decode()
        assert answer["Retry-After"] == "60"
    finally:
        typesetting.turns.release(len(held))
    assert as_("sam").get(f"/journeys/{full.pk}/map.png").status_code == 200


def test_four_at_once_all_get_their_map(full):
    picture = drawing.picture_of(full, "a3")
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(typesetting.typeset(drawing.TEMPLATE, picture))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4 and all(one.startswith(b"%PDF-") for one in made)


def test_what_takes_too_long_to_draw_is_told_and_a_faulty_template_is_ours(full, as_, monkeypatch, tmp_path):
    faulty = tmp_path / "faulty.typ"
    faulty.write_text("#nothing-of-this-name")
    with pytest.raises(RuntimeError, match="unknown variable"):
        typesetting.typeset(faulty, {})
    monkeypatch.setattr(typesetting, "LONGEST", 0.01)
    answer = as_("sam").get(f"/journeys/{full.pk}/map.svg")
    assert answer.status_code == 413 and "Take the table" in answer.content.decode()


def test_guests_take_no_picture_along_either(full, as_, gus):
    for form in ("xlsx", "pdf", "svg", "png", "ojf"):
        assert as_(gus).get(f"/journeys/{full.pk}/map.{form}").status_code == 403


# -- OpenJourney -------------------------------------------------------------------------------
def test_openjourney_has_the_fields_that_other_programs_read(full, as_):
    found = json.loads(taken(as_, full, "ojf"))
    assert set(found) >= {"version", "persona", "pointOfView", "stages", "swimlanes", "nodes"}
    node = next(one for one in found["nodes"] if one["title"] == "=SUM(A1)")
    assert (node["severity"], node["score"], node["sentiment"], node["isMomentOfTruth"]) == (
        "high",
        -5,
        "negative",
        True,
    )
    assert node["purpose"] == "A date" and {"lead: Customer service", "verdict: fix"} <= set(node["tags"])
    assert node["stageId"] in {one["id"] for one in found["stages"]}
    lanes = {one["id"]: one["name"] for one in found["swimlanes"]}
    assert lanes[node["swimlaneId"]] == "Phone" and found["persona"] == "Plant manager"


def test_openjourney_and_back_keeps_what_it_can(full):
    before = dump(full)
    after, lost = openjourney.read(openjourney.to_ojf(before), "any.ojf")
    assert after.name == before.name and [one.name for one in after.stages] == [one.name for one in before.stages]
    for old, new in zip(before.stages, after.stages, strict=True):
        for one, other in zip(old.touchpoints, new.touchpoints, strict=True):
            for name in ("title", "statement", "description", "benefit", "of_kind", "verdict", "needs", "moment_of_truth",
                         "severity", "felt", "felt_word", "intended"):  # fmt: skip
                assert getattr(one, name) == getattr(other, name), name
            assert [before.channels[n - 1].name for n in one.channels] == [
                after.channels[n - 1].name for n in other.channels
            ]
            code, again = ({part.code: part.name for part in file.departments} for file in (before, after))
            assert code.get(one.lead) == again.get(other.lead)
    assert "Swimlanes became channels." in lost and any("one persona" in sentence for sentence in lost)


def test_what_openjourney_cannot_hold_is_said_before_it_is_taken(full, as_):
    page = as_("sam").get(f"/journeys/{full.pk}/").content.decode()
    said = " ".join(page.split('id="ojf-lost"')[1].split("</p>")[0].split())
    assert "more than one persona" in said and "evidence" in said and 'aria-describedby="ojf-lost"' in page


OJF = {"version": "1.0", "stages": [{"id": 1, "name": "One"}], "swimlanes": [{"id": "a", "name": "Web"}], "nodes": []}
NODE = {"stageId": 1, "swimlaneId": "a", "title": "Looks"}


def test_what_only_openjourney_has_is_kept_as_words():
    nodes = [NODE | {"score": -4, "sentiment": "cross", "severity": "dire", "tags": ["pain", "web"], "colour": "red"}]
    file, lost = openjourney.read(json.dumps(OJF | {"nodes": nodes}).encode(), "from_elsewhere.ojf")
    card = file.stages[0].touchpoints[0]
    assert (card.felt, card.felt_word, card.notes, card.severity) == (-2, "cross", "Tags: pain, web", None)
    assert file.name == "from_elsewhere" and len(lost) == 5


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"version": "2.0"}, "is of version '2.0'; version 1 can be read"),
        ({"nodes": [NODE | {"stageId": 9}]}, "Node 1 (“Looks”) is in the stage “9”, which is not in the file"),
        ({"nodes": [NODE | {"swimlaneId": "z"}]}, "is in the swimlane “z”, which is not in the file"),
        ({"nodes": [NODE | {"score": 7}]}, "scores run from -5 to 5"),
        ({"nodes": [NODE, {"stageId": 1}]}, "At nodes[1]: object missing required field `title`"),
        ({"nodes": [NODE | {"title": ""}]}, "Write something here first"),
        ({"nodes": [NODE | {"title": "x" * 161}]}, "At stages[0].touchpoints[0].title"),
        ({"stages": [{"id": n, "name": "S"} for n in range(41)]}, "has 41 stages; a journey holds 40"),
        ({"nodes": [NODE] * 126}, "Node 126 (“Looks”) is one too many"),
        ({"nodes": "none"}, "At nodes: expected `array`"),
    ],
)
def test_an_openjourney_file_that_is_wrong_says_where(changes, sentence):
    with pytest.raises(Refused) as refused:
        openjourney.read(json.dumps(OJF | changes).encode(), "a.ojf")
    assert (
        refused.value.message.startswith(("Nothing was brought in.", "This OpenJourney"))
        and sentence in refused.value.message
    )
