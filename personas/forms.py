"""What people fill in about a persona. Each form knows how to say itself as the data of commands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from live.models import new_id
from personas.models import Experience, Persona
from personas.queries import Lived, aims_of
from personas.readable import HEADS
from personas.tables import Table, guess
from touchpoints.models import Channel, Feeling, Journey

FEELINGS = [("", "Not known"), *((str(value), label) for value, label in Feeling.choices)]
Call = tuple[str, dict[str, Any]]


def _text(label: str, hint: str = "") -> forms.CharField:
    return forms.CharField(
        required=False, max_length=16_000, label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": 2})
    )


class PersonaForm(forms.Form):
    """What she is after comes first, who she is comes last: a job title explains nothing about her expectations."""

    name = forms.CharField(
        max_length=80, label="What do we call her?", help_text="By what she does, not by age or sex."
    )
    basis = forms.ChoiceField(choices=Persona.Basis.choices, label="Where does she come from?")
    aim = forms.CharField(
        required=False, max_length=120, label="What is she ultimately trying to achieve?",
        help_text="In her words: “never stop the line”. Not a task such as “submit a ticket”.",
        widget=forms.TextInput(attrs={"list": "aims"}),
    )  # fmt: skip
    first_channel = forms.ChoiceField(required=False, label="Where does she start?")
    contact_when = _text("When and how does she make contact?")
    goals = _text("What are her goals?")
    expectations = _text("What does she expect?", "Of anybody in this business, not only of us.")
    who = _text("Who is she?", "Her job and her company, last of all.")

    def __init__(self, journey: Journey, persona: Persona | None = None, data: QueryDict | None = None) -> None:
        initial: dict[str, Any] = {}
        if persona:
            plain = [name for name in self.base_fields if name not in ("aim", "first_channel")]
            initial = {name: getattr(persona, name) for name in plain}
            initial |= {"aim": persona.aim.name if persona.aim else "", "first_channel": persona.first_channel_id or ""}
        super().__init__(data, initial=initial)
        for field in self.fields.values():
            field.show_hidden_initial = persona is not None  # what was shown: only what differs from it is sent on
        self.journey, self.persona = journey, persona
        self.aims = list(aims_of(journey))
        channels = Channel.objects.filter(room=journey.room_id, removed_at=None).order_by("name")
        channel = self.fields["first_channel"]
        assert isinstance(channel, forms.ChoiceField)
        channel.choices = [("", "Not known"), *channels.values_list("pk", "name")]

    def to_calls(self) -> list[Call]:
        """What to do: make an aim that is new, make the persona if she is, set what differs from what was shown."""
        said = self.cleaned_data
        calls: list[Call] = []
        wanted = " ".join(said["aim"].split())
        aim = next((row.pk for row in self.aims if row.name.casefold() == wanted.casefold()), None)
        if wanted and aim is None:
            aim = new_id("am")
            calls.append(("aim.add", {"id": aim, "name": wanted}))
        pk = self.persona.pk if self.persona else new_id("pe")
        if self.persona is None:
            calls.append(("persona.add", {"id": pk, "name": said["name"], "basis": said["basis"]}))
        changed = {name: said[name] for name in self.changed_data if name not in ("aim", "first_channel")}
        if "aim" in self.changed_data:
            changed["aim"] = aim
        if "first_channel" in self.changed_data:
            changed["first_channel"] = said["first_channel"] or None
        if self.persona is None:
            changed = {name: value for name, value in changed.items() if name not in ("name", "basis")}
        if changed:
            calls.append(("persona.change", {"id": pk, **changed}))
        return calls


class ExperienceForm(forms.Form):
    """One touchpoint as it is for one persona."""

    felt = forms.ChoiceField(required=False, choices=FEELINGS)
    intended = forms.ChoiceField(required=False, choices=FEELINGS)
    need = forms.CharField(required=False, max_length=16_000, widget=forms.Textarea(attrs={"rows": 1}))

    def __init__(self, lived: Lived, persona: Persona, allowed: bool, data: QueryDict | None = None) -> None:
        shown = lived.experience or Experience()
        feels = {
            name: "" if getattr(shown, name) is None else str(getattr(shown, name)) for name in ("felt", "intended")
        }
        super().__init__(
            data if allowed else None, initial={**feels, "need": shown.need}, prefix=lived.step.touchpoint.pk
        )
        self.lived, self.persona, self.allowed = lived, persona, allowed
        for field in self.fields.values():
            field.show_hidden_initial = True  # what was shown: only what the person changed is sent on
            field.disabled = not allowed
            field.widget.attrs["class"] = "input"
        for name, label in (("felt", "Felt"), ("intended", "Intended"), ("need", "What she needs")):
            self.fields[name].widget.attrs["aria-label"] = f"{label}: {lived.step.touchpoint.title}"

    def to_calls(self) -> list[Call]:
        if not self.allowed or not self.changed_data:
            return []
        values: dict[str, Any] = {}
        for name in self.changed_data:
            said = self.cleaned_data[name]
            values[name] = said if name == "need" else (int(said) if said else None)
        where = {"persona": self.persona.pk, "touchpoint": self.lived.step.touchpoint.pk}
        pk = self.lived.experience.pk if self.lived.experience else new_id("ex")
        return [("experience.set", {"id": pk, **where, **values})]


class TableForm(forms.Form):
    """Which column of a table from elsewhere holds what; begins with what its headings say."""

    name = forms.CharField(max_length=120, label="Name of the journey")

    def __init__(self, table: Table, data: QueryDict | None = None) -> None:
        guessed = {name: str(place) for name, place in guess(table.header).items()}
        super().__init__({"name": table.name, **guessed} if data is None else data)
        choices = [("", "Not in this file"), *((str(place), head) for place, head in enumerate(table.header))]
        for name, head in HEADS.items():
            missing = "Choose the column that says what happens. A touchpoint needs a title."
            self.fields[name] = forms.ChoiceField(
                required=name == "title", choices=choices, label=head, error_messages={"required": missing}
            )

    @property
    def columns(self) -> dict[str, int]:
        """Field → column, of a valid form."""
        return {name: int(self.cleaned_data[name]) for name in HEADS if self.cleaned_data[name]}
