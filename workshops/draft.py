"""A workshop that is being thought up: four pages of answers, kept in the session until they make one.

What is typed is kept as it is typed, faults included, so that a reload or a step back loses nothing; only the last
page, with all four in order, makes something of it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

from accounts.models import Department, Organisation
from live.models import new_id
from workshops.models import Participant, Workshop
from workshops.steps import DateStep, FunctionsStep, ObjectiveStep, StagesStep, Step, picked

KEY = "new_workshop"
STEPS: dict[str, tuple[str, type[Step]]] = {
    "objective": ("Objective", ObjectiveStep),
    "functions": ("Functions", FunctionsStep),
    "stages": ("Stages", StagesStep),
    "date": ("Date and agenda", DateStep),
}
MOST_KEPT = 60_000  # characters of one page


class Draft:
    """`said` holds what was typed on each page; `follows` is the workshop that this one goes on from."""

    def __init__(self, session: SessionBase, organisation: Organisation) -> None:
        self.session, self.organisation = session, organisation
        kept: dict[str, Any] = session.get(KEY) or {}
        if kept.get("organisation") != organisation.pk:
            kept = {"organisation": organisation.pk, "said": {}, "room": new_id("jn"), "follows": None}
        self.kept = kept

    @property
    def room(self) -> str:
        """The id that a new journey gets: the same however often *Create* is pressed."""
        return str(self.kept["room"])

    @property
    def follows(self) -> str | None:
        return self.kept["follows"] or None

    @property
    def begun(self) -> bool:
        return bool(self.kept["said"])

    def keep(self, step: str, data: QueryDict) -> None:
        said = {name: values for name, values in data.lists() if name not in ("csrfmiddlewaretoken", "do")}
        if sum(len(value) for values in said.values() for value in values) <= MOST_KEPT:
            self._set(step, said)

    def about(self, journey: str) -> None:
        """It is about this journey; everything else that was typed stays."""
        self._set("stages", {"where": [f"journey:{journey}"]})

    def go_on_from(self, workshop: Workshop) -> None:
        """A new draft for the next workshop of a series: the same people, and what for as a proposal."""
        self.kept |= {"room": new_id("jn"), "follows": workshop.pk, "said": {}}
        words = ("objective", "planned_use", "success_measure", "aim")
        self._set("objective", {name: [workshop.value(name)] for name in words})
        self._set("functions", _people_of(workshop))
        self.about(workshop.room_id)

    def _set(self, step: str, said: dict[str, list[str]]) -> None:
        self.kept["said"][step] = said
        self.session[KEY] = self.kept

    def forget(self) -> None:
        self.session.pop(KEY, None)

    def form(self, step: str, data: QueryDict | None = None) -> Step:
        """The page as it was left, or bound to what is sent now."""
        return STEPS[step][1](self.organisation, self.said_in(step), data)

    def said_in(self, step: str) -> QueryDict | None:
        if step not in self.kept["said"]:
            return None
        said = QueryDict(mutable=True)
        for name, values in self.kept["said"][step].items():
            said.setlist(name, list(values))
        return said

    def checked(self, step: str) -> Step:
        """The page judged as it was left; one that nobody has seen yet does not hold."""
        return self.form(step, self.said_in(step) or QueryDict())


def _people_of(workshop: Workshop) -> dict[str, list[str]]:
    """The functions' page filled with who was there."""
    organisation = workshop.room.organisation
    users = {row.user.identity: row.user for row in organisation.memberships.select_related("user")}
    here = list(Department.objects.filter(organisation=organisation).values_list("pk", flat=True))
    asked = [pk for pk in here if pk in workshop.functions] or here
    said: dict[str, list[str]] = {"functions": asked}
    for row in Participant.objects.filter(workshop=workshop, removed_at=None, person__in=users):
        name = f"{'deputy' if row.deputy else 'rep'}-{row.department_id}"
        if row.department_id and name not in said:
            said[name] = [picked(users[row.person])]
            if row.frontline and not row.deputy:
                said[f"frontline-{row.department_id}"] = ["on"]
    said |= {"sponsor": [str(workshop.sponsor_id or "")], "owner": [str(workshop.owner_id or "")]}
    said["co_facilitators"] = [str(pk) for pk in workshop.co_facilitators.values_list("pk", flat=True)]
    return said
