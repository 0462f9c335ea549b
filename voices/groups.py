"""The natural groups of a journey's comments: found by the mind, joined, split and named by people, made aims.

A group is a proposal. It is kept as the ids of its comments, apart from them, so that nobody mistakes it for what
somebody confirmed.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from live.models import new_id
from live.values import Refused, clean_line
from personas.models import Aim
from voices.cleaning import says_nothing
from voices.mind import Failed, mind
from voices.models import FROM_CUSTOMERS, Comment, Grouping
from voices.queries import comments_of
from voices.wants import is_task

MOST_GROUPED = 5_000
LEAST = 12  # comments from which on groups are looked for
STEPS_BACK = 10
NARROWEST = 16.0
PATIENCE = datetime.timedelta(minutes=5)
A_KIND = 10  # comments an account needs before it says what kind of customer it is


def grouping_of(room_id: str) -> Grouping:
    return Grouping.objects.filter(room=room_id).first() or Grouping(room_id=room_id)


def is_looking(row: Grouping) -> bool:
    """True while a worker is at it; one that never came back is not waited for."""
    asked, made = row.asked_at, row.made_at
    return asked is not None and (made is None or made < asked) and timezone.now() - asked < PATIENCE


def ask(room_id: str, width: float) -> None:
    """Note that somebody wants groups as wide as this; `find_groups` makes them."""
    given = {"width": min(max(width, 1.0), NARROWEST), "asked_at": timezone.now(), "problem": ""}
    Grouping.objects.update_or_create(room_id=room_id, defaults=given)


def find_groups(room_id: str) -> None:
    """Group what customers said. Comments that a person put to an aim teach: their group has its name."""
    row = grouping_of(room_id)
    said = comments_of(room_id).filter(source_kind__in=FROM_CUSTOMERS)
    read = list(said.order_by("dedupe").values_list("pk", "text", "aim__name", "account")[:MOST_GROUPED])
    rows = [one for one in read if not says_nothing(one[1])]
    examples = [(text, aim) for _, text, aim, _ in rows if aim]
    try:
        found = mind.ask("group", [text for _, text, *_ in rows], examples, row.width)
        row.kinds = _kinds(rows)
    except Failed as problem:
        row.problem = str(problem)[:200]
    else:
        row.before = [*row.before, row.groups][-STEPS_BACK:] if row.groups else []
        row.groups = [_group(one, [rows[n][0] for n in _typical_first(one)]) for one in found.groups]
        row.alone = [rows[n][0] for n in found.alone] + [pk for pk, text, *_ in read if says_nothing(text)]
    row.made_at = timezone.now()
    row.save()


def _typical_first(group: Any) -> list[int]:
    return [*group.typical, *(n for n in group.members if n not in group.typical)]


def _group(found: Any, members: Sequence[int]) -> dict[str, Any]:
    return {"name": found.name, "words": found.words, "members": list(members), "task": found.task}


def _kinds(rows: Sequence[tuple[int, str, str | None, int | None]]) -> list[list[int]]:
    by_account: dict[int, list[str]] = {}
    for _, text, _, account in rows:
        if account:
            by_account.setdefault(account, []).append(text)
    known = sorted(account for account, texts in by_account.items() if len(texts) >= A_KIND)
    found = mind.ask("kinds", [by_account[account] for account in known])
    kinds = [[account for account, of in zip(known, found.of, strict=True) if of == n] for n in range(found.count)]
    return sorted(kinds, key=lambda one: (-len(one), one))


# -- by hand -----------------------------------------------------------------------------------
def join(row: Grouping, one: int, other: int) -> None:
    """Two groups become one, with the name of the larger. Raises Refused."""
    groups = _groups(row, one, other)
    if one == other:
        raise Refused("invalid", "Choose another group to join it with.")
    larger, smaller = sorted((groups[one], groups[other]), key=lambda group: -len(group["members"]))
    joined = {**larger, "members": larger["members"] + smaller["members"]}
    rest = [group for n, group in enumerate(groups) if n not in (one, other)]
    _keep(row, [*rest, joined])


def split(row: Grouping, one: int) -> None:
    """A group becomes the smaller ones it is made of. Raises Refused when its comments are too much alike."""
    groups = _groups(row, one)
    texts = dict(comments_of(row.room_id).filter(pk__in=groups[one]["members"]).values_list("pk", "text"))
    members = [pk for pk in groups[one]["members"] if pk in texts]
    try:
        found = mind.ask("split", [texts[pk] for pk in members])
    except Failed as problem:
        raise Refused("failed", str(problem)) from None
    if len(found.groups) < 2:
        raise Refused("invalid", "Its comments are too much alike to be split.")
    parts = [_group(part, [members[n] for n in _typical_first(part)]) for part in found.groups]
    row.alone = [*row.alone, *(members[n] for n in found.alone)]
    _keep(row, [*groups[:one], *groups[one + 1 :], *parts])


def rename(row: Grouping, one: int, name: str) -> None:
    groups = _groups(row, one)
    name = clean_line(name, 120, field="name")
    _keep(
        row,
        [
            {**group, "name": name, "words": name, "task": is_task(name)} if n == one else group
            for n, group in enumerate(groups)
        ],
    )


def step_back(row: Grouping) -> None:
    """Take the last change by hand back."""
    if not row.before:
        raise Refused("conflict", "There is nothing to take back.")
    row.groups = row.before.pop()
    row.save()


def _groups(row: Grouping, *wanted: int) -> list[dict[str, Any]]:
    if any(not 0 <= one < len(row.groups) for one in wanted):
        raise Refused("unknown", "This group is not there any more. Look at the groups again.")
    return list(row.groups)


def _keep(row: Grouping, groups: list[dict[str, Any]]) -> None:
    row.before = [*row.before, row.groups][-STEPS_BACK:]
    row.groups = sorted(groups, key=lambda group: (-len(group["members"]), group["name"]))
    row.save()


def aim_commands(row: Grouping, one: int) -> list[tuple[str, dict[str, Any]]]:
    """Make a group an aim with its comments; into the aim of that name where there is one. Comments that somebody put
    to another aim stay there."""
    group = _groups(row, one)[one]
    here = comments_of(row.room_id).filter(pk__in=group["members"], aim=None)
    ids = list(here.order_by("pk").values_list("pk", flat=True))
    aim = Aim.objects.filter(room=row.room_id, removed_at=None, name__iexact=group["name"]).first()
    commands: list[tuple[str, dict[str, Any]]] = []
    if aim is None:
        pk = new_id("am")
        commands.append(("aim.add", {"id": pk, "name": group["name"][:120]}))
        if group["task"]:
            commands.append(("aim.change", {"id": pk, "task_like": True}))
    else:
        pk = aim.pk
    return [*commands, ("comment.code", {"ids": ids, "aim": pk})] if ids else commands


# -- what they add up to -----------------------------------------------------------------------
@dataclass
class Shown:
    """A group as it is shown: how many said it, in the words of its most typical ones."""

    number: int
    name: str
    words: str
    task: bool
    comments: int
    accounts: int
    contacts: int
    new: int  # not yet put to any aim
    typical: list[Comment]


def shown(row: Grouping) -> list[Shown]:
    """The groups with somebody left in them. Two queries."""
    everybody = [pk for group in row.groups for pk in group["members"]]
    facts = {pk: rest for pk, *rest in _said(row, everybody).values_list("pk", "account", "contact", "aim")}
    typical = [pk for group in row.groups for pk in [pk for pk in group["members"] if pk in facts][:3]]
    words = _said(row, typical).select_related("account").prefetch_related("quantities").in_bulk()
    found = []
    for number, group in enumerate(row.groups):
        here = [pk for pk in group["members"] if pk in facts]
        if here:
            accounts, contacts = ({facts[pk][n] for pk in here if facts[pk][n]} for n in (0, 1))
            new = sum(facts[pk][2] is None for pk in here)
            quotes = [words[pk] for pk in here[:3]]
            found.append(
                Shown(
                    number,
                    group["name"],
                    group["words"],
                    group["task"],
                    len(here),
                    len(accounts),
                    len(contacts),
                    new,
                    quotes,
                )
            )
    return found


def _said(row: Grouping, ids: Sequence[int]) -> QuerySet[Comment]:
    return comments_of(row.room_id).filter(pk__in=ids)


COUNTED = {"account": "Accounts", "contact": "Contacts", "comment": "Comments"}


@dataclass(frozen=True)
class Spread:
    """How the company's own segments lie across the groups: for each segment one number a group."""

    names: list[tuple[int, str]]  # number and name of the group
    rows: list[tuple[str, list[int], int]]  # segment, by group, in all

    @property
    def segments(self) -> int:
        return len(self.rows)


MOST_COLUMNS = 8


def spread_of(row: Grouping, groups: Sequence[Shown], count: str) -> Spread:
    """`count`: distinct accounts, distinct contacts or comments."""
    columns = groups[:MOST_COLUMNS]
    of = {pk: n for n, group in enumerate(columns) for pk in row.groups[group.number]["members"]}
    cells: dict[str, list[set[int]]] = {}
    known = _said(row, list(of)).exclude(account=None).exclude(account__segment="")
    for pk, account, contact, segment in known.values_list("pk", "account", "contact", "account__segment"):
        one = {"account": account, "contact": contact, "comment": pk}[count]
        if one is not None:
            cells.setdefault(segment, [set() for _ in columns])[of[pk]].add(one)
    rows = [(name, [len(cell) for cell in row], len(set().union(*row))) for name, row in sorted(cells.items())]
    return Spread([(group.number, group.words) for group in columns], rows)
