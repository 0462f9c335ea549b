"""What people fill in about a workshop: the four pages of a new one. Each knows how to say itself as a command's data."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Department, Membership, Organisation, Role, User
from touchpoints.queries import journeys_of
from touchpoints.starting import STAGE_SETS
from workshops.agenda import AGENDAS
from workshops.models import Workshop

REPORT_BACK_AFTER = datetime.timedelta(days=45)
START = datetime.time(9, 30)
AGAIN = ((13, "Every quarter"), (26, "Twice a year"), (52, "Once a year"), (0, "Only this once"))
# Who may speak for a department in the room.
SPEAKERS = (Role.REPRESENTATIVE, Role.FACILITATOR, Role.ADMIN)
LEADERS = (Role.FACILITATOR, Role.ADMIN)


def next_weekday(day: datetime.date) -> datetime.date:
    """The day itself, or Monday when it falls on a weekend."""
    return day + datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def picked(user: User) -> str:
    """As a member stands in the list of names: "Sam Okoro <sam@harrow.example>"."""
    return f"{user.name} <{user.email}>" if user.name else user.email


class Step(forms.Form):
    """One page of a new workshop. `said` is what was typed there before; it is shown as it was, and not judged."""

    def __init__(self, organisation: Organisation, said: QueryDict | None, data: QueryDict | None = None) -> None:
        self.organisation = organisation
        super().__init__(data)
        self.build()
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(said, {}, name) if said is not None else None  # type: ignore[arg-type]
            if value is not None:
                self.initial[name] = value

    def build(self) -> None:
        """Fields, choices and proposals that come from the database."""

    def members(self) -> list[Membership]:
        rows = self.organisation.memberships.filter(deactivated_at=None, user__is_active=True)
        return list(rows.select_related("user").prefetch_related("departments").order_by("user__name", "user_id"))


def _words(label: str, hint: str, missing: str, **attrs: Any) -> forms.CharField:
    return forms.CharField(
        max_length=2_000, label=label, help_text=hint, error_messages={"required": missing},
        widget=forms.Textarea(attrs={"rows": 2, **attrs}),
    )  # fmt: skip


class ObjectiveStep(Step):
    """What the workshop is for. All three are needed: without them it would be a conversation."""

    objective = _words(
        "What shall change for customers?", "One sentence, from their side.",
        "Say what shall change for customers.",
        placeholder="Cut customers’ effort from order to first production",
    )  # fmt: skip
    aim = forms.ChoiceField(
        choices=Workshop.Aim.choices, label="What kind of objective is it?", widget=forms.RadioSelect,
        initial=Workshop.Aim.LOW_VALUE,
    )  # fmt: skip
    planned_use = _words(
        "What will be done with the result?", "Who uses it, for which decision, by when.",
        "Say who will do what with the result.",
        placeholder="The board decides in May which three steps we redesign",
    )  # fmt: skip
    success_measure = _words(
        "How will you know that it worked?", "In customers’ hours, money or days, from what to what.",
        "Say how you will know that it worked.",
        placeholder="Hours customers spend per order, 180 to 90",
    )  # fmt: skip


@dataclass
class Function:
    """One line of the roster: a department with its three fields, and what is wrong with them."""

    department: Department
    rep: forms.BoundField
    deputy: forms.BoundField
    frontline: forms.BoundField


class FunctionsStep(Step):
    """Who speaks for each function: a member, or an address that is invited. Everybody else who is in charge."""

    functions = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Tick at least one function."}
    )
    sponsor = forms.ChoiceField(
        required=False, label="Executive sponsor", help_text="Opens it, and hears whether promises are kept."
    )
    owner = forms.ChoiceField(required=False, label="Journey owner", help_text="Keeps the map alive between workshops.")
    co_facilitators = forms.MultipleChoiceField(
        required=False, label="Co-facilitators", widget=forms.CheckboxSelectMultiple,
        help_text="They can run it with you, or instead of you.",
    )  # fmt: skip

    def build(self) -> None:
        self.departments = list(Department.objects.filter(organisation=self.organisation).order_by("position"))
        self.known = self.members()
        self.by_address = {row.user.email: row for row in self.known}
        self.fields["functions"].choices = [(row.pk, row.name) for row in self.departments]  # type: ignore[attr-defined]
        self.initial["functions"] = [row.pk for row in self.departments]
        people = [(str(row.user_id), str(row.user)) for row in self.known]
        bosses = [str(row.user_id) for row in self.known if row.role == Role.EXECUTIVE]
        for name in ("sponsor", "owner"):
            self.fields[name].choices = [("", "Nobody yet"), *people]  # type: ignore[attr-defined]
        self.initial["sponsor"] = bosses[0] if bosses else ""
        leaders = [(str(row.user_id), str(row.user)) for row in self.known if row.role in LEADERS]
        self.fields["co_facilitators"].choices = leaders  # type: ignore[attr-defined]
        for department in self.departments:
            own = [
                picked(row.user) for row in self.known
                if row.role == Role.REPRESENTATIVE and department in row.departments.all()
            ]  # fmt: skip
            self._ask(department, own)

    def _ask(self, department: Department, own: list[str]) -> None:
        for place, (name, label) in enumerate((("rep", "Representative"), ("deputy", "Deputy"))):
            self.fields[f"{name}-{department.pk}"] = forms.CharField(
                required=False, max_length=320, label=f"{label}, {department.name}",
                initial=own[place] if len(own) > place else "",
                widget=forms.TextInput(
                    attrs={"list": "people", "autocomplete": "off", "placeholder": "Name or e-mail", "class": "input"}
                ),
            )  # fmt: skip
        self.fields[f"frontline-{department.pk}"] = forms.BooleanField(required=False, label="Meets customers daily")

    @property
    def rows(self) -> list[Function]:
        return [
            Function(row, self[f"rep-{row.pk}"], self[f"deputy-{row.pk}"], self[f"frontline-{row.pk}"])
            for row in self.departments
        ]

    @property
    def people(self) -> list[str]:
        """Who can be picked."""
        return [picked(row.user) for row in self.known if row.role in SPEAKERS]

    def missing(self) -> list[Department]:
        """The functions that are asked and have no representative, as the page stands now."""
        asked = set(self["functions"].value() or ())
        return [
            row for row in self.departments if row.pk in asked and not (self[f"rep-{row.pk}"].value() or "").strip()
        ]

    def asked(self) -> int:
        return len(set(self["functions"].value() or ()) & {row.pk for row in self.departments})

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        self.seats: list[tuple[str, Membership | None, Department, str]] = []
        taken: dict[str, Department] = {}
        for department in [row for row in self.departments if row.pk in said.get("functions", ())]:
            for place in ("rep", "deputy"):
                name = f"{place}-{department.pk}"
                try:
                    address, member = self.person(said.get(name, ""), department)
                    if address in taken:
                        raise ValidationError(f"{address} comes for {taken[address]} already. Name somebody else here.")
                except ValidationError as error:
                    self.add_error(name, error)
                    continue
                if address:
                    taken[address] = department
                    self.seats.append((address, member, department, place))
        return said

    def person(self, said: str, department: Department) -> tuple[str, Membership | None]:
        """Address and membership of who was named; an empty address for nobody."""
        said = said.strip()
        if not said:
            return "", None
        by_name = [row for row in self.known if str(row.user).casefold() == said.casefold()]
        if len(by_name) > 1:
            raise ValidationError(f"There are {len(by_name)} people called {said}. Type the address.")
        address = by_name[0].user.email if by_name else (parseaddr(said)[1] if "<" in said else said).lower()
        try:
            validate_email(address)
        except ValidationError:
            raise ValidationError(f"“{said}” is neither a member nor an e-mail address.") from None
        member = self.by_address.get(address)
        if member is None:
            return address, None
        if member.role not in SPEAKERS:
            role = member.get_role_display().lower()
            raise ValidationError(f"{member.user} is here as {role} and answers for no department. Name somebody else.")
        if member.role == Role.REPRESENTATIVE and department not in member.departments.all():
            raise ValidationError(
                f"{member.user} does not speak for {department} yet. An admin changes that under Members."
            )
        return address, member

    def frontline(self, department: Department) -> bool:
        return bool(self.cleaned_data.get(f"frontline-{department.pk}"))


class StagesStep(Step):
    """An existing journey, or a new one from a set of stages, each named as customers would say it."""

    where = forms.CharField(max_length=40)
    name = forms.CharField(
        required=False, max_length=120, label="What is this journey called?",
        help_text="Whose journey it is, from where to where.",
        widget=forms.TextInput(attrs={"placeholder": "Production managers, from first worry to steady supply"}),
    )  # fmt: skip

    def build(self) -> None:
        self.journeys = [(f"journey:{row.pk}", row) for row in journeys_of([self.organisation])]
        self.initial["where"] = self.journeys[0][0] if self.journeys else "set:equipment"
        for key, (_, stages) in STAGE_SETS.items():
            for n, (title, internal, _) in enumerate(stages):
                self.fields[f"stage-{key}-{n}"] = forms.CharField(
                    required=False, max_length=80, initial=title, label=f"Stage {n + 1}", help_text=internal
                )

    @property
    def sets(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        return [
            (f"set:{key}", label, [self[f"stage-{key}-{n}"] for n in range(len(stages))])
            for key, (label, stages) in STAGE_SETS.items()
        ]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        what, _, which = said.get("where", "").partition(":")
        if (what, which) not in {
            *(("journey", row.pk) for _, row in self.journeys),
            *(("set", key) for key in STAGE_SETS),
        }:
            self.add_error("where", "Choose a journey, or a set of stages for a new one.")
        elif what == "set" and not said.get("name", "").strip():
            self.add_error("name", "Say whose journey it is, from where to where.")
        return said

    @property
    def journey(self) -> str | None:
        what, _, which = self.cleaned_data["where"].partition(":")
        return which if what == "journey" else None

    @property
    def stage_set(self) -> tuple[str, list[str]]:
        """The set, and what its stages are called; an empty name leaves one out."""
        key = self.cleaned_data["where"].partition(":")[2]
        return key, [self.cleaned_data[f"stage-{key}-{n}"].strip() for n in range(len(STAGE_SETS[key][1]))]


class DateStep(Step):
    """When, how long, and when the same people hear what became of it."""

    title = forms.CharField(max_length=120, label="Name of the workshop")
    starts_on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    starts_time = forms.TimeField(label="Starts at", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    agenda = forms.ChoiceField(
        choices=[(key, label) for key, (label, _) in AGENDAS.items()], widget=forms.RadioSelect, initial="so_what"
    )
    report_back_on = forms.DateField(
        label="Report back on",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The same people meet again and say what became of their promises. Without this date few are kept.",
        error_messages={"required": "Choose the day on which you report back. 45 days after is usual."},
    )
    again_after = forms.TypedChoiceField(label="And then again", choices=AGAIN, coerce=int, initial=13)
    anonymous = forms.BooleanField(
        required=False, label="Anonymous answers", help_text="Nobody's name is stored with an answer, not even hidden."
    )

    def build(self) -> None:
        day = next_weekday(timezone.localdate() + datetime.timedelta(days=14))
        back = next_weekday(day + REPORT_BACK_AFTER)
        self.initial.update(starts_on=day, starts_time=START, report_back_on=back)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        start, back = said.get("starts_on"), said.get("report_back_on")
        if start and start < timezone.localdate():
            self.add_error("starts_on", "This day is over. Choose one that is still to come.")
        if start and back and back <= start:
            self.add_error("report_back_on", "The report-back comes after the workshop. Choose a later date.")
        return said

    def to_data(self) -> dict[str, Any]:
        said = self.cleaned_data
        start = datetime.datetime.combine(said["starts_on"], said["starts_time"], timezone.get_current_timezone())
        names = ("title", "agenda", "anonymous", "again_after")
        return {
            **{name: said[name] for name in names}, "starts_at": start.isoformat(),
            "report_back_on": said["report_back_on"].isoformat(),
        }  # fmt: skip
