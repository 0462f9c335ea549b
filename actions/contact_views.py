"""Customers' contacts, and deleting what is known of one of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import member_or_404, require, signed_in
from accounts.audit import audit
from accounts.pages import page
from actions import erasing
from voices.models import Contact


@require_safe
@signed_in
def contacts(request: HttpRequest, slug: str) -> HttpResponse:
    """Who at customers' is known by name, by customer; searched by either name."""
    organisation, actor = member_or_404(request, slug)
    require(actor.leads)
    asked = " ".join(request.GET.get("q", "").split())[:160]
    rows = Contact.objects.filter(organisation=organisation).select_related("account")
    if asked:
        rows = rows.filter(Q(name__icontains=asked) | Q(account__name__icontains=asked))
    rows = rows.annotate(said=Count("comments")).order_by("account__name", "name", "pk")
    context = {"pages": Paginator(rows, 50).get_page(request.GET.get("page")), "asked": asked}
    return page(request, "actions/contacts.html", organisation, actor, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def contact_erase(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What would go and what stays; a press deletes it for good."""
    organisation, actor = member_or_404(request, slug)
    require(actor.leads)
    contact = get_object_or_404(Contact.objects.select_related("account"), organisation=organisation, pk=pk)
    if request.method == "POST":
        changed = erasing.forget(organisation, [contact])
        audit("contact.erased", actor.key, organisation.pk, things=changed)
        messages.success(
            request,
            f"Deleted. The name is gone from {changed} comment{'' if changed == 1 else 's'}; what was said stays.",
        )
        return redirect("contacts", slug)
    context = {"contact": contact, "named": erasing.mentions(contact), "said": contact.comments.count()}
    return page(request, "actions/contact_erase.html", organisation, actor, **context)
