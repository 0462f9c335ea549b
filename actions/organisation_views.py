"""An organisation's settings, and what happens to the work of somebody who leaves."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts import commands, queries
from accounts.access import member_or_404, posted, require, signed_in
from accounts.forms import SettingsForm
from accounts.pages import page
from accounts.permissions import may_change_members, may_change_settings
from actions import leaving, retention
from live.values import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisation_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, hours, words, retention. A shorter retention says first what it would erase, and asks once."""
    organisation, actor = member_or_404(request, slug)
    require(may_change_settings(actor))
    form = SettingsForm(organisation, posted(request))
    would: dict[str, int] = {}
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data["erase_after"]
        if asked is not None and asked != organisation.erase_after and not request.POST.get("sure"):
            would = retention.old(organisation, asked).counts()
        if not any(would.values()):
            commands.change_organisation(organisation, form.cleaned_data, by=actor.key)
            retention.erase(organisation)
            messages.success(request, "Saved.")
            return redirect("organisation_settings", slug)
    return page(request, "actions/settings.html", organisation, actor, form=form, would=would, problem=_sure(would))


def _sure(would: dict[str, int]) -> str:
    one = {
        "contacts": "the name of one contact", "guests": "the name of one guest", "mails": "one mail",
        "links": "for whom one link to a report was",
    }  # fmt: skip
    many = {
        "contacts": "the names of {} contacts", "guests": "the names of {} guests", "mails": "{} mails",
        "links": "for whom {} links to reports were",
    }  # fmt: skip
    parts = [one[name] if n == 1 else many[name].format(n) for name, n in would.items() if n]
    if not parts:
        return ""
    return f"Saving this erases {' and '.join(parts)} now, and nobody can bring them back. Tick that you are sure."


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def member_leave(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End somebody's access, after a look at what is theirs and with a colleague for each part of it."""
    organisation, actor = member_or_404(request, slug)
    require(may_change_members(actor))
    membership = get_object_or_404(queries.members_of(organisation), pk=pk, deactivated_at=None)
    parts = leaving.work_of(membership)
    problem = ""
    if request.method == "POST":
        for part in parts:
            part.chosen = request.POST.get(part.name, "")
            if part.chosen and part.chosen not in {str(user.pk) for user in part.takers}:
                part.problem = "Choose somebody from the list."
        if not any(part.problem for part in parts):
            try:
                commands.refuse_last_admin(membership)
                moved = leaving.hand_over(membership, parts, by=actor.key)
                commands.deactivate_member(membership, by=actor.key)
                things = f" {moved} thing{'s' if moved > 1 else ''} handed over." if moved else ""
                messages.success(request, f"{membership.user} has no access any more.{things}")
                return redirect("members", slug)
            except (ValidationError, Refused) as error:
                problem = error.messages[0] if isinstance(error, ValidationError) else error.message
                parts = leaving.work_of(membership)
    problem = problem or next((part.problem for part in parts if part.problem), "")
    context = {"membership": membership, "parts": parts, "problem": problem, "alone_in": leaving.alone_in(membership)}
    return page(request, "actions/leaving.html", organisation, actor, **context)
