"""The pages of an organisation's people and settings: one frame with tabs around them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.actors import Actor
from accounts.models import Organisation
from accounts.permissions import may_change_settings, may_read_audit, may_read_mailbox, may_see_members


def page(
    request: HttpRequest, template: str, organisation: Organisation, actor: Actor, **context: object
) -> HttpResponse:
    """A page of this organisation; 422 when it comes back with something to put right."""
    form = context.get("form")
    wrong = context.get("problem") or (form is not None and getattr(form, "errors", None))
    context |= {
        "organisation": organisation,
        "actor": actor,
        "tab": template.rpartition("/")[2].removesuffix(".html"),
        "may_see_members": may_see_members(actor),
        "may_read_mailbox": may_read_mailbox(actor),
        "may_change_settings": may_change_settings(actor),
        "may_read_audit": may_read_audit(actor),
    }
    return render(request, template, context, status=422 if wrong else 200)
