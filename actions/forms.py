"""What people fill in about a promise. Each form knows how to say itself as a command's data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import Department
from actions.models import OPEN, ActionItem, Result
from actions.queries import members_to_choose
from live.models import new_id
from touchpoints.models import Journey, Touchpoint
from voices.models import Issue
from workshops.models import Answer, Workshop

IN_DAYS = 30


class ActionForm(forms.Form):
    """A promise: four things are needed (what, who, by when, what changes); the rest helps to keep it. Made from an
    answer, a let-down, a touchpoint or nothing; or one that is there, to change it."""

    title = forms.CharField(max_length=160, label="What do you promise?")
    customer_change = forms.CharField(
        label="What changes for the customer?", widget=forms.Textarea(attrs={"rows": 2}), max_length=4_000
    )
    owner = forms.TypedChoiceField(coerce=int, label="Who keeps it?")
    co_owner = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Together with")
    due = forms.DateField(label="By when?", widget=forms.DateInput(attrs={"type": "date"}))
    first_step = forms.CharField(
        required=False, label="First step", widget=forms.Textarea(attrs={"rows": 2}), help_text="What happens this week.",
        max_length=4_000,
    )  # fmt: skip
    measure = forms.CharField(
        required=False, max_length=160, label="Measure", help_text="As a customer notices it: “days to hear back”."
    )
    baseline = forms.CharField(required=False, max_length=40, label="Today")
    target = forms.CharField(required=False, max_length=40, label="Target")
    known_on = forms.DateField(
        required=False, label="When will it be known?", widget=forms.DateInput(attrs={"type": "date"})
    )
    of_kind = forms.ChoiceField(choices=ActionItem.Kind.choices, label="Kind", initial=ActionItem.Kind.FIX)
    domain = forms.ChoiceField(choices=ActionItem.Domain.choices, required=False, label="What it changes")
    effort = forms.ChoiceField(choices=ActionItem.Effort.choices, initial=ActionItem.Effort.MEDIUM)
    department = forms.ChoiceField(required=False)
    supporting = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Departments that help"
    )
    sponsor = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Who follows up?")
    witness = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False, help_text="Heard it promised, and asks how it goes."
    )
    touchpoint = forms.ChoiceField(required=False)
    workshop = forms.ChoiceField(required=False, label="Made in")
    waits_for = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Can be kept only after"
    )
    pain_removed = forms.CharField(
        required=False,
        max_length=200,
        label="What gets easier for us",
        help_text="What colleagues no longer have to bear.",
    )
    spend_freed = forms.CharField(
        required=False,
        max_length=80,
        label="Spending it frees",
        help_text="What mending costs us today: “EUR 12,000 a year”.",
    )

    def __init__(
        self,
        journey: Journey,
        data: Any = None,
        *,
        answer: Answer | None = None,
        issue: Issue | None = None,
        action: ActionItem | None = None,
        me: int = 0,
        asked: Mapping[str, str] | None = None,
    ) -> None:
        self.answer, self.issue, self.action = answer, issue, action
        super().__init__(data, initial=self._there() if action else self._start(journey, me, asked or {}))
        organisation, here = journey.room.organisation_id, {"room": journey.room_id, "removed_at": None}
        people = [(user.pk, str(user)) for user in members_to_choose(organisation)]
        current = Q(retired_at=None) | Q(pk=action.department_id if action else None)  # what stands there stays
        departments = [(row.pk, row.name) for row in Department.ever.filter(current, organisation=organisation)]
        places = Touchpoint.objects.filter(**here).order_by("stage__order", "order")
        workshops = Workshop.objects.filter(**here).order_by("-created_at")
        others = ActionItem.objects.filter(**here, status__in=OPEN).order_by("due", "id")
        if action is not None:
            others = others.exclude(pk=action.pk)
            del self.fields["workshop"]  # where it was made does not change
        self._choose("owner", people if action is None or action.owner_id else [("", "Nobody yet"), *people])
        for name, nobody in (("co_owner", "Nobody else"), ("sponsor", "Nobody"), ("witness", "Nobody")):
            self._choose(name, [("", nobody), *people])
        self._choose("department", [("", "The owner’s"), *departments])
        self._choose("supporting", departments)
        self._choose("touchpoint", [("", "Everywhere"), *((row.pk, row.title) for row in places)])
        self._choose("workshop", [("", "No workshop"), *((row.pk, row.title) for row in workshops)])
        self._choose("waits_for", [(row.pk, row.title) for row in others[:100]])

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        if name in self.fields:
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _there(self) -> dict[str, Any]:
        assert self.action is not None
        return {name: self.action.value(name) or "" for name in self.base_fields}

    def _start(self, journey: Journey, me: int, asked: Mapping[str, str]) -> dict[str, Any]:
        """What can be known before anybody types. While a workshop is live here, a promise is made in it."""
        start: dict[str, Any] = {"due": timezone.localdate() + datetime.timedelta(days=IN_DAYS), "owner": me}
        start["title"] = asked.get("title", "")[:160]
        live = Workshop.objects.filter(room=journey.room_id, state=Workshop.State.LIVE, removed_at=None)
        running = list(live.order_by("-went_live_at")[:2])
        workshop = next((row for row in running if row.pk == asked.get("workshop")), running[0] if running else None)
        if self.answer is not None:
            workshop = self.answer.workshop
            start |= {"title": self.answer.text.splitlines()[0][:160], "department": self.answer.department_id}
            start |= {"touchpoint": self.answer.touchpoint_id or ""}
        elif self.issue is not None:
            start |= {"title": self.issue.title, "touchpoint": self.issue.touchpoint_id or ""}
            if self.issue.quick_win:
                start["effort"] = ActionItem.Effort.SMALL
        elif place := asked.get("touchpoint"):
            row = Touchpoint.objects.filter(pk=place[:24], room=journey.room_id, removed_at=None).first()
            if row is not None:
                start |= {"touchpoint": row.pk, "department": row.lead_id or ""}
        if workshop is not None:
            start |= {"workshop": workshop.pk, "sponsor": workshop.sponsor_id or ""}
        return start

    @property
    def further(self) -> bool:
        """Whether something in what stands behind "More" is wrong, so that it must be open."""
        return any(name in self.errors for name in (
            "department", "supporting", "sponsor", "witness", "touchpoint", "workshop", "waits_for", "domain", "known_on",
            "pain_removed", "spend_freed",
        ))  # fmt: skip

    def to_data(self) -> dict[str, Any]:
        """As the data of `action.add`, where what is empty is left out so that it follows from the answer; of a promise
        that is there, as the data of `action.change`: only what the person changed."""
        if self.action is not None:
            said = {name: self.cleaned_data[name] for name in self.changed_data}
            for name in ("department", "touchpoint"):
                if name in said:
                    said[name] = said[name] or None
            made: dict[str, str] = {}
        else:
            said = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])}
            made = {name: row.pk for name, row in (("answer", self.answer), ("issue", self.issue)) if row is not None}
        for name in ("due", "known_on"):
            if said.get(name):
                said[name] = said[name].isoformat()
        return {"id": self.action.pk if self.action else new_id("ac"), **said, **made}


class ChangeForm(forms.Form):
    """What becomes of a promise."""

    status = forms.ChoiceField(choices=ActionItem.Status.choices)
    due = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    owner = forms.TypedChoiceField(coerce=int)
    after_value = forms.CharField(required=False, max_length=40, label="Measured now")
    known_on = forms.DateField(
        required=False, label="Or: when will it be known?", widget=forms.DateInput(attrs={"type": "date"})
    )
    outcome = forms.CharField(
        required=False, max_length=4_000, label="What does the customer notice now?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    dropped_because = forms.CharField(required=False, max_length=1_000, label="If it is dropped: why?")

    def __init__(self, action: ActionItem, data: Any = None) -> None:
        names = ("status", "due", "after_value", "known_on", "outcome", "dropped_because")
        initial = {name: getattr(action, name) for name in names} | {"owner": action.owner_id}
        super().__init__(data, initial=initial)
        people = [(user.pk, str(user)) for user in members_to_choose(action.room.organisation_id)]
        self.fields["owner"].choices = people  # type: ignore[attr-defined]
        self.action = action

    def to_data(self) -> dict[str, Any]:
        """As the data of `action.change`: only what the person changed."""
        said = {name: self.cleaned_data[name] for name in self.changed_data}
        for name in ("due", "known_on"):
            if said.get(name):
                said[name] = said[name].isoformat()
        return {"id": self.action.pk, **said}


class NoteForm(forms.Form):
    text = forms.CharField(max_length=4_000, label="What is new?", widget=forms.Textarea(attrs={"rows": 2}))
    help = forms.BooleanField(
        required=False, label="I need help", help_text="The facilitator and the sponsor see it first."
    )

    def to_data(self, action: str) -> dict[str, Any]:
        return {"id": new_id("pn"), "action": action, **self.cleaned_data}


class FilterForm(forms.Form):
    """Which promises to look at."""

    q = forms.CharField(required=False, max_length=80, label="Search", widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(
        required=False, choices=[("open", "Open"), ("late", "Late"), *ActionItem.Status.choices, ("", "All")]
    )
    department = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    journey = forms.ChoiceField(required=False)

    def __init__(self, organisation_id: str, initial: Any) -> None:
        super().__init__(initial=initial, auto_id="sift_%s")
        departments = Department.objects.filter(organisation=organisation_id)
        people = members_to_choose(organisation_id)
        journeys = Journey.objects.filter(room__organisation=organisation_id, removed_at=None).order_by("name")
        self._choose("department", [("", "All departments"), *((row.pk, row.name) for row in departments)])
        self._choose("owner", [("", "Everybody"), *((str(user.pk), str(user)) for user in people)])
        self._choose("journey", [("", "All journeys"), *((row.pk, row.name) for row in journeys)])

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class ManyForm(forms.Form):
    """What to change for the ticked promises; what is left empty stays as it is."""

    owner = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Owner")
    due = forms.DateField(required=False, label="Due", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, organisation_id: str, data: Any = None) -> None:
        super().__init__(data, auto_id="many_%s")
        people = members_to_choose(organisation_id)
        choices = [("", "As it is"), *((user.pk, str(user)) for user in people)]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]

    def to_data(self) -> dict[str, Any]:
        """As part of the data of `action.change`."""
        said: dict[str, Any] = {}
        if self.cleaned_data.get("owner"):
            said["owner"] = self.cleaned_data["owner"]
        if self.cleaned_data.get("due"):
            said["due"] = self.cleaned_data["due"].isoformat()
        return said


class CloseForm(forms.Form):
    """What is said when a workshop is closed, and what can be mended on the spot."""

    because = forms.CharField(
        required=False, max_length=1_000, label="Close anyway, because …", widget=forms.Textarea(attrs={"rows": 2})
    )
    sponsor = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Who follows up?")
    report_back_on = forms.DateField(
        required=False, label="When do you meet again?", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, workshop: Workshop, data: Any = None) -> None:
        later = max(workshop.report_back_on, timezone.localdate() + datetime.timedelta(days=45))
        super().__init__(data, initial={"sponsor": workshop.sponsor_id, "report_back_on": later})
        people = [(user.pk, str(user)) for user in members_to_choose(workshop.room.organisation_id)]
        self.fields["sponsor"].choices = [("", "Choose"), *people]  # type: ignore[attr-defined]
        self.workshop = workshop

    def to_change(self) -> dict[str, Any]:
        """As the data of `workshop.change`."""
        said = {name: self.cleaned_data[name] for name in ("sponsor", "report_back_on") if self.cleaned_data[name]}
        if "report_back_on" in said:
            said["report_back_on"] = said["report_back_on"].isoformat()
        return {"id": self.workshop.pk, **said}

    def to_close(self) -> dict[str, Any]:
        return {"id": self.workshop.pk, "because": self.cleaned_data["because"]}


class ResultForm(forms.Form):
    """What became of one promise, told in a report-back."""

    of_kind = forms.ChoiceField(choices=Result.Kind.choices, label="What became of it?", widget=forms.RadioSelect)
    outcome = forms.CharField(
        required=False, max_length=4_000, label="What does the customer notice now?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    after_value = forms.CharField(required=False, max_length=40, label="Measured now")
    known_on = forms.DateField(
        required=False, label="Or the day on which it will be known", widget=forms.DateInput(attrs={"type": "date"})
    )
    due = forms.DateField(
        required=False, label="Until when instead?", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The date it had stays readable.",
    )  # fmt: skip
    because = forms.CharField(required=False, max_length=1_000, label="Why is it dropped?")
    learned = forms.CharField(
        required=False, max_length=2_000, label="What did we learn?", widget=forms.Textarea(attrs={"rows": 2})
    )
    # Where the command's complaint about the promise belongs.
    AT = {"dropped_because": "because"}

    def __init__(self, action: ActionItem, result: Result | None, data: Any = None) -> None:
        self.action = action
        initial: dict[str, Any] = {
            "outcome": action.outcome,
            "after_value": action.after_value,
            "known_on": action.known_on,
            "because": action.dropped_because,
        }
        if result is not None:
            initial |= {"of_kind": result.of_kind, "learned": result.learned, "due": result.due_after}
        super().__init__(data, initial=initial, auto_id=f"{action.pk}-%s")

    def at(self, name: str | None) -> str | None:
        """The field a refusal is shown at."""
        name = self.AT.get(name or "", name)
        return name if name in self.fields else None

    def to_data(self, workshop: str) -> dict[str, Any]:
        """As the data of `result.mark`."""
        said = dict(self.cleaned_data)
        for name in ("due", "known_on"):
            said[name] = said[name].isoformat() if said[name] else None
        return {"id": new_id("rs"), "workshop": workshop, "action": self.action.pk, **said}
