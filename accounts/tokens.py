"""Personal tokens: how a program acts as its owner, with exactly the owner's rights of that moment."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import PersonalToken, User
from accounts.text import clean_line

PREFIX = "jm_"
LIFETIME = datetime.timedelta(days=365)
AT_MOST = 20
# When a token was last used is told to the hour: no write for each request.
_USED_STEP = datetime.timedelta(hours=1)


def make_token(user: User, name: str) -> tuple[PersonalToken, str]:
    """A new token and its secret, which is shown this once: we keep a hash of it."""
    name = clean_line(name, 60, "name of the token")
    if user.tokens.filter(revoked_at=None).count() >= AT_MOST:
        raise ValidationError(f"You have {AT_MOST} tokens. Revoke one you no longer use.")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = PersonalToken.objects.create(
        user=user, name=name, token_hash=_hash(secret), hint=secret[-4:], expires_at=timezone.now() + LIFETIME
    )
    return token, secret


def revoke_token(token: PersonalToken) -> None:
    PersonalToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def token_for(secret: str) -> PersonalToken | None:
    """The valid token a program showed, or None."""
    now = timezone.now()
    token = (
        PersonalToken.objects.select_related("user")
        .filter(token_hash=_hash(secret), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token and (token.used_at is None or token.used_at < now - _USED_STEP):
        PersonalToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
