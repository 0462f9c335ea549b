"""Promises after the meeting: what was promised, what became of it, who is reminded, what is reported.

An `ActionItem`, its `ProgressNote`s and `Proof`s are live records of the journey's room, and so is the `NoAction` of
a department that leaves a workshop without one. A `Reminder` is a row of
the outbox: a mail that must leave once, whatever dies in between. A `Report` is one page, kept as it was, with
a `ReportFile` for each form it has and a `ReportLink` for each person without an account who may read it.
"""

from __future__ import annotations

from django.db import models

from accounts.models import Department, Organisation, User
from live.models import Record
from touchpoints.models import Touchpoint
from voices.models import Comment, Issue
from workshops.models import Answer, Workshop


class ActionItem(Record):
    """One promise: what changes for the customer, who keeps it and by when. The screen says "promise"."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        IN_PROGRESS = "in_progress", "In progress"
        BLOCKED = "blocked", "Blocked"
        DONE = "done", "Kept"
        DROPPED = "dropped", "Dropped"

    class Kind(models.TextChoices):
        FIX = "fix", "Fix"
        PREVENT = "prevent", "Prevent"
        CREATE = "create", "Create"
        RESEARCH = "research", "Find out"

    class Domain(models.TextChoices):
        """What is changed: what she buys, what we do for her, or how she meets us."""

        NONE = "", "Not said"
        PRODUCT = "product", "Product"
        SERVICE = "service", "Service"
        TOUCHPOINT = "touchpoint", "Touchpoint"

    class Effort(models.TextChoices):
        SMALL = "S", "Days"
        MEDIUM = "M", "Weeks"
        LARGE = "L", "Months"

    title = models.CharField(max_length=160)
    customer_change = models.TextField(blank=True)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    co_owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    helpers = models.ManyToManyField(User, blank=True, related_name="+")
    # Who heard it promised and asks how it goes; and which other departments have a hand in it.
    witness = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    supporting = models.ManyToManyField(Department, blank=True, related_name="+")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    sponsor = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due = models.DateField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PLANNED)
    of_kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FIX)
    domain = models.CharField(max_length=10, choices=Domain.choices, default=Domain.NONE, blank=True)
    effort = models.CharField(max_length=1, choices=Effort.choices, default=Effort.MEDIUM)
    first_step = models.TextField(blank=True)
    # The measure before, as it should be, and as it is: in words, because "9 days" needs its unit.
    measure = models.CharField(max_length=160, blank=True)
    baseline = models.CharField(max_length=40, blank=True)
    target = models.CharField(max_length=40, blank=True)
    after_value = models.CharField(max_length=40, blank=True)
    known_on = models.DateField(null=True, blank=True)  # the day on which the measure will be read again
    pain_removed = models.CharField(max_length=200, blank=True)  # what colleagues no longer have to bear
    spend_freed = models.CharField(max_length=80, blank=True)  # what mending cost until now: "EUR 12,000 a year"
    # Promises that must be kept before this one can be.
    waits_for = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="holds_up")
    # What the customer notices now; said when it is kept.
    outcome = models.TextField(blank=True)
    dropped_because = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    help_asked_at = models.DateTimeField(null=True, blank=True)
    workshop = models.ForeignKey(Workshop, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    answer = models.ForeignKey(Answer, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    touchpoint = models.ForeignKey(Touchpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")

    kind = "action"
    prefix = "ac"
    wire = (
        "title", "customer_change", "owner", "co_owner", "helpers", "witness", "department", "supporting", "sponsor",
        "due", "status", "of_kind", "domain", "effort", "first_step", "measure", "baseline", "target", "after_value",
        "known_on", "pain_removed", "spend_freed", "waits_for", "outcome", "dropped_because", "closed_at",
        "help_asked_at", "workshop", "answer", "touchpoint", "issue",
    )  # fmt: skip
    texts = ("title", "customer_change", "first_step", "outcome")

    class Meta:
        indexes = [
            models.Index(fields=["due"], name="action_due"),
            models.Index(fields=["owner", "due"], name="action_owner_due"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status not in (self.Status.DONE, self.Status.DROPPED)


OPEN = (ActionItem.Status.PLANNED, ActionItem.Status.IN_PROGRESS, ActionItem.Status.BLOCKED)


class ProgressNote(Record):
    """What somebody said about a promise; `of_kind` tells a sponsor's note and a cry for help from news."""

    class Kind(models.TextChoices):
        NEWS = "news", "News"
        HELP = "help", "Asks for help"
        SPONSOR = "sponsor", "From the sponsor"

    action = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="notes")
    of_kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.NEWS)
    text = models.TextField()
    by = models.CharField(max_length=24)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    kind = "note"
    prefix = "pn"
    wire = ("action", "of_kind", "text", "by", "by_name", "at")


