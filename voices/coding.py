"""Saying what a comment means: how bad it is for the customer, what it did to her, what she is ultimately trying to
achieve, and which let-down it voices. A person says so; what we propose counts as nothing until then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.db.models import Count, QuerySet, Sum
from msgspec import UNSET, Meta, UnsetType

from live.context import Context
from live.values import Refused
from personas.models import Aim
from touchpoints.commands import Id, Payload
from voices.models import FROM_CUSTOMERS, Comment, Consequence, Issue
from voices.queries import comments_of
from voices.stated import summed

MOST_CODED = 5_000
FIELDS = ("severity", "feeling", "aim", "issue")


class CodeComments(Payload):
    """Say what comments mean. What is not given stays; null takes a value away.

    `was` (field → value) is for undo: only while they all still say this. `coded` says whether a person has now read
    them through; not given, that stays.
    """

    ids: Annotated[list[int], Meta(min_length=1, max_length=MOST_CODED)]
    severity: Annotated[int, Meta(ge=1, le=5)] | UnsetType | None = UNSET
    feeling: Annotated[int, Meta(ge=-2, le=2)] | UnsetType | None = UNSET
    aim: Id | UnsetType | None = UNSET
    issue: Id | UnsetType | None = UNSET
    consequences: list[Consequence.Kind] | UnsetType = UNSET
    was: dict[str, int | str | None] | UnsetType = UNSET
    coded: bool | UnsetType = UNSET


def code_comments(ctx: Context, data: CodeComments) -> None:
    given = {name: value for name in FIELDS if (value := getattr(data, name)) is not UNSET}
    if given.get("aim"):
        ctx.get(Aim, given["aim"])
    if given.get("issue"):
        ctx.get(Issue, given["issue"])
    ids = sorted(set(data.ids))
    rows = list(comments_of(ctx.room.id).filter(pk__in=ids).values("pk", "coded_at", *FIELDS).order_by("pk"))
    if len(rows) != len(ids):
        raise Refused("unknown", "Some of these comments are not here any more.", field="ids")
    if data.was is not UNSET and any(row[name] != value for row in rows for name, value in data.was.items()):
        raise Refused("conflict", "Somebody coded some of these comments again since. Look at them first.")
    said = _confirmed(ids)
    ctx.rows_are_written()
    when: dict[str, Any] = {}
    if data.coded is not UNSET:
        when = {"coded_at": ctx.now if data.coded else None, "coded_by": ctx.actor.key if data.coded else ""}
        when |= {"held_by": "", "held_until": None}
    columns = {f"{name}_id" if name in ("aim", "issue") else name: value for name, value in given.items()}
    if columns or when:
        Comment.objects.filter(pk__in=ids).update(**columns, **when)
    if data.consequences is not UNSET:
        _confirm(ctx, ids, set(data.consequences))
    if "issue" in given:
        count_issues(ctx, {given["issue"], *(row["issue"] for row in rows)})
    for was, pks in _alike(rows, said, data).items():
        values, kinds, coded = dict(was[0]), list(was[1]), was[2]
        back: dict[str, Any] = {"ids": pks, **values, "was": given}
        if data.coded is not UNSET:
            back["coded"] = coded
        if data.consequences is not UNSET:
            back["consequences"] = kinds
        ctx.undone_by("comment.code", back)


def _alike(rows: list[dict[str, Any]], said: dict[int, tuple[str, ...]], data: CodeComments) -> dict[Any, list[int]]:
    """What comments meant before → those of which that is true."""
    names = [name for name in FIELDS if getattr(data, name) is not UNSET]
    found: dict[Any, list[int]] = {}
    for row in rows:
        was = (tuple((name, row[name]) for name in names), said.get(row["pk"], ()), row["coded_at"] is not None)
        found.setdefault(was, []).append(row["pk"])
    return found


def _confirmed(ids: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = Consequence.objects.filter(comment__in=ids, confirmed_at__isnull=False).order_by("kind")
    for pk, kind in rows.values_list("comment", "kind"):
        found[pk] = (*found.get(pk, ()), kind)
    return found


def _confirm(ctx: Context, ids: list[int], kinds: set[str]) -> None:
    """Exactly these consequences are confirmed. What was only proposed stays a proposal."""
    rows = Consequence.objects.filter(comment__in=ids)
    rows.exclude(kind__in=kinds).update(confirmed_at=None, confirmed_by="")
    rows.filter(kind__in=kinds).update(confirmed_at=ctx.now, confirmed_by=ctx.actor.key)
    there = set(rows.filter(kind__in=kinds).values_list("comment", "kind"))
    Consequence.objects.bulk_create(
        Consequence(comment_id=pk, kind=kind, confirmed_at=ctx.now, confirmed_by=ctx.actor.key)
        for pk in ids
        for kind in sorted(kinds)
        if (pk, kind) not in there
    )


def count_issues(ctx: Context, issues: Iterable[str | None]) -> None:
    """Patch the issues of which something is no longer what the comments in them say: how many customers' comments,
    how many accounts, and the minutes customers state."""
    wanted = sorted(pk for pk in set(issues) if pk)
    said = comments_of(ctx.room.id).filter(issue__in=wanted, source_kind__in=FROM_CUSTOMERS)
    counts = {
        pk: (quotes, accounts)
        for pk, quotes, accounts in said.values_list("issue").annotate(Count("pk"), Count("account", distinct=True))
    }
    minutes = minutes_of(said)
    for pk in wanted:
        row = ctx.unit.get(Issue, pk)
        if isinstance(row, Issue) and row.room_id == ctx.room.id and row.removed_at is None:
            quotes, accounts = counts.get(pk, (0, 0))
            ctx.derive(row, quotes=quotes, accounts=accounts, minutes=round(minutes.get(pk, 0)))


def minutes_of(comments: QuerySet[Comment]) -> dict[str, float]:
    """Issue → the minutes customers state in these comments; rates and ages are left out."""
    times = summed("time").filter(comment__in=comments)
    return dict(times.values_list("comment__issue").annotate(total=Sum("low")))
