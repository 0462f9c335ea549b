"""A question to be asked on a later day: what one fills in."""

from __future__ import annotations

import datetime

from django import forms
from django.utils import timezone

from actions.models import ActionItem

FURTHEST = datetime.timedelta(days=366)


class FollowUpForm(forms.Form):
    """When to ask, and what: the question is ready to send on its day."""

    on = forms.DateField(label="Ask on", widget=forms.DateInput(attrs={"type": "date"}))
    question = forms.CharField(label="What", max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if not timezone.localdate() <= on <= timezone.localdate() + FURTHEST:
            raise forms.ValidationError("Choose a day within the next year.")
        return on


def follow_up_form(action: ActionItem) -> FollowUpForm:
    """As the page of a promise offers it: a week from now, with a question that fits."""
    owner = action.owner.name.split()[0] if action.owner and action.owner.name else "all"
    start = {
        "on": timezone.localdate() + datetime.timedelta(days=7),
        "question": f"{owner}, how far is “{action.title}”, and what do you need from me?",
    }
    return FollowUpForm(initial=start)
