"""The meeting: what it is for, who is in it, what it does now, and what every department answers."""

from __future__ import annotations

from django.db import models
from django.utils.crypto import get_random_string

from accounts.models import Department
from live.models import Record
from touchpoints.models import Stage, Touchpoint
from voices.models import Issue


class Prompt(models.TextChoices):
    """The four questions that every department answers about the journey."""

    LEARN = "learn", "Learn"
    FINE_TUNE = "fine_tune", "Fine-tune"
    DO_DIFFERENTLY = "do_differently", "Do differently"
    LOVE_TO_LEARN = "love_to_learn", "Love to learn"


class Workshop(Record):
    """One meeting about one journey. It starts with an objective and ends with a date to report back on.

    `phase` is what it does now and `phase_started_at` since when, by the server's clock: every screen
    computes the same timer from the two. `revealed` lists the prompts whose answers everybody may read, `revealed_of`
    for the others the departments that were opened one by one; `counts` says how many answers each department has,
    which is all that others see before.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        LIVE = "live", "Live"
        CLOSED = "closed", "Closed"

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", "Workshop"
        REPORT_BACK = "report_back", "Report-back"

    class Aim(models.TextChoices):
        """What kind of thing the objective is: what it may be measured by, and who should be in the room, follow."""

        HAND_OFFS = "hand_offs", "Better hand-offs between departments"
        PEOPLE = "people", "Justify people or money"
        LOW_VALUE = "low_value", "Cut low-value touchpoints and effort"
        SALES_CYCLE = "sales_cycle", "Shorten the sales cycle"
        CONSISTENCY = "consistency", "Be as good everywhere"
        CHURN = "churn", "Lose fewer customers"
        OTHER = "other", "Something else"

    of_kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.WORKSHOP)
    # The workshop before this one in the journey's series; a report-back: the workshop whose promises it is about.
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by")
    title = models.CharField(max_length=120)
    objective = models.TextField()
    aim = models.CharField(max_length=12, choices=Aim.choices, default=Aim.OTHER)
    planned_use = models.TextField()
    success_measure = models.TextField()
    sponsor = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    facilitator = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    co_facilitators = models.ManyToManyField("accounts.User", blank=True, related_name="+")
    # The departments that should be in the room, by id; empty: every department of the organisation.
    functions = models.JSONField(default=list, blank=True)
    # After how many weeks the series goes on with another workshop; 0: that is not planned.
    again_after = models.PositiveSmallIntegerField(default=13)
    starts_at = models.DateTimeField(null=True, blank=True)
    report_back_on = models.DateField()
    anonymous = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    phase = models.ForeignKey("Phase", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    phase_started_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    # Seconds that the phases before this one took longer than planned, less what was taken from later ones since.
    behind = models.IntegerField(default=0)
    revealed = models.JSONField(default=list)
    revealed_of = models.JSONField(default=dict, blank=True)
    # Of the round "How bad is it for customers?", once it is open: what everybody may know of the ratings, the widest
    # disagreement first: [{place, median, low, high, people, settled?, because?}]. Who gave which stays secret.
    rated = models.JSONField(default=list, blank=True)
    # The same of the round after it, "How bad is it for us?".
    rated_company = models.JSONField(default=list, blank=True)
    # How many have rated something, by round: all that is told before it is open.
    raters = models.JSONField(default=dict, blank=True)
    # Dot votes, the last one perhaps open: [{round, budget, several, places, voted, state, totals?}].
    votes = models.JSONField(default=list, blank=True)
    counts = models.JSONField(default=dict)
    # Whom the screens follow, what everybody looks at (a record's id, a comment's number), where all were brought to.
    led_by = models.CharField(max_length=24, blank=True)
    spotlight = models.CharField(max_length=24, blank=True)
    brought_to = models.CharField(max_length=8, blank=True)
    brought_at = models.DateTimeField(null=True, blank=True)
    doors_locked = models.BooleanField(default=False)
    writing_locked = models.BooleanField(default=False)
    went_live_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(blank=True)
    # The read-out: whose minute it is, and since when. And the report-back date that the sponsor said yes to; another
    # date has to be accepted anew.
    reading = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reading_since = models.DateTimeField(null=True, blank=True)
    report_back_accepted = models.DateField(null=True, blank=True)

    kind = "workshop"
    prefix = "ws"
    wire = (
        "of_kind", "follows", "title", "objective", "aim", "planned_use", "success_measure", "sponsor", "facilitator",
        "owner", "co_facilitators", "functions", "again_after", "starts_at",
        "report_back_on", "anonymous", "state", "phase", "phase_started_at", "paused_at", "behind", "revealed", "revealed_of",
        "rated", "rated_company", "raters", "votes", "counts", "led_by", "spotlight", "brought_to", "brought_at",
        "doors_locked", "writing_locked", "went_live_at", "closed_at", "closed_because", "reading", "reading_since",
        "report_back_accepted",
    )  # fmt: skip
    texts = ("title", "objective", "planned_use", "success_measure")

    def __str__(self) -> str:
        return self.title


class Phase(Record):
    """A part of the agenda: some minutes for writing alone, some for talking."""

    class Kind(models.TextChoices):
        WHY = "why", "Why"
        WALK = "walk", "Walk the map"
        LEARN = Prompt.LEARN.value, Prompt.LEARN.label
        SEVERITY = "severity", "How bad is it for customers?"
        FINE_TUNE = Prompt.FINE_TUNE.value, Prompt.FINE_TUNE.label
        BREAK = "break", "Break"
        DO_DIFFERENTLY = Prompt.DO_DIFFERENTLY.value, Prompt.DO_DIFFERENTLY.label
        LOVE_TO_LEARN = Prompt.LOVE_TO_LEARN.value, Prompt.LOVE_TO_LEARN.label
        COMMIT = "commit", "Commit"
        READ_OUT = "read_out", "Read-out"
        REPORT_BACK = "report_back", "What became of it"

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="phases")
    of_kind = models.CharField(max_length=16, choices=Kind.choices)
    minutes_private = models.PositiveSmallIntegerField(default=0)
    minutes_shared = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField()
    protected = models.BooleanField(default=False)
    # A phase for people in other time zones: it stays open until then, instead of some minutes.
    open_until = models.DateTimeField(null=True, blank=True)

    kind = "phase"
    prefix = "ph"
    wire = ("workshop", "of_kind", "minutes_private", "minutes_shared", "position", "protected", "open_until")

    @property
    def minutes(self) -> int:
        return self.minutes_private + self.minutes_shared


class Participant(Record):
    """Somebody who is asked to take part: for a department its representative, or the deputy.

    `person` is who they are ("u12", "g7"), or the invitation ("in_…") of somebody who has not accepted it yet.
    `coming` is what they answered. `ready_in` is the phase they said they are ready in: the next phase starts with
    nobody ready, without anybody being told so. `hand_at`: wants to speak, since then.
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="participants")
    person = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=16)
    deputy = models.BooleanField(default=False)
    frontline = models.BooleanField(default=False)  # they meet customers every day
    coming = models.BooleanField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    ready_in = models.ForeignKey(Phase, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    hand_at = models.DateTimeField(null=True, blank=True)

    kind = "participant"
    prefix = "pt"
    wire = (
        "workshop", "person", "name", "department", "role", "deputy", "frontline", "coming", "opened_at", "ready_in",
        "hand_at",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "person"], condition=models.Q(removed_at=None), name="participant_once"
            )
        ]


