"""What customers have already said: who said it, how it came to us, where on the map it belongs.

A comment is no live record: a file brings thousands, and the map carries only what they add up to (how
many customers spoke at a touchpoint, and the evidence level that follows). An issue is live: people
work on it together.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from accounts.models import Organisation
from live.models import Record, Room
from personas.models import Aim
from touchpoints.models import Feeling, Stage, Touchpoint


class SourceKind(models.TextChoices):
    """Where a statement comes from. Only the first four are customers' evidence."""

    VERBATIM = "verbatim", "The customer's own words"
    INTERVIEW = "interview", "An interview"
    OBSERVATION = "observation", "We watched"
    TELEMETRY = "telemetry", "Usage data"
    HEARD = "heard", "A colleague heard it"
    OPINION = "opinion", "Our own opinion"


# How bad it is for the customer: what the numbers 1 to 5 mean.
ANCHORS = (
    "noticed", "annoying", "costs time or money", "harms their work or their customers",
    "stops their business, is unsafe, or makes them move orders",
)  # fmt: skip

FROM_CUSTOMERS = (SourceKind.VERBATIM, SourceKind.INTERVIEW, SourceKind.OBSERVATION, SourceKind.TELEMETRY)


class Scale(models.TextChoices):
    """What a score means. The same 5 is poor on one scale and the best on another, so it is chosen."""

    NONE = "", "No score"
    NPS = "nps", "0 to 10 (NPS)"
    CSAT = "csat", "1 to 5, 5 is best"
    CSAT_DOWN = "csat_down", "1 to 5, 1 is best"
    CES = "ces", "1 to 7 (CES)"
    SENTIMENT = "sentiment", "-1 to 1"
    PERCENT = "percent", "0 to 100"


