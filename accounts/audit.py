"""The trail of who was let in, what they became and what they took out: a row and a log line each, never people's
words. An admin reads it on the page "Audit"."""

from __future__ import annotations

from typing import Any

import structlog

from accounts.models import AuditEvent, Membership, User

# What happened, as the page tells it after the name of whoever did it; the first half groups it there.
WORDS = {
    "sign_in.done": "signed in",
    "sign_in.failed": "could not sign in: wrong password or code",
    "organisation.created": "made the organisation",
    "organisation.changed": "changed the settings",
    "organisation.erased": "erased what was older than the settings say",
    "contact.erased": "deleted the personal data of a customer's contact",
    "department.added": "added a department",
    "department.changed": "renamed a department",
    "member.added": "became a member",
    "member.invited": "invited somebody",
    "member.invitation_withdrawn": "withdrew an invitation",
    "member.changed": "changed somebody’s role or departments",
    "member.deactivated": "ended somebody’s access",
    "member.reactivated": "gave somebody access back",
    "department.removed": "removed a department",
    "member.handed_over": "handed somebody’s work over",
    "join_code.opened": "opened a join code",
    "join_code.locked": "locked a join code",
    "join_code.unlocked": "unlocked a join code",
    "join_code.ended": "ended a join code",
    "guest.asked": "asked to come in",
    "guest.admitted": "let a guest in",
    "guest.removed": "asked a guest to leave",
    "token.made": "made a personal token",
    "token.revoked": "revoked a personal token",
    "data.exported": "took data along as a file",
    "webhook.added": "added a webhook",
    "webhook.ended": "ended a webhook",
    "calendar.made": "made an address for a calendar",
    "calendar.ended": "ended the address of a calendar",
    "mail.answered": "answered a mail about a promise",
    "mail.stopped": "stopped a kind of mail",
    "mail.links_ended": "ended the links in mails",
    "mail.tried_again": "had mails sent again",
    "data.imported": "brought comments in",
    "report.exported": "took a report along as a file",
    "report.shared": "made a link to a report for somebody without an account",
    "report.opened": "opened a report by a link",
    "report.revoked": "revoked a link to a report",
}

_log = structlog.get_logger("audit")


def audit(what: str, by: str, organisation_id: str, **ids: Any) -> None:
    """`what` happened (past tense: "guest.admitted"), done by an identity, in an organisation."""
    AuditEvent.objects.create(organisation_id=organisation_id, what=what, by=by, about=ids)
    _log.info(what, by=by, organisation=organisation_id, **ids)


def audit_everywhere(what: str, user: User, **ids: Any) -> None:
    """What concerns a person as such (signing in, a token): told to every organisation they belong to."""
    for organisation in Membership.objects.filter(user=user, deactivated_at=None).values_list(
        "organisation", flat=True
    ):
        audit(what, user.identity, organisation, **ids)
