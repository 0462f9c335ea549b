"""Coming in by code, on a phone: the code, who you are, the lobby. Three pages, no account."""

from __future__ import annotations

from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import joining
from accounts.access import AboutRoom, posted
from accounts.actors import GUEST_SESSION_KEY, identity_of, load_actor
from accounts.audit import audit
from accounts.forms import CodeForm, GuestForm
from accounts.models import Guest, JoinCode

# Which code this browser has shown, between the first page and the second.
CODE_SESSION_KEY = "join_code"
# Said to htmx in the lobby: stop asking.
STOP_POLLING = 286


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Type the code. A QR link comes here too; its secret stands after the # and is posted by a script, so
    that it never reaches a log."""
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            found = _find(request, form.cleaned_data["code"], form.cleaned_data["link"])
        except joining.TooManyTries:
            form.add_error("code", "Too many codes were tried. Wait a minute, then try again or scan the QR code.")
            return render(request, "accounts/join_code.html", {"form": form}, status=429)
        if found:
            request.session[CODE_SESSION_KEY] = found.pk
            return redirect("join_name")
        form.add_error("code", _no_such(form.cleaned_data["code"]))
    return render(request, "accounts/join_code.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def name(request: HttpRequest, about_room: AboutRoom) -> HttpResponse:
    """Say who you are and for which department you speak; then wait in the lobby."""
    join_code = joining.open_code_by_id(request.session.get(CODE_SESSION_KEY))
    room = about_room(join_code.room_id) if join_code else None
    if join_code is None or room is None:
        return redirect("join")
    if _member_of(request, join_code):
        return redirect(room.path)  # colleagues need no code
    form = GuestForm(join_code.organisation_id, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            guest = joining.ask_to_join(join_code, form.cleaned_data["name"], form.cleaned_data["department"])
            _become(request, guest)
            return redirect("join_lobby")
        except ValidationError as error:
            form.add_error(None, error)
    context = {"form": form, "room": room, "organisation": join_code.organisation}
    return render(request, "accounts/join_name.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def lobby(request: HttpRequest, about_room: AboutRoom) -> HttpResponse:
    """Wait to be let in. The page asks here every two seconds and goes on by itself."""
    guest = Guest.objects.select_related("department", "organisation", "join_code").filter(
        pk=request.session.get(GUEST_SESSION_KEY, 0)
    )
    row = guest.first()
    room = about_room(row.room_id) if row else None
    if row is None or room is None:
        return redirect("join")
    asks = request.headers.get("HX-Request") == "true"
    if load_actor(row.identity, row.organisation_id, row.room_id):
        return _go_on(asks, room.path)
    over = bool(row.removed_at or row.expires_at <= timezone.now() or row.join_code.revoked_at)
    if asks and not over:
        return HttpResponse(status=204)  # nothing new: the page stays, and nothing is read out again
    context = {"guest": row, "room": room, "over": over}
    template = "accounts/join_waiting.html" if asks else "accounts/join_lobby.html"
    return render(request, template, context, status=STOP_POLLING if asks else 200)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """A guest goes: out of the room, and this browser forgets them."""
    guests = Guest.objects.filter(pk=request.session.get(GUEST_SESSION_KEY, 0))
    for guest in guests:
        joining.remove(guests, by=guest.identity)
    request.session.flush()
    return redirect("join")


def _find(request: HttpRequest, typed: str, link: str) -> JoinCode | None:
    address = request.META.get("REMOTE_ADDR", "")
    return joining.find_by_link(link, address) if link else joining.find_by_code(typed, address)


def _no_such(typed: str) -> str:
    """One sentence for codes that are unknown, expired, locked or withdrawn: it tells nobody which."""
    if not typed.strip():
        return "This link leads nowhere any more. Ask for the code on the screen in the room."
    code = joining.as_typed(typed)
    return f"No live workshop has the code {code}. Check the screen in the room: codes have eight characters."


def _member_of(request: HttpRequest, join_code: JoinCode) -> bool:
    return load_actor(identity_of(request), join_code.organisation_id, join_code.room_id) is not None


def _become(request: HttpRequest, guest: Guest) -> None:
    """This browser is the guest from now on, under a new session key, and for as long as the guest lives."""
    if request.user.is_authenticated:
        logout(request)
    request.session.pop(CODE_SESSION_KEY, None)
    request.session.cycle_key()
    request.session[GUEST_SESSION_KEY] = guest.pk
    request.session.set_expiry(guest.expires_at)
    audit("guest.asked", guest.identity, guest.organisation_id, room=guest.room_id)


def _go_on(asks: bool, path: str) -> HttpResponse:
    if not asks:
        return redirect(path)
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = path
    return answer
