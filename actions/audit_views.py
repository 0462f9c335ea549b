"""Who did what with rights and data: a page, and the same as a table to take along."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.access import member_or_404, require, signed_in
from accounts.actors import names_of
from accounts.audit import WORDS
from accounts.models import AuditEvent, Organisation
from accounts.pages import page
from accounts.permissions import may_read_audit
from live.sheets import csv_lines, neutral
from touchpoints.models import Journey

KINDS = {
    "sign_in": "Signing in",
    "member": "Members",
    "guest": "Guests",
    "join_code": "Join codes",
    "token": "Tokens",
    "data": "Data in and out",
    "report": "Reports",
    "mail": "Mails",
    "department": "Departments",
    "contact": "Customers’ contacts",
    "organisation": "Settings",
}


SHOWN = ("role", "form", "settings", "things")


@require_safe
@signed_in
def audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest first; narrowed by kind, person and day."""
    organisation, actor = member_or_404(request, slug)
    require(may_read_audit(actor))
    events = Paginator(_asked(request, organisation), 100).get_page(request.GET.get("page"))
    whole = AuditEvent.objects.filter(organisation=organisation)
    people = names_of(whole.exclude(by="").values_list("by", flat=True).distinct())
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "events": events, "rows": _rows(events, people),
        "kinds": KINDS.items(), "people": sorted(people.items(), key=lambda one: one[1].lower()),
        "asked": {name: request.GET.get(name, "") for name in ("kind", "by", "since", "until")},
        "query": query.urlencode(),
    }  # fmt: skip
    return page(request, "actions/audit.html", organisation, actor, **context)


@require_safe
@signed_in
def audit_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The same rows as a table; times are UTC."""
    organisation, actor = member_or_404(request, slug)
    require(may_read_audit(actor))
    events = _asked(request, organisation)
    people = names_of(events.values_list("by", flat=True).distinct())
    lines = csv_lines(
        itertools.chain(
            [["at", "what", "by", "name", "about"]],
            ([row.at.isoformat(), row.what, row.by, neutral(people.get(row.by, "")), _about(row)] for row in events),
        )
    )
    headers = {"Content-Disposition": f'attachment; filename="audit-{organisation.slug}.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@dataclass
class Row:
    """One line of the page."""

    event: AuditEvent
    who: str
    words: str
    about: str


def _asked(request: HttpRequest, organisation: Organisation) -> QuerySet[AuditEvent]:
    """What the query asks for; what it cannot mean is left out of the question."""
    rows = AuditEvent.objects.filter(organisation=organisation).order_by("-at", "-pk")
    if (kind := request.GET.get("kind", "")) in KINDS:
        rows = rows.filter(what__startswith=f"{kind}.")
    if by := request.GET.get("by", ""):
        rows = rows.filter(by=by[:24])
    if (since := _day(request.GET.get("since", ""))) is not None:
        rows = rows.filter(at__date__gte=since)
    if (until := _day(request.GET.get("until", ""))) is not None:
        rows = rows.filter(at__date__lte=until)
    return rows


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _rows(events: Iterable[AuditEvent], people: dict[str, str]) -> Iterator[Row]:
    """Lines for people: names instead of numbers, and no numbers where there is no name."""
    members = names_of(f"u{row.about['member']}" for row in events if "member" in row.about)
    rooms = {row.about["room"] for row in events if "room" in row.about}
    journeys = dict(Journey.objects.filter(pk__in=rooms).values_list("pk", "name"))
    for row in events:
        known = {
            "member": members.get(f"u{row.about.get('member')}"), "room": journeys.get(row.about.get("room", "")),
            **{name: _shown(value) for name, value in row.about.items() if name in SHOWN},
        }  # fmt: skip
        about = ", ".join(words for words in known.values() if words)
        yield Row(row, people.get(row.by, row.by or "Journeymap"), WORDS.get(row.what, row.what), about)


def _about(row: AuditEvent) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in sorted(row.about.items()))


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
