"""Named versions of a map (CG-10): keep, look, compare side by side, bring back without losing anybody's work."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from journeymap.board import BOARD
from live.door import execute
from live.models import new_id
from live.queries import snapshot
from live.values import Refused
from personas import versions
from personas.comparing import compare, word_by_word
from personas.models import Experience, Persona
from touchpoints.models import Journey, MapVersion, MapVersionContent, Remark, Stage, Touchpoint


@pytest.fixture
def run(journey):
    def command(who, what, /, **data):
        execute(journey.pk, who.identity, what, data)
        return data.get("id")

    return command


@pytest.fixture
def map_of(journey):
    """What stands on the map: everything a version holds, and nothing else."""

    def records() -> dict[str, dict[str, Any]]:
        return versions.records_now(Journey.objects.get(pk=journey.pk))

    return records


@pytest.fixture
def built(run, journey, fiona, departments) -> dict[str, str]:
    """A small map with one of everything."""
    first, second = Stage.objects.filter(room=journey.pk).order_by("order")[:2]
    made = {"first": first.pk, "second": second.pk}
    for name, title in (("call", "Calls"), ("visit", "Gets a visit"), ("letter", "Gets a letter")):
        lead = departments["SA"].pk
        made[name] = run(fiona, "touchpoint.add", id=new_id("tp"), stage=first.pk, title=title, lead=lead)
    run(fiona, "touchpoint.change", id=made["call"], statement="I wait for an hour.", felt=-2, intended=1)
    made["persona"] = run(fiona, "persona.add", id=new_id("pe"), name="Plant manager")
    made["way"] = new_id("ex")
    run(
        fiona,
        "experience.set",
        id=made["way"],
        persona=made["persona"],
        touchpoint=made["call"],
        felt=-1,
        need="A name",
    )
    made["version"] = run(fiona, "version.keep", id=new_id("mv"), name="Spring")
    return made


def changed(run, fiona, built, departments) -> None:
    """Everything that can happen to a map."""
    run(fiona, "touchpoint.change", id=built["call"], statement="I wait for an hour, every time.", felt=0)
    run(fiona, "touchpoint.change", id=built["visit"], lead=departments["CS"].pk, moment_of_truth=True)
    run(fiona, "touchpoint.move", id=built["visit"], stage=built["second"], after=None)
    run(fiona, "touchpoint.remove", id=built["letter"], why="Nobody reads it.")
    run(fiona, "touchpoint.add", id=new_id("tp"), stage=built["second"], title="Chats")
    run(fiona, "stage.change", id=built["first"], name="We wonder", confirmation="confirmed", confirmed_by=3)
    run(fiona, "stage.remove", id=Stage.objects.filter(room__touchpoint_set=built["call"]).order_by("-order")[0].pk)
    run(fiona, "persona.remove", id=built["persona"])
    run(fiona, "journey.change", id=Journey.objects.get().pk, objective="Less waiting", review_by="2031-01-01")


def test_a_version_comes_back_as_it_was(run, fiona, built, departments, map_of):
    before = map_of()
    changed(run, fiona, built, departments)
    assert map_of() != before
    run(fiona, "version.bring_back", id=built["version"], safety=new_id("mv"))
    assert map_of() == before


def test_what_stood_before_is_kept_as_a_version_first(run, fiona, built, departments, map_of):
    changed(run, fiona, built, departments)
    then = map_of()
    safety = new_id("mv")
    run(fiona, "version.bring_back", id=built["version"], safety=safety)
    kept = MapVersion.objects.get(pk=safety)
    assert kept.name == "Before “Spring” came back"
    assert versions.records_of(kept) == then
    run(fiona, "version.bring_back", id=safety, safety=new_id("mv"))
    assert map_of() == then


def test_bringing_back_is_taken_back_by_undo(journey, run, fiona, built, departments, map_of):
    changed(run, fiona, built, departments)
    then = map_of()
    data = {"id": built["version"], "safety": new_id("mv")}
    execute(journey.pk, fiona.identity, "version.bring_back", data, "bring-back-1")
    execute(journey.pk, fiona.identity, "undo", {"command": "bring-back-1"})
    assert map_of() == then


def test_whoever_typed_meanwhile_keeps_her_words(journey, run, fiona, sam, built):
    """Sam's edit was under way, made on the map of before: it is merged into the text that came back."""
    run(fiona, "touchpoint.change", id=built["call"], statement="I wait for two hours.")
    rev = snapshot(BOARD, journey.pk).seq
    run(fiona, "version.bring_back", id=built["version"], safety=new_id("mv"))
    run(sam, "touchpoint.write", id=built["call"], field="statement", rev=rev, delta=[21, " It is dark."])
    assert Touchpoint.objects.get(pk=built["call"]).statement == "I wait for an hour. It is dark."


def test_an_edit_of_what_went_is_refused_with_a_sentence(run, fiona, sam, built, departments):
    stage = built["first"]
    late = run(fiona, "touchpoint.add", id=new_id("tp"), stage=stage, title="Chats", lead=departments["SA"].pk)
    run(fiona, "version.bring_back", id=built["version"], safety=new_id("mv"))
    with pytest.raises(Refused, match="Somebody removed this touchpoint a moment ago") as refused:
        run(sam, "touchpoint.change", id=late, title="Chats by night")
    assert refused.value.code == "unknown"
    assert Touchpoint.objects.get(pk=late).title == "Chats"


