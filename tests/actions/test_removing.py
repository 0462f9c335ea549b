"""A department is removed: what goes on goes to another one, what it said stays, and nothing brings it back."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts import invitations
from accounts.actors import load_actor
from accounts.models import AuditEvent, Department, Membership
from actions.models import ActionItem
from journeymap.board import departments as on_the_wire
from live.door import execute
from live.models import Event, new_id
from live.values import Refused
from personas.incoming import load
from personas.interchange import dump
from touchpoints.models import Stage, Touchpoint
from workshops.models import Answer, Participant, Workshop

BASE = "/organisations/harrow-packaging/departments"


@pytest.fixture
def card(journey, fiona, departments) -> Touchpoint:
    """Led by Sales; Finance helps."""
    pk, stage = new_id("tp"), Stage.objects.filter(room=journey.room).earliest("order")
    execute(
        journey.pk, fiona.identity, "touchpoint.add", {"id": pk, "stage": stage.pk, "title": "She asks for a price"}
    )
    data = {"id": pk, "lead": departments["SA"].pk, "contributors": [departments["FI"].pk]}
    execute(journey.pk, fiona.identity, "touchpoint.change", data)
    return Touchpoint.objects.get(pk=pk)


@pytest.fixture
def remove(as_, departments):
    """Ada removes a department by its letters for another one."""

    def post(code: str = "SA", heir: str = "CS", who: str = "ada"):
        data = {"heir": departments[heir].pk} if heir else {}
        return as_(who).post(f"{BASE}/{departments[code].pk}/remove/", data)

    return post


def test_what_goes_on_goes_to_another_department(
    as_, card, remove, promised, departments, harrow, journey, sam, sue, ada, fiona
):
    sales, service = departments["SA"], departments["CS"]
    (ours,) = promised(days=9, department=sales)
    (kept,) = promised(status="done", department=sales)
    helped = promised(days=9, department=departments["FI"])[0]
    helped.supporting.set([sales])
    asked = invitations.invite(
        harrow, load_actor(ada.identity, harrow.pk), "new@harrow.example", "representative", [sales]
    )
    page = as_("ada").get(f"{BASE}/{sales.pk}/remove/").content.decode()
    for words in (
        "1 touchpoint that it leads",
        "She asks for a price",
        "1 open promise:",
        "Sam Okoro",
        "1 promise kept",
    ):
        assert words in " ".join(page.split())
    assert remove().status_code == 302
    card.refresh_from_db()
    assert (card.lead, [row.code for row in card.contributors.all()]) == (service, ["FI"])
    assert ActionItem.objects.get(pk=ours.pk).department == service
    assert ActionItem.objects.get(pk=kept.pk).department == sales
    assert list(ActionItem.objects.get(pk=helped.pk).supporting.all()) == [service]
    assert list(Membership.objects.get(user=sam, organisation=harrow).departments.all()) == [service]
    assert list(asked.departments.all()) == [service]
    told = AuditEvent.objects.get(what="department.removed")
    assert (told.by, told.about) == (ada.identity, {"department": sales.pk, "heir": service.pk})
    last = Event.objects.filter(room=journey.room, by=ada.identity)
    assert len(set(last.values_list("tx", flat=True))) == 1  # one step


def test_its_name_still_shows_where_it_was_and_is_offered_nowhere(as_, card, remove, promised, departments, harrow):
    sales = departments["SA"]
    (kept,) = promised(status="done", department=sales)
    remove()
    ada = as_("ada")
    assert "Removed on" in ada.get(f"{BASE}/{sales.pk}/work/").content.decode()
    assert f">{sales.name}</span" in " ".join(ada.get(reverse("action", args=[kept.pk])).content.decode().split())
    assert ada.get(f"{BASE}/{sales.pk}/").status_code == 404
    assert remove().status_code == 404
    for path in ("/organisations/harrow-packaging/invite/", f"{BASE}/{departments['CS'].pk}/remove/"):
        assert f'value="{sales.pk}"' not in ada.get(path).content.decode()
    offered = {row["id"] for row in on_the_wire(harrow.pk) if not row["retired"]}
    assert sales.pk not in offered
    assert sales.pk in {row["id"] for row in on_the_wire(harrow.pk)}


def test_nobody_gives_it_anything_again(card, remove, departments, journey, fiona):
    remove()
    for data in ({"lead": departments["SA"].pk}, {"contributors": [departments["SA"].pk]}):
        with pytest.raises(Refused, match="any more"):
            execute(journey.pk, fiona.identity, "touchpoint.change", {"id": card.pk, **data})


def test_undo_does_not_bring_it_back(card, remove, departments, journey, fiona, ada):
    other, gone = new_id("cm"), new_id("cm")
    execute(journey.pk, fiona.identity, "touchpoint.change", {"id": card.pk, "lead": departments["FI"].pk}, other)
    execute(journey.pk, fiona.identity, "touchpoint.change", {"id": card.pk, "lead": departments["SA"].pk})
    taken = new_id("tp")
    stage = card.stage_id
    execute(journey.pk, fiona.identity, "touchpoint.add", {"id": taken, "stage": stage, "title": "She waits"})
    execute(journey.pk, fiona.identity, "touchpoint.change", {"id": taken, "lead": departments["SA"].pk})
    execute(journey.pk, fiona.identity, "touchpoint.remove", {"id": taken}, gone)
    remove()
    step = Event.objects.filter(room=journey.room, by=ada.identity).latest("seq")
    with pytest.raises(Refused, match="Sales is not a department any more"):
        execute(journey.pk, ada.identity, "undo", {"tx": step.tx})
    with pytest.raises(Refused):
        execute(journey.pk, fiona.identity, "undo", {"command": other})
    card.refresh_from_db()
    assert card.lead == departments["CS"]
    execute(journey.pk, fiona.identity, "undo", {"command": gone})  # the touchpoint comes back, and is nobody's
    back = Touchpoint.objects.get(pk=taken)
    assert (back.removed_at, back.lead) == (None, None)


def test_name_and_code_are_free_again(remove, departments, harrow, ada, journey, card):
    file = dump(journey)
    remove()
    load(harrow, ada, file)  # names Sales, which is not here any more: a new one of that name
    again = Department.objects.get(organisation=harrow, name="Sales")
    assert (again.code, again.pk == departments["SA"].pk) == ("SA", False)
    with pytest.raises(IntegrityError):
        Department.objects.create(organisation=harrow, name="sales", code="ZZ", colour=1, position=99)


def test_only_admins_and_only_here(as_, departments, remove):
    path = f"{BASE}/{departments['SA'].pk}/remove/"
    assert as_("fiona").get(path).status_code == 403
    assert remove(who="fiona").status_code == 403
    assert as_("olga").get(path).status_code == 404
    for page in (f"{BASE}/{departments['SA'].pk}/", f"{BASE}/{departments['SA'].pk}/work/"):
        assert "Remove this" in as_("ada").get(page).content.decode()
        assert "Remove this" not in as_("fiona").get(page).content.decode()


def test_somebody_has_to_take_over(as_, remove, departments, harrow):
    for heir in ("", "SA"):
        page = remove(heir=heir)
        assert page.status_code == 422
        assert "Choose the department that takes over." in page.content.decode()
    Department.objects.filter(organisation=harrow).exclude(pk=departments["SA"].pk).delete()
    page = as_("ada").post(f"{BASE}/{departments['SA'].pk}/remove/", {"heir": departments["SA"].pk})
    assert page.status_code == 422
    assert "This is the only department. Add another one first." in page.content.decode()
    assert Department.objects.filter(organisation=harrow).count() == 1


def test_workshops_to_come_ask_the_other_and_what_was_said_stays(remove, departments, journey, fiona, sam):
    sales, service = departments["SA"], departments["CS"]

    def workshop(**more):
        row = Workshop.objects.create(
            id=new_id("ws"), room=journey.room, title="So what?", objective="Less effort", planned_use="Cut it",
            success_measure="90 h", facilitator=fiona, report_back_on="2027-12-01", functions=[sales.pk], **more
        )  # fmt: skip
        Participant.objects.create(
            id=new_id("pt"), room=journey.room, workshop=row, person=sam.identity, name="Sam", role="representative",
            department=sales,
        )  # fmt: skip
        return row

    past, planned, live = workshop(state="closed"), workshop(), workshop(state="live")
    said = Answer.objects.create(
        id=new_id("an"), room=journey.room, workshop=past, of_kind="contribute", department=sales, text="We call back"
    )
    page = remove()
    assert page.status_code == 422
    assert "Close that workshop first" in page.content.decode()
    Workshop.objects.filter(pk=live.pk).update(state="closed")
    assert remove().status_code == 302
    said.refresh_from_db()
    assert (said.department, said.removed_at) == (sales, None)
    assert Participant.objects.get(workshop=past).department == sales
    assert Participant.objects.get(workshop=planned).department == service
    planned.refresh_from_db()
    assert planned.functions == [service.pk]
    past.refresh_from_db()
    assert past.functions == [sales.pk]
