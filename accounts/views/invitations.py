"""Inviting by e-mail, and coming in by the link of an invitation."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitations, queries
from accounts.access import address_for_others, member_or_404, posted, require, sign_in, signed_in
from accounts.forms import AcceptForm, InviteForm
from accounts.models import Invitation, Organisation, User
from accounts.permissions import may_invite, may_see_members

Landing = Callable[[str, Organisation], str]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a place for somebody, or for many at once, and mail each a link. Who can be invited is; what cannot
    stays in the field with the reason, to be mended."""
    organisation, actor = member_or_404(request, slug)
    require(may_see_members(actor))
    form = InviteForm(organisation, actor, posted(request))
    if request.method == "POST" and form.is_valid():
        data, left = form.cleaned_data, []
        require(may_invite(actor, data["role"]))
        addresses = invitations.addresses_in(data["email"])
        for address in addresses:
            try:
                _send(request, invitations.invite(organisation, actor, address, data["role"], data["departments"]))
            except ValidationError as error:
                form.add_error("email", error.messages[0])
                left.append(address)
        sent = len(addresses) - len(left)
        if sent and len(addresses) > 1:
            messages.success(request, f"{sent} invitation{'s are' if sent > 1 else ' is'} sent.")
        if addresses and not left:
            return redirect("members", slug)
        form.data = {
            **request.POST.dict(), "departments": request.POST.getlist("departments"), "email": "\n".join(left),
        }  # fmt: skip
    context = {"organisation": organisation, "actor": actor, "form": form}
    return render(request, "accounts/invite.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def withdraw(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    organisation, actor = member_or_404(request, slug)
    invitation = get_object_or_404(queries.open_invitations_of(organisation), pk=pk)
    require(may_invite(actor, invitation.role))
    invitations.withdraw(invitation, by=actor.key)
    return redirect("members", slug)


@require_POST
@signed_in
def send_again(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """A fresh invitation in place of this one: the old link stops working."""
    organisation, actor = member_or_404(request, slug)
    before = get_object_or_404(queries.open_invitations_of(organisation), pk=pk)
    require(may_invite(actor, before.role))
    departments = list(before.departments.all())
    _send(request, invitations.invite(organisation, actor, before.email, before.role, departments))
    return redirect("members", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str, landing: Landing) -> HttpResponse:
    """The page behind an invitation's link. Only its button, a POST, accepts.

    `landing` says where somebody goes then; the rooms above know, so the URL table hands it over.
    """
    invitation = invitations.invitation_for(token)
    if invitation is None:
        return _closed(request, "This link is not complete. Copy the whole line from the mail.", 404)
    closed = invitations.why_closed(invitation)
    if closed:
        return _closed(request, closed, 410)
    if isinstance(request.user, User):
        return _accept_as_member(request, request.user, invitation, landing)
    if invitations.must_sign_in(invitation):
        return redirect_to_login(request.path)
    form = AcceptForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept(invitation, None, **form.cleaned_data)
            sign_in(request, user)
            return redirect(landing(user.identity, invitation.organisation))
        except ValidationError as error:
            form.add_error(None, error)
    context = {"invitation": invitation, "form": form}
    return render(request, "accounts/accept.html", context, status=422 if form.errors else 200)


def _accept_as_member(request: HttpRequest, user: User, invitation: Invitation, landing: Landing) -> HttpResponse:
    """Whoever is signed in under the invited address presses one button; anybody else may sign out here."""
    context: dict[str, object] = {"invitation": invitation, "mine": user.email == invitation.email}
    if request.method == "POST":
        try:
            invitations.accept(invitation, user)
            return redirect(landing(user.identity, invitation.organisation))
        except ValidationError as error:
            context["problem"] = error.messages[0]
    return render(request, "accounts/accept_signed_in.html", context, status=422 if "problem" in context else 200)


def _send(request: HttpRequest, invitation: Invitation) -> None:
    path = reverse("invitation", args=[invitations.token_of(invitation)])
    try:
        invitations.send(invitation, address_for_others(request, path))
    except OSError:  # the mailbox keeps the message and what the mail server said
        text = f"The mail server did not take the mail to {invitation.email}. An admin finds the link in the mailbox."
        messages.error(request, text)


def _closed(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", {"sentence": sentence}, status=status)
