"""Coding by keyboard: one comment at a time, the worst first, until each says what it means."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from live import door
from live.models import new_id
from live.values import Refused
from personas.models import Aim
from touchpoints.models import Journey
from touchpoints.queries import journey_for
from voices import highlights, queries, tasks
from voices.models import ANCHORS, Comment, Consequence, Issue, Quantity
from voices.permissions import may_bring_in, may_code

HOLD = datetime.timedelta(minutes=3)
MOST_SKIPPED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def coding(request: HttpRequest, pk: str) -> HttpResponse:
    """The next comment that nobody coded and nobody has before their eyes; `comment` asks for one."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_code(actor))
    said: dict[str, Any] = {}
    shown: Comment | None = None
    if request.method == "POST":
        number = request.POST.get("comment", "")
        shown = _one(journey, number)
        try:
            said, shown = _do(request, journey, actor, shown)
        except Refused as refused:
            said = {"problem": refused.message, "field": refused.field} | _typed(request.POST)
            if request.POST.get("do") == "mark":
                said |= {"highlights": highlights.typed(request.POST), "marking": True}
    elif request.GET.get("comment"):
        shown = _one(journey, request.GET["comment"])
    comment = shown or _next(journey, actor, _skipped(request, journey))
    template = "voices/coding_parts.html" if request.htmx else "voices/coding.html"  # type: ignore[attr-defined]
    status = 422 if said.get("problem") and not request.htmx else 200  # type: ignore[attr-defined]
    return render(request, template, _context(journey, actor, comment) | said, status=status)


def _do(request: HttpRequest, journey: Journey, actor: Actor, comment: Comment | None) -> tuple[dict[str, Any], Any]:
    """Run what was asked for: what to say about it, and the comment to show again (None: the next one)."""
    what = request.POST.get("do", "next")
    if what == "undo":
        tx = request.POST.get("tx", "")[:80]
        door.execute_all(journey.pk, actor.key, [(new_id("cm"), "undo", {"tx": tx})], new_id("tx"))
        return {"undone": True}, comment
    if comment is None:
        raise Refused("unknown", "This comment is not here any more. Here is the next one.")
    if what == "skip":
        key = f"skipped-{journey.pk}"
        request.session[key] = [*request.session.get(key, []), comment.pk][-MOST_SKIPPED:]
        Comment.objects.filter(pk=comment.pk, held_by=actor.key).update(held_by="", held_until=None)
        return {}, None
    tx = new_id("tx")
    if what == "mark":
        about = {"id": comment.pk, "quantities": highlights.from_form(comment, request.POST)}
        door.execute_all(journey.pk, actor.key, [(new_id("cm"), "comment.mark", about)], tx)
        return {"tx": tx, "before": comment, "marking": True} | _typed(request.POST), _one(journey, str(comment.pk))
    commands = _commands(journey, comment, request.POST)
    door.execute_all(journey.pk, actor.key, [(new_id("cm"), name, data) for name, data in commands], tx)
    tasks.learn(journey.pk)
    return {"tx": tx, "before": comment}, None


def _commands(journey: Journey, comment: Comment, sent: QueryDict) -> list[tuple[str, dict[str, Any]]]:
    commands: list[tuple[str, dict[str, Any]]] = []
    touchpoint, stage = sent.get("touchpoint", "")[:24], sent.get("stage", "")[:24]
    if touchpoint and touchpoint != comment.touchpoint_id:
        commands.append(("comment.place", {"ids": [comment.pk], "touchpoint": touchpoint}))
    elif not touchpoint and stage and (stage != comment.stage_id or comment.touchpoint_id):
        commands.append(("comment.place", {"ids": [comment.pk], "stage": stage}))
    code: dict[str, Any] = {"ids": [comment.pk], "coded": True}
    severity = sent.get("severity", "")
    code["severity"] = int(severity) if severity in tuple("12345") else None
    code["consequences"] = sorted({kind for kind in sent.getlist("consequences") if kind in Consequence.Kind.values})
    for name, model, key, extra in (
        ("aim", Aim, "name", {}),
        ("issue", Issue, "title", {"touchpoint": touchpoint} if touchpoint else {}),
    ):
        words = " ".join(sent.get(name, "").split())
        code[name] = None
        if words:
            known = {
                getattr(row, key).casefold(): row.pk for row in model.objects.filter(room=journey.pk, removed_at=None)
            }
            code[name] = known.get(words.casefold())
            if code[name] is None:
                code[name] = new_id(model.prefix)
                commands.append((f"{name}.add", {"id": code[name], key: words, **extra}))
    return [*commands, ("comment.code", code)]


def _typed(sent: QueryDict) -> dict[str, Any]:
    """What stands in the form and is not kept yet; without a script only the part that was sent comes."""
    if "issue" not in sent:
        return {}
    names = ("severity", "aim", "issue", "stage", "touchpoint")
    typed = {name: sent.get(name, "") for name in names} | {"consequences": sent.getlist("consequences")}
    return {"typed": typed}


def _skipped(request: HttpRequest, journey: Journey) -> list[int]:
    return list(request.session.get(f"skipped-{journey.pk}", []))


def _one(journey: Journey, number: str) -> Comment | None:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return _related(journey).filter(pk=int(number)).first()


def _related(journey: Journey) -> Any:
    related = ("account", "contact", "touchpoint", "stage", "suggested", "suggested_stage", "aim", "issue")
    found = queries.comments_of(journey.pk).select_related(*related)
    return found.prefetch_related("quantities", "consequences")


def _next(journey: Journey, actor: Actor, skipped: list[int]) -> Comment | None:
    """Take the worst comment that is free for three minutes; two who ask at once never get the same one."""
    now = timezone.now()
    free = Q(held_until=None) | Q(held_until__lt=now) | Q(held_by=actor.key)
    waiting = _related(journey).filter(free, coded_at=None).order_by("-harm", "pk")
    for skip in (skipped, []):
        for comment in waiting.exclude(pk__in=skip)[:20]:
            mine = Comment.objects.filter(free, pk=comment.pk, coded_at=None)
            if mine.update(held_by=actor.key, held_until=now + HOLD):
                return comment  # type: ignore[no-any-return]
    return None


def _context(journey: Journey, actor: Actor, comment: Comment | None) -> dict[str, Any]:
    comments = queries.comments_of(journey.pk)
    confirmed: list[str] = []
    proposed: list[str] = []
    if comment:
        for row in comment.consequences.all():  # type: ignore[attr-defined]
            (confirmed if row.confirmed_at else proposed).append(row.kind)
    return {
        "journey": journey, "actor": actor, "comment": comment, "may_bring_in": may_bring_in(actor),
        "targets": queries.targets(journey.pk) if comment else [],
        "aims": Aim.objects.filter(room=journey.pk, removed_at=None).order_by("name"),
        "issues": Issue.objects.filter(room=journey.pk, removed_at=None).order_by("title"),
        "highlights": highlights.rows_of(comment) if comment else [], "measures": Quantity.Kind.choices,
        "times": list(highlights.TIMES),
        "kinds": [(kind.value, kind.label, kind.value in confirmed, kind.value in proposed) for kind in Consequence.Kind],
        "anchors": list(enumerate(ANCHORS, start=1)), "total": comments.count(),
        "coded": comments.exclude(coded_at=None).count(),
    }  # fmt: skip
