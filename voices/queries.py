"""Reading what customers said, always through a journey the person may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.actors import Actor
from touchpoints.models import Evidence, Journey, Stage, Touchpoint
from touchpoints.queries import journey_for
from voices.models import FROM_CUSTOMERS, Account, Comment, CommentImport, SourceKind

# From this confidence on a suggestion is called sure.
SURE = 0.7


def comments_of(room_id: str) -> QuerySet[Comment]:
    """The comments of a journey: those of finished imports that were not undone, and single ones.

    Nearly always that is every comment there is, and is asked so: then counting them reads an index and nothing else.
    """
    states = CommentImport.State
    imports = CommentImport.objects.filter(room=room_id)
    left = imports.filter(state__in=(states.FAILED, states.UNDONE))
    left = left.filter(Exists(Comment.objects.filter(comment_import=OuterRef("pk"))))
    on_the_way = imports.filter(state__in=(states.QUEUED, states.RUNNING))
    not_yet = [*on_the_way.values_list("pk", flat=True), *left.values_list("pk", flat=True)]
    found = Comment.objects.filter(room=room_id)
    return found.exclude(comment_import__in=not_yet) if not_yet else found


def customers(room_id: str) -> QuerySet[Comment]:
    """Those in customers' own words: what counts behind a let-down, an aim or a place of the map."""
    return comments_of(room_id).filter(source_kind__in=FROM_CUSTOMERS)


# -- imports -----------------------------------------------------------------------------------
def import_for(identity: str | None, pk: str) -> tuple[CommentImport, Journey, Actor]:
    """An import, its journey and who this person is there. Http404 for strangers and for what does not exist."""
    found = CommentImport.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such import.")
    journey, actor = journey_for(identity, found.room_id)
    return found, journey, actor


def imports_of(room_id: str) -> QuerySet[CommentImport]:
    return CommentImport.objects.filter(room=room_id).defer("preview").order_by("-created_at")


@dataclass(frozen=True)
class Used:
    """How much of what a file brought is used so far: placed on the map, or read through by somebody."""

    comments: int
    used: int

    @property
    def percent(self) -> int:
        return round(100 * self.used / self.comments) if self.comments else 0


def used_of(room_id: str) -> dict[str | None, Used]:
    """Import (None: comments that came one by one) → how much of it is used. One query."""
    rows = comments_of(room_id).values_list("comment_import").order_by()
    read = Q(placed_at__isnull=False) | Q(coded_at__isnull=False)
    return {pk: Used(*counts) for pk, *counts in rows.annotate(all=Count("pk"), used=Count("pk", filter=read))}


# -- on the map --------------------------------------------------------------------------------
def _gone(room_id: str) -> list[str]:
    """Touchpoints that were rubbed out."""
    return list(Touchpoint.objects.filter(room=room_id, removed_at__isnull=False).values_list("pk", flat=True))


