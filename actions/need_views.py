"""Following up: a line to whoever needs it, in place on the home page; and questions written down for a later day."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from actions import queries
from actions.follow_ups import FollowUpForm
from actions.models import ActionItem, FollowUp
from actions.permissions import may_follow_up
from live.door import execute
from live.models import new_id
from live.values import Refused


@require_POST
@signed_in
def need_answer(request: HttpRequest, pk: str) -> HttpResponse:
    """A line about a promise that needs somebody above; what they wanted to ask about it counts as asked."""
    action, actor = _action(request, pk)
    try:
        execute(
            action.room_id, actor.key, "action.note",
            {"id": new_id("pn"), "action": pk, "text": request.POST.get("text", "")},
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("home")
    due = FollowUp.objects.filter(action=action, user=request.user.pk, asked_at=None, on__lte=timezone.localdate())
    due.update(asked_at=timezone.now())
    owned = action.owner is not None and action.owner_id != request.user.pk
    messages.success(request, f"Sent. {action.owner} gets it by mail." if owned else "It stands with the promise.")
    return redirect("home")


@require_POST
@signed_in
def follow_up(request: HttpRequest, pk: str) -> HttpResponse:
    """Write a question down for a day, or take it off again."""
    action, actor = _action(request, pk)
    if remove := request.POST.get("remove"):
        gone, _ = FollowUp.objects.filter(action=action, user=request.user.pk, pk=remove).delete()
        messages.success(request, "Taken off." if gone else "It was taken off already.")
        return redirect("action", pk)
    form = FollowUpForm(request.POST)
    if form.is_valid():
        FollowUp.objects.create(id=new_id("fu"), action=action, user_id=int(actor.key[1:]), **form.cleaned_data)
        messages.success(request, f"You are reminded on {form.cleaned_data['on']:%-d %B}.")
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("action", pk)


def _action(request: HttpRequest, pk: str) -> tuple[ActionItem, Actor]:
    action, actor = queries.action_for(identity_of(request), pk)
    require(may_follow_up(actor))
    return action, actor
