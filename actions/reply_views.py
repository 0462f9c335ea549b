"""The pages a mail leads to. Opening one changes nothing, for scanners open every link; a press does."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import limits
from actions import links, queries, replies
from live.values import Refused

ANSWERS = ("on_track", "help", "done")
log = structlog.get_logger("replies")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a mail about a promise without signing in."""
    if not limits.take("reply", request.META.get("REMOTE_ADDR", ""), 60):
        return render(request, "429.html", status=429)
    found = replies.reply_for(token)
    if found is None:
        return _private(render(request, "actions/reply_over.html", status=404))
    log.info("reply.opened", reminder=found.row.pk, by=found.actor.key, method=request.method)
    problem, said = "", request.POST
    if request.method == "POST":
        try:
            thanks = replies.answer(found, said.dict())
            return _private(render(request, "actions/reply_done.html", {"action": found.action, "said": thanks}))
        except Refused as refused:
            problem = refused.message
    wanted = said.get("do") or request.GET.get("answer", "")
    context = {
        "reply": found, "action": found.action, "row": found.row, "problem": problem, "typed": said,
        "answer": wanted if wanted in ANSWERS else "on_track",
        "stand": queries.standing(found.action, timezone.localdate()),
        "quote": next(iter(queries.quotes_at(found.action.room_id, [found.action.touchpoint_id], 1)), None),
    }  # fmt: skip
    return _private(render(request, "actions/reply.html", context, status=422 if problem else 200))


@csrf_exempt  # a mail program posts here by itself (RFC 8058); the address is the key, and all it does is stop mails
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more mails of the kind that brought this link. It works for as long as the mail is kept."""
    if not limits.take("reply", request.META.get("REMOTE_ADDR", ""), 60):
        return render(request, "429.html", status=429)
    row = links.any_row_of(token)
    if row is None:
        return _private(render(request, "actions/reply_over.html", status=404))
    rows = [row, *row.enclosed.all()]
    said = replies.stop(rows) if request.method == "POST" else ""
    kinds = list(dict.fromkeys(each.get_kind_display() for each in rows))
    return _private(render(request, "actions/mail_stop.html", {"row": row, "kinds": kinds, "said": said}))


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the key: it must not be found. It does not travel either: our policy for every page
    sends a referrer to ourselves only ("no-referrer" would turn the form's Origin into "null", and be refused)."""
    response["X-Robots-Tag"] = "noindex"
    return response
