"""The journey map: whose journey, in which stages, meeting us at which touchpoints, and how that feels."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from accounts.models import Department
from live.models import Record


class Feeling(models.IntegerChoices):
    """How a customer feels at a touchpoint, from -2 to +2. The number never stands without its word."""

    LET_DOWN = -2, "Let down"
    FRUSTRATED = -1, "Frustrated"
    INDIFFERENT = 0, "Indifferent"
    REASSURED = 1, "Reassured"
    DELIGHTED = 2, "Delighted"


class Evidence(models.TextChoices):
    """How well an item is backed. Up to "heard" it is drawn in pencil, from "voiced" on in ink."""

    NONE = "none", "Nothing behind it yet"
    OPINION = "opinion", "Our opinion"
    HEARD = "heard", "We heard it"
    VOICED = "voiced", "Customers said it"
    STRONG = "strong", "Three accounts or more said it"
    VERIFIED = "verified", "Customers confirmed it"
    CONTRADICTED = "contradicted", "Customers contradicted it"


BACKED = (Evidence.VOICED, Evidence.STRONG, Evidence.VERIFIED, Evidence.CONTRADICTED)
# Below this share of touchpoints backed by customers' words a map shows how we work, not how it is for them.
PROCESS_MAP = 0.30


def purity_words(levels: Iterable[str]) -> str:
    """How much of a map customers' words back, and what it is where that is too little; nothing of an empty map."""
    each = [level in BACKED for level in levels]
    if not each:
        return ""
    share = sum(each) / len(each)
    words = f"customers’ words back {round(100 * share)} % of it"
    return f"Process map: {words}" if share < PROCESS_MAP else words[:1].upper() + words[1:]


class Emotion(models.Model):
    """Felt and intended emotion, each with a word of its own; overall on a touchpoint, or of one persona."""

    felt = models.SmallIntegerField(null=True, blank=True, choices=Feeling.choices)
    felt_word = models.CharField(max_length=40, blank=True)
    intended = models.SmallIntegerField(null=True, blank=True, choices=Feeling.choices)
    intended_word = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True


class Journey(Record):
    """One journey map. Its room has the same id; the journey is the first record in it."""

    class Brand(models.TextChoices):
        OWN = "own", "Our own brand"
        CATEGORY = "category", "The whole category"

    name = models.CharField(max_length=120)
    objective = models.TextField(blank=True)
    planned_use = models.TextField(blank=True)
    success_measure = models.TextField(blank=True)
    brand = models.CharField(max_length=10, choices=Brand.choices, default=Brand.OWN)
    owner = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # A copy to practise on: it stands in no list, nobody gets a mail about it, and it goes with one press.
    rehearsal = models.BooleanField(default=False)
    # Put away: it stands apart in lists, nobody is reminded of it any more and no guest is in; nothing of it is lost.
    archived = models.BooleanField(default=False)  # with `Room.read_only`, which is what refuses
    review_by = models.DateField(null=True, blank=True)

    kind = "journey"
    prefix = "jn"
    wire = ("name", "objective", "planned_use", "success_measure", "brand", "owner", "review_by", "archived")
    texts = ("name", "objective", "planned_use", "success_measure")

    @property
    def out_of_date(self) -> bool:
        """The day by which somebody wanted to look at the map again is past."""
        return self.review_by is not None and self.review_by < timezone.localdate()


class Stage(Record):
    """A part of the journey, named as the customer would name it; our own name comes second.

    Customers who do not recognise themselves in a stage say that it is wrong: `confirmation` keeps what they
    said when asked, `confirmed_by` how many were asked, `confirmed_on` when.
    """

    class Confirmation(models.TextChoices):
        NOT_ASKED = "", "Customers were not asked"
        CONFIRMED = "confirmed", "Customers confirmed it"
        DISPUTED = "disputed", "Customers see it otherwise"

    name = models.CharField(max_length=80)
    internal_name = models.CharField(max_length=80, blank=True)
    question = models.CharField(max_length=160, blank=True)
    goal = models.TextField(blank=True)
    order = models.CharField(max_length=32, db_index=True)
    confirmation = models.CharField(max_length=10, choices=Confirmation.choices, default="", blank=True)
    confirmed_by = models.PositiveSmallIntegerField(default=0)
    confirmed_on = models.DateField(null=True, blank=True)
    # What customers say it costs them, of comments placed on the stage as a whole; see `Touchpoint.stated`.
    stated = models.JSONField(default=dict, blank=True)

    kind = "stage"
    prefix = "st"
    wire = (
        "name", "internal_name", "question", "goal", "order", "confirmation", "confirmed_by", "confirmed_on", "stated",
    )  # fmt: skip
    texts = ("name", "internal_name", "question", "goal")


class Channel(Record):
    """Where a touchpoint happens: e-mail, phone, a visit, the portal."""

    name = models.CharField(max_length=40)
    icon = models.CharField(max_length=30)
    online = models.BooleanField(default=False)

    kind = "channel"
    prefix = "ch"
    wire = ("name", "icon", "online")


