"""The facilitator's side of joining: the code on the big screen, and who waits to come in.

Every answer is the panel as it is now; htmx puts it in place. Without script the same doors lead back to
the page.
"""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import joining, queries
from accounts.access import AboutRoom, RoomInfo, actor_or_404, address_for_others, require, signed_in
from accounts.actors import Actor
from accounts.models import Guest, JoinCode, Organisation
from accounts.permissions import may_run_lobby
from accounts.qr import qr_svg


@require_safe
@signed_in
@never_cache
def lobby(request: HttpRequest, room_id: str, about_room: AboutRoom) -> HttpResponse:
    """The page with the code and the list; for htmx the panel alone, and nothing when it has seen that."""
    room, _ = _leader(request, room_id, about_room)
    return _panel(request, room_id, room, seen=request.GET.get("seen"))


@require_POST
@signed_in
def code(request: HttpRequest, room_id: str, about_room: AboutRoom) -> HttpResponse:
    """`do=open` makes a code or a new one in its place; `lock`, `unlock`; `end` sends every guest out."""
    room, actor = _leader(request, room_id, about_room)
    do = request.POST.get("do")
    current = queries.join_code_of(room_id)
    if room.read_only:
        return _done(request, room_id, room)  # the panel says so
    if do == "open":
        joining.open_code(Organisation.objects.get(pk=room.organisation_id), room_id, by=actor.key)
    elif do in ("lock", "unlock") and current:
        joining.lock_code(current, do == "lock", by=actor.key)
    elif do == "end":
        joining.end_code(room_id, by=actor.key)
    return _done(request, room_id, room)


@require_POST
@signed_in
def admit(request: HttpRequest, room_id: str, about_room: AboutRoom) -> HttpResponse:
    """Let in one guest (`guest=7`) or, without one named, everybody who waits."""
    room, actor = _leader(request, room_id, about_room)
    guests = queries.guests_of(room_id)
    if "guest" in request.POST:
        guests = guests.filter(pk=_number(request.POST["guest"]))
    joining.admit(guests, by=actor.key)
    return _done(request, room_id, room)


@require_POST
@signed_in
def remove(request: HttpRequest, room_id: str, about_room: AboutRoom) -> HttpResponse:
    """One guest out, from the lobby or from the room."""
    room, actor = _leader(request, room_id, about_room)
    guests = queries.guests_of(room_id).filter(pk=_number(request.POST.get("guest", "")))
    joining.remove(guests, by=actor.key)
    return _done(request, room_id, room)


def _leader(request: HttpRequest, room_id: str, about_room: AboutRoom) -> tuple[RoomInfo, Actor]:
    room = about_room(room_id)
    if room is None:
        raise Http404
    actor = actor_or_404(request, room.organisation_id, room_id)
    require(may_run_lobby(actor))
    return room, actor


def _panel(request: HttpRequest, room_id: str, room: RoomInfo, seen: str | None = None) -> HttpResponse:
    join_code = queries.join_code_of(room_id)
    guests = list(queries.guests_of(room_id))
    state = _state(join_code, guests)
    asks = request.headers.get("HX-Request") == "true"
    if asks and seen == state:
        return HttpResponse(status=204)
    address = address_for_others(request, reverse("join"))
    link = f"{address}#{joining.link_token(join_code)}" if join_code else ""
    context = {
        "room": room,
        "room_id": room_id,
        "join_code": join_code,
        "link": link,
        "address": address.split("://", 1)[1].rstrip("/"),
        "state": state,
        "qr": qr_svg(link) if link else "",
        "waiting": [guest for guest in guests if guest.admitted_at is None],
        "inside": [guest for guest in guests if guest.admitted_at],
    }
    return render(request, "accounts/lobby_panel.html" if asks else "accounts/lobby.html", context)


def _state(join_code: JoinCode | None, guests: list[Guest]) -> str:
    """Short text that differs whenever the panel would look different."""
    shown = [str(join_code), bool(join_code and join_code.locked_at)]
    shown += [(guest.pk, bool(guest.admitted_at)) for guest in guests]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _done(request: HttpRequest, room_id: str, room: RoomInfo) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return _panel(request, room_id, room)
    return redirect("lobby", room_id)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
