"""What people fill in in the room. Each form knows how to say itself as a command's data."""

from __future__ import annotations

from typing import Any

from django import forms

from live.models import new_id
from workshops.models import Prompt


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
