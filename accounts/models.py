"""Who may come in, and as what.

A `User` is a person with an e-mail address. A `Membership` makes that person somebody in an
`Organisation`: a role, and the departments they speak for. A `Guest` is a person without an account
who came in through a `JoinCode`, may enter one room and stops existing when the code expires.

States are times, not flags: `deactivated_at`, `admitted_at`, `locked_at` say when, and null says no.
Whoever changes a right also raises `Organisation.rights_version` in the same transaction (see
`commands`): live connections watch that number, which is how a removed person is out within a second.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import ids

# Name, two-letter code. A department's colour is its place in this list, counted from one.
STANDARD_DEPARTMENTS = (
    ("Sales", "SA"),
    ("Marketing", "MK"),
    ("Account management", "AM"),
    ("Customer service", "CS"),
    ("Product", "PR"),
    ("Operations", "OP"),
    ("Logistics", "LO"),
    ("Finance", "FI"),
    ("IT", "IT"),
    ("HR", "HR"),
    ("Legal", "LE"),
)
COLOURS = 12


def monday_to_friday() -> list[int]:
    return [0, 1, 2, 3, 4]


class UserManager(BaseUserManager["User"]):
    """Makes and finds people; addresses are kept in lower case, so Ada@x.com and ada@x.com are one."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail. What they may do is written on their memberships."""

    email = models.EmailField(unique=True, error_messages={"unique": "Somebody already uses this address."})
    name = models.CharField(max_length=80)
    # Of the picture with their initials; null: the colour of their department.
    colour = models.PositiveSmallIntegerField(null=True, blank=True)
    # Single letters act on the map and at the desk; off for people who speak to their computer.
    single_keys = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, default="Europe/London")
    language = models.CharField(max_length=10, default="en-gb")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def identity(self) -> str:
        """Who this is to the live engine and to `load_actor`: "u12"."""
        return f"u{self.pk}"


class ReportEvery(models.TextChoices):
    """How often reports make themselves."""

    NEVER = "", "Only when somebody asks"
    MONTH = "month", "Every month"
    QUARTER = "quarter", "Every quarter"


class Organisation(models.Model):
    """One firm. Nobody sees anything of an organisation they do not belong to."""

    id = models.CharField(primary_key=True, max_length=24, default=ids.organisation_id)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    rights_version = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    # Where it works, for people who have not said where they are; and when reminders may reach them, by the
    # recipient's own clock. Days: 0 is Monday. From and until the same time: no quiet hours.
    time_zone = models.CharField(max_length=64, default="Europe/London")
    working_days = models.JSONField(default=monday_to_friday)
    quiet_from = models.TimeField(default=datetime.time(18, 0))
    quiet_until = models.TimeField(default=datetime.time(8, 0))
    # What the company and its products are called, one in a line: hints where a touchpoint tells the company's side.
    brand_words = models.TextField(blank=True)
    # How often a report is made by itself after a workshop.
    report_every = models.CharField(max_length=8, choices=ReportEvery.choices, default=ReportEvery.QUARTER, blank=True)
    # After how many months names of customers' contacts and of guests, and sent mails, are erased; null: kept.
    erase_after = models.PositiveSmallIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def brands(self) -> list[str]:
        return [line.strip() for line in self.brand_words.splitlines() if line.strip()]


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    """What is written here stays as it is."""

    def update(self, **values: Any) -> int:
        raise TypeError("The audit trail is only added to.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit trail is only added to.")


