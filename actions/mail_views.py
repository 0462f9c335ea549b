"""Which mails one wants. What is off is not sent: the outbox looks here once more before each mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import posted, signed_in
from accounts.audit import audit_everywhere
from accounts.models import User
from actions import links, phase_mails
from actions.models import Mute, Reminder

Kind = Reminder.Kind
GROUPS = {
    "promises": (
        "Your promises",
        (Kind.WEEK_BEFORE, Kind.DAY_BEFORE, Kind.DUE, Kind.DAY_AFTER, Kind.LATE, Kind.STALE, Kind.NOTE),
    ),
    "above": ("Promises you stand by", (Kind.HELP, Kind.VERY_LATE, Kind.FOLLOW_UP, Kind.DIGEST)),
    "workshops": (
        "Workshops",
        (Kind.INVITATION, Kind.TOMORROW, *phase_mails.KINDS, Kind.CLOSED, Kind.REPORT, Kind.REPORT_BACK),
    ),
    "journey": ("The journey", (Kind.MENTION, Kind.DEPARTMENT)),
}


class MailsForm(forms.Form):
    """Ticked is wanted. One who came in later than a kind of mail wants it, so refusals are what is kept."""

    def __init__(self, data: Any = None, *, wanted: Iterable[str] = ()) -> None:
        super().__init__(data, initial={name: list(wanted) for name in GROUPS})
        for name, (label, kinds) in GROUPS.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                choices=[(kind.value, kind.label) for kind in kinds],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mails(request: HttpRequest) -> HttpResponse:
    """Each kind of mail, on or off."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    off = set(Mute.objects.filter(user=user).values_list("kind", flat=True))
    wanted = [kind for kind in Kind.values if kind not in off]
    form = MailsForm(posted(request), wanted=wanted)
    if request.method == "POST" and form.is_valid():
        if "end_links" in request.POST:
            return _end_links(request, user)
        _keep(user, {kind for kinds in form.cleaned_data.values() for kind in kinds})
        messages.success(request, "Saved.")
        return redirect("you")
    context = {"form": form, "links": links.living(user).count()}
    return render(request, "actions/mails.html", context, status=422 if form.errors else 200)


def _end_links(request: HttpRequest, user: User) -> HttpResponse:
    """For who has passed a mail on, or lost a device: the links that answer without a password stop doing so."""
    ended = links.living(user).update(link_revoked_at=timezone.now())
    audit_everywhere("mail.links_ended", user, things=ended)
    messages.success(request, "Ended. Mails from now on bring new ones.")
    return redirect("mails")


@transaction.atomic
def _keep(user: User, wanted: set[str]) -> None:
    Mute.objects.filter(user=user, kind__in=wanted).delete()
    offered = [kind for _, kinds in GROUPS.values() for kind in kinds]
    unwanted = [Mute(user=user, kind=kind) for kind in offered if kind not in wanted]
    Mute.objects.bulk_create(unwanted, ignore_conflicts=True)