class Nudge(Record):
    """A quiet word: you have not been heard in this phase yet. Only `person` is ever sent it."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="nudges")
    person = models.CharField(max_length=24)
    phase = models.ForeignKey(Phase, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    kind = "nudge"
    prefix = "nu"
    wire = ("workshop", "person", "phase")

    def audience(self) -> str:
        return self.person


class Parked(Record):
    """Something for later: worth a talk, but not this one. In an anonymous workshop nobody's."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="parked")
    text = models.TextField()
    by = models.CharField(max_length=24, blank=True)
    name = models.CharField(max_length=80, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    kind = "parked"
    prefix = "pk"
    wire = ("workshop", "text", "by", "name", "settled_at", "outcome")


class Answer(Record):
    """What a department answers to one of the four prompts, tied to a place on the map.

    Until it is revealed nobody but its author is sent a byte of it. In an anonymous workshop no author is stored:
    until the reveal it belongs to the pen of a browser (accounts.actors.with_pen), and from then on to nobody.
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="answers")
    of_kind = models.CharField(max_length=16, choices=Prompt.choices)
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="+")
    author = models.CharField(max_length=24, blank=True)
    text = models.TextField()
    # What the room put it under, once it was open; and that it is to be asked in interviews.
    heading = models.CharField(max_length=80, blank=True)
    to_ask = models.BooleanField(default=False)
    touchpoint = models.ForeignKey(Touchpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revealed_at = models.DateTimeField(null=True, blank=True)

    kind = "answer"
    prefix = "an"
    wire = (
        "workshop", "of_kind", "department", "author", "text", "touchpoint", "stage", "issue", "heading", "to_ask",
        "revealed_at",
    )  # fmt: skip
    texts = ("text",)

    class Meta:
        indexes = [models.Index(fields=["workshop", "of_kind"], name="answer_prompt")]

    def audience(self) -> str:
        return "all" if self.revealed_at else self.author or "-"


class Reaction(Record):
    """One word of one person about an open answer."""

    class Kind(models.TextChoices):
        TOO = "too", "We see this too"
        NEW = "new", "New to us"
        HELP = "help", "We can help"

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="reactions")
    of_kind = models.CharField(max_length=8, choices=Kind.choices)
    person = models.CharField(max_length=24)

    kind = "reaction"
    prefix = "rc"
    wire = ("answer", "of_kind", "person")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "of_kind", "person"], condition=models.Q(removed_at=None), name="reaction_once"
            )
        ]


class Reply(Record):
    """What somebody says about an open answer, with their name."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="replies")
    author = models.CharField(max_length=24)
    author_name = models.CharField(max_length=80)
    text = models.TextField()

    kind = "reply"
    prefix = "rp"
    wire = ("answer", "author", "author_name", "text")


class Tie(Record):
    """An open answer belongs with a touchpoint, a let-down or another answer, says somebody in the room."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="ties")
    touchpoint = models.ForeignKey(Touchpoint, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Answer, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=24)

    kind = "tie"
    prefix = "ti"
    wire = ("answer", "touchpoint", "issue", "other", "person")


class Rating(Record):
    """How bad one person finds an issue (or, where there are none, a touchpoint) for customers, 1 to 5; or an issue for
    the company, which is asked afterwards. Nobody else ever gets it: opening the round tells median and spread, in
    `Workshop.rated` and `rated_company`. In an anonymous workshop it is a browser's pen that rates."""

    class About(models.TextChoices):
        CUSTOMERS = "customers", "For customers"
        COMPANY = "company", "For us"

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="ratings")
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.CASCADE, related_name="ratings")
    touchpoint = models.ForeignKey(Touchpoint, null=True, blank=True, on_delete=models.CASCADE, related_name="ratings")
    about = models.CharField(max_length=10, choices=About.choices, default=About.CUSTOMERS)
    author = models.CharField(max_length=24)
    severity = models.PositiveSmallIntegerField()
    revealed_at = models.DateTimeField(null=True, blank=True)

    kind = "rating"
    prefix = "ra"
    wire = ("workshop", "issue", "touchpoint", "about", "author", "severity", "revealed_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "issue", "author", "about"], condition=models.Q(removed_at=None), name="rating_once"
            ),
            models.UniqueConstraint(
                fields=["workshop", "touchpoint", "author", "about"], condition=models.Q(removed_at=None),
                name="rating_once_touchpoint",
            ),
            models.CheckConstraint(condition=models.Q(severity__gte=1, severity__lte=5), name="rating_in_range"),
            models.CheckConstraint(
                condition=models.Q(issue=None) ^ models.Q(touchpoint=None), name="rating_of_one_thing"
            ),
        ]  # fmt: skip

    def audience(self) -> str:
        return self.author


