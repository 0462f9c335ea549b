"""The pages about personas (CG-21, CG-22): side by side, one to change, her way through the journey."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from live import door
from live.models import new_id
from personas.models import Aim, Experience, Persona
from touchpoints.models import Channel, Journey, Stage, Touchpoint


@pytest.fixture
def spots(journey, fiona, departments) -> list[Touchpoint]:
    """One touchpoint of Sales, one of Customer service."""
    stage = Stage.objects.filter(room=journey.room).earliest("order")
    ids = [new_id("tp"), new_id("tp")]
    for pk, after, title, code in ((ids[0], None, "Asks a peer", "SA"), (ids[1], ids[0], "Calls", "CS")):
        data = {"id": pk, "stage": stage.pk, "after": after, "title": title, "lead": departments[code].pk}
        door.execute(journey.pk, fiona.identity, "touchpoint.add", data)
    return [Touchpoint.objects.get(pk=pk) for pk in ids]


@pytest.fixture
def who(journey, fiona) -> Persona:
    pk = new_id("pe")
    door.execute(journey.pk, fiona.identity, "persona.add", {"id": pk, "name": "Maintenance lead"})
    return Persona.objects.get(pk=pk)


def base(journey: Journey) -> str:
    return f"/journeys/{journey.pk}/personas/"


def filled(page: str, **changes: str) -> dict[str, str]:
    """What a browser would post of the form on this page, with some fields changed."""
    found: dict[str, str] = {}

    class Fields(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            values = dict(attributes)
            if tag in ("input", "textarea", "select") and values.get("name") and "disabled" not in values:
                self.select = values["name"]
                found[str(values["name"])] = values.get("value") or ""
            if tag == "option" and "selected" in values:
                found[str(self.select)] = values.get("value") or ""

        def handle_data(self, data: str) -> None:
            if self.lasttag == "textarea" and data.strip():
                found[str(self.select)] = data.lstrip("\n")

    Fields().feed(page.split('method="post" novalidate')[1])
    return found | changes


def test_a_new_persona_with_her_aim(journey, as_):
    phone = Channel.objects.get(room=journey.room, name="Phone")
    said = {"name": "Plant manager", "basis": "preconceived", "aim": "Never stop the line", "first_channel": phone.pk}
    answer = as_("fiona").post(f"{base(journey)}new/", {**said, "goals": "Three shifts"})
    assert answer["Location"] == base(journey)
    made = Persona.objects.get()
    assert (made.name, made.aim.name, made.first_channel, made.goals) == (
        "Plant manager", "Never stop the line", phone, "Three shifts",
    )  # fmt: skip
    as_("fiona").post(
        f"{base(journey)}new/", {"name": "Operator", "basis": "preconceived", "aim": "never  stop the LINE"}
    )
    assert Aim.objects.count() == 1, "the same aim in other letters is the same aim"
    page = as_("elena").get(base(journey)).content.decode()
    assert "What we assume" in page and "Three shifts" in page and "New persona" not in page


def test_without_a_name_nothing_is_lost(journey, as_):
    answer = as_("fiona").post(f"{base(journey)}new/", {"name": " ", "basis": "preconceived", "goals": "Three shifts"})
    assert answer.status_code == 422 and "Three shifts" in answer.content.decode()
    assert not Persona.objects.exists()


def test_only_what_was_changed_is_sent_on(journey, who, as_, fiona):
    page = as_("fiona").get(f"{base(journey)}{who.pk}/").content.decode()
    door.execute(journey.pk, fiona.identity, "persona.change", {"id": who.pk, "expectations": "A name"})
    as_("fiona").post(f"{base(journey)}{who.pk}/", filled(page, goals="No standstill"))
    who.refresh_from_db()
    assert (who.goals, who.expectations, who.name) == ("No standstill", "A name", "Maintenance lead")


def test_departments_fill_in_their_own_touchpoints(journey, who, spots, as_):
    url = f"{base(journey)}{who.pk}/way/"
    page = as_("sam").get(url).content.decode()
    text = " ".join(page.split())
    assert "2 of 2 touchpoints not yet mapped" in text and "Customer service says how it is here." in text
    hers, others = spots[0].pk, spots[1].pk
    form = filled(page, **{f"{hers}-felt": "-1", f"{hers}-need": "A peer", f"{others}-felt": "2"})
    assert as_("sam").post(url, form)["Location"] == base(journey)
    made = Experience.objects.get()
    assert (made.touchpoint, made.felt, made.intended, made.need) == (spots[0], -1, None, "A peer")


def test_two_who_have_the_page_open_do_not_write_over_each_other(journey, who, spots, as_):
    url = f"{base(journey)}{who.pk}/way/"
    hers = spots[0].pk
    sams = fionas = as_("sam").get(url).content.decode()
    as_("sam").post(url, filled(sams, **{f"{hers}-felt": "-2"}))
    as_("fiona").post(url, filled(fionas, **{f"{hers}-intended": "2"}))
    made = Experience.objects.get()
    assert (made.felt, made.intended) == (-2, 2)


def test_who_may_not_say_anything_reads(journey, who, spots, as_):
    url = f"{base(journey)}{who.pk}/way/"
    assert as_("elena").get(url).status_code == 200
    assert as_("elena").post(url, {f"{spots[0].pk}-felt": "-1"}).status_code == 403
    assert not Experience.objects.exists()


def test_rubbed_out_with_her_way_and_brought_back(journey, who, spots, as_, fiona):
    at = {"id": new_id("ex"), "persona": who.pk, "touchpoint": spots[0].pk, "need": "A peer"}
    door.execute(journey.pk, fiona.identity, "experience.set", at)
    client = as_("fiona")
    client.post(f"{base(journey)}{who.pk}/remove/")
    page = client.get(base(journey)).content.decode()
    assert "Maintenance lead is rubbed out" in page and "A peer" not in page
    client.post(f"{base(journey)}bring-back/")
    page = client.get(base(journey)).content.decode()
    assert "rubbed out" not in page and "A peer" in page
    assert client.get(f"{base(journey)}pe_0000000000000000/").status_code == 404