def waiting(room_id: str, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Those without a place, or whose place was rubbed out."""
    gone = _gone(room_id)
    return comments.filter(Q(placed_at=None) | Q(touchpoint__in=gone)) if gone else comments.filter(placed_at=None)


def standing(room_id: str, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Those with a place that is still there: all that do not wait."""
    gone, placed = _gone(room_id), comments.exclude(placed_at=None)
    return placed.filter(Q(touchpoint=None) | ~Q(touchpoint__in=gone)) if gone else placed


def in_stage(stage: str) -> Q:
    """Comments are in the stage their touchpoint is in now, wherever it was when they were placed on it."""
    touchpoints = list(Touchpoint.objects.filter(stage=stage).values_list("pk", flat=True))
    return Q(touchpoint__in=touchpoints) | Q(touchpoint=None, stage=stage)


def by_place(room_id: str) -> QuerySet[Any]:
    """What customers said that has a place on the map; `at` is the stage it is in now, see `in_stage`."""
    rows: QuerySet[Any] = standing(room_id, customers(room_id))
    return rows.annotate(at=Coalesce("touchpoint__stage", "stage")).filter(at__isnull=False)


def sure(room_id: str) -> QuerySet[Comment]:
    """Comments that wait and whose suggested touchpoint is sure."""
    found = waiting(room_id, comments_of(room_id))
    return found.filter(confidence__gte=SURE, suggested__isnull=False, suggested__removed_at=None)


def tallies(room_id: str, touchpoints: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Touchpoint → (customers' comments placed on it, evidence level that follows), for each one asked for."""
    wanted = list(touchpoints)
    groups = (
        comments_of(room_id)
        .filter(touchpoint__in=wanted)
        .values("touchpoint", "source_kind")
        .annotate(count=Count("pk"), accounts=Count("account", distinct=True))
    )
    by_touchpoint: dict[str, dict[str, int]] = {pk: {} for pk in wanted}
    for group in groups:
        by_touchpoint[group["touchpoint"]][group["source_kind"]] = group["count"]
    accounts = (
        comments_of(room_id)
        .filter(touchpoint__in=wanted, source_kind__in=FROM_CUSTOMERS)
        .values("touchpoint")
        .annotate(accounts=Count("account", distinct=True))
    )
    distinct = {row["touchpoint"]: row["accounts"] for row in accounts}
    return {
        pk: (sum(kinds.get(kind, 0) for kind in FROM_CUSTOMERS), evidence_level(kinds, distinct.get(pk, 0)))
        for pk, kinds in by_touchpoint.items()
    }


def evidence_level(kinds: dict[str, int], accounts: int) -> str:
    """How well comments back an item: counts by source kind, and distinct accounts among customers' own."""
    if any(kinds.get(kind) for kind in FROM_CUSTOMERS):
        return Evidence.STRONG if accounts >= 3 else Evidence.VOICED
    if kinds.get(SourceKind.HEARD):
        return Evidence.HEARD
    return Evidence.OPINION if kinds.get(SourceKind.OPINION) else Evidence.NONE


def targets(room_id: str) -> list[tuple[Stage, list[Touchpoint]]]:
    """The map as a list to drop on: its stages in order with their touchpoints."""
    stages = Stage.objects.filter(room=room_id, removed_at=None).order_by("order", "pk")
    touchpoints: dict[str, list[Touchpoint]] = {}
    rows = Touchpoint.objects.filter(room=room_id, removed_at=None).select_related("lead").order_by("order", "pk")
    for row in rows:
        touchpoints.setdefault(row.stage_id, []).append(row)
    return [(stage, touchpoints.get(stage.pk, [])) for stage in stages]


def words_at(room_id: str, touchpoint: str, most: int = 50) -> QuerySet[Comment]:
    """What customers said at a touchpoint, newest first; only what a person placed there."""
    return (
        comments_of(room_id)
        .filter(touchpoint=touchpoint)
        .select_related("account", "contact")
        .prefetch_related("quantities")
        .order_by("-said_on", "-pk")[:most]
    )


# -- to choose from ----------------------------------------------------------------------------
def sources_of(room_id: str, total: int) -> list[str]:
    """Where they come from, by name. `total`: how many comments there are; kept until it changes."""
    key = f"sources-{room_id}-{total}"
    found: list[str] | None = cache.get(key)
    if found is None:
        named = comments_of(room_id).exclude(source="").order_by("source")
        found = list(named.values_list("source", flat=True).distinct()[:60])
        cache.set(key, found, 3_600)
    return found


MOST_ACCOUNTS = 300  # in a list to choose from; of more, the search finds them by name


def accounts_of(room_id: str) -> list[Account]:
    """The accounts that said something, by name; none where there are too many to choose from."""
    ids = comments_of(room_id).exclude(account=None).values_list("account", flat=True).distinct().order_by()
    found = list(ids[: MOST_ACCOUNTS + 1])
    return [] if len(found) > MOST_ACCOUNTS else list(Account.objects.filter(pk__in=found).order_by("name"))
