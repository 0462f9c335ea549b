"""Reading promises through the person who asks, and what customers said where they were made."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.actors import Actor, load_actor
from accounts.models import Membership, Organisation, User
from actions.models import OPEN, ActionItem, ProgressNote, Proof
from touchpoints.models import Touchpoint
from voices.models import FROM_CUSTOMERS, Issue, Quantity
from voices.permissions import may_read_comments
from voices.queries import comments_of
from voices.stated import WAITING

STALE = datetime.timedelta(days=14)
SOON = datetime.timedelta(days=7)
LONGEST_QUOTE = 120
SHORT_SENTENCE = 45
WEIGHTY = (Quantity.Kind.TIME, Quantity.Kind.MONEY)


# -- promises ----------------------------------------------------------------------------------
def actions_of(organisations: Iterable[Organisation], *, rehearsed: bool = False) -> QuerySet[ActionItem]:
    """Every promise of these organisations, the next due first, with when something was last said of it.

    Those of rehearsals count in their own room only; `rehearsed`: them, too.
    """
    living = Q(notes__removed_at=None)
    counted = Q() if rehearsed else Q(room__journey_set__rehearsal=False)
    return (
        ActionItem.objects.filter(counted, room__organisation__in=organisations, removed_at=None)
        .select_related(
            "owner",
            "co_owner",
            "witness",
            "department",
            "sponsor",
            "touchpoint",
            "issue",
            "workshop",
            "room__organisation",
        )
        .annotate(last_word=Max("notes__at", filter=living))
        .order_by("due", "id")
    )


def action_for(identity: str | None, pk: str) -> tuple[ActionItem, Actor]:
    """The promise and who this person is there. Http404 for strangers and for what does not exist alike."""
    row = ActionItem.objects.filter(pk=pk).select_related("room").first()
    actor = load_actor(identity, row.room.organisation_id, row.room_id) if row else None
    if row is None or actor is None:
        raise Http404("There is no such promise.")
    found = actions_of([row.room.organisation], rehearsed=True).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such promise.")
    return found, actor


def notes_of(action: ActionItem) -> QuerySet[ProgressNote]:
    return ProgressNote.objects.filter(action=action, removed_at=None).order_by("-at", "id")


def proofs_of(action: ActionItem, actor: Actor) -> list[Proof]:
    """What stands behind a promise. Without the comments, for those who may not read them."""
    rows = Proof.objects.filter(action=action, removed_at=None).order_by("at", "id")
    if not may_read_comments(actor):
        rows = rows.filter(comment=None)
    return list(rows.select_related("comment", "comment__account", "touchpoint", "issue"))


def could_prove(action: ActionItem) -> list[tuple[str, list[tuple[str, str]]]]:
    """Let-downs and touchpoints of the journey, to choose from."""
    here = {"room": action.room_id, "removed_at": None}
    issues = Issue.objects.filter(**here).order_by("title").values_list("pk", "title")
    places = Touchpoint.objects.filter(**here, stage__removed_at=None).order_by("stage__order", "order")
    return [("Let-downs", list(issues[:200])), ("Touchpoints", list(places.values_list("pk", "title")[:500]))]


def members_to_choose(organisation_id: str) -> list[User]:
    rows = Membership.objects.filter(organisation=organisation_id, deactivated_at=None, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("user__name", "user_id")]


# -- how a promise stands ----------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """A word, its tone (good, ink, warn, bad or none) and its icon. Red, amber and green follow from rules,
    never from somebody's feeling."""

    word: str
    tone: str
    icon: str
    late: bool = False


def standing(action: ActionItem, today: datetime.date) -> Standing:
    """Red: overdue or blocked. Amber: due within a week or begun, and no word for two weeks; or help is asked
    for. Grey: not begun and not due. Green: the rest."""
    if action.status == ActionItem.Status.DONE:
        return Standing("Kept", "good", "circle-check")
    if action.status == ActionItem.Status.DROPPED:
        return Standing("Dropped", "", "x")
    late = (today - action.due).days
    if late > 0:
        return Standing(f"{late} day{'s' if late > 1 else ''} late", "bad", "octagon-alert", late=True)
    if action.status == ActionItem.Status.BLOCKED:
        return Standing("Blocked", "bad", "octagon-alert")
    if action.help_asked_at:
        return Standing("Needs help", "warn", "hand")
    last = getattr(action, "last_word", None) or action.created_at
    silent = today - last.date() >= STALE
    if silent and action.due - today <= SOON:
        return Standing("At risk", "warn", "triangle-alert")
    if action.status == ActionItem.Status.PLANNED:
        return Standing("Planned", "", "circle")
    return Standing("No news", "warn", "clock") if silent else Standing("On track", "ink", "circle-dot")