class Account(models.Model):
    """A customer organisation. Frequency is counted in these, not in comments."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="accounts")
    name = models.CharField(max_length=160)
    tier = models.CharField(max_length=60, blank=True)
    yearly_revenue = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    manager = models.CharField(max_length=120, blank=True)
    segment = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Lower("name"), name="account_name")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at an account: colleagues see the name, guests never do."""

    class Role(models.TextChoices):
        UNKNOWN = "", "Not known"
        BUYER = "buyer", "Buyer"
        USER = "user", "User"
        INFLUENCER = "influencer", "Influencer"
        DECISION_MAKER = "decision_maker", "Decision maker"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=160)
    role = models.CharField(max_length=14, choices=Role.choices, default=Role.UNKNOWN, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("account", Lower("name"), name="contact_name"),
            models.UniqueConstraint(
                "organisation", Lower("name"), condition=models.Q(account=None), name="contact_name_alone"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CommentImport(models.Model):
    """One file on its way in. Its bytes wait in `ImportPart`s; what is done is counted here, so that a
    worker that dies is followed by another one, and a page that is loaded again shows the same."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for you"
        QUEUED = "queued", "About to start"
        RUNNING = "running", "Coming in"
        DONE = "done", "Done"
        FAILED = "failed", "Stopped"
        UNDONE = "undone", "Undone"

    id = models.CharField(primary_key=True, max_length=24)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="comment_imports")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="comment_imports")
    by = models.CharField(max_length=24)
    by_name = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    file_name = models.CharField(max_length=160)
    size = models.PositiveIntegerField()
    form = models.CharField(max_length=8)  # csv, xlsx or jsonl
    encoding = models.CharField(max_length=20, blank=True)
    encoding_known = models.BooleanField(default=True)
    delimiter = models.CharField(max_length=1, blank=True)
    sheet = models.CharField(max_length=80, blank=True)
    header = models.JSONField(default=list)
    # Which rows stand before the first row of data (1-based number of the last one).
    skip = models.PositiveSmallIntegerField(default=1)
    signature = models.CharField(max_length=64, blank=True)

    # How to read it: column number → field, and what cannot be known from the file alone.
    columns = models.JSONField(default=dict)
    source = models.CharField(max_length=60, blank=True)
    source_kind = models.CharField(max_length=12, choices=SourceKind.choices, default=SourceKind.VERBATIM)
    scale = models.CharField(max_length=10, choices=Scale.choices, default=Scale.NONE, blank=True)
    date_order = models.CharField(max_length=3, blank=True)  # dmy or mdy, when the file leaves it open
    months = models.PositiveSmallIntegerField(default=0)
    since = models.DateField(null=True, blank=True)
    redact = models.BooleanField(default=True)
    names = models.TextField(blank=True)  # to be taken out as well, one a line

    preview = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    understood = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    lease = models.CharField(max_length=24, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=24, blank=True)
    # The rows that could not come in, packed, for who mends them later: the file itself goes once it is in.
    to_mend = models.BinaryField(default=b"")

    class Meta:
        indexes = [models.Index(fields=["room", "created_at"], name="import_of_room")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        """Rows are in sooner than they are understood: a third of the way, and two thirds."""
        if self.state == self.State.DONE:
            return 100
        read = self.position / max(self.total, 1)
        understood = self.understood / max(self.added, 1) if self.position >= self.total else 0
        return min(99, int(34 * read + 66 * understood))


class ImportPart(models.Model):
    """A piece of an uploaded file, compressed. Workers on other machines read it from here. It holds what customers
    wrote with all names in it, so it goes as soon as nobody needs it."""

    comment_import = models.ForeignKey(CommentImport, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment_import", "number"], name="import_part")]

    def __str__(self) -> str:
        return f"{self.comment_import_id} {self.number}"


class Issue(Record):
    """A let-down that comments voice. Ranked by severity to customers, then accounts, then our own cost."""

    class Friction(models.TextChoices):
        NONE = "", "Not said"
        DIFFICULT = "difficult", "Difficult"
        CONFUSING = "confusing", "Confusing"
        IRRELEVANT = "irrelevant", "Irrelevant"
        MISSING = "missing", "Missing"

    title = models.CharField(max_length=160)
    notes = models.TextField(blank=True)
    touchpoint = models.ForeignKey(Touchpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="issues")
    severity = models.SmallIntegerField(null=True, blank=True)
    company_severity = models.SmallIntegerField(null=True, blank=True)
    friction = models.CharField(max_length=10, choices=Friction.choices, default=Friction.NONE, blank=True)
    quick_win = models.BooleanField(default=False)
    # Computed from the comments in it; nobody sets them by hand.
    accounts = models.PositiveIntegerField(default=0)
    quotes = models.PositiveIntegerField(default=0)
    minutes = models.PositiveBigIntegerField(default=0)

    kind = "issue"
    prefix = "is"
    wire = (
        "title", "notes", "touchpoint", "severity", "company_severity", "friction", "quick_win", "accounts", "quotes",
        "minutes",
    )  # fmt: skip
    texts = ("title", "notes")


class Theme(models.Model):
    """Let-downs that sound alike, found by us and confirmed by nobody: a proposal for an issue."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(max_length=160)
    words = models.TextField(blank=True)  # its most typical comment
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Grouping(models.Model):
    """The natural groups of a journey's comments by what customers are ultimately trying to achieve, found by us: they
    count for nothing until a person makes one an aim."""

    room = models.OneToOneField(Room, on_delete=models.CASCADE, related_name="grouping")
    width = models.FloatField(default=8)
    # [{"name", "words": what sets it apart, "members": ids of comments, the most typical ones first,
    # "task": only a step with our tools}]
    groups = models.JSONField(default=list)
    alone = models.JSONField(default=list)  # ids of comments that are like no other
    kinds = models.JSONField(default=list)  # natural kinds of customers: for each the ids of its accounts
    before = models.JSONField(default=list)  # what `groups` was before each change by hand, newest last
    asked_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{len(self.groups)} groups"


class Comment(models.Model):
    """One customer's own words.

    `touchpoint` and `stage` say where a person placed it, `suggested…` where we think it belongs. A
    suggestion counts as nothing.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="comments")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="comments")
    comment_import = models.ForeignKey(
        CommentImport, null=True, blank=True, on_delete=models.CASCADE, related_name="comments"
    )
    row = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    text = models.TextField()
    said_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    source_kind = models.CharField(max_length=12, choices=SourceKind.choices, default=SourceKind.VERBATIM)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    score = models.FloatField(null=True, blank=True)
    scale = models.CharField(max_length=10, choices=Scale.choices, default=Scale.NONE, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    link = models.CharField(max_length=500, blank=True)
    # Equal for two comments that are the same: (source, external id), else (text, account, date).
    dedupe = models.CharField(max_length=40)

    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    touchpoint = models.ForeignKey(
        Touchpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments"
    )
    placed_at = models.DateTimeField(null=True, blank=True)
    placed_by = models.CharField(max_length=24, blank=True)
    suggested_stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    suggested = models.ForeignKey(Touchpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    confidence = models.FloatField(default=0)
    why = models.CharField(max_length=200, blank=True)
    # What the words sound like, -2 to 2 (null until they were read), and how bad it may be for the customer, 0 to 5.
    felt = models.FloatField(null=True, blank=True)
    harm = models.PositiveSmallIntegerField(default=0)
    harm_why = models.CharField(max_length=200, blank=True)

    severity = models.SmallIntegerField(null=True, blank=True)
    feeling = models.SmallIntegerField(null=True, blank=True, choices=Feeling.choices)
    aim = models.ForeignKey(Aim, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    coded_at = models.DateTimeField(null=True, blank=True)
    coded_by = models.CharField(max_length=24, blank=True)
    # Who has it before their eyes, so that two who code at once never meet on the same comment.
    held_by = models.CharField(max_length=24, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    theme = models.ForeignKey("Theme", null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "dedupe"], name="comment_once")]
        indexes = [
            models.Index(fields=["room", "placed_at", "-confidence", "id"], name="comment_waits"),
            models.Index(fields=["room", "touchpoint"], name="comment_place"),
            models.Index(fields=["room", "coded_at", "-harm", "id"], name="comment_to_code"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class SecondReading(models.Model):
    """What a second person says of a comment that somebody coded, without having seen what the first one said."""

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="second")
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    severity = models.SmallIntegerField(null=True, blank=True)
    by = models.CharField(max_length=24)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"second reading of {self.comment_id}"


class BareScore(models.Model):
    """A score that came without a word, at a place that the file names. It says how it is there, and not why."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="bare_scores")
    comment_import = models.ForeignKey(CommentImport, on_delete=models.CASCADE, related_name="bare_scores")
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="bare_scores")
    score = models.FloatField()
    scale = models.CharField(max_length=10, choices=Scale.choices)
    dedupe = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "dedupe"], name="bare_score_once")]

    def __str__(self) -> str:
        return f"{self.score:g} ({self.scale})"