def ballot_id() -> str:
    return get_random_string(24)


class Ballot(models.Model):
    """The box of one thing in a round of voting: how many dots are in it. Nobody's: a dot that was dropped in is one
    more, and no row, time or person says whose. Never sent to a browser; emptied into `Workshop.votes` at the close.

    That somebody has voted stands in `Voter`, apart, for as long as the round is open.
    """

    id = models.CharField(primary_key=True, max_length=24, default=ballot_id)
    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="ballots")
    round = models.PositiveSmallIntegerField()
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    touchpoint = models.ForeignKey(Touchpoint, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    dots = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.dots} in round {self.round}"


class Voter(models.Model):
    """Somebody has voted in a round that is still open."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="voters")
    round = models.PositiveSmallIntegerField()
    person = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "round", "person"], name="voter_once")]

    def __str__(self) -> str:
        return f"{self.person} in round {self.round}"


class Rehearsal(models.Model):
    """A workshop to practise on, in a copy of the journey, with simulated participants.

    A clock only looks: `next_at` is when somebody in it does the next thing, null when it is over. While it runs
    `by_itself` the phases turn without a facilitator, so that one may just watch.
    """

    workshop = models.OneToOneField(Workshop, on_delete=models.CASCADE, related_name="rehearsal")
    started_by = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="rehearsals")
    started_at = models.DateTimeField(auto_now_add=True)
    by_itself = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"Rehearsal {self.workshop_id}"
