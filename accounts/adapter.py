"""How sign-in (django-allauth) behaves here: our words, our people, our mail."""

from __future__ import annotations

from typing import Any, ClassVar

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest

from accounts import browsers
from accounts.audit import audit_everywhere
from accounts.models import User

_log = structlog.get_logger("accounts")


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask an admin of your organisation.",
        "email_password_mismatch": "The address and the password do not belong together. "
        "Check both, or have a code sent to you instead.",
        "email_taken": "There is an account with this address already. Sign in instead.",
        "enter_current_password": "Type your current password.",
        "incorrect_code": "This is not the code. Check the newest mail from us: earlier codes no longer work.",
        "incorrect_password": "This is not your password.",
        "invalid_password_reset": "This code has been used or has expired. Ask for a new one.",
        "rate_limited": "Too many tries. Wait a minute, then try again.",
        "too_many_login_attempts": "Too many wrong tries. Wait five minutes, or have a code sent to you.",
        "unknown_email": "We do not know this address. Check it, or sign up.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {"mfa_reauthenticate:webauthn": "Use a passkey"}
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": words.get(method["id"], method["description"])} for method in methods]

    def format_email_subject(self, subject: str) -> str:
        return subject

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> Any:
        audit_everywhere("sign_in.done", user)
        return super().post_login(request, user, **more)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        asked = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        if user := User.objects.filter(email=asked).first():
            audit_everywhere("sign_in.failed", user)

    def set_password(self, user: User, password: str) -> None:
        """Whoever was signed in with the old password is out, on sockets too; the browser at hand stays."""
        super().set_password(user, password)
        here = context.request.session.session_key
        browsers.end(browsers.browsers_of(user).exclude(session_key=here))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # what mail servers and the way to them do
            _log.error("mail.refused", template=template_prefix, error=str(error))
            messages.error(self.request, "Our mail server did not take the mail. Tell whoever runs this server.")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator apps, recovery codes and passkeys."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This did not fit. Try once more: codes change every half minute, passkeys are asked afresh.",
        "unverified_email": "Prove first that your address is yours: sign in once by a code that we send to it.",
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A new passkey is called after the browser that makes it."""
        return browsers.in_words(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the host's name; people see ours when their device asks."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Journeymap"}
