"""The page of an organisation's webhooks, for administrators."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_or_404, posted, require, signed_in
from accounts.audit import audit
from accounts.pages import page
from accounts.permissions import may_change_settings
from actions import webhooks
from actions.models import Delivery, Webhook

SHOWN = 20


class WebhookForm(forms.Form):
    url = forms.URLField(
        max_length=500, label="Address", assume_scheme="https",
        help_text="Where another program listens. It is sent a signed message for each change of a promise.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def webhooks_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Which programs are told, what they were told lately, and a form for one more."""
    organisation, actor = member_or_404(request, slug)
    require(may_change_settings(actor))
    form = WebhookForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            made = webhooks.add(organisation, form.cleaned_data["url"], actor.key)
            audit("webhook.added", actor.key, organisation.pk, webhook=made.pk)
            return redirect("webhooks", slug)
        except ValidationError as error:
            form.add_error("url", error)
    rows = [
        (row, webhooks.secret_of(row), Delivery.objects.filter(webhook=row).order_by("-pk")[:SHOWN])
        for row in Webhook.objects.filter(organisation=organisation, ended_at=None).order_by("pk")
    ]
    return page(request, "actions/webhooks.html", organisation, actor, form=form, rows=rows)


@require_POST
@signed_in
def webhook(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End one, or try a message again that was given up."""
    organisation, actor = member_or_404(request, slug)
    require(may_change_settings(actor))
    row = get_object_or_404(Webhook.objects.filter(organisation=organisation, ended_at=None), pk=pk)
    if again := request.POST.get("again", ""):
        webhooks.again(row, int(again) if again.isdigit() and len(again) < 18 else 0)
        messages.success(request, "It is tried again within a minute.")
    else:
        webhooks.end(row)
        audit("webhook.ended", actor.key, organisation.pk, webhook=row.pk)
        messages.success(request, "Ended. Nothing more is sent there.")
    return redirect("webhooks", slug)
