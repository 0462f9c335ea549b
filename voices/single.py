"""One comment at a time: pushed by another system or typed in, and erased for good."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from live.context import Context
from live.values import Refused
from touchpoints.commands import Payload
from voices.coding import count_issues
from voices.commands import count_again
from voices.importing import Candidate, Plan, Problem, read_row
from voices.models import Comment, Scale, SourceKind
from voices.queries import comments_of
from voices.saving import save_one

FIELDS = ("text", "account", "contact", "contact_role", "date", "score", "external_id", "link", "tier", "segment")


class AddComment(Payload):
    """What one customer said. `date` as YYYY-MM-DD, `score` on `scale`. The same comment twice (by `source` and
    `external_id`, else by words, account and date) is refused as a conflict. E-mail addresses, phone, card and account
    numbers and names in greetings and signatures are taken out before anything is kept."""

    text: str
    account: str = ""
    contact: str = ""
    contact_role: str = ""
    date: str = ""
    score: float | None = None
    scale: Scale = Scale.NONE
    source: Annotated[str, Meta(max_length=60)] = ""
    source_kind: SourceKind = SourceKind.VERBATIM
    external_id: str = ""
    link: str = ""
    tier: str = ""
    segment: str = ""


def add_comment(ctx: Context, data: AddComment) -> None:
    plan = Plan({n: name for n, name in enumerate(FIELDS)}, len(FIELDS), data.source, data.scale)
    given = {name: getattr(data, name) for name in FIELDS}
    cells = ["" if value is None else f"{value:g}" if isinstance(value, float) else value for value in given.values()]
    found = read_row(plan, 1, cells)
    if isinstance(found, Problem):
        raise Refused("invalid", found.reason)
    if not isinstance(found, Candidate):
        raise Refused("invalid", "There are no words in it. Say what the customer said.", field="text")
    if data.score is not None and found.score is None:
        raise Refused("invalid", "This score is not on its scale, or the scale is missing.", field="score")
    if Comment.objects.filter(room=ctx.room.id, dedupe=found.dedupe).exists():
        raise Refused("conflict", "This comment is here already.", field="external_id" if data.external_id else "text")
    ctx.rows_are_written()
    comment = save_one(ctx.room.organisation_id, ctx.room.id, found, data.source_kind, data.scale)
    ctx.undone_by("comment.remove", {"ids": [comment.pk]})


class RemoveComments(Payload):
    """Erase comments for good, with all that was said about them. There is no undo."""

    ids: Annotated[list[int], Meta(min_length=1, max_length=1_000)]


def remove_comments(ctx: Context, data: RemoveComments) -> None:
    ids = sorted(set(data.ids))
    rows = list(comments_of(ctx.room.id).filter(pk__in=ids).values_list("touchpoint", "stage", "issue"))
    if len(rows) != len(ids):
        raise Refused("unknown", "Some of these comments are not here any more.", field="ids")
    ctx.rows_are_written()
    Comment.objects.filter(pk__in=ids).delete()
    count_again(ctx, {touchpoint for touchpoint, *_ in rows if touchpoint}, {s or "" for t, s, _ in rows if not t})
    count_issues(ctx, {issue for *_, issue in rows})
    ctx.for_good()