class Proof(Record):
    """What a promise rests on, or what shows that it was kept: one comment, touchpoint, let-down or link.

    A comment can be erased for good, and its words are not for everybody, so it does not travel: the page shows it.
    """

    action = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="proofs")
    text = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    comment = models.ForeignKey(Comment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    touchpoint = models.ForeignKey(Touchpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.CharField(max_length=24)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    kind = "proof"
    prefix = "pf"
    wire = ("action", "text", "url", "touchpoint", "issue", "by", "by_name", "at")


class NoAction(Record):
    """A department leaves a workshop without a promise, and says why. Silence is not an answer; this is one."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="no_actions")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="+")
    because = models.TextField()
    by = models.CharField(max_length=24)
    by_name = models.CharField(max_length=80)

    kind = "no_action"
    prefix = "na"
    wire = ("workshop", "department", "because", "by", "by_name")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "department"], condition=models.Q(removed_at=None), name="no_action_once"
            )
        ]


class Reminder(models.Model):
    """A row of the outbox: one reason to write to one person, planned before it is due, sent once.

    `key` makes planning it twice impossible. A worker claims everything that is due for a person at that moment, by a
    lease; it leaves as one mail, in the envelope of the first row, outside of any transaction; then the rows are
    finished. When the worker dies in between, the next one sends the same envelope again with the same `message_id`
    and `date_header`, by which mail programs recognise a copy. "Due" is planned and `try_at` past.
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

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Refused by the mail server"
        CANCELLED = "cancelled", "No longer needed"
        DEAD = "dead", "Given up"

    key = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # What it is about: a promise, a note, a workshop, a remark, a department; for a digest the organisation.
    object_id = models.CharField(max_length=24, db_index=True)
    due_on = models.DateField()
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reminders")
    # The wall-clock time promised to the recipient, where they live; `due_at` is that moment.
    local_time = models.TimeField()
    time_zone = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The row in whose mail this one travels; null: in its own.
    envelope = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="enclosed")
    message_id = models.CharField(max_length=120, unique=True)
    date_header = models.CharField(max_length=40)
    # The link in it answers without signing in: bound to this row, kept as a hash, and it runs out.
    link_hash = models.CharField(max_length=64, unique=True)
    link_expires_at = models.DateTimeField()
    link_revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "try_at"], name="reminder_next")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Mute(models.Model):
    """Somebody does not want one kind of reminder any more."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mutes")
    kind = models.CharField(max_length=16, choices=Reminder.Kind.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mute_once")]

    def __str__(self) -> str:
        return f"{self.user} without {self.kind}"


class Snooze(models.Model):
    """The reminders of a promise, put off: its whole ladder shifts by so many days, while it is due on `due`."""

    action = models.OneToOneField(ActionItem, on_delete=models.CASCADE, related_name="snooze")
    due = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.action} by {self.days} days"


class FollowUp(models.Model):
    """A question somebody above wants to ask on a day, written down when they thought of it. Only they see it."""

    id = models.CharField(primary_key=True, max_length=24)
    action = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="follow_ups")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follow_ups")
    on = models.DateField()
    question = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.on}: {self.question}"


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


class Delivery(models.Model):
    """One message to a webhook: planned before it is sent, claimed by a lease, tried again when it fails."""

    class State(models.TextChoices):
        PLANNED = "planned", "Waits"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Arrived"
        DEAD = "dead", "Given up"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "try_at"], name="delivery_next")]

    def __str__(self) -> str:
        return f"{self.name} to {self.webhook}"


class Result(Record):
    """What became of a promise, as the group heard it in one report-back, and what was learned from it."""

    class Kind(models.TextChoices):
        KEPT = "kept", "Kept"
        PARTLY = "partly", "Partly"
        NOT_YET = "not_yet", "Not yet"
        DROPPED = "dropped", "Dropped"

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="results")
    action = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="results")
    of_kind = models.CharField(max_length=8, choices=Kind.choices)
    learned = models.TextField(blank=True)
    due_before = models.DateField()
    due_after = models.DateField(null=True, blank=True)
    by = models.CharField(max_length=24)
    at = models.DateTimeField()

    kind = "result"
    prefix = "rs"
    wire = ("workshop", "action", "of_kind", "learned", "due_before", "due_after", "by", "at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "action"], condition=models.Q(removed_at=None), name="result_once"
            )
        ]
