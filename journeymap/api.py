"""What the API says about itself: OpenAPI, AsyncAPI, and a page to read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import address_for_others
from accounts.api import Door
from journeymap.api_docs import chapters
from journeymap.asyncapi import asyncapi
from journeymap.schema import openapi


class _Open(Door):
    """For everybody: it says what may be asked, nothing of anybody's. Strangers have a limit."""

    schema = None
    permission_classes = []
    document: Any

    def get(self, request: Any) -> JsonResponse:
        return JsonResponse(self.document())


class SchemaView(_Open):
    """OpenAPI 3.1."""

    document = staticmethod(openapi)


class AsyncApiView(_Open):
    """AsyncAPI 3.0: the live protocol."""

    document = staticmethod(asyncapi)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Everything of the API on one page, without a script."""
    return render(request, "api/docs.html", {"chapters": chapters(), "base": address_for_others(request, "")})
