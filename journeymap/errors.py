"""What people, and programs, see when something cannot be shown."""

from __future__ import annotations

import logging
import uuid
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response

from live.door import misfit
from live.values import Refused

log = logging.getLogger(__name__)
NOT_HERE = "There is nothing here, or it is not shared with you."
# What HTTP knows beyond the codes of the live protocol (docs/protocol.md P14).
CODES = {400: "invalid", 401: "unauthenticated", 403: "forbidden", 404: "unknown", 405: "method", 406: "format",
         413: "too_big", 415: "format", 429: "rate"}  # fmt: skip
SENTENCES = {
    401: "Sign in, join by code, or send a token.",
    404: NOT_HERE,
    405: "This address does not know that method.",
    406: "Answers are JSON: send Accept: application/json.",
    415: "Send JSON, and say so: Content-Type: application/json.",
    429: "Too many requests. Wait a moment.",
}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or came from elsewhere."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def api_error(error: Exception, context: dict[str, Any]) -> Response:
    """Every error of the API in one form: a code for programs, a sentence for people, the field it is about."""
    status, found, headers = _understood(error)
    body = {"code": found["code"], "message": found["message"], "field": found.get("field")}
    if "current" in found:
        body["current"] = found["current"]
    response = Response({"error": body}, status, headers=headers)
    response.exception = True
    return response


def _understood(error: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, what to say, headers."""
    if isinstance(error, msgspec.ValidationError):
        error = misfit(error)
    if isinstance(error, (OperationalError, InterfaceError)):
        log.warning("The API could not reach the database: %s", str(error).strip().splitlines()[0])
        error = Refused("busy", "The server cannot reach its database. Try again in a moment.")
    if isinstance(error, Refused):
        return error.status, error.to_wire(), {"Retry-After": "1"} if error.code in ("busy", "rate") else {}
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied("Your role here does not allow this.")
    if not isinstance(error, exceptions.APIException):
        number = uuid.uuid4().hex[:8]
        log.exception("An API request failed", exc_info=error, extra={"error": number})
        return 500, {"code": "internal", "message": f"Something went wrong on our side (error {number})."}, {}
    headers = {"WWW-Authenticate": "Bearer"} if error.status_code == 401 else {}
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(int(getattr(error, "wait", 0)) + 1)
    own_words = isinstance(error, (exceptions.AuthenticationFailed, exceptions.PermissionDenied))
    sentence = str(error.detail) if own_words else SENTENCES.get(error.status_code, str(error.detail))
    return error.status_code, {"code": CODES.get(error.status_code, "invalid"), "message": sentence}, headers
