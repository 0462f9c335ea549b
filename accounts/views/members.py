"""An organisation's people, departments and mailbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import commands, queries
from accounts.access import member_or_404, posted, require, signed_in
from accounts.forms import DepartmentForm, MemberForm
from accounts.models import Department, Invitation
from accounts.pages import page
from accounts.permissions import (
    may_change_departments,
    may_change_members,
    may_read_mailbox,
    may_remove_departments,
    may_see_departments,
    may_see_members,
)


@require_safe
@signed_in
def members(
    request: HttpRequest, slug: str, about_mails: Callable[[Sequence[Invitation]], Mapping[str, Any]]
) -> HttpResponse:  # fmt: skip
    """Who is here, who was, and who is invited.

    `about_mails` says how far the mail of each invitation is; the outbox knows, so the URL table hands it over.
    """
    organisation, actor = member_or_404(request, slug)
    require(may_see_members(actor))
    invited = list(queries.open_invitations_of(organisation))
    mails = about_mails(invited)
    context = {
        "members": queries.members_of(organisation),
        "invitations": [(row, mails.get(row.pk)) for row in invited],
        "under_way": any(each.under_way for each in mails.values()),
        "now": timezone.now(),
        "may_change": may_change_members(actor),
    }
    return page(request, "accounts/members.html", organisation, actor, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One member: another role, other departments."""
    organisation, actor = member_or_404(request, slug)
    require(may_change_members(actor))
    membership = get_object_or_404(queries.members_of(organisation), pk=pk)
    form = MemberForm(membership, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_member(
                membership, form.cleaned_data["role"], form.cleaned_data["departments"], by=actor.key
            )
            return redirect("members", slug)
        except ValidationError as error:
            form.add_error(None, error)
    return page(request, "accounts/member.html", organisation, actor, membership=membership, form=form)


@require_POST
@signed_in
def member_access(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End somebody's access (`access=end`) or give it back (`access=restore`)."""
    organisation, actor = member_or_404(request, slug)
    require(may_change_members(actor))
    membership = get_object_or_404(queries.members_of(organisation), pk=pk)
    change = commands.reactivate_member if request.POST.get("access") == "restore" else commands.deactivate_member
    try:
        change(membership, by=actor.key)
    except ValidationError as error:
        form = MemberForm(membership)
        problem = error.messages[0]
        return page(
            request, "accounts/member.html", organisation, actor, membership=membership, form=form, problem=problem
        )
    return redirect("members", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def departments(request: HttpRequest, slug: str) -> HttpResponse:
    """The departments in their order; POST adds one at the end."""
    organisation, actor = member_or_404(request, slug)
    require(may_see_departments(actor))
    form = DepartmentForm(posted(request))
    if request.method == "POST":
        require(may_change_departments(actor))
        if form.is_valid():
            try:
                commands.add_department(
                    organisation, form.cleaned_data["name"], form.cleaned_data["code"], by=actor.key
                )
                return redirect("departments", slug)
            except ValidationError as error:
                form.add_error(None, error)
    context = {
        "form": form,
        "departments": queries.departments_of(organisation),
        "retired": Department.ever.filter(organisation=organisation, retired_at__isnull=False).order_by("-retired_at"),
        "may_change": may_change_departments(actor),
    }
    return page(request, "accounts/departments.html", organisation, actor, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def department(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Another name or code for one department."""
    organisation, actor = member_or_404(request, slug)
    require(may_change_departments(actor))
    row = get_object_or_404(Department.objects, organisation=organisation, pk=pk)
    form = DepartmentForm(posted(request), initial={"name": row.name, "code": row.code})
    if request.method == "POST" and form.is_valid():
        try:
            commands.rename_department(row, form.cleaned_data["name"], form.cleaned_data["code"], by=actor.key)
            return redirect("departments", slug)
        except ValidationError as error:
            form.add_error(None, error)
    may_remove = may_remove_departments(actor)
    context = {"department": row, "form": form, "may_remove": may_remove}
    return page(request, "accounts/department.html", organisation, actor, **context)


@require_safe
@signed_in
def mailbox(request: HttpRequest, slug: str) -> HttpResponse:
    """What was mailed, newest first; without a mail server this is where mail arrives."""
    organisation, actor = member_or_404(request, slug)
    require(may_read_mailbox(actor))
    mails = Paginator(queries.mailbox_of(organisation), 50).get_page(request.GET.get("page"))
    return page(request, "accounts/mailbox.html", organisation, actor, mails=mails)


@require_safe
@signed_in
def mail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One message, as text."""
    organisation, actor = member_or_404(request, slug)
    require(may_read_mailbox(actor))
    return page(
        request,
        "accounts/mail.html",
        organisation,
        actor,
        mail=get_object_or_404(queries.mailbox_of(organisation), pk=pk),
    )
