"""The outbox as people see it: what is on its way, what was given up and why, and sending that again."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import member_or_404, require, signed_in
from accounts.audit import audit
from accounts.models import Organisation
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
# What mail servers say by number, for people: the first digits that fit.
SAID = (
    ("550", "There is no such mailbox, or it takes nothing from us."),
    ("551", "There is no such mailbox there."),
    ("552", "The mailbox is full."),
    ("553", "The address is not valid."),
    ("554", "The mail server refused it."),
    ("535", "The mail server did not accept our user name and password."),
    ("4", "The mail server asks to try again later."),
    ("5", "The mail server refused it."),
)


@dataclass
class Row:
    reminder: Reminder
    says: str

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
    found = mails.filter(state__in=SHOWN[shown][1]).select_related("recipient")
    found = found.order_by("try_at", "pk") if shown == "waiting" else found.order_by("-finished_at", "-pk")
    pages = Paginator(found, 50).get_page(request.GET.get("page"))
    stuck = box.stuck().filter(organisation=organisation).exists()
    rows = [Row(row, in_words(row.error)) for row in pages]
    context = {"tabs": tabs, "shown": shown, "pages": pages, "rows": rows, "stuck": stuck, "parked": tabs[0][2]}
    return page(request, "actions/outbox.html", organisation, actor, **context)


def _mails(organisation: Organisation) -> QuerySet[Reminder]:
    return Reminder.objects.filter(organisation=organisation, envelope=None)


def in_words(error: str) -> str:
    """What went wrong, for people; what the server said itself stands beside it."""
    return next((words for code, words in SAID if error.startswith(code)), "")


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
