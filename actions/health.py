"""Seven stumbling blocks, and how near a workshop is to each: what workshops about customers fail of, as numbers.

The meters look at the workshop and its map, never at people; each says where to act. They follow from rows that are
there anyway, so nobody fills them in and nobody can polish them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from msgspec.json import decode

from actions.coverage import Coverage, coverage
from live.models import Event
from personas.models import Experience, Persona
from touchpoints.models import Evidence, Stage, Touchpoint
from voices.models import Consequence
from workshops.models import Answer, Phase, Rating, Workshop

LETTERS = "abcdefg"
ENOUGH_STAGES = 0.60  # below this share of the stages a workshop polishes a part and misses the whole
MOST_MAPPING = 0.25  # above this share of the minutes it draws instead of asking "so what?"
MAPPING = (Phase.Kind.WALK,)
SO_WHAT = (
    Phase.Kind.LEARN, Phase.Kind.SEVERITY, Phase.Kind.FINE_TUNE, Phase.Kind.DO_DIFFERENTLY, Phase.Kind.LOVE_TO_LEARN,
    Phase.Kind.COMMIT, Phase.Kind.READ_OUT,
)  # fmt: skip
STEPS = ("workshop.went_live", "workshop.moved_on", "workshop.moved_back", "workshop.closed")
CONTENT = ("stage.", "touchpoint.", "channel.", "journey.", "persona.", "experience.")


@dataclass(frozen=True)
class Meter:
    """`tone`: good, warn, bad, or "" for what is only context. `act` names a page to go to."""

    letter: str
    name: str
    number: str
    meaning: str
    tone: str
    act: str


@dataclass
class Facts:
    """What the meters are computed from. Counts and shares only."""

    touchpoints: int = 0
    in_pencil: int = 0  # backed by nothing, or by our own opinion
    without_action: list[str] = field(default_factory=list)  # departments that speak and have promised nothing
    actions: int = 0
    by_department: list[int] = field(default_factory=list)  # their promises, department by department
    departments: int = 0
    stages: int = 0
    covered: int = 0  # stages the workshop speaks of
    places: int = 0  # touchpoints it speaks of
    one_sided: int = 0  # stages whose touchpoints are all led by one department
    not_asked: list[str] = field(default_factory=list)  # departments that lead touchpoints and do not speak
    preconceived: int = 0
    personas: int = 0
    blind: int = 0  # touchpoints without an expectation or without a consequence
    planned: Mapping[str, float] = field(default_factory=dict)  # minutes by kind of phase
    real: Mapping[str, float] = field(default_factory=dict)
    edits: int = 0


def meters(facts: Facts) -> list[Meter]:
    """Pure: the seven of them, in their order."""
    return [
        _notions(facts),
        _spread(facts),
        _reach(facts),
        _personas(facts),
        _blind(facts),
        _minutes(facts),
        _work(facts),
    ]


def _notions(f: Facts) -> Meter:
    share = f.in_pencil / f.touchpoints if f.touchpoints else 0
    said = (
        "of the touchpoints are our own notion: no customer’s words stand behind them."
        if f.touchpoints
        else "There is no touchpoint yet."
    )
    number = _percent(share) if f.touchpoints else "–"
    return Meter("a", "Notions of our own", number, said, _tone(share, 0.3, 0.7), "comments")


def _spread(f: Facts) -> Meter:
    top = sorted(f.by_department, reverse=True)[:2]
    share = sum(top) / f.actions if f.actions else 0
    parts = []
    if f.without_action:
        parts.append(f"No promise yet: {_list(f.without_action)}.")
    leans = f.departments >= 4 and share > 0.5 and top[0] > 1
    if f.actions:
        parts.append(
            f"{_percent(share)} of the promises sit with {'two departments' if len(top) > 1 else 'one department'}."
        )
    tone = "bad" if leans or (f.departments and not f.actions) else "warn" if f.without_action else "good"
    number = f"{f.departments - len(f.without_action)} of {f.departments}" if f.departments else "–"
    said = " ".join(parts) or "No department speaks in it yet."
    return Meter("b", "Few carry it", number, said, tone if f.departments else "", "commit")


def _reach(f: Facts) -> Meter:
    share = f.covered / f.stages if f.stages else 0
    parts = []
    if f.stages and share < ENOUGH_STAGES:
        parts.append("Less than 60 % of the stages: what happens from end to end stays out of sight.")
    if f.places == 1:
        parts.append("One touchpoint alone: what breaks between touchpoints stays out of sight.")
    if f.one_sided:
        parts.append(f"{f.one_sided} stage{'s are' if f.one_sided > 1 else ' is'} led by one department alone.")
    if f.not_asked:
        parts.append(f"Not asked, though customers meet them: {_list(f.not_asked)}.")
    tone = "bad" if f.stages and (share < ENOUGH_STAGES or f.places == 1) else "warn" if parts else "good"
    said = " ".join(parts) or "Every stage, and everybody who leads in one, is in it."
    return Meter(
        "c", "Only a part of the way", f"{f.covered} of {f.stages} stages", said, tone if f.stages else "", "map"
    )


def _personas(f: Facts) -> Meter:
    if not f.personas:
        return Meter(
            "d",
            "Made-up customers",
            "0",
            "No persona is in use: good, until customers’ words make one.",
            "good",
            "personas",
        )
    said = (
        f"of {f.personas} personas {'is' if f.preconceived == 1 else 'are'} what we assume, not what customers said."
        if f.preconceived else f"Every persona ({f.personas}) came out of what customers said."
    )  # fmt: skip
    share = f.preconceived / f.personas
    return Meter("d", "Made-up customers", str(f.preconceived), said, _tone(share, 0.01, 0.5), "personas")


def _blind(f: Facts) -> Meter:
    share = f.blind / f.touchpoints if f.touchpoints else 0
    said = (
        "of the touchpoints lack what customers expect there, or what it does to them."
        if f.touchpoints
        else "There is no touchpoint yet."
    )
    number = _percent(share) if f.touchpoints else "–"
    return Meter("e", "Steps without meaning", number, said, _tone(share, 0.25, 0.6), "coding")


def _minutes(f: Facts) -> Meter:
    planned, real = _shares(f.planned), _shares(f.real)
    number = f"{planned[0]:.0f} min map, {planned[1]:.0f} min so what"
    said = f"{_percent(planned[2])} of the minutes planned go into the map."
    if sum(real[:2]) >= 1:
        said += f" So far it was {real[0]:.0f} and {real[1]:.0f} ({_percent(real[2])})."
    worst = max(planned[2], real[2] if sum(real[:2]) >= 10 else 0)
    return Meter("f", "Mapping instead of asking", number, said, _tone(worst, MOST_MAPPING + 0.001, 0.5), "agenda")


def _shares(minutes: Mapping[str, float]) -> tuple[float, float, float]:
    """Minutes of mapping, of "so what?" and commitment, and the share of the first."""
    mapping, so_what = sum(minutes.get(kind, 0) for kind in MAPPING), sum(minutes.get(kind, 0) for kind in SO_WHAT)
    whole = sum(minutes.values())
    return mapping, so_what, mapping / whole if whole else 0


def _work(f: Facts) -> Meter:
    edits, actions = _count(f.edits, "edit"), _count(f.actions, "promise")
    said = "The map has no styling to spend time on; this only shows what the time went into."
    return Meter("g", "Polishing", f"{edits}, {actions}", said, "", "map")


def _tone(share: float, warn: float, bad: float) -> str:
    return "bad" if share >= bad else "warn" if share >= warn else "good"


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _list(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


# -- from the rows -----------------------------------------------------------------------------
def health_of(workshop: Workshop, found: Coverage | None = None) -> list[Meter]:
    return meters(facts_of(workshop, found or coverage(workshop)))


def facts_of(workshop: Workshop, found: Coverage) -> Facts:
    here = Touchpoint.objects.filter(room=workshop.room_id, removed_at=None, stage__removed_at=None)
    rows = list(here.values_list("pk", "stage", "lead", "lead__name", "evidence", "intended"))
    stages = Stage.objects.filter(room=workshop.room_id, removed_at=None).count()
    speaking = {share.department.pk for share in found.shares}
    leads: dict[str, set[str | None]] = defaultdict(set)
    sizes = Counter(stage for _, stage, *_ in rows)
    for _, stage, lead, *_ in rows:
        leads[stage].add(lead)
    spoken = _spoken_of(workshop, found) & {pk for pk, *_ in rows} if workshop.went_live_at else {pk for pk, *_ in rows}
    planned, real = _planned(workshop), _real(workshop)
    used = Persona.objects.filter(room=workshop.room_id, removed_at=None)
    return Facts(
        touchpoints=len(rows), in_pencil=sum(row[4] in (Evidence.NONE, Evidence.OPINION) for row in rows),
        without_action=[share.department.name for share in found.shares if not share.actions],
        actions=len(found.actions),
        by_department=list(Counter(action.department_id for action in found.actions if action.department_id).values()),
        departments=len(found.shares), stages=stages,
        covered=len({stage for pk, stage, *_ in rows if pk in spoken}), places=len(spoken),
        one_sided=sum(sizes[stage] > 1 and len(of) == 1 for stage, of in leads.items()),
        not_asked=sorted({name for _, _, lead, name, *_ in rows if lead and lead not in speaking}),
        preconceived=used.filter(basis=Persona.Basis.PRECONCEIVED).count(), personas=used.count(),
        blind=len({pk for pk, *_ in rows} - (_expected(workshop, rows) & _consequent(workshop))),
        planned=planned, real=real, edits=_edits(workshop),
    )  # fmt: skip


def _spoken_of(workshop: Workshop, found: Coverage) -> set[str]:
    """Touchpoints that came up: in open answers, in the round of ratings, in promises. What is still private is not
    counted: its number alone would tell something."""
    answers = Answer.objects.filter(workshop=workshop, removed_at=None, revealed_at__isnull=False)
    ratings = Rating.objects.filter(workshop=workshop, removed_at=None) if workshop.rated else Rating.objects.none()
    places: set[str | None] = {action.touchpoint_id for action in found.actions}
    for rows in (answers, ratings):
        for pair in rows.values_list("touchpoint", "issue__touchpoint"):
            places.update(pair)
    wide = answers.filter(stage__isnull=False, touchpoint=None).values("stage")
    places.update(Touchpoint.objects.filter(stage__in=wide, removed_at=None).values_list("pk", flat=True))
    return {place for place in places if place}


def _expected(workshop: Workshop, rows: Sequence[tuple[str, str, str | None, str | None, str, int | None]]) -> set[str]:
    """Where somebody said what customers expect: the feeling aimed at, or what a persona needs there."""
    needs = Experience.objects.filter(room=workshop.room_id, removed_at=None).exclude(need="")
    return {row[0] for row in rows if row[5] is not None} | set(needs.values_list("touchpoint", flat=True))


def _consequent(workshop: Workshop) -> set[str]:
    """Where somebody confirmed what it does to customers, in a comment or of a let-down."""
    pairs = Consequence.objects.filter(
        Q(comment__room=workshop.room_id, confirmed_at__isnull=False)
        | Q(issue__room=workshop.room_id, issue__removed_at=None)
    ).values_list("comment__touchpoint", "issue__touchpoint")
    return {place for pair in pairs.distinct() for place in pair if place}


def _planned(workshop: Workshop) -> dict[str, float]:
    found: Counter[str] = Counter()
    for kind, alone, together in Phase.objects.filter(workshop=workshop, removed_at=None).values_list(
        "of_kind", "minutes_private", "minutes_shared"
    ):
        found[kind] += alone + together
    return dict(found)


def _real(workshop: Workshop) -> dict[str, float]:
    """Minutes that each kind of phase took, from the log: when each began, until the next one did."""
    kinds = dict(Phase.objects.filter(workshop=workshop).values_list("pk", "of_kind"))
    events = Event.objects.filter(room=workshop.room_id, name__in=STEPS, body__contains=workshop.pk).order_by("seq")
    found: dict[str, float] = defaultdict(float)
    since, kind = None, ""
    for at, body in events.values_list("at", "body"):
        if since is not None and kind:
            found[kind] += (at - since).total_seconds() / 60
        since, kind = at, kinds.get(decode(body).get("patch", {}).get(workshop.pk, {}).get("phase") or "", "")
    return dict(found)


def _edits(workshop: Workshop) -> int:
    """Changes to the map while the workshop ran."""
    if workshop.went_live_at is None:
        return 0
    about = Q()
    for start in CONTENT:
        about |= Q(name__startswith=start)
    rows = Event.objects.filter(about, room=workshop.room_id, at__gte=workshop.went_live_at)
    return (rows.filter(at__lte=workshop.closed_at) if workshop.closed_at else rows).count()
