"""A piece of an import into the database: accounts, contacts, comments, quantities, and how far it came."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Lower

from voices.analysis import find_quantities
from voices.files import Row
from voices.importing import Candidate, Plan, read_row
from voices.models import Account, Comment, CommentImport, Contact, Quantity
from voices.placing import Map, apply


def save_rows(row: CommentImport, plan: Plan, model: Map, piece: Sequence[Row], until: datetime.datetime) -> bool:
    """Save the comments of these rows and that the import stands behind them, both or neither.

    False when another worker holds the import. Reading and understanding is done before the transaction,
    which is short, since live editing shares the database.
    """
    found = [one for line, cells in piece if isinstance(one := read_row(plan, line, cells), Candidate)]
    comments = {one.dedupe: _comment(row, model, one) for one in reversed(found)}
    candidates = {one.dedupe: one for one in found}
    with transaction.atomic():
        mine = CommentImport.objects.filter(pk=row.pk, lease=row.lease, position=row.position)
        if not mine.update(position=row.position + len(piece), lease_until=until):
            return False
        taken = set(
            Comment.objects.filter(room=row.room_id, dedupe__in=list(comments)).values_list("dedupe", flat=True)
        )
        fresh = [comment for key, comment in comments.items() if key not in taken]
        accounts = _accounts(row.organisation_id, [candidates[comment.dedupe] for comment in fresh])
        contacts = _contacts(row.organisation_id, accounts, [candidates[comment.dedupe] for comment in fresh])
        for comment in fresh:
            one = candidates[comment.dedupe]
            comment.account = accounts.get(one.account.casefold())
            comment.contact = contacts.get((one.account.casefold(), one.contact.casefold()))
        fresh.sort(key=lambda comment: comment.row or 0)
        Comment.objects.bulk_create(fresh, batch_size=200)
        Quantity.objects.bulk_create([q for comment in fresh for q in _quantities(comment)], batch_size=400)
        row.added += len(fresh)
        mine = CommentImport.objects.filter(pk=row.pk, lease=row.lease)
        mine.update(added=row.added)
    row.position += len(piece)
    return True


def _comment(row: CommentImport, model: Map, one: Candidate) -> Comment:
    comment = Comment(
        organisation_id=row.organisation_id, room_id=row.room_id, comment_import=row, row=one.line, text=one.text,
        said_on=one.said_on, source=one.source, source_kind=row.source_kind, score=one.score,
        scale=row.scale if one.score is not None else "", external_id=one.external_id, link=one.link, dedupe=one.dedupe,
    )  # fmt: skip
    touchpoint = model.touchpoints.get(one.touchpoint.casefold())
    stage = model.stage_of[touchpoint] if touchpoint else model.stages.get(one.stage.casefold())
    apply(comment, model, model.suggest(one.text, stage))
    if touchpoint:  # the file itself says it, and a person said which column does
        comment.touchpoint_id, comment.stage_id = touchpoint, stage
        comment.placed_at, comment.placed_by = row.started_at, row.by
    elif stage and comment.suggested_stage_id is None:
        comment.suggested_stage_id, comment.confidence, comment.why = stage, 1.0, "the file says so"
    return comment


def _quantities(comment: Comment) -> list[Quantity]:
    return [
        Quantity(
            comment=comment, kind=q.kind, low=q.low, high=q.high, unit=q.unit[:40], rate=q.rate,
            start=q.start, end=q.end,
        )
        for q in find_quantities(comment.text)
        if q.borne and q.low is not None
    ]  # fmt: skip


def _accounts(organisation: str, found: Sequence[Candidate]) -> dict[str, Account]:
    """Small-letter name → account, made where it is missing; what the file says of it is noted."""
    wanted = {one.account.casefold(): one for one in found if one.account}
    if not wanted:
        return {}
    Account.objects.bulk_create(
        [Account(organisation_id=organisation, name=one.account) for one in wanted.values()], ignore_conflicts=True
    )
    lowered = Account.objects.filter(organisation=organisation).annotate(lowered=Lower("name"))
    rows = lowered.filter(lowered__in=[one.account.lower() for one in wanted.values()])
    accounts: dict[str, Account] = {row.name.casefold(): row for row in rows}
    changed = []
    for key, row in accounts.items():
        one = wanted.get(key)
        said = {"tier": one.tier, "manager": one.manager, "segment": one.segment} if one else {}
        if one and one.revenue is not None:
            said |= {"yearly_revenue": one.revenue, "currency": one.currency or row.currency}  # type: ignore[dict-item]
        new = {name: value for name, value in said.items() if value not in ("", getattr(row, name))}
        for name, value in new.items():
            setattr(row, name, value)
        if new:
            changed.append(row)
    Account.objects.bulk_update(changed, ["tier", "manager", "segment", "yearly_revenue", "currency"], batch_size=100)
    return accounts


def _contacts(
    organisation: str, accounts: dict[str, Account], found: Sequence[Candidate]
) -> dict[tuple[str, str], Contact]:
    wanted = {(one.account.casefold(), one.contact.casefold()): one for one in found if one.contact}
    if not wanted:
        return {}
    made = [
        Contact(organisation_id=organisation, account=accounts.get(key[0]), name=one.contact, role=one.contact_role)
        for key, one in wanted.items()
    ]
    Contact.objects.bulk_create(made, ignore_conflicts=True)
    lowered = Contact.objects.filter(organisation=organisation).annotate(lowered=Lower("name"))
    rows = lowered.filter(lowered__in={one.contact.lower() for one in wanted.values()}).select_related("account")
    return {(row.account.name.casefold() if row.account else "", row.name.casefold()): row for row in rows}
