"""Oneself: name and time zone, personal tokens, another organisation; and the demo's one-click sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import browsers, commands, queries, tokens
from accounts.access import ORGANISATION_SESSION_KEY, organisation_for, posted, sign_in, signed_in
from accounts.actors import organisations_of
from accounts.audit import audit_everywhere
from accounts.forms import OrganisationForm, ProfileForm, TokenForm
from accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def you(request: HttpRequest) -> HttpResponse:
    """My name, my time zone, and where the rest of my account is."""
    user = _member(request)
    form = ProfileForm(user, posted(request))
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(user, name, value)
        user.save(update_fields=list(form.cleaned_data))
        for organisation in organisations_of(user.identity):
            commands.rights_changed(organisation.pk)  # others see the name live
        messages.success(request, "Saved.")
        return redirect("you")
    context = {
        "form": form,
        "organisations": organisations_of(user.identity),
        "current": organisation_for(request),
        "tokens": user.tokens.filter(revoked_at=None).order_by("-created_at"),
        "token_form": TokenForm(),
        "browsers": browsers.browsers_of(user),
        "here": request.session.session_key,
    }
    return render(request, "accounts/you.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
@never_cache
def token_add(request: HttpRequest) -> HttpResponse:
    """A new token; the answer is the only page that ever shows its secret."""
    user = _member(request)
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token, secret = tokens.make_token(user, form.cleaned_data["name"])
            audit_everywhere("token.made", user, token=token.pk)
            return render(request, "accounts/token.html", {"token": token, "secret": secret})
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "accounts/token.html", {"form": form}, status=422)


@require_POST
@signed_in
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user = _member(request)
    tokens.revoke_token(get_object_or_404(user.tokens, pk=pk))
    audit_everywhere("token.revoked", user, token=pk)
    return redirect("you")


@require_POST
@signed_in
def browser_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one browser, from wherever I am."""
    mine = browsers.browsers_of(_member(request)).filter(pk=pk)
    row = get_object_or_404(mine)
    browsers.end(mine)
    if row.session_key == request.session.session_key:
        return redirect("account_login")
    messages.success(request, f"{row.name} is signed out.")
    return redirect("you")


@require_POST
@signed_in
def browsers_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    others = browsers.browsers_of(_member(request)).exclude(session_key=request.session.session_key)
    ended = browsers.end(others)
    messages.success(request, "You are signed out everywhere else." if ended else "You were signed in only here.")
    return redirect("you")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisation_new(request: HttpRequest) -> HttpResponse:
    """An organisation of one's own; for people who belong to none, and for more than one."""
    form = OrganisationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            organisation = commands.create_organisation(_member(request), form.cleaned_data["name"])
            request.session[ORGANISATION_SESSION_KEY] = organisation.pk
            return redirect("/")
        except ValidationError as error:
            form.add_error("name", error)
    return render(request, "accounts/organisation_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@signed_in
def organisation_open(request: HttpRequest, slug: str) -> HttpResponse:
    """Look at another of one's organisations."""
    organisations = organisations_of(_member(request).identity)
    organisation = next((o for o in organisations if o.slug == slug), None)
    if organisation is None:
        raise Http404
    request.session[ORGANISATION_SESSION_KEY] = organisation.pk
    return redirect("/")


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Be one of the demo's people. Exists in demo mode only, and for nobody who is real elsewhere."""
    person = request.POST.get("person", "")
    if not person.isascii() or not person.isdigit() or len(person) > 18:
        raise Http404
    membership = get_object_or_404(queries.demo_people(), user_id=int(person))
    sign_in(request, membership.user)
    return redirect("/")


def _member(request: HttpRequest) -> User:
    """Guests have no account to look after."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user
