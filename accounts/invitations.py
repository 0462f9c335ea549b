"""Inviting somebody by e-mail. Nothing is sent here: the row is what the outbox plans the mail from.

The link carries the invitation's id, signed by this server. Opening it changes nothing (mail scanners open
links); accepting is a POST, works once and until the invitation expires. Whoever opens it proves that the
address is theirs, so it may set the password of an account whose address nobody had proved before.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from email.utils import parseaddr

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import browsers, limits
from accounts.actors import Actor
from accounts.audit import audit
from accounts.commands import add_member, create_person
from accounts.models import Department, Invitation, Membership, Organisation, User
from accounts.text import clean_line

LIFETIME = datetime.timedelta(days=14)
A_DAY = 24 * 60 * 60
INVITATIONS_A_DAY = 200

_signer = signing.Signer(salt="accounts.invitation")


def token_of(invitation: Invitation) -> str:
    return _signer.sign(invitation.pk)


def invitation_for(token: str) -> Invitation | None:
    """The invitation a link stands for, whatever became of it; None when the link was tampered with."""
    try:
        pk = _signer.unsign(token)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("organisation", "invited_by").filter(pk=pk).first()


def why_closed(invitation: Invitation) -> str:
    """A sentence when the invitation cannot be accepted any more, else an empty string."""
    who = f"Ask {invitation.invited_by} for a new one." if invitation.invited_by else "Ask for a new one."
    if invitation.accepted_at:
        return "This invitation has been used. Sign in to come back."
    if invitation.withdrawn_at:
        return f"This invitation was withdrawn. {who}"
    if invitation.expires_at <= timezone.now():
        return f"This invitation has expired: it was open for {LIFETIME.days} days. {who}"
    return ""


@transaction.atomic
def invite(
    organisation: Organisation, by: Actor, email: str, role: str, departments: Iterable[Department] = (),
    mail: str = Invitation.Mail.ITSELF,
) -> Invitation:  # fmt: skip
    """Keep a place for `email`. An earlier open invitation to the same address is withdrawn."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError({"email": f"“{email}” is not an e-mail address."}) from None
    member = Membership.objects.filter(organisation=organisation, user__email=email, deactivated_at=None).first()
    if member:
        raise ValidationError({"email": f"{email} is already here as {member.get_role_display().lower()}."})
    if not limits.take("invite", organisation.pk, INVITATIONS_A_DAY, A_DAY):
        raise ValidationError(f"{INVITATIONS_A_DAY} invitations went out today. Invite more people tomorrow.")
    chosen = list(departments)
    if any(department.organisation_id != organisation.pk for department in chosen):
        raise ValidationError({"departments": "Choose departments of this organisation."})
    now = timezone.now()
    _open(organisation).filter(email=email).update(withdrawn_at=now)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        invited_by=User.objects.filter(pk=int(by.key[1:])).first(),
        expires_at=now + LIFETIME,
        mail=mail,
    )
    invitation.departments.set(chosen)
    audit("member.invited", by.key, organisation.pk, invitation=invitation.pk, role=role)
    return invitation


def addresses_in(text: str) -> list[str]:
    """What stands between commas, semicolons and line ends, each once: addresses, and what is none."""
    found = []
    for part in re.split(r"[,;\n]+", text):
        address = (parseaddr(part)[1] if "<" in part else part).strip().lower()
        if address and address not in found:
            found.append(address)
    return found


@transaction.atomic
def renew(before: Invitation, by: Actor, email: str) -> Invitation:
    """A fresh invitation in place of this one, whose link stops working. Where the address was wrong, what was kept
    for the old one (a seat in a workshop) is kept for the new one."""
    made = invite(before.organisation, by, email, before.role, before.departments.all())
    if made.email != before.email:
        withdraw(before, by=by.key)
        earlier = Invitation.objects.filter(organisation=before.organisation, email=before.email, accepted_at=None)
        earlier.update(email=made.email)
    return made


@transaction.atomic
def withdraw(invitation: Invitation, *, by: str) -> None:
    if _open(invitation.organisation).filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        audit("member.invitation_withdrawn", by, invitation.organisation_id, invitation=invitation.pk)


@transaction.atomic
def accept(
    invitation: Invitation, signed_in: User | None, name: str = "", password: str = "", time_zone: str = ""
) -> User:
    """Take the place. Answers with the person, who may be signed in now.

    1. Claim the invitation; of two presses one wins.
    2. Find the person: whoever is signed in under the invited address, a new account, or an account with
       that address that nobody had proved to be theirs. A proved account has to sign in first.
    3. Make them a member.
    """
    now = timezone.now()
    if not _open(invitation.organisation).filter(pk=invitation.pk, expires_at__gt=now).update(accepted_at=now):
        invitation.refresh_from_db()
        raise ValidationError(why_closed(invitation))
    user = signed_in or _person(invitation.email, name, password, time_zone or invitation.organisation.time_zone)
    if user.email != invitation.email:
        raise ValidationError(f"This invitation is for {invitation.email}. Sign out to accept it.")
    add_member(invitation.organisation, user, invitation.role, invitation.departments.all())
    return user


def must_sign_in(invitation: Invitation) -> bool:
    """Somebody has proved that the invited address is theirs: only they may accept."""
    return EmailAddress.objects.filter(email=invitation.email, verified=True, user__is_active=True).exists()


def _person(email: str, name: str, password: str, time_zone: str) -> User:
    if EmailAddress.objects.filter(email=email, verified=True).exists():
        raise ValidationError("There is an account with this address already. Sign in to accept the invitation.")
    user = User.objects.filter(email=email).first()
    if user is None:
        return create_person(email, name, password or None, verified=True, time_zone=time_zone)
    # Somebody typed this address without proving it is theirs. The link just did, so the account starts
    # afresh: a new password ends every session opened with the old one, and no other way in remains.
    Authenticator.objects.filter(user=user).delete()
    user.tokens.all().delete()
    browsers.end(browsers.browsers_of(user))
    user.name = clean_line(name, 80)
    user.set_password(password or None)
    user.save(update_fields=["name", "password"])
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def _open(organisation: Organisation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None)
