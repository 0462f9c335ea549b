"""What we would love to ask customers: the questions that workshops marked for interviews."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from accounts.actors import identity_of
from touchpoints.queries import journey_for
from workshops.queries import topics_of


@require_safe
@signed_in
def love_to_ask(request: HttpRequest, journey_pk: str) -> HttpResponse:
    journey, _ = journey_for(identity_of(request), journey_pk)
    context = {"journey": journey, "topics": topics_of(journey.room_id)}
    return render(request, "workshops/love_to_ask.html", context)
