"""What people fill in about people. A department is picked by its chip; see `templates/accounts/picks.html`."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth import password_validation

from accounts.actors import Actor
from accounts.models import COLOURS, MEMBER_ROLES, Department, Membership, Organisation, ReportEvery, Role, User
from accounts.permissions import may_invite
from accounts.text import clean_line

ROLE_HINTS = {
    Role.ADMIN: "everything, people included",
    Role.FACILITATOR: "prepares and runs workshops, edits every map",
    Role.REPRESENTATIVE: "speaks for departments and edits their touchpoints",
    Role.EXECUTIVE: "reads and comments, gets the report",
    Role.OBSERVER: "reads and comments",
}


class _WithDepartments(forms.Form):
    departments = forms.ModelMultipleChoiceField(
        queryset=Department.objects.none(),
        required=False,
        label="Departments",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose departments of this organisation."},
    )

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departments"].queryset = Department.objects.filter(organisation=organisation)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("role") == Role.REPRESENTATIVE and "departments" in data and not data["departments"]:
            self.add_error("departments", "Choose the departments this representative speaks for.")
        return data


def _role_choices(actor: Actor | None = None) -> list[tuple[str, str]]:
    offered = [(value, label) for value, label in MEMBER_ROLES if actor is None or may_invite(actor, value)]
    return [(value, f"{label}: {ROLE_HINTS[Role(value)]}") for value, label in offered]


class InviteForm(_WithDepartments):
    """One address or a whole column of them: commas, semicolons and new lines part them, names may stand before."""

    email = forms.CharField(
        label="E-mail",
        max_length=20_000,
        help_text="Several at once: paste them, each on a line or with commas between.",
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 2, "inputmode": "email", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label="Role", initial=Role.REPRESENTATIVE)
    field_order = ["email", "role", "departments"]

    def __init__(self, organisation: Organisation, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(organisation, *args, **kwargs)
        self.fields["role"].choices = _role_choices(actor)  # type: ignore[attr-defined]


class InviteAgainForm(forms.Form):
    email = forms.CharField(
        label="E-mail",
        max_length=254,
        help_text="Put it right here if it was wrong. A seat that is kept for them goes along.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class MemberForm(_WithDepartments):
    role = forms.ChoiceField(label="Role", choices=_role_choices())
    field_order = ["role", "departments"]

    def __init__(self, membership: Membership, *args: Any, **kwargs: Any) -> None:
        initial = {"role": membership.role, "departments": membership.departments.all()}
        super().__init__(membership.organisation, *args, initial=initial, **kwargs)


class DepartmentForm(forms.Form):
    name = forms.CharField(label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    code = forms.CharField(
        label="Code",
        required=False,
        help_text="Two letters; found from the name if you leave it empty.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 2, "autocapitalize": "characters"}),
    )


ZONES = frozenset(["UTC", *(zone for zone in zoneinfo.available_timezones() if "/" in zone and zone[:4] != "Etc/")])


class ZoneField(forms.CharField):
    """The time zone as the browser knows it (static/js/zone.js); one we do not know is left out, not a mistake."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput(attrs={"data-zone": True}))

    def clean(self, value: Any) -> str:
        zone = super().clean(value)
        return zone if zone in ZONES else ""


class AcceptForm(forms.Form):
    """First visit by invitation: a name is enough."""

    name = forms.CharField(label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        help_text="Leave it empty to sign in by a code that we send to your address each time.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    time_zone = ZoneField()

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"], 80)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            password_validation.validate_password(password)
        return password


class OrganisationForm(forms.Form):
    name = forms.CharField(label="Organisation", widget=forms.TextInput(attrs={"autocomplete": "organization"}))


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ERASE = ((6, "6 months"), (12, "1 year"), (24, "2 years"), (36, "3 years"), (60, "5 years"))


class SettingsForm(forms.Form):
    """An organisation's settings; the fields are named as in the model."""

    name = forms.CharField(label="Name", widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    time_zone = forms.ChoiceField(label="Time zone", help_text="For people who have not chosen one of their own.")
    working_days = forms.TypedMultipleChoiceField(
        label="Working days",
        coerce=int,
        choices=list(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
        help_text="Reminders that fall on another day wait for the next of these.",
        error_messages={"required": "Choose at least one day, or no reminder would ever be sent."},
    )
    quiet_from = forms.TimeField(label="Quiet from", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_until = forms.TimeField(
        label="Quiet until",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="No reminder comes in these hours, by each person’s own clock. The same time twice: no quiet hours.",
    )
    brand_words = forms.CharField(
        label="Your brands and products",
        required=False,
        max_length=4_000,
        help_text="One in a line. Findings point out where a touchpoint speaks of them instead of the customer.",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    report_every = forms.ChoiceField(
        label="Make a report of every workshop",
        required=False,
        choices=ReportEvery.choices,
        help_text="From the day it is closed, until its promises are settled. Sponsor and facilitator get it by mail.",
    )
    erase_after = forms.TypedChoiceField(
        label="Erase personal data after",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "Never: keep it"), *ERASE],
        help_text="Names of customers’ contacts and of guests, and mails that were sent. Comments and answers stay.",
    )

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(organisation, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in sorted(ZONES)]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"], 120, "name of the organisation")

    def clean_brand_words(self) -> str:
        return "\n".join(clean_line(line, 80) for line in self.cleaned_data["brand_words"].splitlines() if line.strip())


class ProfileForm(forms.Form):
    name = forms.CharField(label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = forms.ChoiceField(label="Time zone", help_text="Reminders reach you at this place's office hours.")
    colour = forms.TypedChoiceField(
        label="Colour of your picture",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "As my department"), *((n, f"Colour {n}") for n in range(1, COLOURS + 1))],
        widget=forms.RadioSelect,
    )
    single_keys = forms.BooleanField(
        label="Single letters are shortcuts",
        required=False,
        help_text="N for a new touchpoint, M to move one. Turn it off if you speak to your computer.",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(user, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in sorted(ZONES)]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"], 80)


class TokenForm(forms.Form):
    name = forms.CharField(
        label="What is it for?", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class CodeForm(forms.Form):
    """The code on the screen in the room, or the secret that a QR link carried in its fragment."""

    code = forms.CharField(
        label="Workshop code",
        required=False,
        max_length=40,
        help_text="On the screen in the room, or in your invitation.",
        widget=forms.TextInput(
            attrs={
                "class": "input",
                "autocapitalize": "characters",
                "autocomplete": "off",
                "autocorrect": "off",
                "spellcheck": "false",
                "enterkeyhint": "go",
                "placeholder": "XXXX-XXXX",
            }
        ),
    )
    link = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class GuestForm(forms.Form):
    name = forms.CharField(
        label="Your name", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    department = forms.ModelChoiceField(
        queryset=Department.objects.none(),
        label="You speak for",
        error_messages={
            "required": "Choose the department you speak for.",
            "invalid_choice": "Choose one of the departments shown.",
        },
        empty_label=None,
        widget=forms.RadioSelect,
    )

    def __init__(self, organisation_id: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.filter(organisation=organisation_id)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"], 40)
