"""One page about a workshop's promises, kept as it was."""

from __future__ import annotations

from django.db import models

from workshops.models import Workshop


class Report(models.Model):
    """One page about the promises of a workshop, as it stood when it was made, with all its faces.

    It is a job before it is a page: `made` counts the faces that are ready, a worker holds it by a lease, and
    whoever claims it after a worker died counts one attempt more. `key` says what it was due for (a closing, a
    month), so that two clocks ask for one; what a person asks for has none.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "About to start"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Not made"
        CANCELLED = "cancelled", "Stopped"

    class Why(models.TextChoices):
        ASKED = "asked", "Somebody asked for it"
        CLOSED = "closed", "The workshop was closed"
        DUE = "due", "It was time again"

    id = models.CharField(primary_key=True, max_length=24)
    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="reports")
    made_at = models.DateTimeField()  # asked for, until it is ready
    by = models.CharField(max_length=24, blank=True)
    why = models.CharField(max_length=8, choices=Why.choices, default=Why.ASKED)
    key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    made = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["workshop", "made_at"], name="report_of_workshop"),
            models.Index(fields=["state", "made_at"], name="report_next"),
        ]

    def __str__(self) -> str:
        return f"{self.workshop} on {self.made_at:%d %B %Y}"


class ReportFile(models.Model):
    """One face of a report, as it was made: a file to take along or to send."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    form = models.CharField(max_length=12)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "form"], name="report_file_once")]

    def __str__(self) -> str:
        return f"{self.report_id}.{self.form}"


class ReportLink(models.Model):
    """One report for one person without an account. The address holds 256 random bits; only their hash is here."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="links")
    recipient = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    by = models.CharField(max_length=24)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.report_id} for {self.recipient}"
