"""Inviting by e-mail, and coming in by the link of an invitation. The mails leave by the outbox."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitations, queries
from accounts.access import member_or_404, posted, require, sign_in, signed_in
from accounts.forms import AcceptForm, InviteAgainForm, InviteForm
from accounts.models import Invitation, Organisation, User
from accounts.permissions import may_invite, may_see_members

Landing = Callable[[str, Organisation], str]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a place for somebody, or for many at once; each is mailed a link. Who can be invited is; what cannot
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
                invitations.invite(organisation, actor, address, data["role"], data["departments"])
            except ValidationError as error:
                form.add_error("email", error.messages[0])
                left.append(address)
        if made := len(addresses) - len(left):
            said = f"{made} invitations are on their way." if made > 1 else "The invitation is on its way."
            messages.success(request, said)
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


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def send_again(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """A fresh invitation in place of this one, to the same address or to one that was put right."""
    organisation, actor = member_or_404(request, slug)
    before = get_object_or_404(queries.open_invitations_of(organisation), pk=pk)
    require(may_invite(actor, before.role))
    form = InviteAgainForm(posted(request), initial={"email": before.email})
    if request.method == "POST" and form.is_valid():
        try:
            made = invitations.renew(before, actor, form.cleaned_data["email"])
            messages.success(request, f"A new invitation to {made.email} is on its way. The old link leads nowhere.")
            return redirect("members", slug)
        except ValidationError as error:
            form.add_error("email", error.messages[0])
    context = {"organisation": organisation, "actor": actor, "form": form, "invitation": before}
    return render(request, "accounts/invite_again.html", context, status=422 if form.errors else 200)


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


def _closed(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", {"sentence": sentence}, status=status)
