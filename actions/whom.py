"""Whom a promise concerns: who keeps it, who ran the workshop it was made in, who stands above it; and from which day
its reminders are counted.

People leave. A promise whose owner is gone goes on being somebody's: its facilitator is reminded instead, and told
that nobody owns it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import Membership, User
from actions.models import ActionItem, Reminder
from touchpoints.models import Journey

Kind = Reminder.Kind
TO_THE_KEEPER = frozenset((Kind.WEEK_BEFORE, Kind.DAY_BEFORE, Kind.DUE, Kind.DAY_AFTER, Kind.LATE))
MOST_SNOOZED = 14  # days in all


def due_base(action: ActionItem) -> datetime.date:
    """The day its reminders count from: the one it is due on, or later when they were put off."""
    snooze = getattr(action, "snooze", None)  # none at all raises a kind of AttributeError
    days = snooze.days if snooze is not None and snooze.due == action.due else 0
    return action.due + datetime.timedelta(days=days)


@dataclass(frozen=True)
class People:
    """Those concerned, as far as they are members still."""

    owner: User | None
    facilitator: User | None
    sponsor: User | None

    @property
    def keeper(self) -> User | None:
        """Who is reminded of it."""
        return self.owner or self.facilitator or self.sponsor

    def rungs(self) -> Iterator[tuple[User, frozenset[str]]]:
        """Each of them, and the kinds of reminders of the ladder that go to them."""
        kinds: dict[User, frozenset[str]] = {}
        above = self.sponsor or self.facilitator
        for user, these in (
            (self.keeper, TO_THE_KEEPER), (self.facilitator, frozenset((Kind.LATE,))), (above, frozenset((Kind.VERY_LATE,)))
        ):  # fmt: skip
            if user is not None:
                kinds[user] = kinds.get(user, frozenset()) | these
        yield from kinds.items()


class Concerned:
    """Looks people up for any number of promises in two queries."""

    def __init__(self, organisation_id: str | None = None) -> None:
        members = Membership.objects.filter(deactivated_at=None, user__is_active=True)
        journeys = Journey.objects.filter(removed_at=None, owner__isnull=False)
        if organisation_id is not None:
            members = members.filter(organisation=organisation_id)
            journeys = journeys.filter(room__organisation=organisation_id)
        self.members = set(members.values_list("organisation", "user"))
        self.owners = {row.pk: row.owner for row in journeys.select_related("owner")}

    def by(self, action: ActionItem) -> People:
        organisation, workshop = action.room.organisation_id, action.workshop
        ran, above = (workshop.facilitator, workshop.sponsor) if workshop else (None, None)

        def here(*users: User | None) -> User | None:
            return next((user for user in users if user and (organisation, user.pk) in self.members), None)

        return People(
            owner=here(action.owner),
            facilitator=here(ran, self.owners.get(action.room_id)),
            sponsor=here(action.sponsor, above),
        )


def people_of(action: ActionItem) -> People:
    """For one promise."""
    return Concerned(action.room.organisation_id).by(action)