def late_ones(organisations: Iterable[Organisation]) -> QuerySet[ActionItem]:
    return actions_of(organisations).filter(status__in=OPEN, due__lt=timezone.localdate())


def wants_the_sponsor(organisations: Iterable[Organisation]) -> QuerySet[ActionItem]:
    """What somebody above should look at: blocked, asking for help, or more than three days late."""
    long_late = Q(due__lt=timezone.localdate() - datetime.timedelta(days=3))
    needs = Q(status=ActionItem.Status.BLOCKED) | Q(help_asked_at__isnull=False) | long_late
    return actions_of(organisations).filter(needs, status__in=OPEN)


# -- what customers said there -----------------------------------------------------------------
@dataclass(frozen=True)
class Quote:
    """A customer's words, short, and whose they are."""

    text: str
    who: str
    touchpoint: str


def quotes_at(room_id: str, touchpoints: Sequence[str | None], most: int) -> list[Quote]:
    """The customers' words at these places, those that state hours or money first, one per place."""
    places = [place for place in touchpoints if place]
    if not places:
        return []
    rows = (
        comments_of(room_id)
        .filter(touchpoint__in=places, source_kind__in=FROM_CUSTOMERS)
        .annotate(stated=Count("quantities", filter=Q(quantities__kind__in=WEIGHTY)))
        .select_related("account")
        .prefetch_related(
            Prefetch("quantities", Quantity.objects.filter(kind__in=WEIGHTY).order_by("pk"), to_attr="weighty")
        )
        .order_by("-stated", "-severity", "id")
    )
    found: dict[str, Quote] = {}
    for row in rows[: 20 * max(most, 1)]:
        if row.touchpoint_id and row.touchpoint_id not in found:
            text = in_short(row.text, row.weighty[0].start if row.weighty else 0)
            found[row.touchpoint_id] = Quote(text, row.account.name if row.account else "A customer", row.touchpoint_id)
            if len(found) >= most:
                break
    return list(found.values())


def in_short(text: str, at: int) -> str:
    """The sentence of a comment in which character `at` stands (with the one before it when it is short), cut
    at a word when it is long."""
    before = ""
    for sentence in re.finditer(r"[^.!?\n]+[.!?]*", text):
        words = " ".join(sentence[0].split())
        if sentence.end() > at:
            if len(words) < SHORT_SENTENCE and len(before) + len(words) < LONGEST_QUOTE:
                words = f"{before} {words}".strip()
            return words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
        before = words
    return " ".join(text.split())[:LONGEST_QUOTE]


def customers_at(room_id: str, touchpoints: Sequence[str]) -> int:
    """How many customers spoke at any of these places."""
    said = comments_of(room_id).filter(touchpoint__in=touchpoints, source_kind__in=FROM_CUSTOMERS)
    return said.aggregate(n=Count("account", distinct=True))["n"]


def voiced_at(room_id: str, touchpoints: Sequence[str]) -> dict[str, tuple[int, float]]:
    """Touchpoint → (customers who spoke there, hours of work they stated; days and weeks are waiting)."""
    said = comments_of(room_id).filter(touchpoint__in=touchpoints, source_kind__in=FROM_CUSTOMERS)
    customers = dict(said.values_list("touchpoint").annotate(n=Count("account", distinct=True)))
    hours: dict[str, float] = {}
    stated = Quantity.objects.filter(comment__in=said, kind=Quantity.Kind.TIME, low__lt=WAITING, rate="")
    for place, minutes in stated.values_list("comment__touchpoint", "low"):
        assert minutes is not None  # "low < …" leaves no row without it
        hours[place] = hours.get(place, 0.0) + minutes / 60
    return {place: (n, hours.get(place, 0.0)) for place, n in customers.items()}
