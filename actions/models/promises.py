"""What was promised, what became of it, who looks after it."""

from __future__ import annotations

from django.db import models

from accounts.models import Department, User
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
