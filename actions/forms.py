"""What people fill in about a promise. Each form knows how to say itself as a command's data."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Department
from actions.models import ActionItem
from actions.queries import members_to_choose
from live.models import new_id
from touchpoints.models import Journey, Touchpoint
from voices.models import Issue
from workshops.models import Answer

IN_DAYS = 30


class ActionForm(forms.Form):
    """A promise: four things are needed (what, who, by when, what changes); the rest helps to keep it."""

    title = forms.CharField(max_length=160, label="What do you promise?")
    customer_change = forms.CharField(
        label="What changes for the customer?", widget=forms.Textarea(attrs={"rows": 2}), max_length=4_000
    )
    owner = forms.TypedChoiceField(coerce=int, label="Who keeps it?")
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
    department = forms.ChoiceField(required=False)
    of_kind = forms.ChoiceField(choices=ActionItem.Kind.choices, label="Kind", initial=ActionItem.Kind.FIX)
    effort = forms.ChoiceField(choices=ActionItem.Effort.choices, initial=ActionItem.Effort.MEDIUM)
    sponsor = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    touchpoint = forms.ChoiceField(required=False)

    def __init__(
        self,
        journey: Journey,
        data: Any = None,
        *,
        answer: Answer | None = None,
        issue: Issue | None = None,
        me: int = 0,
        initial: dict[str, Any] | None = None,
    ) -> None:
        start: dict[str, Any] = {"due": timezone.localdate() + datetime.timedelta(days=IN_DAYS), "owner": me}
        if answer is not None:
            start |= {"title": answer.text.splitlines()[0][:160], "department": answer.department_id}
            start |= {"touchpoint": answer.touchpoint_id or "", "sponsor": answer.workshop.sponsor_id or ""}
        if issue is not None:
            start["touchpoint"] = issue.touchpoint_id or ""
            if issue.quick_win:
                start["effort"] = ActionItem.Effort.SMALL
        super().__init__(data, initial=start)
        organisation = journey.room.organisation_id
        people = [(user.pk, str(user)) for user in members_to_choose(organisation)]
        places = Touchpoint.objects.filter(room=journey.room_id, removed_at=None).order_by("stage__order", "order")
        departments = Department.objects.filter(organisation=organisation)
        self._choose("owner", people)
        self._choose("sponsor", [("", "Nobody"), *people])
        self._choose("department", [("", "The owner’s"), *((row.pk, row.name) for row in departments)])
        self._choose("touchpoint", [("", "Everywhere"), *((row.pk, row.title) for row in places)])
        self.answer, self.issue = answer, issue

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def to_data(self) -> dict[str, Any]:
        """As the data of `action.add`; what is empty is left out, so that it follows from the answer."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        said["due"] = said["due"].isoformat()
        return {"id": new_id("ac"), **said, **self._from()}

    def _from(self) -> dict[str, str]:
        made_from = {"answer": self.answer, "issue": self.issue}
        return {name: row.pk for name, row in made_from.items() if row is not None}


class ChangeForm(forms.Form):
    """What becomes of a promise."""

    status = forms.ChoiceField(choices=ActionItem.Status.choices)
    due = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    owner = forms.TypedChoiceField(coerce=int)
    after_value = forms.CharField(required=False, max_length=40, label="Measured now")
    outcome = forms.CharField(
        required=False, max_length=4_000, label="What does the customer notice now?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    dropped_because = forms.CharField(required=False, max_length=1_000, label="If it is dropped: why?")

    def __init__(self, action: ActionItem, data: Any = None) -> None:
        names = ("status", "due", "after_value", "outcome", "dropped_because")
        initial = {name: getattr(action, name) for name in names} | {"owner": action.owner_id}
        super().__init__(data, initial=initial)
        people = [(user.pk, str(user)) for user in members_to_choose(action.room.organisation_id)]
        self.fields["owner"].choices = people  # type: ignore[attr-defined]
        self.action = action

    def to_data(self) -> dict[str, Any]:
        """As the data of `action.change`: only what the person changed."""
        said = {name: self.cleaned_data[name] for name in self.changed_data}
        if "due" in said:
            said["due"] = said["due"].isoformat()
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
