"""What people fill in about a workshop. Each form knows how to say itself as a command's data."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Membership, Role
from live.models import new_id
from touchpoints.models import Journey
from workshops.agenda import AGENDAS
from workshops.models import Prompt

REPORT_BACK_AFTER = datetime.timedelta(days=45)
START = datetime.time(9, 30)


def next_weekday(day: datetime.date) -> datetime.date:
    """The day itself, or Monday when it falls on a weekend."""
    return day + datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


class NewWorkshop(forms.Form):
    """Objective, planned use and success measure are required; everything else is filled in already."""

    title = forms.CharField(max_length=120, label="Name")
    objective = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), help_text="What shall change for customers, in one sentence."
    )
    planned_use = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), help_text="Who will do what with the result, and by when."
    )
    success_measure = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="How you will know, in customers' hours, money or days: “hours spent per order, 180 to 90”.",
    )
    starts_on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    starts_time = forms.TimeField(label="Starts at", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    agenda = forms.ChoiceField(choices=[(key, label) for key, (label, _) in AGENDAS.items()])
    report_back_on = forms.DateField(
        label="Report back on",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The same people meet again and say what became of their promises. Without this date few are kept.",
    )
    sponsor = forms.ChoiceField(required=False, label="Executive sponsor", help_text="Hears whether promises are kept.")
    people = forms.MultipleChoiceField(
        required=False, label="Who takes part", widget=forms.CheckboxSelectMultiple, help_text="They get an invitation."
    )
    anonymous = forms.BooleanField(
        required=False, label="Anonymous answers", help_text="Nobody's name is stored with an answer, not even hidden."
    )

    def __init__(self, journey: Journey, data: Any = None) -> None:
        day = next_weekday(timezone.localdate() + datetime.timedelta(days=14))
        members = list(
            Membership.objects.filter(
                organisation=journey.room.organisation_id, deactivated_at=None, user__is_active=True
            )
            .select_related("user")
            .prefetch_related("departments")
            .order_by("user__name", "user_id")
        )
        people = [row for row in members if row.role in (Role.REPRESENTATIVE, Role.FACILITATOR, Role.ADMIN)]
        bosses = [row for row in members if row.role == Role.EXECUTIVE]
        initial = {
            "title": f"What now? {journey.name}"[:120], "objective": journey.objective,
            "planned_use": journey.planned_use, "success_measure": journey.success_measure,
            "starts_on": day, "starts_time": START, "agenda": "so_what",
            "report_back_on": next_weekday(day + REPORT_BACK_AFTER), "sponsor": bosses[0].user_id if bosses else "",
            "people": [row.user.identity for row in people if row.role == Role.REPRESENTATIVE],
        }  # fmt: skip
        super().__init__(data, initial=initial)
        sponsors = [*bosses, *(row for row in members if row not in bosses)]
        self.fields["sponsor"].choices = [("", "Nobody yet"), *((row.user_id, str(row.user)) for row in sponsors)]  # type: ignore[attr-defined]
        self.fields["people"].choices = [(row.user.identity, _with_department(row)) for row in people]  # type: ignore[attr-defined]

    def to_data(self) -> dict[str, Any]:
        """As the data of `workshop.open`."""
        said = self.cleaned_data
        start = datetime.datetime.combine(said["starts_on"], said["starts_time"], timezone.get_current_timezone())
        names = ("title", "objective", "planned_use", "success_measure", "agenda", "anonymous", "people")
        return {
            "id": new_id("ws"), **{name: said[name] for name in names}, "starts_at": start.isoformat(),
            "report_back_on": said["report_back_on"].isoformat(),
            "sponsor": int(said["sponsor"]) if said["sponsor"] else None,
        }  # fmt: skip


def _with_department(row: Membership) -> str:
    names = ", ".join(department.name for department in row.departments.all()) or row.get_role_display()
    return f"{row.user} ({names})"


class AnswerForm(forms.Form):
    """One answer, perhaps tied to a touchpoint."""

    of_kind = forms.ChoiceField(choices=Prompt.choices, widget=forms.HiddenInput)
    text = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))
    touchpoint = forms.CharField(required=False, max_length=24)
    department = forms.CharField(required=False, max_length=24)

    def to_data(self, workshop: str) -> dict[str, Any]:
        """As the data of `answer.add`."""
        said = self.cleaned_data
        kept = {name: said[name] for name in ("touchpoint", "department") if said[name]}
        return {"id": new_id("an"), "workshop": workshop, "of_kind": said["of_kind"], "text": said["text"], **kept}