def test_remarks_and_what_comments_say_stay(run, fiona, sam, built):
    remark = run(sam, "remark.add", id=new_id("rm"), touchpoint=built["call"], text="True.")
    Touchpoint.objects.filter(pk=built["call"]).update(evidence="strong", quotes=7)
    run(fiona, "version.bring_back", id=built["version"], safety=new_id("mv"))
    touchpoint = Touchpoint.objects.get(pk=built["call"])
    assert (touchpoint.evidence, touchpoint.quotes) == ("strong", 7)
    assert Remark.objects.get(pk=remark).removed_at is None


def test_a_department_that_is_gone_leaves_the_touchpoint_to_nobody(run, fiona, built, departments):
    Touchpoint.objects.filter(pk=built["call"]).update(lead=None)
    departments["SA"].delete()
    run(fiona, "version.bring_back", id=built["version"], safety=new_id("mv"))
    assert Touchpoint.objects.get(pk=built["call"]).lead is None


def test_a_persona_with_experiences_comes_back_with_them(run, fiona, built):
    run(fiona, "persona.remove", id=built["persona"])
    run(fiona, "version.bring_back", id=built["version"], safety=new_id("mv"))
    assert Persona.objects.get(pk=built["persona"]).removed_at is None
    assert Experience.objects.get(pk=built["way"]).removed_at is None


def test_its_content_is_no_burden_to_whoever_opens_the_room(journey, built):
    record = snapshot(BOARD, journey.pk).records(["all"])[built["version"]]
    assert set(record) == {"id", "kind", *MapVersion.wire}
    assert (record["stages"], record["touchpoints"]) == (8, 3)
    assert MapVersionContent.objects.get(version=built["version"]).records.startswith("{")


def test_side_by_side(run, fiona, built, departments, map_of):
    then = map_of()
    changed(run, fiona, built, departments)
    found = compare(then, map_of(), {"felt": {-2: "Let down", 0: "Indifferent"}})
    assert found.counts == {"new": 1, "gone": 1, "changed": 2}
    first = found.stages[0]
    assert [change.label for change in first.stage.changes] == ["Customer’s name", "What customers said of it"]
    pairs = {pair.then["title"]: pair for pair in (p for s in found.stages for p in s.touchpoints) if pair.then}
    assert pairs["Gets a letter"].what == "gone"
    assert pairs["Gets a visit"].moved == "was in “We wonder”"
    felt = {change.label: (change.then, change.now) for change in pairs["Calls"].changes}["Felt"]
    assert felt == ([("gone", "Let down")], [("new", "Indifferent")])
    assert [pair.what for pair in found.personas] == ["gone"]


def test_the_words_that_differ_are_marked():
    assert word_by_word("I wait an hour.", "I wait two hours.") == (
        [("", "I wait "), ("gone", "an"), ("", " "), ("gone", "hour.")],
        [("", "I wait "), ("new", "two"), ("", " "), ("new", "hours.")],
    )
    assert word_by_word("A clear invoice.", "No number on it.") == (
        [("gone", "A clear invoice.")],
        [("new", "No number on it.")],
    )


def test_the_pages(journey, as_, run, fiona, built, departments):
    pages = f"/journeys/{journey.pk}/versions/"
    client = as_("fiona")
    client.post(pages, {"name": "Before the workshop"})
    assert "“Before the workshop” is kept" in client.get(pages).content.decode()
    changed(run, fiona, built, departments)
    page = " ".join(unescape(client.get(f"{pages}{built['version']}/").content.decode()).split())
    assert "was in “We wonder”" in page
    assert "gone</span> Nobody reads it." in page
    assert client.get(f"{pages}{built['version']}/map/").status_code == 200
    answer = client.post(f"{pages}{built['version']}/back/", follow=True)
    assert "The map is as in “Spring” again" in unescape(answer.content.decode())
    client.post(f"{pages}{built['version']}/", {"name": "Early spring"})
    assert MapVersion.objects.get(pk=built["version"]).name == "Early spring"
    gone = client.post(f"{pages}{built['version']}/remove/", follow=True).content.decode()
    command = gone.split('name="command" value="')[1].split('"')[0]
    client.post(f"{pages}undo/", {"command": command})
    assert MapVersion.objects.get(pk=built["version"]).removed_at is None


def test_a_version_needs_a_name_and_the_page_says_so(journey, as_):
    answer = as_("fiona").post(f"/journeys/{journey.pk}/versions/", {"name": "  "})
    assert answer.status_code == 422
    assert "name-error" in answer.content.decode()


def test_two_hundred_are_enough(run, fiona, built, journey):
    more = [
        MapVersion(
            id=new_id("mv"), room_id=journey.pk, name=str(n), seq=1, by="u1", by_name="F", at=journey.created_at,
            stages=0, touchpoints=0,
        )
        for n in range(versions.MOST_VERSIONS)
    ]  # fmt: skip
    MapVersion.objects.bulk_create(more)
    with pytest.raises(Refused, match="holds 200 versions"):
        run(fiona, "version.keep", id=new_id("mv"), name="One more")
