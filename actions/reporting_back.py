"""Workshops that owe the group a report-back: closed, and nobody has told the same people what became of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Organisation
from workshops.models import Workshop


def heard_back(workshop: Workshop) -> bool:
    """Whether the group was told what became of it."""
    return _held().filter(follows=workshop).exists()


def _held() -> QuerySet[Workshop]:
    return Workshop.objects.filter(
        of_kind=Workshop.Kind.REPORT_BACK, state=Workshop.State.CLOSED, removed_at=None, follows__isnull=False
    )


def waiting_workshops(organisations: Iterable[Organisation] | None = None) -> QuerySet[Workshop]:
    """Closed workshops whose report-back has not been held, the longest waiting first."""
    rows = Workshop.objects.filter(
        removed_at=None, state=Workshop.State.CLOSED, of_kind=Workshop.Kind.WORKSHOP,
        room__journey_set__rehearsal=False, room__journey_set__archived=False,
    )  # fmt: skip
    rows = rows.exclude(pk__in=_held().values("follows"))
    if organisations is not None:
        rows = rows.filter(room__organisation__in=organisations)
    return rows.select_related("room__organisation", "facilitator", "owner", "sponsor").order_by("report_back_on", "pk")
