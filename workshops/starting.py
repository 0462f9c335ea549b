"""From four pages of answers to a workshop: its journey, the invitations, the workshop itself, then the mails."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from typing import cast

from django.core.exceptions import ValidationError

from accounts import invitations
from accounts.actors import Actor
from accounts.mail import post
from accounts.models import Invitation, Organisation, Role, User
from live.door import execute
from live.models import new_id
from touchpoints.models import Journey
from touchpoints.starting import start_journey
from workshops.calendar import invitation_file
from workshops.draft import Draft
from workshops.models import Workshop
from workshops.steps import DateStep, FunctionsStep, ObjectiveStep, StagesStep

Link = Callable[[Invitation], str]


def create(draft: Draft, user: User, actor: Actor, link: Link) -> tuple[str, list[str]]:
    """The new workshop's id, and the addresses whose invitation did not leave. Raises Refused or ValidationError;
    pressed again it goes on where it stopped."""
    objective, date = cast(ObjectiveStep, draft.checked("objective")), cast(DateStep, draft.checked("date"))
    functions, stages = cast(FunctionsStep, draft.checked("functions")), cast(StagesStep, draft.checked("stages"))
    if not all([form.is_valid() for form in (objective, functions, stages, date)]):
        raise ValidationError("Something is missing on an earlier page.")
    room = stages.journey or _new_journey(draft, user, stages).pk
    seats, invited = _seats(draft.organisation, actor, functions)
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
    workshop = Workshop.objects.select_related("facilitator", "room__organisation").get(pk=pk)
    return pk, _invite(workshop, invited, link)


def _invite(workshop: Workshop, invited: Sequence[Invitation], link: Link) -> list[str]:
    """Mails all; the addresses that got none. One refused address stops no other; where nobody answers, the rest is
    not tried, for each would keep the page waiting as long again."""
    left = []
    for at, invitation in enumerate(invited):
        try:
            invite_to(workshop, invitation, link(invitation))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException):
            left.append(invitation.email)
        except OSError:
            return left + [each.email for each in invited[at:]]
    return left


def _new_journey(draft: Draft, user: User, stages: StagesStep) -> Journey:
    made = Journey.objects.filter(pk=draft.room, room__organisation=draft.organisation).first()
    if made is not None:  # the first press came so far
        return made
    key, called = stages.stage_set
    return start_journey(draft.organisation, user, stages.cleaned_data["name"], key, draft.room, called)


def _seats(
    organisation: Organisation, actor: Actor, functions: FunctionsStep
) -> tuple[list[dict[str, object]], list[Invitation]]:
    """Who is asked, as `workshop.open` wants it, and the places kept for those who are not here yet."""
    seats, invited = [], []
    for address, member, department, place in functions.seats:
        if member is None:
            invitation = invitations.invite(organisation, actor, address, Role.REPRESENTATIVE, [department])
            invited.append(invitation)
        seats.append({
            "person": member.user.identity if member else invited[-1].pk, "department": department.pk,
            "deputy": place == "deputy", "frontline": place == "rep" and functions.frontline(department),
        })  # fmt: skip
    return seats, invited


def invite_to(workshop: Workshop, invitation: Invitation, link: str) -> None:
    """Mail a place that is kept for somebody: what the workshop is for, a calendar file, a link that needs no password."""
    department = invitation.departments.first()
    context = {
        "invitation": invitation, "workshop": workshop, "link": link, "days": invitations.LIFETIME.days,
        "department": department,
    }  # fmt: skip
    file = invitation_file(workshop, [(invitation.email, invitation.email)], link)
    post(workshop.room.organisation, invitation.email, "workshops/mail/invitation", context, [file] if file else [])