class Touchpoint(Emotion, Record):
    """One moment in which a customer meets us, told from her side."""

    class Verdict(models.TextChoices):
        UNKNOWN = "unknown", "Not judged yet"
        KEEP = "keep", "Keep"
        FIX = "fix", "Fix"
        REMOVE = "remove", "Remove"

    class Kind(models.TextChoices):
        CONTACT = "contact", "Contact with us"
        SELF_SERVICE = "self_service", "Does it herself"
        DOCUMENT = "document", "Document"
        PRODUCT = "product", "Product in use"
        WAITING = "waiting", "Waiting"
        PARTNER = "partner", "Through a partner"

    class Needs(models.TextChoices):
        NOTHING = "", "Nothing"
        RESOURCE = "resource", "Resources"
        IMPROVEMENT = "improvement", "Improvement"
        PEOPLE = "people", "People"
        INFORMATION = "information", "Information"

    class Metric(models.TextChoices):
        NONE = "", "Not measured"
        NPS = "nps", "Would recommend (NPS)"
        CSAT = "csat", "Satisfaction (CSAT)"
        CES = "ces", "Effort (CES)"
        TIME = "time", "Time it takes her"
        INTERVIEW = "interview", "Asked in interviews"

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="touchpoints")
    order = models.CharField(max_length=32)
    title = models.CharField(max_length=160)
    statement = models.TextField(blank=True)
    description = models.TextField(blank=True)
    benefit = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    of_kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.CONTACT)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.UNKNOWN)
    needs = models.CharField(max_length=20, choices=Needs.choices, default=Needs.NOTHING, blank=True)
    moment_of_truth = models.BooleanField(default=False)
    # The group agreed on it, by word of mouth. It makes no ink: that follows from what customers said.
    agreed = models.BooleanField(default=False)
    severity = models.SmallIntegerField(null=True, blank=True)
    # How we find out whether it got better: the figure, the question, when it is asked and whom.
    metric = models.CharField(max_length=10, choices=Metric.choices, default=Metric.NONE, blank=True)
    ask = models.CharField(max_length=200, blank=True)
    ask_when = models.CharField(max_length=80, blank=True)
    ask_whom = models.CharField(max_length=80, blank=True)
    removed_why = models.CharField(max_length=200, blank=True)
    lead = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads")
    contributors = models.ManyToManyField(Department, blank=True, related_name="contributes")
    channels = models.ManyToManyField(Channel, blank=True, related_name="touchpoints")
    # Computed from customers' comments (voices); nobody sets it by hand.
    evidence = models.CharField(max_length=14, choices=Evidence.choices, default=Evidence.NONE)
    quotes = models.PositiveIntegerField(default=0)
    # What customers say it costs them here: "hours" of work, "days" of waiting, and money by its currency.
    # Follows from the comments placed on it, as `evidence` and `quotes` do.
    stated = models.JSONField(default=dict, blank=True)

    kind = "touchpoint"
    prefix = "tp"
    wire = (
        "stage", "order", "title", "statement", "description", "benefit", "notes", "of_kind", "verdict", "needs",
        "moment_of_truth", "agreed", "severity", "felt", "felt_word", "intended", "intended_word", "lead", "contributors",
        "channels", "evidence", "quotes", "stated", "metric", "ask", "ask_when", "ask_whom",
    )  # fmt: skip
    texts = ("title", "statement", "description", "benefit", "notes", "ask", "ask_when", "ask_whom")

    class Meta:
        indexes = [models.Index(fields=["room", "stage", "order"], name="touchpoint_place")]


class Remark(Record):
    """What a colleague says about a touchpoint. (A Comment is a customer's own words.)"""

    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField()
    by = models.CharField(max_length=24)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    # Colleagues whom the text names with an @: they are told.
    mentions = models.ManyToManyField("accounts.User", blank=True, related_name="+")

    kind = "remark"
    prefix = "rm"
    wire = ("touchpoint", "text", "by", "by_name", "at", "mentions")


class Proposal(Record):
    """A change to a touchpoint that another department owns; its owner accepts or rejects it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"

    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.CASCADE, related_name="proposals")
    field = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    by = models.CharField(max_length=24)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answered_by = models.CharField(max_length=24, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    kind = "proposal"
    prefix = "pr"
    wire = ("touchpoint", "field", "text", "by", "by_name", "at", "state", "answered_by", "answered_at", "reason")


class MapVersion(Record):
    """A named moment of a map, kept whole: to look at, to compare with, to bring back."""

    name = models.CharField(max_length=120)
    seq = models.BigIntegerField()  # the room's count when it was kept
    by = models.CharField(max_length=24)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    stages = models.PositiveSmallIntegerField()
    touchpoints = models.PositiveSmallIntegerField()

    kind = "version"
    prefix = "mv"
    wire = ("name", "seq", "by", "by_name", "at", "stages", "touchpoints")


class MapVersionContent(models.Model):
    """The records of a version, apart from it: whoever opens a room reads its versions, not what is in them."""

    version = models.OneToOneField(MapVersion, primary_key=True, on_delete=models.CASCADE, related_name="content")
    records = models.TextField()  # JSON: id → the record as on the wire

    def __str__(self) -> str:
        return self.version_id
