"""What the phases of writing and of rating are drawn from."""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from accounts.models import Department
from accounts.queries import departments_of
from voices.models import ANCHORS
from workshops import queries
from workshops.answers import opened
from workshops.models import Participant, Prompt, Rating, Workshop
from workshops.picture import picture
from workshops.rating import ROUND, ROUNDS

PROMPTS = {
    Prompt.LEARN: ("book-open", "What can we learn from the map as it is?", "What our function can learn from this"),
    Prompt.FINE_TUNE: ("wrench", "What are we already doing that we can adjust?", "What we can adjust in our work"),
    Prompt.DO_DIFFERENTLY: ("repeat", "What do we need to start, stop or change?", "What we start, stop or change"),
    Prompt.LOVE_TO_LEARN: ("lightbulb", "What would we love to ask customers?", "A question for the interviews"),
}
# What the numbers mean when it is about what something costs the company.
OF_US = (
    "hardly noticed", "a little extra work", "costs us time or money", "costs us dearly", "endangers the business",
)  # fmt: skip


def prompt(row: Workshop, actor: Actor, kind: str, *, again: bool) -> dict[str, Any]:
    """One of the four questions. `again`: the page is there already and draws answers from its own records."""
    icon, ask, add = PROMPTS[Prompt(kind)]
    readable = [] if again else [one for one in queries.answers_for(actor, row) if one.of_kind == kind]
    own = list(Department.objects.filter(pk__in=actor.departments).order_by("position"))
    for_others = not own and actor.leads and not row.anonymous
    if for_others:
        own = list(departments_of(row.room.organisation))
    counts = _counts(row, kind)
    readable.sort(key=lambda one: (not one.heading, one.heading))  # those that the room grouped come first
    return {
        "prompt": {
            "kind": kind, "label": Prompt(kind).label, "icon": icon, "ask": ask, "add": add, "answers": readable,
            "open": kind in row.revealed, "open_to_me": any(opened(row, kind, pk) for pk in actor.departments),
            "of_all": sum(n for _, n, _ in counts), "counts": counts, "mine": own, "for_others": for_others,
            "wait": [(department, n) for department, n, is_open in counts if not is_open],
            "labels": [] if again else queries.labels_of(row),
        },
    }  # fmt: skip


def _counts(row: Workshop, kind: str) -> list[tuple[Department, int, bool]]:
    """Of every department that is here or has answered: how many, and whether everybody may read them."""
    here = Participant.objects.filter(workshop=row, removed_at=None, opened_at__isnull=False)
    departments = Department.ever.filter(pk__in={*here.values_list("department", flat=True), *row.counts})
    return [
        (each, row.counts.get(each.pk, {}).get(kind, 0), opened(row, kind, each.pk))
        for each in departments.order_by("position")
    ]


def severity(row: Workshop, actor: Actor) -> dict[str, Any]:
    """How bad is it for customers, then what it costs us, dot votes, and the order that follows."""
    is_open = ROUND in row.revealed
    abouts = [Rating.About.CUSTOMERS, *([Rating.About.COMPANY] if is_open else [])]
    ranking = queries.ranking_of(row)
    rounds = [found for about in abouts if (found := _round(row, actor, about, ranking))["rated"]]
    return {
        "rounds": rounds, "round_open": is_open, "rated": bool(rounds), "raters": row.raters.get(Rating.About.CUSTOMERS, 0),
        "ranking": ranking if is_open else [], "picture": picture(ranking) if is_open else None,
        "votes": [_vote(row, actor, vote, ranking) for vote in reversed(row.votes)],
        "may_open_vote": not row.votes or row.votes[-1]["state"] != "open",
    }  # fmt: skip


def _round(row: Workshop, actor: Actor, about: str, ranking: list[Any]) -> dict[str, Any]:
    words = OF_US if about == Rating.About.COMPANY else ANCHORS
    return {
        "about": about, "open": ROUNDS[about][0] in row.revealed, "rated": queries.round_of(row, actor, ranking, about),
        "raters": row.raters.get(about, 0), "anchors": list(enumerate(words, start=1)),
    }  # fmt: skip


def _vote(row: Workshop, actor: Actor, vote: dict[str, Any], ranking: list[Any]) -> dict[str, Any]:
    titles = {one.standing.of.pk: one.standing.title for one in ranking}
    things = [(pk, titles[pk], vote.get("totals", {}).get(pk, 0)) for pk in vote["places"] if pk in titles]
    if vote["state"] == "closed":
        things.sort(key=lambda thing: -thing[2])
    most = max([1, *(total for _, _, total in things)])
    return {
        **vote, "things": things, "most": most, "each": vote["budget"] if vote["several"] else 1,
        "i_have": vote["state"] == "open" and queries.has_voted(row, actor),
    }  # fmt: skip
