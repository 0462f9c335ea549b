"""Which mails somebody wants. Mails about signing in and security are not among them: those always come."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import require, signed_in
from accounts.models import User
from actions.models import Mute, Reminder


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mails(request: HttpRequest) -> HttpResponse:
    """One box for each kind of mail; what is not ticked is not sent."""
    user = request.user
    require(isinstance(user, User))
    assert isinstance(user, User)
    if request.method == "POST":
        wanted = set(request.POST.getlist("kind"))
        for kind in Reminder.Kind.values:
            if kind in wanted:
                Mute.objects.filter(user=user, kind=kind).delete()
            else:
                Mute.objects.get_or_create(user=user, kind=kind)
        return redirect("mails")
    muted = set(Mute.objects.filter(user=user).values_list("kind", flat=True))
    kinds = [(kind, kind not in muted) for kind in Reminder.Kind]
    return render(request, "actions/mails.html", {"kinds": kinds, "zone": user.time_zone})
