"""What customers are ultimately trying to achieve: the aims somebody named, and the natural groups we found."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from live import door
from live.models import new_id
from live.values import Refused, clean_line
from personas.models import Aim, Persona
from touchpoints.models import Journey
from touchpoints.queries import journey_for
from voices import groups, queries, tasks
from voices.heard import heard, persona_commands
from voices.models import FROM_CUSTOMERS, Grouping
from voices.permissions import may_bring_in, may_read_comments

MOST_SHOWN = 40


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def aims(request: HttpRequest, pk: str) -> HttpResponse:
    """`do`: find (groups as wide as `width`), join, split, rename, make (a group an aim), back (undo)."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_read_comments(actor))
    said: dict[str, Any] = {}
    if request.method == "POST":
        require(actor.leads)
        try:
            said = _do(journey, actor, request.POST)
        except Refused as refused:
            said = {"problem": refused.message}
    context = _context(journey, actor, request.GET.get("count", "")) | said
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "voices/aims_parts.html", context)
    return render(request, "voices/aims.html", context, status=422 if said.get("problem") else 200)


def _do(journey: Journey, actor: Actor, sent: QueryDict) -> dict[str, Any]:
    what, row = sent.get("do", ""), groups.grouping_of(journey.pk)
    one, other = _number(sent.get("group", "")), _number(sent.get("into", ""))
    if what == "find":
        groups.ask(journey.pk, float(_number(sent.get("width", "")) or row.width))
        tasks.enqueue(tasks.find_groups, journey.pk)
        return {}
    if what == "join":
        groups.join(row, one, other)
    elif what == "split":
        groups.split(row, one)
    elif what == "rename":
        groups.rename(row, one, sent.get("name", ""))
    elif what == "make":
        if name := " ".join(sent.get("name", "").split()):
            groups.rename(row, one, name)
            one = next((n for n, group in enumerate(row.groups) if group["name"] == clean_line(name, 120)), one)
        return {"tx": _run(journey, actor, groups.aim_commands(row, one)), "made": row.groups[one]["name"]}
    elif what == "undo":
        _run(journey, actor, [("undo", {"tx": sent.get("tx", "")[:80]})])
        return {"undone": True}
    elif what == "back":
        groups.step_back(row)
        return {"undone": True}
    return {"changed": what in ("join", "split", "rename")}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def aim(request: HttpRequest, pk: str, aim_pk: str) -> HttpResponse:
    """What the customers of one aim said, by stage, and what follows for them. A POST with `name` makes the
    expectation persona."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_read_comments(actor))
    row = Aim.objects.filter(room=journey.pk, pk=aim_pk, removed_at=None).first()
    if row is None:
        raise Http404("There is no such aim.")
    found, problem = heard(row), ""
    if request.method == "POST":
        require(actor.leads)
        try:
            _run(journey, actor, persona_commands(found, request.POST.get("name", "")))
            return redirect("personas", journey.pk)
        except Refused as refused:
            problem = refused.message
    context = {
        "journey": journey, "actor": actor, "found": found, "problem": problem,
        "most": max((n for _, n in found.stages), default=0),
        "personas": Persona.objects.filter(room=journey.pk, aim=row, removed_at=None).order_by("name"),
    }  # fmt: skip
    return render(request, "voices/aim.html", context, status=422 if problem else 200)


def _run(journey: Journey, actor: Actor, commands: list[tuple[str, dict[str, Any]]]) -> str:
    """As one step. Returns what takes it back. Raises Refused."""
    tx = new_id("tx")
    if not commands:
        raise Refused("conflict", "Its comments have this aim already.")
    door.execute_all(journey.pk, actor.key, [(new_id("cm"), name, data) for name, data in commands], tx)
    return tx


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _context(journey: Journey, actor: Actor, count: str) -> dict[str, Any]:
    row: Grouping = groups.grouping_of(journey.pk)
    shown = groups.shown(row)
    count = count if count in groups.COUNTED else "account"
    known = list(Aim.objects.filter(room=journey.pk, removed_at=None).order_by("name"))
    said = queries.comments_of(journey.pk).filter(source_kind__in=FROM_CUSTOMERS)
    counts = {
        pk: rest
        for pk, *rest in said.filter(aim__in=known)
        .values_list("aim")
        .annotate(Count("pk"), Count("account", distinct=True))
    }
    personas = set(Persona.objects.filter(room=journey.pk, removed_at=None).values_list("aim", flat=True))
    aims = [(one, *counts.get(one.pk, (0, 0)), one.pk in personas) for one in known]
    return {
        "journey": journey, "actor": actor, "may_change": actor.leads, "may_bring_in": may_bring_in(actor),
        "aims": sorted(aims, key=lambda one: (-one[2], -one[1], one[0].name)), "grouping": row,
        "looking": groups.is_looking(row), "groups": [one for one in shown if one.new][:MOST_SHOWN],
        "sorted": sum(not one.new for one in shown), "more": max(0, sum(bool(one.new) for one in shown) - MOST_SHOWN),
        "spread": groups.spread_of(row, shown, count), "count": count, "counted": groups.COUNTED,
        "total": said.count(), "least": groups.LEAST,
    }  # fmt: skip
