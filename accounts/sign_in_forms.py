"""The forms of signing in and up: allauth's, with our words and without hints that repeat the label."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.db import transaction
from django.http import HttpRequest

from accounts.commands import create_organisation
from accounts.forms import ZoneField
from accounts.models import User
from accounts.text import clean_line

_EMAIL = "E-mail"
_PASSWORDS = {"oldpassword": "Current password", "password2": "The same password again"}
_PASSWORD_HINT = "At least 12 characters. Three or four unrelated words are easy to remember and hard to guess."


class _Plain:
    """Labels say what a field is; a placeholder that says it again only disappears when one types."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.EmailField):
                field.label = _EMAIL
            if "password" in name:
                field.label = _PASSWORDS.get(name, "Password")
            if name in ("password1", "password2"):
                field.help_text = _PASSWORD_HINT if name == "password1" else ""


class SignInForm(_Plain, allauth_forms.LoginForm):
    pass


class RequestCodeForm(_Plain, allauth_forms.RequestLoginCodeForm):
    pass


class ConfirmCodeForm(_Plain, allauth_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailForm(_Plain, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmResetForm(_Plain, allauth_forms.ConfirmPasswordResetCodeForm):
    pass


class ResetPasswordForm(_Plain, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_Plain, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(_Plain, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(_Plain, allauth_forms.SetPasswordForm):
    pass


class ReauthenticateForm(_Plain, allauth_forms.ReauthenticateForm):
    pass


def _passkey_name(required: bool) -> forms.CharField:
    return forms.CharField(
        label="What do you call it?",
        max_length=40,
        required=required,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class _FromDevice:
    """What a device says comes from anybody: whatever does not read as an answer is a wrong one."""

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]
        except (AttributeError, KeyError, TypeError, ValueError):
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


class PasskeySignInForm(_FromDevice, passkey_forms.LoginWebAuthnForm):
    pass


class PasskeyFactorForm(_FromDevice, passkey_forms.AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(_FromDevice, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class PasskeyForm(_FromDevice, passkey_forms.AddWebAuthnForm):
    """A key that signs in by itself: its device has to check who holds it. Others are not offered."""

    name = _passkey_name(required=False)
    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)


class PasskeyNameForm(passkey_forms.EditWebAuthnForm):
    name = _passkey_name(required=True)


class SignUpForm(_Plain, allauth_forms.SignupForm):
    """A new person with a new organisation, whose first admin they are. Everybody else is invited."""

    name = forms.CharField(label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    organisation = forms.CharField(
        label="Organisation",
        help_text="The firm whose customers you look at. Colleagues are invited later.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    time_zone = ZoneField()
    field_order = ["name", "organisation", "email", "password1"]

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"], 80)

    def clean_organisation(self) -> str:
        return clean_line(self.cleaned_data["organisation"], 120, "name of the organisation")

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        user.name = self.cleaned_data["name"]
        user.time_zone = self.cleaned_data["time_zone"] or user.time_zone
        user.save(update_fields=["name", "time_zone"])
        create_organisation(user, self.cleaned_data["organisation"])
        return user
