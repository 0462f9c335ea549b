"""Deleting what is known of customers' contacts: the name goes, what was said, placed and coded stays.

The contact's row goes. Where the name stands in customers' words, "[name]" stands instead: the whole name in every
comment of the organisation, its single words ("Meyer") in the comments of the same customer, because elsewhere they
may be somebody else or no name at all. Reports that were kept quote comments, so the name goes from them too, and
their files are made again from what is left. What colleagues wrote themselves is theirs to change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Organisation
from actions.models import Report, ReportFile
from voices.cleaning import PLACEHOLDERS
from voices.models import Comment, Consequence, Contact, Quantity, Theme

SHORTEST = 3  # letters of a word that counts as a name by itself
AT_ONCE = 500
Words = Callable[[str], str]


class Names:
    """The names of some contacts, and where they are looked for."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self.contacts = list(contacts)
        self.whole = {contact.name.casefold(): contact.name for contact in self.contacts if contact.name.strip()}
        self.by_account: dict[int, set[str]] = defaultdict(set)
        self.by_contact: dict[int, set[str]] = defaultdict(set)
        for contact in self.contacts:
            parts = {word for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", contact.name) if _counts(word)}
            parts = set() if "@" in contact.name else parts
            if contact.account_id is None:
                self.by_contact[contact.pk] |= parts
            else:
                self.by_account[contact.account_id] |= parts

    @property
    def parts(self) -> set[str]:
        return set().union(*self.by_account.values(), *self.by_contact.values())

    def comments(self, organisation: str) -> QuerySet[Comment]:
        """Where a name may stand: few names are looked for by the database, many in all there is."""
        every = Comment.objects.filter(organisation=organisation)
        if len(self.whole) > 20:
            return every
        where = Q(contact__in=self.contacts) | Q(account__in=[*self.by_account])
        for name in self.whole.values():
            where |= Q(text__icontains=name)
        return every.filter(where)

    def in_comment(self, comment: Comment) -> re.Pattern[str] | None:
        """What has to go from the words of this one."""
        folded = comment.text.casefold()
        whole = [name for key, name in self.whole.items() if key in folded]
        parts = self.by_account.get(comment.account_id or 0, set()) | self.by_contact.get(
            comment.contact_id or 0, set()
        )
        return pattern(whole, [part for part in parts if part in comment.text])


def _counts(word: str) -> bool:
    return len(word) >= SHORTEST and word[0].isupper()


def pattern(whole: Iterable[str], parts: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names however they are written, the longest first; single words as they are."""
    found = [rf"(?i:{re.escape(name)})" for name in sorted(whole, key=len, reverse=True)]
    found += [re.escape(part) for part in sorted(parts, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)") if found else None


def mentions(contact: Contact) -> int:
    """In how many comments the name stands."""
    names = Names([contact])
    found = ((comment, names.in_comment(comment)) for comment in names.comments(contact.organisation_id))
    return sum(1 for comment, what in found if what is not None and what.search(comment.text))


@transaction.atomic
def forget(organisation: Organisation, contacts: Sequence[Contact]) -> int:
    """Delete these for good; returns in how many comments a name stood."""
    names = Names(contacts)
    if not names.contacts:
        return 0
    changed = sum(_redact(piece, names) for piece in _pieces(names.comments(organisation.pk)))
    everywhere = pattern(names.whole.values(), names.parts)
    if everywhere is not None:
        _forget_in_reports(organisation, lambda text: everywhere.sub(PLACEHOLDERS["name"], text))
    Contact.objects.filter(pk__in=[contact.pk for contact in names.contacts]).delete()
    return changed


def _pieces(comments: QuerySet[Comment]) -> Iterator[list[Comment]]:
    last = 0
    while piece := list(comments.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield piece
        last = piece[-1].pk


def _redact(comments: list[Comment], names: Names) -> int:
    """The words without the names; what was marked in them stays marked."""
    found: dict[int, re.Pattern[str]] = {}
    for comment in comments:
        what = names.in_comment(comment)
        if what is not None and what.search(comment.text):
            found[comment.pk] = what
    rows = [comment for comment in comments if comment.pk in found]
    marks = list(Quantity.objects.filter(comment__in=found))
    texts = {comment.pk: comment.text for comment in rows}
    for mark in marks:
        what, text = found[mark.comment_id], texts[mark.comment_id]
        mark.start, mark.end = (_moved(what, text, at) for at in (mark.start, mark.end))
    said = list(Consequence.objects.filter(comment__in=found))
    for one in said:
        one.words = found[one.comment_id or 0].sub(PLACEHOLDERS["name"], one.words)[:200]
    for comment in rows:
        for name in ("text", "why", "harm_why"):
            setattr(comment, name, found[comment.pk].sub(PLACEHOLDERS["name"], getattr(comment, name)))
        comment.why, comment.harm_why = comment.why[:200], comment.harm_why[:200]
    Comment.objects.bulk_update(rows, ["text", "why", "harm_why"])
    Quantity.objects.bulk_update(marks, ["start", "end"])
    Consequence.objects.bulk_update(said, ["words"])
    Theme.objects.filter(comments__in=found).delete()  # a proposal, which quotes; found again when somebody asks
    return len(rows)


def _moved(what: re.Pattern[str], text: str, at: int) -> int:
    """Where a place in the text is once the names before it are gone."""
    put, shift = len(PLACEHOLDERS["name"]), 0
    for match in what.finditer(text):
        if match.end() <= at:
            shift += put - len(match[0])
        elif match.start() < at:
            return match.start() + shift + put
    return at + shift


def _forget_in_reports(organisation: Organisation, clean: Words) -> None:
    for report in Report.objects.filter(workshop__room__organisation=organisation).select_for_update().iterator(50):
        data = _cleaned(report.data, clean)
        if data != report.data:
            Report.objects.filter(pk=report.pk).update(data=data)
            ReportFile.objects.filter(report=report).delete()


# What reports take from customers' comments; everything else in them is colleagues' own.
QUOTED = frozenset(["quotes", "words", "why"])


def _cleaned(value: Any, clean: Words, *, quoted: bool = False) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(part, clean, quoted=quoted or key in QUOTED) for key, part in value.items()}
    if isinstance(value, list):
        return [_cleaned(part, clean, quoted=quoted) for part in value]
    return clean(value) if quoted and isinstance(value, str) else value