class AuditEvent(models.Model):
    """Somebody let somebody in, changed a right or a setting, took data out. Written in the transaction of the act
    itself (`accounts.audit`), never changed; holds identities and ids, never people's words."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="audit_events")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=40)
    by = models.CharField(max_length=24, blank=True)
    about = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="audit_newest")]

    def __str__(self) -> str:
        return self.what


class CurrentDepartments(models.Manager["Department"]):
    """Those there are now: what is offered anywhere."""

    def get_queryset(self) -> models.QuerySet[Department]:
        return super().get_queryset().filter(retired_at=None)


class Department(models.Model):
    """A functional area. Its two-letter code always stands beside its colour (1 to 12).

    One that is removed is kept, for what it said and promised stays under its name; it is offered nowhere any more,
    and its name and code are free. `objects` are those there are now; `ever`, and every relation, has the others, too.
    """

    id = models.CharField(primary_key=True, max_length=24, default=ids.department_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="departments")
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=2)
    colour = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(COLOURS)])
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentDepartments()
    ever = models.Manager["Department"]()

    class Meta:
        ordering = ["position"]
        default_manager_name = "ever"
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("name"), condition=models.Q(retired_at=None), name="department_name"
            ),
            models.UniqueConstraint(
                fields=["organisation", "code"], condition=models.Q(retired_at=None), name="department_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def standard_departments(organisation: Organisation) -> list[Department]:
    """The eleven departments offered to a new organisation, not saved yet."""
    return [
        Department(organisation=organisation, name=name, code=code, colour=place, position=place)
        for place, (name, code) in enumerate(STANDARD_DEPARTMENTS, start=1)
    ]


class Role(models.TextChoices):
    """What somebody is in an organisation. Guests have no membership, so no member may be one."""

    ADMIN = "admin", "Admin"
    FACILITATOR = "facilitator", "Facilitator"
    REPRESENTATIVE = "representative", "Representative"
    EXECUTIVE = "executive", "Executive"
    OBSERVER = "observer", "Observer"
    GUEST = "guest", "Guest"


MEMBER_ROLES = [(value, label) for value, label in Role.choices if value != Role.GUEST]


class Membership(models.Model):
    """One person in one organisation. Leaving is a time stamp: who did what stays readable."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=MEMBER_ROLES)
    departments = models.ManyToManyField(Department, blank=True, related_name="memberships")
    created_at = models.DateTimeField(auto_now_add=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} at {self.organisation}"


class Invitation(models.Model):
    """A place kept for somebody. The link carries the signed id; it works once and until `expires_at`.

    Its mail is planned from this row by the outbox, as `mail` says; empty: it was mailed before there was one.
    """

    class Mail(models.TextChoices):
        ITSELF = "itself", "At once"
        WORKSHOP = "workshop", "As soon as a workshop asks them to come"

    id = models.CharField(primary_key=True, max_length=24, default=ids.invitation_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=MEMBER_ROLES)
    departments = models.ManyToManyField(Department, blank=True, related_name="+")
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=Mail.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"


class JoinCode(models.Model):
    """How guests find a room: eight spoken-friendly characters, or a link with 128 random bits.

    The room is named by id only, for rooms belong to the live engine, which stands above this one.
    """

    id = models.CharField(primary_key=True, max_length=24, default=ids.join_code_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="join_codes")
    room_id = models.CharField(max_length=24)
    code = models.CharField(max_length=8, unique=True)
    link_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room_id"], condition=models.Q(revoked_at=None), name="join_code_one_a_room"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code[:4]}-{self.code[4:]}"


class Guest(models.Model):
    """A person in one room without an account: in the lobby until admitted, gone when it expires."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="guests")
    join_code = models.ForeignKey(JoinCode, on_delete=models.CASCADE, related_name="guests")
    room_id = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["room_id", "created_at"], name="guest_room")]

    def __str__(self) -> str:
        return self.name

    @property
    def identity(self) -> str:
        """Who this is to the live engine and to `load_actor`: "g7"."""
        return f"g{self.pk}"


class PersonalToken(models.Model):
    """Lets a program act as its owner through the API. Only a hash is kept: it is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} (jm_…{self.hint})"


class Browser(models.Model):
    """Where somebody is signed in: one browser with its session, in words she knows it by.

    Kept short on purpose: what it calls itself ("Firefox on Windows") and when, no address, no full user agent.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="browsers")
    session_key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SentMail(models.Model):
    """Every message that left, or would have left if a mail server were configured; a row per recipient.

    `organisation` is empty for messages about an account itself (sign-in codes, password links).
    """

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="sent_mails"
    )
    message_id = models.CharField(max_length=255, blank=True)
    sender = models.CharField(max_length=320)
    recipient = models.EmailField(db_index=True)
    subject = models.CharField(max_length=998)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    # Handed to the mail server; null when none is configured, or when it refused (then `error` says why).
    handed_over_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.subject


class Attempt(models.Model):
    """How often something was tried in one window of time; a table, so that every process counts along."""

    key = models.CharField(primary_key=True, max_length=120)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
