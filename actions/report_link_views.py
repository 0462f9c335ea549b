"""Links to a report for people without an account: made, listed and revoked by those who make reports; opened by
whoever holds one."""

from __future__ import annotations

import secrets

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import limits
from accounts.access import address_for_others, posted, require, signed_in
from actions import faces, report_links
from actions.contents import Contents
from actions.models import Report
from actions.permissions import shares_reports
from actions.report_views import as_file, content_of, kept, reader
from live.values import Refused, clean_line


class LinkForm(forms.Form):
    recipient = forms.CharField(
        label="Who is it for?",
        max_length=200,
        help_text="A name or an address. It stands in this list and nowhere else.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say who it is for: each link is for one person."},
    )

    def clean_recipient(self) -> str:
        try:
            return clean_line(self.cleaned_data["recipient"], 120, field="recipient")
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def report_links_page(request: HttpRequest, pk: str, report_pk: str) -> HttpResponse:
    """Who may read this report without an account. The answer to making a link is the only page that shows it."""
    workshop, actor = reader(request, pk)
    require(shares_reports(actor))
    row = kept(workshop, report_pk)
    if row.state != Report.State.READY:
        return redirect("report_kept", pk, report_pk)
    form, address, made = LinkForm(posted(request)), "", None
    if request.method == "POST" and form.is_valid():
        if not _first_time(request):  # the page was loaded again
            messages.info(request, "That link was made already. Its address was shown once.")
            return redirect("report_links", pk, report_pk)
        made, token = report_links.make(row, form.cleaned_data["recipient"], actor.key)
        address = address_for_others(request, f"/r/{token}/")
        form = LinkForm()
    context = {
        "workshop": workshop, "row": row, "form": form, "links": report_links.links_of(row), "address": address,
        "made": made, "now": timezone.now(), "once": secrets.token_hex(8),
    }  # fmt: skip
    return render(request, "actions/report_links.html", context, status=422 if form.errors else 200)


def _first_time(request: HttpRequest) -> bool:
    """Whether this form comes for the first time; one that says nothing of it does."""
    once, seen = request.POST.get("once", "")[:16], request.session.get("links_made", [])
    if once and once in seen:
        return False
    request.session["links_made"] = [*seen, once][-20:]
    return True


@require_POST
@signed_in
def report_link_revoke(request: HttpRequest, pk: str, report_pk: str, link_pk: int) -> HttpResponse:
    """It opens nothing from now on."""
    workshop, actor = reader(request, pk)
    require(shares_reports(actor))
    link = get_object_or_404(report_links.links_of(kept(workshop, report_pk)), pk=link_pk)
    if report_links.revoke(link, actor.key):
        messages.success(request, f"The link for {link.recipient} opens nothing any more.")
    return redirect("report_links", pk, report_pk)


# Without the usual proof that a form is ours: that guards what a browser knows by its cookies, and here the address
# alone opens the door. A page that sends no referrer sends no origin either, which that proof would need.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report_link(request: HttpRequest, token: str) -> HttpResponse:
    """Without an account. Opening it shows a button; only a press shows the report, or gives a file of it."""
    if not limits.take("report_link", request.META.get("REMOTE_ADDR", ""), 60):
        return _private(render(request, "429.html", status=429))
    link = report_links.link_for(token)
    if link is None:
        return _private(render(request, "actions/report_link_over.html", status=404))
    if request.method != "POST":
        return _private(render(request, "actions/report_link.html", {"link": link}))
    row, form = link.report, request.POST.get("form", "")
    if form in faces.FORMS:
        report_links.opened(link, form)
        name = f"{row.workshop.title} {timezone.localdate(row.made_at).isoformat()}"
        return _private(as_file(content_of(row, form), form, name))
    report_links.opened(link)
    context = {"report": Contents.of_data(row.data), "link": link, "forms": faces.FORMS}
    return _private(render(request, "actions/report_shared.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the key: it must not be found, kept or passed on."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
