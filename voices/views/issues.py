"""Let-downs in the order that counts for customers, and the proposals for more of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from live import door
from live.models import new_id
from live.values import Refused
from touchpoints.models import Journey
from touchpoints.queries import journey_for
from voices import painting, queries, tasks, themes
from voices.letdowns import bands_of, let_downs
from voices.models import ANCHORS, Comment
from voices.permissions import may_bring_in, may_code, may_read_comments


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def issues(request: HttpRequest, pk: str) -> HttpResponse:
    """The ranked list. `do`: change (an issue's numbers and name), join (two into one), remove, undo, find."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_read_comments(actor))
    said: dict[str, Any] = {}
    if request.method == "POST":
        require(may_code(actor))
        said = _do(journey, actor, request.POST)
        if not said.get("problem") and not said.get("tx"):
            return redirect("issues", journey.pk)
    status = 422 if said.get("problem") else 200
    context = _context(journey, actor) | said
    asked = request.GET.get("severity")
    band = next((band for band in context["bands"] if band.count and str(band.severity) == asked), None)
    context |= {
        "band": band,
        "shown": [one for one in context["found"] if not band or one.ranked.standing.severity == band.severity],
    }
    return render(request, "voices/issues.html", context, status=status)


@require_safe
@signed_in
def painted(request: HttpRequest, pk: str) -> HttpResponse:
    """How much of the journey customers' words have painted, and what to ask next."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_read_comments(actor))
    found = painting.painting_of(journey.pk)
    context = {
        "journey": journey, "actor": actor, "painting": found, "enough": painting.ENOUGH, "may_code": may_code(actor),
        "has_aims": any(aim for aim, _ in found.rows),
    }  # fmt: skip
    return render(request, "voices/painted.html", context)


@require_POST
@signed_in
def from_themes(request: HttpRequest, pk: str) -> HttpResponse:
    """Make the chosen proposals issues, with their comments in them: one step to undo."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_code(actor))
    wanted = {value for value in request.POST.getlist("theme") if value.isascii() and value.isdigit()}
    chosen = [one for one in themes.proposals(journey.pk) if str(one.theme.pk) in wanted]
    said = _run(journey, actor, themes.issue_commands(chosen, journey.pk), "Choose a proposal first.")
    status = 422 if said.get("problem") else 200
    return render(request, "voices/issues.html", _context(journey, actor) | said, status=status)


def _do(journey: Journey, actor: Actor, sent: QueryDict) -> dict[str, Any]:
    what, issue = sent.get("do", ""), sent.get("issue", "")[:24]
    if what == "find":
        tasks.look_for_themes(journey.pk)
        return {}
    if what == "undo":
        return _run(journey, actor, [("undo", {"tx": sent.get("tx", "")[:80]})], "", undone=True)
    commands: list[tuple[str, dict[str, Any]]] = []
    if what == "change":
        change: dict[str, Any] = {"id": issue, "quick_win": "quick_win" in sent, "title": sent.get("title", "")}
        for name in ("severity", "company_severity"):
            given = sent.get(name, "")
            change[name] = int(given) if given in tuple("12345") else None
        commands = [("issue.change", change)]
    elif what == "join" and sent.get("into"):
        into = sent["into"][:24]
        inside = list(queries.comments_of(journey.pk).filter(issue=issue).values_list("pk", flat=True))
        if inside:
            commands.append(("comment.code", {"ids": inside, "issue": into}))
        commands.append(("issue.remove", {"id": issue}))
    elif what == "remove":
        inside = list(Comment.objects.filter(room=journey.pk, issue=issue).values_list("pk", flat=True))
        if inside:
            commands.append(("comment.code", {"ids": inside, "issue": None}))
        commands.append(("issue.remove", {"id": issue}))
    return _run(journey, actor, commands, "Choose what it should be joined with.")


def _run(
    journey: Journey, actor: Actor, commands: list[tuple[str, dict[str, Any]]], nothing: str, *, undone: bool = False
) -> dict[str, Any]:
    tx = new_id("tx")
    try:
        if not commands:
            raise Refused("invalid", nothing)
        door.execute_all(journey.pk, actor.key, [(new_id("cm"), name, data) for name, data in commands], tx)
    except Refused as refused:
        return {"problem": refused.message}
    return {"undone": True, "tx": ""} if undone else {"tx": tx}


def _context(journey: Journey, actor: Actor) -> dict[str, Any]:
    found = let_downs(journey.pk)
    proposed = themes.proposals(journey.pk)
    return {
        "journey": journey, "actor": actor, "found": found, "may_code": may_code(actor),
        "may_bring_in": may_bring_in(actor), "anchors": list(enumerate(ANCHORS, start=1)), "proposed": proposed[:30],
        "more": max(0, len(proposed) - 30), "looking": tasks.looks_for_themes(journey.pk),
        "total": queries.comments_of(journey.pk).count(), "bands": bands_of(found), "shown": found,
    }  # fmt: skip
