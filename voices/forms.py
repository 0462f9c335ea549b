"""What a person chooses about a file before it comes in."""

from __future__ import annotations

from typing import Any

from django import forms

from voices import columns, files
from voices.models import CommentImport, Scale, SourceKind

ORDERS = [("", "Choose"), ("dmy", "Day first: 3/4 is 3 April"), ("mdy", "Month first: 3/4 is 4 March")]
PERIODS = [(12, "The last 12 months in it"), (24, "The last 24 months in it"), (0, "Everything")]


class ReadingForm(forms.Form):
    """How to read one import: what every column holds, and what the file itself cannot tell."""

    source = forms.CharField(max_length=60, label="Call this source", help_text="Survey, service log, sales notes …")
    source_kind = forms.ChoiceField(choices=SourceKind.choices, label="What it is")
    scale = forms.ChoiceField(choices=Scale.choices, required=False, label="What a score means")
    months = forms.TypedChoiceField(choices=PERIODS, coerce=int, label="Period")
    redact = forms.BooleanField(
        required=False,
        label="Take out personal data",
        help_text="E-mail addresses, phone, card and account numbers, names in greetings and signatures.",
    )
    names = forms.CharField(
        required=False,
        max_length=20_000,
        label="Take out these words as well",
        help_text="Names of people, one a line. Remembered for the next file of this source.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, row: CommentImport, data: Any = None) -> None:
        values = {name: getattr(row, name) for name in ("source", "source_kind", "scale", "months", "redact", "names")}
        values |= {"encoding": row.encoding, "sheet": row.sheet, "date_order": row.date_order}
        values |= {f"column-{place}": field for place, field in row.columns.items()}
        super().__init__(data, initial=values)
        self.row = row
        for place, name in enumerate(row.header):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                choices=[("", "Leave out"), *columns.FIELDS.items()], required=False, label=name
            )
        if row.form != "xlsx":
            self.fields["encoding"] = forms.ChoiceField(choices=list(files.ENCODINGS.items()), label="Letters")
        if len(row.preview.get("sheets", ())) > 1:
            self.fields["sheet"] = forms.ChoiceField(choices=[(s, s) for s in row.preview["sheets"]], label="Sheet")
        if row.preview.get("ask_date"):
            self.fields["date_order"] = forms.ChoiceField(
                choices=ORDERS, required=False, label="Dates such as 3/4/2026"
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("column-")]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        first = ["sheet", "encoding", "date_order", "source", "source_kind", "scale", "months", "redact", "names"]
        return [self[name] for name in first if name in self.fields]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        mapped = [field for name, field in values.items() if name.startswith("column-") and field]
        if "text" not in mapped:
            raise forms.ValidationError("Say which column holds the comments.")
        for field, label in columns.FIELDS.items():
            if field not in columns.SEVERAL | {"contact"} and mapped.count(field) > 1:
                raise forms.ValidationError(f"Two columns are called “{label}”. Choose one.")
        return values
