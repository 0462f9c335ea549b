"""What people fill in in the room. Each form knows how to say itself as a command's data."""

from __future__ import annotations

from typing import Any

from django import forms

from live.models import new_id
from workshops.models import Prompt, Workshop
from workshops.queries import labels_of


class AnswerForm(forms.Form):
    """One answer, perhaps tied to a place: by its id, or by what it is called (`place`)."""

    of_kind = forms.ChoiceField(choices=Prompt.choices, widget=forms.HiddenInput)
    text = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))
    touchpoint = forms.CharField(required=False, max_length=24)
    place = forms.CharField(required=False, max_length=400)
    department = forms.CharField(required=False, max_length=24)

    def __init__(self, workshop: Workshop, data: Any) -> None:
        super().__init__(data)
        self.workshop = workshop

    def clean_place(self) -> dict[str, str]:
        said = self.cleaned_data["place"].casefold()
        found = [pk for label, pk in labels_of(self.workshop) if said == label.casefold()] if said else []
        if said and not found:
            raise forms.ValidationError(
                "There is no such place on the map. Choose one from the list, or leave it empty."
            )
        return {{"tp": "touchpoint", "is": "issue", "st": "stage"}[pk[:2]]: pk for pk in found[:1]}

    def to_data(self) -> dict[str, Any]:
        """As the data of `answer.add`."""
        said = self.cleaned_data
        kept = {name: said[name] for name in ("touchpoint", "department") if said[name]} | said["place"]
        return {
            "id": new_id("an"),
            "workshop": self.workshop.pk,
            "of_kind": said["of_kind"],
            "text": said["text"],
            **kept,
        }
