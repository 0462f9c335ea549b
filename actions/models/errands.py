"""What leaves this house: mails, messages to other programs, somebody's calendar."""

from __future__ import annotations

from django.db import models

from accounts.models import Invitation, Organisation, User


class Errand(models.Model):
    """Something that leaves this house once: a row before it is sent, so that whatever dies in between, nothing is lost.

    It is due when it is planned and `try_at` is past. Whoever sends it holds it by a lease (`actions.errands`).
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Waits"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Refused"
        CANCELLED = "cancelled", "No longer needed"
        DEAD = "dead", "Given up"

    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Reminder(Errand):
    """A row of the outbox: one reason to write to one person, planned before it is due, sent once.

    `key` makes planning it twice impossible. A worker claims everything that is due for a person at that moment, by a
    lease; it leaves as one mail, in the envelope of the first row, outside of any transaction; then the rows are
    finished. When the worker dies in between, the next one sends the same envelope again with the same `message_id`
    and `date_header`, by which mail programs recognise a copy.
    """

    class Kind(models.TextChoices):
        WEEK_BEFORE = "week_before", "A week before it is due"
        DAY_BEFORE = "day_before", "The day before it is due"
        DUE = "due", "On the day it is due"
        DAY_AFTER = "day_after", "The day after it was due"
        LATE = "late", "Three days after it was due"
        STALE = "stale", "Two weeks without a word"
        NOTE = "note", "A note about your promise"
        HELP = "help", "Somebody asks for help"
        VERY_LATE = "very_late", "A week after it was due"
        FOLLOW_UP = "follow_up", "A question you wanted to ask"
        DIGEST = "digest", "On Monday, what needs you"
        INVITATION = "invitation", "Invitation to a workshop"
        TOMORROW = "tomorrow", "The day before a workshop you have not looked at"
        PHASE_OPEN = "phase_open", "A part of a workshop that is open for days"
        PHASE_ENDS = "phase_ends", "The last day of it, while you have not been heard"
        PHASE_OVER = "phase_over", "Its time is over, where you run it"
        CLOSED = "closed", "What came out of a workshop"
        REPORT = "report", "A report is ready"
        REPORT_BACK = "report_back", "A report-back that is near, or has not been held"
        DEPARTMENT = "department", "Once a month, what changed for your department"
        MENTION = "mention", "A remark that names you"
        PLACE = "place", "Invitation to come in"

    key = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # What it is about: a promise, a note, a workshop, a remark, a department, an invitation; for a digest the
    # organisation.
    object_id = models.CharField(max_length=24, db_index=True)
    due_on = models.DateField()
    # Whom it is for: somebody with an account, or the address that an invitation keeps a place for.
    recipient = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="reminders")
    invitation = models.ForeignKey(Invitation, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # The wall-clock time promised to the recipient, where they live; `due_at` is that moment.
    local_time = models.TimeField()
    time_zone = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    # The row in whose mail this one travels; null: in its own.
    envelope = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="enclosed")
    message_id = models.CharField(max_length=120, unique=True)
    date_header = models.CharField(max_length=40)
    # The link in it answers without signing in: bound to this row, kept as a hash, and it runs out.
    link_hash = models.CharField(max_length=64, unique=True)
    link_expires_at = models.DateTimeField()
    link_revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "try_at"], name="reminder_next")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recipient=None) ^ models.Q(invitation=None), name="reminder_for_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

    @property
    def to(self) -> User:
        """Whom it is for, in every mail but the one that asks somebody to come in."""
        assert self.recipient is not None
        return self.recipient


class Mute(models.Model):
    """Somebody does not want one kind of reminder any more."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mutes")
    kind = models.CharField(max_length=16, choices=Reminder.Kind.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mute_once")]

    def __str__(self) -> str:
        return f"{self.user} without {self.kind}"


class Webhook(models.Model):
    """An address of another program that is told what happens to promises and workshops.

    `seen` says up to which event of each journey it was told (room → seq), so nothing is missed and nothing planned
    twice. What signs our messages follows from our own secret and `nonce`.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=500)
    nonce = models.CharField(max_length=32)
    seen = models.JSONField(default=dict)
    created_by = models.CharField(max_length=24)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.url


class Delivery(Errand):
    """One message to a webhook, until its receiver says yes."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=60)
    body = models.TextField()
    answered = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "try_at"], name="delivery_next")]

    def __str__(self) -> str:
        return f"{self.name} to {self.webhook}"


class CalendarFeed(models.Model):
    """A secret address at which somebody's calendar program reads their promises. Only its hash is kept; a new one
    ends the one before."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}’s calendar"
