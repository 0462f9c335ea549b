"""Reading personas through the person who asks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from personas.models import Aim, Experience, Persona
from touchpoints.findings import Step
from touchpoints.models import Journey
from touchpoints.queries import steps_of


@dataclass(frozen=True)
class Lived:
    """A touchpoint and how it is for one persona; None where nobody has thought about it yet."""

    step: Step
    experience: Experience | None


def personas_of(journey: Journey) -> QuerySet[Persona]:
    rows = Persona.objects.filter(room=journey.room_id, removed_at=None)
    return rows.select_related("aim", "first_channel").order_by("name", "id")


def aims_of(journey: Journey) -> QuerySet[Aim]:
    return Aim.objects.filter(room=journey.room_id, removed_at=None).order_by("name", "id")


def persona_in(journey: Journey, pk: str) -> Persona:
    found = personas_of(journey).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such persona.")
    return found


def lived_by(journey: Journey, personas: list[Persona]) -> dict[str, list[Lived]]:
    """Persona's id → the whole journey in its order, as it is for her."""
    rows = Experience.objects.filter(room=journey.room_id, removed_at=None)
    found = {(row.persona_id, row.touchpoint_id): row for row in rows}
    steps = steps_of(journey)
    return {who.pk: [Lived(step, found.get((who.pk, step.touchpoint.pk))) for step in steps] for who in personas}
