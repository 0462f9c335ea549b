"""The pages about promises: home, lists, one promise, the answer to a mail. Every change is a live command."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import actor_or_404, organisation_for, posted, require, signed_in
from accounts.actors import Actor, identity_of
from accounts.models import User
from actions import home as home_page
from actions import queries
from actions.follow_ups import follow_up_form
from actions.forms import ActionForm, ChangeForm, NoteForm
from actions.models import ActionItem, FollowUp
from actions.past import past_of
from actions.permissions import may_change_action_row, may_follow_up, promises
from actions.whom import due_base
from live.door import execute
from live.models import new_id
from live.values import Refused
from touchpoints.queries import journey_for
from voices.models import Issue
from voices.permissions import may_read_comments
from workshops.models import Answer
from workshops.queries import answers_for


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me. Guests go to their workshop; who is not signed in, to the door."""
    identity = identity_of(request)
    if identity is None:
        return redirect("account_login")
    if identity.startswith("g"):
        return redirect(home_page.where_guests_go(identity))
    organisation = organisation_for(request)
    if organisation is None:
        return redirect("organisation_new")
    actor = actor_or_404(request, organisation.pk)
    assert isinstance(request.user, User)
    return render(request, "home.html", home_page.build(organisation, actor, request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_action(request: HttpRequest, journey_pk: str) -> HttpResponse:
    """Make a promise; from an answer (`?answer=`) or a let-down (`?issue=`) part of it is filled in."""
    journey, actor = journey_for(identity_of(request), journey_pk)
    require(promises(actor))
    answer = _answer(actor, request.GET.get("answer"))
    of = request.GET.get("issue", "")[:24]
    issue = Issue.objects.filter(pk=of, room=journey.pk, removed_at=None).first() if may_read_comments(actor) else None
    me = int(actor.key[1:]) if actor.key.startswith("u") else 0
    form = ActionForm(journey, posted(request), answer=answer, issue=issue, me=me, asked=request.GET.dict())
    if form.is_bound and form.is_valid():
        data = form.to_data()
        try:
            execute(journey.pk, actor.key, "action.add", data)
            in_room = data.get("workshop") if request.GET.get("workshop") or answer else None
            return redirect("workshop", in_room) if in_room else redirect("action", data["id"])
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    context = {"form": form, "journey": journey, "answer": answer, "issue": issue}
    return render(request, "actions/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def action_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """All that a promise holds, to change it."""
    row, actor = queries.action_for(identity_of(request), pk)
    require(may_change_action_row(actor, row))
    journey, _ = journey_for(identity_of(request), row.room_id)
    form = ActionForm(journey, posted(request), action=row)
    if form.is_bound and form.is_valid() and _done(request, row, actor, "action.change", form.to_data(), form):
        return redirect("action", pk)
    context = {"form": form, "journey": journey, "action": row}
    return render(request, "actions/new.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def action_proof(request: HttpRequest, pk: str) -> HttpResponse:
    """Put something behind a promise: a web address, a comment, a touchpoint or a let-down; or take it away."""
    row, actor = queries.action_for(identity_of(request), pk)
    require(may_change_action_row(actor, row))
    if remove := request.POST.get("remove"):
        _done(request, row, actor, "proof.remove", {"id": remove})
        return redirect("action", pk)
    data: dict[str, Any] = {"id": new_id("pf"), "action": row.pk, "text": request.POST.get("text", "")}
    of = request.POST.get("of", "")
    name = {"tp": "touchpoint", "is": "issue"}.get(of[:2], "url")
    data[name] = of or request.POST.get("url", "")
    if (comment := request.POST.get("comment", "")).isdigit():
        data = {"id": data["id"], "action": row.pk, "comment": int(comment[:18])}
    _done(request, row, actor, "proof.add", data)
    return redirect("action", pk)


def _answer(actor: Actor, pk: str | None) -> Answer | None:
    """The answer a promise is made from, if this person may read it."""
    if not pk:
        return None
    row = Answer.objects.filter(pk=pk, removed_at=None).select_related("workshop").first()
    return answers_for(actor, row.workshop).filter(pk=pk).first() if row else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def action(request: HttpRequest, pk: str) -> HttpResponse:
    """One promise: how it stands, what was said about it, what becomes of it."""
    row, actor = queries.action_for(identity_of(request), pk)
    may = may_change_action_row(actor, row)
    form = ChangeForm(row, posted(request)) if may else None
    if form is not None and not form.is_bound and request.GET.get("status") in ActionItem.Status.values:
        form.initial["status"] = request.GET["status"]  # moved on the board, where more has to be said first
    if request.method == "POST":
        require(may)
        assert form is not None
        if form.is_valid() and _done(request, row, actor, "action.change", form.to_data(), form):
            return redirect("action", pk)
    quotes = queries.quotes_at(row.room_id, [row.touchpoint_id], 1)
    context = {
        "action": row, "stand": queries.standing(row, timezone.localdate()), "form": form, "note_form": NoteForm(),
        "notes": queries.notes_of(row), "quote": next(iter(quotes), None),
        "next": home_page.next_reminder(row), "put_off": (due_base(row) - row.due).days,
        "follow_ups": FollowUp.objects.filter(action=row, user=request.user.pk, asked_at=None).order_by("on"),
        "follow_up_form": follow_up_form(row) if row.is_open and may_follow_up(actor) else None,
        "may": may, "proofs": queries.proofs_of(row, actor), "behind": queries.could_prove(row) if may else [],
        "past": past_of(row),
    }  # fmt: skip
    return render(request, "actions/action.html", context, status=422 if form is not None and form.errors else 200)


@require_POST
@signed_in
def action_note(request: HttpRequest, pk: str) -> HttpResponse:
    """Say something about a promise."""
    row, actor = queries.action_for(identity_of(request), pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Write something here first.")
    else:
        _done(request, row, actor, "action.note", form.to_data(row.pk))
    return redirect("action", pk)


def _done(
    request: HttpRequest, row: ActionItem, actor: Actor, name: str, data: dict[str, Any], form: Any = None
) -> bool:
    """Run a command; say at the right field why not."""
    try:
        execute(row.room_id, actor.key, name, data)
    except Refused as refused:
        if form is None:
            messages.error(request, refused.message)
        else:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return False
    return True
