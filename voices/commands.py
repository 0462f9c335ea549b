"""What people do with comments, live: bring a file in, take it back, place comments, work on issues.

Comments are no live records. A command changes their rows and then patches what the map shows of them,
`quotes` and `evidence` of the touchpoints, in one event however many comments there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from django.db.models import Q
from msgspec import UNSET, Meta, UnsetType

from live.context import Context
from live.values import Refused, clean_line
from touchpoints.commands import ById, Id, Payload, Write, change_row, given, write_row
from touchpoints.models import Evidence, Stage, Touchpoint
from voices.coding import count_issues
from voices.models import Comment, CommentImport, Issue
from voices.queries import comments_of, tallies
from voices.stated import stated_on

MOST_PLACED = 5_000
MOST_ISSUES = 2_000
# Set by interviews, not by counting comments; counting never takes them away.
FIXED = (Evidence.VERIFIED, Evidence.CONTRADICTED)


def count_again(ctx: Context, touchpoints: Iterable[str], stages: Iterable[str]) -> None:
    """Patch the touchpoints and stages of which something is no longer what the comments on them say."""
    wanted = {pk for pk in touchpoints if pk}
    costs = stated_on(ctx.room.id, wanted, stages := {pk for pk in stages if pk})
    for pk, (quotes, evidence) in tallies(ctx.room.id, wanted).items():
        row = ctx.unit.get(Touchpoint, pk)
        if isinstance(row, Touchpoint) and row.room_id == ctx.room.id and row.removed_at is None:
            level = row.evidence if row.evidence in FIXED else evidence
            ctx.derive(row, quotes=quotes, evidence=level, stated=costs.get(pk, {}))
    for pk in stages:
        stage = ctx.unit.get(Stage, pk)
        if isinstance(stage, Stage) and stage.room_id == ctx.room.id and stage.removed_at is None:
            ctx.derive(stage, stated=costs.get(pk, {}))


# -- placing -----------------------------------------------------------------------------------
class PlaceComments(Payload):
    """Put comments on a touchpoint, or only into a stage; neither of both takes them off the map.

    `was` (a touchpoint, a stage or null) is for undo: only while they all still are where they were.
    """

    ids: Annotated[list[int], Meta(min_length=1, max_length=MOST_PLACED)]
    touchpoint: Id | None = None
    stage: Id | None = None
    was: Id | UnsetType | None = UNSET


def place_comments(ctx: Context, data: PlaceComments) -> None:
    ids = sorted(set(data.ids))
    touchpoint = ctx.get(Touchpoint, data.touchpoint) if data.touchpoint else None
    stage_id = touchpoint.stage_id if touchpoint else ctx.get(Stage, data.stage).id if data.stage else None
    rows = list(comments_of(ctx.room.id).filter(pk__in=ids).values_list("pk", "touchpoint", "stage"))
    if len(rows) != len(ids):
        raise Refused("unknown", "Some of these comments are not here any more.", field="ids")
    before: dict[tuple[str | None, str | None], list[int]] = {}
    for pk, was_touchpoint, was_stage in rows:
        before.setdefault((was_touchpoint, was_stage), []).append(pk)
    if data.was is not UNSET and any((t or s) != data.was for t, s in before):
        raise Refused("conflict", "Somebody placed some of these comments elsewhere since. Look at them first.")
    ctx.rows_are_written()
    placed = stage_id is not None
    Comment.objects.filter(pk__in=ids).update(
        touchpoint=touchpoint,
        stage=stage_id,
        placed_at=ctx.now if placed else None,
        placed_by=ctx.actor.key if placed else "",
    )
    stages = {None if touchpoint else stage_id, *(None if was else was_in for was, was_in in before)}
    count_again(ctx, {data.touchpoint or "", *(was or "" for was, _ in before)}, {pk or "" for pk in stages})
    here = data.touchpoint or data.stage
    for (was, was_in), pks in before.items():
        back = {"ids": pks, "touchpoint": was, "stage": None if was else was_in, "was": here}
        ctx.undone_by("comment.place", back)


# -- imports -----------------------------------------------------------------------------------
class ImportComments(Payload):
    """A file's rows are all in (written by the worker): from now on they count, all at once."""

    id: Id


