"""Every department leaves the workshop with a promise, or says why it has none.

Coverage is counted over the departments that speak in the workshop: those of its representatives and guests, whether
they came or not, since who was asked and stayed away is missed by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from accounts.models import Department, Role
from actions.models import ActionItem, NoAction
from live.context import Context
from live.values import Refused, clean_text
from touchpoints.commands import ById, Id, Payload
from workshops.models import Participant, Workshop
from workshops.states import live_workshop

SPEAK = (Role.ADMIN, Role.FACILITATOR, Role.REPRESENTATIVE, Role.GUEST)
LEANS = 0.5  # more than this share of the promises with one or two departments is too much


# -- "none, because …" -------------------------------------------------------------------------
class SayNone(Payload):
    """A department promises nothing in this workshop, and says why; again to say it in other words."""

    id: Id
    workshop: Id
    department: Id
    because: str


def say_none(ctx: Context, data: SayNone) -> None:
    workshop, me = live_workshop(ctx, data.workshop), ctx.actor
    because = clean_text(data.because, 1_000, field="because").strip()
    if not because:
        raise Refused("invalid", "Say why: “none” alone is no answer.", field="because")
    if not Department.objects.filter(pk=data.department, organisation=ctx.room.organisation_id).exists():
        raise Refused("unknown", "There is no such department here.", field="department")
    if any(
        row.status != ActionItem.Status.DROPPED
        for row in ctx.rows(ActionItem, workshop=workshop.id, department=data.department)
    ):
        raise Refused("conflict", "This department has promised something. That counts.", field="department")
    found = ctx.rows(NoAction, workshop=workshop.id, department=data.department)
    if found:
        ctx.change(found[0], because=because, by=me.key, by_name=me.name[:80])
    else:
        ctx.add(
            NoAction(
                id=data.id, workshop=workshop, department_id=data.department, because=because, by=me.key,
                by_name=me.name[:80],
            )
        )  # fmt: skip


def take_none_back(ctx: Context, data: ById) -> None:
    row = ctx.get(NoAction, data.id)
    live_workshop(ctx, row.workshop_id)
    ctx.remove(row)


# -- who has one -------------------------------------------------------------------------------
@dataclass
class Share:
    """One department in the workshop: its promises, or why it has none, or neither."""

    department: Department
    actions: list[ActionItem] = field(default_factory=list)
    none: NoAction | None = None

    @property
    def state(self) -> str:
        return "action" if self.actions else "none" if self.none else "missing"


@dataclass
class Coverage:
    shares: list[Share]
    actions: list[ActionItem]  # all of the workshop, those of no department and of others among them

    def _in(self, state: str) -> list[Share]:
        return [share for share in self.shares if share.state == state]

    @property
    def with_action(self) -> list[Share]:
        return self._in("action")

    @property
    def with_none(self) -> list[Share]:
        return self._in("none")

    @property
    def missing(self) -> list[Share]:
        return self._in("missing")

    @property
    def leans_on(self) -> list[Department]:
        """The one or two departments that hold more than half of the promises, while there are more who could."""
        return leaning(self.actions, len(self.shares))


def leaning(actions: Sequence[ActionItem], departments: int) -> list[Department]:
    """One department that holds more than half of the promises, or two that do, where at least four are in the room
    (of three departments two always hold most). One promise each leans on nobody."""
    held = Counter(action.department for action in actions if action.department is not None)
    of = len(actions)
    if not held or departments < 2:
        return []
    for most in (1, 2) if departments >= 4 else (1,):
        top = held.most_common(most)
        if sum(count for _, count in top) > LEANS * of and max(held.values()) > 1:
            return [department for department, _ in top]
    return []


def coverage_of(speaking: Iterable[Department], actions: Iterable[ActionItem], nones: Iterable[NoAction]) -> Coverage:
    """Pure: who speaks, what was promised, who said none. A dropped promise is none."""
    kept = [action for action in actions if action.status != ActionItem.Status.DROPPED]
    shares = {row.pk: Share(row) for row in sorted(set(speaking), key=lambda row: (row.position, row.pk))}
    for action in kept:
        if action.department_id in shares:
            shares[action.department_id].actions.append(action)
    for none in nones:
        if none.department_id in shares:
            shares[none.department_id].none = none
    return Coverage(list(shares.values()), kept)


def coverage(workshop: Workshop) -> Coverage:
    """As it stands. Three queries."""
    actions = ActionItem.objects.filter(workshop=workshop, removed_at=None)
    nones = NoAction.objects.filter(workshop=workshop, removed_at=None)
    return coverage_of(
        speaking_in(workshop),
        actions.select_related("owner", "co_owner", "department", "touchpoint", "sponsor").order_by("due", "id"),
        nones.select_related("department"),
    )


def speaking_in(workshop: Workshop) -> list[Department]:
    """The departments somebody speaks for in this workshop."""
    asked = Participant.objects.filter(workshop=workshop, removed_at=None, role__in=SPEAK, department__isnull=False)
    return list(Department.ever.filter(pk__in=asked.values("department")).order_by("position", "id"))
