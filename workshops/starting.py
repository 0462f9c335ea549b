"""From four pages of answers to a workshop: its journey, the invitations, the workshop itself."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import ValidationError

from accounts import invitations
from accounts.actors import Actor
from accounts.models import Department, Invitation, Organisation, Role, User
from live.door import execute
from live.models import new_id
from touchpoints.models import Journey
from touchpoints.starting import start_journey
from workshops.draft import Draft
from workshops.steps import DateStep, FunctionsStep, ObjectiveStep, StagesStep


def create(draft: Draft, user: User, actor: Actor) -> str:
    """The new workshop's id. Raises Refused or ValidationError; pressed again it goes on where it stopped."""
    objective, date = cast(ObjectiveStep, draft.checked("objective")), cast(DateStep, draft.checked("date"))
    functions, stages = cast(FunctionsStep, draft.checked("functions")), cast(StagesStep, draft.checked("stages"))
    if not all([form.is_valid() for form in (objective, functions, stages, date)]):
        raise ValidationError("Something is missing on an earlier page.")
    room = stages.journey or _new_journey(draft, user, stages).pk
    seats = _seats(draft.organisation, actor, functions)
    said = functions.cleaned_data
    pk = new_id("ws")
    execute(room, actor.key, "workshop.open", {
        "id": pk, **objective.cleaned_data, **date.to_data(), "functions": said["functions"], "roster": seats,
        "sponsor": int(said["sponsor"]) if said["sponsor"] else None,
        "owner": int(said["owner"]) if said["owner"] else None,
        "co_facilitators": [int(each) for each in said["co_facilitators"]],
        "follows": draft.follows if draft.follows and stages.journey else None,
    })  # fmt: skip
    draft.forget()
    return pk


def _new_journey(draft: Draft, user: User, stages: StagesStep) -> Journey:
    made = Journey.objects.filter(pk=draft.room, room__organisation=draft.organisation).first()
    if made is not None:  # the first press came so far
        return made
    key, called = stages.stage_set
    return start_journey(draft.organisation, user, stages.cleaned_data["name"], key, draft.room, called)


def _seats(organisation: Organisation, actor: Actor, functions: FunctionsStep) -> list[dict[str, object]]:
    """Who is asked, as `workshop.open` wants it; for those who are not here yet a place is kept."""
    seats = []
    for address, member, department, place in functions.seats:
        person = member.user.identity if member else keep_place(organisation, actor, address, department).pk
        seats.append({
            "person": person, "department": department.pk,
            "deputy": place == "deputy", "frontline": place == "rep" and functions.frontline(department),
        })  # fmt: skip
    return seats


def keep_place(organisation: Organisation, actor: Actor, address: str, department: Department) -> Invitation:
    """For somebody without an account. The mail waits for the seat: it says which workshop asks them to come."""
    role, mail = Role.REPRESENTATIVE, Invitation.Mail.WORKSHOP
    return invitations.invite(organisation, actor, address, role, [department], mail=mail)