def import_comments(ctx: Context, data: ImportComments) -> None:
    row = _import(ctx, data.id)
    if row.state != CommentImport.State.RUNNING or row.position < row.total:
        raise Refused("conflict", "This file is not in yet.")
    ctx.rows_are_written()
    CommentImport.objects.filter(pk=row.pk).update(
        state=CommentImport.State.DONE, finished_at=ctx.now, lease="", lease_until=None
    )
    _count_all(ctx, _touched(row))
    ctx.undone_by("comment.undo_import", {"id": row.pk})


class UndoImport(Payload):
    """Take a whole file back, with everything that was done to its comments."""

    id: Id


def undo_import(ctx: Context, data: UndoImport) -> None:
    row = _import(ctx, data.id)
    if row.state != CommentImport.State.DONE:
        raise Refused("conflict", "This file was taken back before, or never came in.")
    touched = _touched(row)
    ctx.rows_are_written()
    CommentImport.objects.filter(pk=row.pk).update(
        state=CommentImport.State.UNDONE, undone_at=ctx.now, undone_by=ctx.actor.key
    )
    _count_all(ctx, touched)
    ctx.for_good()  # its rows are cleared away next; the way back is to bring the file in again


def _import(ctx: Context, pk: str) -> CommentImport:
    row = CommentImport.objects.filter(pk=pk, room=ctx.room.id).defer("preview").first()
    if row is None:
        raise Refused("unknown", "There is no such import.", field="id")
    return row


def _touched(row: CommentImport) -> tuple[set[str], set[str], set[str]]:
    """The touchpoints its comments are on, the stages that some are on as a whole, and the issues they are in."""
    placed = set(Comment.objects.filter(comment_import=row).values_list("touchpoint", "stage", "issue").distinct())
    return (
        {touchpoint for touchpoint, *_ in placed if touchpoint},
        {stage for touchpoint, stage, _ in placed if stage and not touchpoint},
        {issue for *_, issue in placed if issue},
    )


def _count_all(ctx: Context, touched: tuple[set[str], set[str], set[str]]) -> None:
    touchpoints, stages, issues = touched
    count_again(ctx, touchpoints, stages)
    count_issues(ctx, issues)


# -- issues ------------------------------------------------------------------------------------
Severity = Annotated[int, Meta(ge=1, le=5)]


class AddIssue(Payload):
    """A let-down, named in customers' words."""

    id: Id
    title: str
    touchpoint: Id | None = None


def add_issue(ctx: Context, data: AddIssue) -> None:
    title = clean_line(data.title, 160, field="title")
    if Issue.objects.filter(Q(room=ctx.room.id), removed_at=None).count() >= MOST_ISSUES:
        raise Refused("full", f"A journey holds {MOST_ISSUES:,} issues. Join two before you add one.")
    touchpoint = ctx.get(Touchpoint, data.touchpoint) if data.touchpoint else None
    ctx.add(Issue(id=data.id, title=title, touchpoint=touchpoint))


class ChangeIssue(Payload):
    """Set properties of an issue; texts may be given whole and are merged as a difference."""

    id: Id
    title: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    touchpoint: Id | UnsetType | None = UNSET
    severity: Severity | UnsetType | None = UNSET
    company_severity: Severity | UnsetType | None = UNSET
    friction: Issue.Friction | UnsetType = UNSET
    quick_win: bool | UnsetType = UNSET


def change_issue(ctx: Context, data: ChangeIssue) -> None:
    values = given(data)
    if values.get("touchpoint") is not None:
        ctx.get(Touchpoint, values["touchpoint"])
    change_row(ctx, ctx.get(Issue, data.id), values)


def write_issue(ctx: Context, data: Write) -> None:
    write_row(ctx, Issue, data)


def remove_issue(ctx: Context, data: ById) -> None:
    ctx.remove(ctx.get(Issue, data.id))
