"""What people see when something cannot be shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or came from elsewhere."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
