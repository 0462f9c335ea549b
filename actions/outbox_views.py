"""The outbox as people see it: what is on its way, what was given up and why, and sending that again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import member_or_404, require, signed_in
from accounts.audit import audit
from accounts.models import Invitation, Organisation
from accounts.pages import page
from actions import outbox as box
from actions.models import Reminder

State = Reminder.State
SHOWN = {
    "parked": ("Not delivered", (State.FAILED, State.DEAD)),
    "waiting": ("On their way", (State.PLANNED, State.SENDING)),
    "sent": ("Sent", (State.SENT,)),
    "left": ("Not needed any more", (State.CANCELLED,)),
}


@dataclass
class Row:
    reminder: Reminder
    says: str

    @property
    def name(self) -> str:
        return str(self.reminder.recipient or self.address)

    @property
    def address(self) -> str:
        reminder = self.reminder
        return reminder.invitation.email if reminder.invitation else reminder.to.email

    @property
    def parked(self) -> bool:
        return self.reminder.state in SHOWN["parked"][1]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def outbox(request: HttpRequest, slug: str) -> HttpResponse:
    """Mails by what became of them; those that were given up first, if there are any."""
    organisation, actor = member_or_404(request, slug)
    require(actor.leads)
    if request.method == "POST":
        return _press(request, organisation, actor.key)
    mails = _mails(organisation)
    counts = dict(mails.values_list("state").annotate(n=Count("pk")))
    tabs = [(name, label, sum(counts.get(each, 0) for each in states)) for name, (label, states) in SHOWN.items()]
    shown = request.GET.get("show", "")
    if shown not in SHOWN:
        shown = "parked" if tabs[0][2] else "waiting"
    found = mails.filter(state__in=SHOWN[shown][1]).select_related("recipient", "invitation")
    found = found.order_by("try_at", "pk") if shown == "waiting" else found.order_by("-finished_at", "-pk")
    pages = Paginator(found, 50).get_page(request.GET.get("page"))
    stuck = box.stuck().filter(organisation=organisation).exists()
    rows = [Row(row, box.in_words(row.error)) for row in pages]
    context = {"tabs": tabs, "shown": shown, "pages": pages, "rows": rows, "stuck": stuck, "parked": tabs[0][2]}
    return page(request, "actions/outbox.html", organisation, actor, **context)


@dataclass
class Told:
    """What became of the mail of an invitation, for the pages that list invitations: `tone` is a status's colour."""

    tone: str
    icon: str
    says: str
    why: str = ""
    at: datetime.datetime | None = None  # when it was sent, or is tried again

    @property
    def under_way(self) -> bool:
        return self.tone == "ink"


def about_places(invitations: Sequence[Invitation]) -> dict[str, Told]:
    """By id: how far the mail of each of these invitations is; nothing of those from before there was an outbox."""
    rows = {row.invitation_id: row for row in Reminder.objects.filter(invitation__in=invitations)}
    return {each.pk: _told(each, rows.get(each.pk)) for each in invitations if each.mail}


def _told(invitation: Invitation, row: Reminder | None) -> Told:
    late = timezone.now() - invitation.created_at > box.STUCK
    if row is None and late and invitation.mail == Invitation.Mail.WORKSHOP:
        return Told("warn", "clock", "Not mailed", "The workshop it was for was not made, or asks them no more.")
    if row is None:
        return Told("ink", "clock", "On its way", "This takes longer than usual: is the worker running?" * late)
    words = box.in_words(row.error)
    if row.state == State.SENT:
        where = "Sent" if settings.EMAIL_HOST else "In the mailbox"
        return Told(
            "good", "circle-check", where, "" if settings.EMAIL_HOST else "No mail server is set up.", row.finished_at
        )
    if row.state == State.CANCELLED:
        return Told("warn", "clock", "Not mailed", row.error)
    if row.state in SHOWN["parked"][1]:
        return Told(
            "bad", "octagon-alert", "Refused by the mail server", f"{words} Check the address. It said: {row.error}"
        )
    return Told(
        "ink",
        "clock",
        "Tried again" if row.error else "On its way",
        f"{words} {row.error}".strip(),
        row.try_at if row.error else None,
    )


def _mails(organisation: Organisation) -> QuerySet[Reminder]:
    return Reminder.objects.filter(organisation=organisation, envelope=None)


def _press(request: HttpRequest, organisation: Organisation, by: str) -> HttpResponse:
    rows, pk = _mails(organisation).filter(state__in=SHOWN["parked"][1]), request.POST.get("mail", "")
    if pk:
        rows = rows.filter(pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
    if request.POST.get("do") == "drop":
        n = rows.update(state=State.CANCELLED, finished_at=timezone.now())
        said = "taken off the list"
    else:
        n = box.try_again(rows)
        said = "sent again in a moment"
        if n:
            audit("mail.tried_again", by, organisation.pk, things=n)
    if n:
        messages.success(request, f"{n} mail{'s are' if n > 1 else ' is'} {said}.")
    else:
        messages.info(request, "There was nothing to do: somebody else was faster.")
    return redirect("outbox", organisation.slug)
