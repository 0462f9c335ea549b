"""Let-downs that sound alike: proposals for issues, found among what customers complain about and nobody sorted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from live.models import new_id
from touchpoints.models import Touchpoint
from voices.cleaning import says_nothing
from voices.mind import mind
from voices.models import FROM_CUSTOMERS, Comment, Theme
from voices.queries import comments_of

MOST_GROUPED = 5_000
# Of so few comments hardly three say the same: then each is a proposal, so that the first small file makes a list too.
A_HANDFUL = 60
# “To be honest: …”
_LEAD_IN = re.compile(r"^[^.:!?]{2,40}:\s+(?=\w)")
WIDTH = 8.0


def find_themes(room_id: str) -> int:
    """Group the let-downs that are in no issue yet; the groups of before go. Returns how many groups. Raises
    `voices.mind.Failed`."""
    unsorted = comments_of(room_id).filter(issue=None, harm__gt=0, source_kind__in=FROM_CUSTOMERS)
    said = unsorted.order_by("-harm", "dedupe").values_list("pk", "text")
    rows = [(pk, text) for pk, text in said[:MOST_GROUPED] if not says_nothing(text)]
    found = mind.ask("group", [text for _, text in rows], [], WIDTH)
    alike = [(group.typical[0], group.members) for group in found.groups if len(group.members) >= 3]
    if len(rows) < A_HANDFUL:
        in_one = {n for _, members in alike for n in members}
        alike += [(n, (n,)) for n in range(len(rows)) if n not in in_one]
    themes = []
    for typical, members in alike:
        words = rows[typical][1]
        theme = Theme(room_id=room_id, name=title_of(words), words=words)
        themes.append((theme, [rows[n][0] for n in members]))
    with transaction.atomic():
        Theme.objects.filter(room=room_id).delete()
        for theme, members in themes:
            theme.save()
            Comment.objects.filter(pk__in=members, issue=None).update(theme=theme)
    return len(themes)


def title_of(words: str) -> str:
    """The first sentence of the most typical comment that says something: a name in customers' own words."""
    sentences = [_LEAD_IN.sub("", one) for one in re.split(r"(?<=[.!?;])\s+", " ".join(words.split())) if one]
    telling = [one for one in sentences if not says_nothing(one)] or sentences or [""]
    first = next((one for one in telling if len(one.split()) >= 5), telling[0])
    first = first[:1].upper() + first[1:]
    return first.rstrip(".!?;") if len(first) <= 90 else first[:87].rsplit(" ", 1)[0] + "…"


@dataclass
class Proposal:
    """A theme with what is known of it without anybody having confirmed it."""

    theme: Theme
    comments: int = 0
    accounts: set[int] = field(default_factory=set)
    severity: int = 0
    places: dict[str, int] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)

    @property
    def order(self) -> tuple[Any, ...]:
        return (-self.severity, -len(self.accounts), -self.comments, self.theme.name)

    @property
    def touchpoint(self) -> str | None:
        """Where most of them are, or may be."""
        return max(sorted(self.places), key=lambda pk: self.places[pk]) if self.places else None


def proposals(room_id: str) -> list[Proposal]:
    """The themes in the order that counts for customers. The severity is what we propose for half of them or more."""
    found = {theme.pk: Proposal(theme) for theme in Theme.objects.filter(room=room_id)}
    harms: dict[int, list[int]] = {}
    here = comments_of(room_id).filter(theme__in=list(found), issue=None)
    fields = ("pk", "theme", "account", "harm", "severity", "touchpoint", "suggested")
    for pk, theme, account, harm, severity, placed, suggested in here.values_list(*fields).order_by("pk"):
        one = found[theme]
        one.comments += 1
        one.ids.append(pk)
        if account:
            one.accounts.add(account)
        harms.setdefault(theme, []).append(severity or harm)
        place = placed or suggested
        if place:
            one.places[place] = one.places.get(place, 0) + 1
    for pk, values in harms.items():
        found[pk].severity = sorted(values)[len(values) // 2]
    return sorted((one for one in found.values() if one.comments), key=lambda one: one.order)


def issue_commands(chosen: Sequence[Proposal], room_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Make each an issue with its comments in it."""
    living = set(Touchpoint.objects.filter(room=room_id, removed_at=None).values_list("pk", flat=True))
    commands: list[tuple[str, dict[str, Any]]] = []
    for one in chosen:
        pk = new_id("is")
        about: dict[str, Any] = {"id": pk, "title": one.theme.name}
        if one.touchpoint in living:
            about["touchpoint"] = one.touchpoint
        commands += [("issue.add", about), ("comment.code", {"ids": one.ids, "issue": pk})]
    return commands
