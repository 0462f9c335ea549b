"""Which mails one wants. What is off is not sent: the outbox looks here once more before each mail."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import posted, signed_in
from accounts.models import User
from actions.models import Mute, Reminder

Kind = Reminder.Kind
PROMISES = (Kind.WEEK_BEFORE, Kind.DAY_BEFORE, Kind.DUE, Kind.DAY_AFTER)


class MailsForm(forms.Form):
    """Ticked is wanted. One who came in later than a kind of mail wants it, so refusals are what is kept."""

    promises = forms.MultipleChoiceField(
        label="Reminders of your promises",
        choices=[(kind.value, kind.label) for kind in PROMISES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    remarks = forms.MultipleChoiceField(
        label="Remarks",
        choices=[(Kind.MENTION.value, Kind.MENTION.label)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    workshops = forms.MultipleChoiceField(
        label="Workshops",
        choices=[(Kind.INVITATION.value, Kind.INVITATION.label)],
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
    form = MailsForm(posted(request), initial=dict.fromkeys(("promises", "remarks", "workshops"), wanted))
    if request.method == "POST" and form.is_valid():
        _keep(user, {kind for kinds in form.cleaned_data.values() for kind in kinds})
        messages.success(request, "Saved.")
        return redirect("you")
    return render(request, "actions/mails.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _keep(user: User, wanted: set[str]) -> None:
    Mute.objects.filter(user=user, kind__in=wanted).delete()
    unwanted = [Mute(user=user, kind=kind) for kind in Kind.values if kind not in wanted]
    Mute.objects.bulk_create(unwanted, ignore_conflicts=True)
