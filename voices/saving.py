"""A piece of an import into the database: accounts, contacts, comments, quantities, and how far it came."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower

from voices.consequences import consequences
from voices.files import Row
from voices.importing import Bare, Candidate, Plan, read_row
from voices.models import Account, BareScore, Comment, CommentImport, Consequence, Contact, Quantity
from voices.placing import THE_FILE, Map
from voices.quantities import find_quantities


@dataclass
class Reading:
    """What a worker holds while it brings one file in: how to read it, the map, and whom it met so far."""

    plan: Plan
    map: Map
    people: People


def save_rows(row: CommentImport, reading: Reading, piece: Sequence[Row], until: datetime.datetime) -> list[str] | None:
    """Save the comments of these rows and that the import stands behind them, both or neither. Returns their words.

    None when another worker holds the import. Reading and understanding is done before the transaction,
    which is short, since live editing shares the database.
    """
    plan, model, people = reading.plan, reading.map, reading.people
    rows = [read_row(plan, line, cells) for line, cells in piece]
    found = [one for one in rows if isinstance(one, Candidate)]
    bare = [_bare(row, model, one) for one in rows if isinstance(one, Bare)]
    comments = {one.dedupe: _comment(row, model, one) for one in reversed(found)}
    candidates = {one.dedupe: one for one in found}
    with transaction.atomic():
        mine = CommentImport.objects.filter(pk=row.pk, lease=row.lease, position=row.position)
        if not mine.update(position=row.position + len(piece), lease_until=until):
            return None
        taken = set(
            Comment.objects.filter(room=row.room_id, dedupe__in=list(comments)).values_list("dedupe", flat=True)
        )
        fresh = [comment for key, comment in comments.items() if key not in taken]
        people.meet([candidates[comment.dedupe] for comment in fresh])
        for comment in fresh:
            one = candidates[comment.dedupe]
            comment.account_id, comment.contact_id = people.account(one), people.contact(one)
        fresh.sort(key=lambda comment: comment.row or 0)
        Comment.objects.bulk_create(fresh, batch_size=200)
        BareScore.objects.bulk_create([one for one in bare if one], batch_size=400, ignore_conflicts=True)
        Quantity.objects.bulk_create([q for comment in fresh for q in _quantities(comment)], batch_size=400)
        Consequence.objects.bulk_create([one for comment in fresh for one in _consequences(comment)], batch_size=400)
        row.added += len(fresh)
        mine = CommentImport.objects.filter(pk=row.pk, lease=row.lease)
        mine.update(added=row.added)
    row.position += len(piece)
    return [comment.text for comment in fresh]


def save_one(organisation: str, room: str, one: Candidate, kind: str, scale: str) -> Comment:
    """A comment that came by itself. Where it may belong and how bad it may be is found out afterwards."""
    people = People(organisation)
    people.meet([one])
    comment = Comment.objects.create(
        organisation_id=organisation, room_id=room, text=one.text, said_on=one.said_on, source=one.source,
        source_kind=kind, score=one.score, scale=scale if one.score is not None else "", external_id=one.external_id,
        link=one.link, dedupe=one.dedupe, account_id=people.account(one), contact_id=people.contact(one),
    )  # fmt: skip
    Quantity.objects.bulk_create(_quantities(comment))
    Consequence.objects.bulk_create(_consequences(comment))
    return comment


def _bare(row: CommentImport, model: Map, one: Bare) -> BareScore | None:
    """None where the map has no such place."""
    place = one.place.casefold()
    stage = model.stage_of[model.touchpoints[place]] if place in model.touchpoints else model.stages.get(place)
    if stage is None:
        return None
    return BareScore(
        room_id=row.room_id, comment_import=row, stage_id=stage, score=one.score, scale=row.scale, dedupe=one.dedupe
    )


def _comment(row: CommentImport, model: Map, one: Candidate) -> Comment:
    comment = Comment(
        organisation_id=row.organisation_id, room_id=row.room_id, comment_import=row, row=one.line, text=one.text,
        said_on=one.said_on, source=one.source, source_kind=row.source_kind, score=one.score,
        scale=row.scale if one.score is not None else "", external_id=one.external_id, link=one.link, dedupe=one.dedupe,
    )  # fmt: skip
    touchpoint = model.touchpoints.get(one.touchpoint.casefold())
    stage = model.stage_of[touchpoint] if touchpoint else model.stages.get(one.stage.casefold())
    if touchpoint:  # the file itself says it, and a person said which column does
        comment.touchpoint_id, comment.stage_id = touchpoint, stage
        comment.placed_at, comment.placed_by = row.started_at, row.by
    elif stage:
        comment.suggested_stage_id, comment.confidence, comment.why = stage, 1.0, THE_FILE
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


def _consequences(comment: Comment) -> list[Consequence]:
    return [
        Consequence(comment=comment, kind=one.kind, words=comment.text[one.start : one.end][:200])
        for one in consequences(comment.text)
    ]


class People:
    """The accounts and contacts of an organisation, made where they are missing; remembered for one run."""

    def __init__(self, organisation: str) -> None:
        self.organisation = organisation
        self.accounts: dict[str, int] = {}
        self.contacts: dict[tuple[str, str], int] = {}
        self._said: dict[str, dict[str, Any]] = {}

    def meet(self, found: Sequence[Candidate]) -> None:
        """Know everybody these comments come from. Names differ by more than their capitals, or are one."""
        self._meet_accounts({_key(one.account): one for one in found if one.account})
        self._meet_contacts({(_key(one.account), _key(one.contact)): one for one in found if one.contact})

    def account(self, one: Candidate) -> int | None:
        return self.accounts.get(_key(one.account))

    def contact(self, one: Candidate) -> int | None:
        return self.contacts.get((_key(one.account), _key(one.contact)))

    def _meet_accounts(self, wanted: dict[str, Candidate]) -> None:
        new = [one.account for key, one in wanted.items() if key not in self.accounts]
        if new:
            rows = [Account(organisation_id=self.organisation, name=name) for name in new]
            Account.objects.bulk_create(rows, ignore_conflicts=True)
            known = Account.objects.filter(organisation=self.organisation).annotate(key=Lower("name"))
            for row in known.filter(key__in=_lowered(new)):
                self.accounts[_key(row.name)] = row.pk
        for key, one in wanted.items():
            said: dict[str, Any] = {"tier": one.tier, "manager": one.manager, "segment": one.segment}
            if one.revenue is not None:
                said |= {"yearly_revenue": one.revenue, "currency": one.currency}
            said = {name: value for name, value in said.items() if value not in ("", None)}
            if said and self._said.get(key) != said and key in self.accounts:
                self._said[key] = said
                Account.objects.filter(pk=self.accounts[key]).update(**said)

    def _meet_contacts(self, wanted: dict[tuple[str, str], Candidate]) -> None:
        new = {key: one for key, one in wanted.items() if key not in self.contacts}
        if not new:
            return
        rows = [
            Contact(
                organisation_id=self.organisation, account_id=self.accounts.get(key[0]), name=one.contact,
                role=one.contact_role,
            )
            for key, one in new.items()
        ]  # fmt: skip
        Contact.objects.bulk_create(rows, ignore_conflicts=True)
        known = Contact.objects.filter(organisation=self.organisation).annotate(key=Lower("name"))
        found = known.filter(key__in=_lowered(one.contact for one in new.values()))
        by_id = {pk: key for key, pk in self.accounts.items()}
        for pk, account, name in found.values_list("pk", "account", "name"):
            self.contacts[by_id.get(account, ""), _key(name)] = pk


_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def _key(name: str) -> str:
    return name.casefold()


def _lowered(names: Iterable[str]) -> set[str]:
    """As databases lower them: PostgreSQL every letter, SQLite only those of ASCII."""
    return {form for name in names for form in (name.lower(), name.translate(_ASCII_LOWER))}