class Quantity(models.Model):
    """Hours, money, people or counts that the customer stated, and where in the words they stand.

    Time is kept in minutes of an 8-hour day and a 5-day week; money in the currency as written.
    """

    class Kind(models.TextChoices):
        TIME = "time", "Time"
        MONEY = "money", "Money"
        PEOPLE = "people", "People"
        COUNT = "count", "Count"
        SHARE = "share", "Share"

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="quantities")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=40)
    rate = models.CharField(max_length=10, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=24, blank=True)

    class Meta:
        verbose_name_plural = "quantities"
        ordering = ["start"]

    def __str__(self) -> str:
        return f"{self.kind} {self.low} {self.unit}"


class Consequence(models.Model):
    """What it did to the customer, good or bad; of one comment, or said of a whole issue."""

    class Kind(models.TextChoices):
        EFFORT = "effort", "Extra effort"
        COST = "cost", "Extra cost"
        DELAY = "delay", "Delay"
        LOST_OUTPUT = "lost_output", "Lost output"
        ORDER_MOVED = "order_moved", "Order moved to another vendor"
        REPUTATION = "reputation", "Reputation"
        SAFETY = "safety", "Safety"
        WORKAROUND = "workaround", "Workaround"
        GAIN = "gain", "Gain"

    comment = models.ForeignKey(Comment, null=True, blank=True, on_delete=models.CASCADE, related_name="consequences")
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.CASCADE, related_name="consequences")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    words = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(comment=None) ^ models.Q(issue=None), name="consequence_of_one_thing"
            )
        ]

    def __str__(self) -> str:
        return self.kind
