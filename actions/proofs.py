"""What a promise rests on, and what shows that it was kept: a comment, a touchpoint, a let-down, a link."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from actions.models import ActionItem, Proof
from live.context import Context
from live.values import Refused, clean_line
from touchpoints.commands import ById, Id, Payload
from touchpoints.models import Touchpoint
from voices.models import Comment, Issue
from voices.permissions import may_read_comments
from voices.queries import comments_of

MOST_PROOFS = 100
_web_address = URLValidator(schemes=["http", "https"])


class AddProof(Payload):
    """Exactly one of a web address (`url`, which `text` may name), a comment, a touchpoint and a let-down."""

    id: Id
    action: Id
    text: str = ""
    url: str = ""
    comment: int | None = None
    touchpoint: Id | None = None
    issue: Id | None = None


def add_proof(ctx: Context, data: AddProof) -> None:
    action, me = ctx.get(ActionItem, data.action), ctx.actor
    if sum(map(bool, (data.url.strip(), data.comment, data.touchpoint, data.issue))) != 1:
        raise Refused("invalid", "Give one thing: an address, a comment, a touchpoint or a let-down.", field="url")
    if len(ctx.rows(Proof, action=action.id)) >= MOST_PROOFS:
        raise Refused("full", f"{MOST_PROOFS} things stand behind this promise already. Remove one first.")
    ctx.add(
        Proof(
            id=data.id, action=action, text=clean_line(data.text, 200, field="text", required=False),
            url=_address(data.url), comment=_comment(ctx, data.comment),
            touchpoint=ctx.get(Touchpoint, data.touchpoint) if data.touchpoint else None,
            issue=ctx.get(Issue, data.issue) if data.issue else None,
            by=me.key, by_name=me.name[:80], at=ctx.now,
        )
    )  # fmt: skip


def remove_proof(ctx: Context, data: ById) -> None:
    ctx.remove(ctx.get(Proof, data.id))


def _address(url: str) -> str:
    url = clean_line(url, 500, field="url", required=False)
    try:
        if url:
            _web_address(url)
    except ValidationError:
        raise Refused("invalid", "This is no address. It begins with https:// or http://.", field="url") from None
    return url


def _comment(ctx: Context, pk: int | None) -> Comment | None:
    if pk is None:
        return None
    found = comments_of(ctx.room.id).filter(pk=pk).first() if may_read_comments(ctx.actor) else None
    if found is None:
        raise Refused("unknown", "This comment is not here any more.", field="comment")
    return found
