"""Every page that people see, who looks at it, and where it is in the demo. For the pictures and the checks.

A new page is a row here: `test_every_page_is_looked_at` fails for an address that stands in neither list.
"""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from accounts import joining
from accounts.models import JoinCode, Membership, Organisation, SentMail, User
from actions import reminders
from actions.models import ActionItem, Reminder
from touchpoints.models import Journey, Touchpoint
from voices.models import CommentImport
from workshops.models import Workshop


class Place(NamedTuple):
    name: str
    who: User | None
    path: str


# What is asked by programs, what only takes POST, and steps that exist in the middle of something only.
NO_PAGE = {
    "healthz", "readyz", "demo_sign_in", "account_confirm_login_code", "mfa_authenticate", "account_reauthenticate",
    "mfa_reauthenticate", "account_email_verification_sent", "account_set_password", "account_reset_password",
    "account_confirm_password_reset_code", "account_complete_password_reset", "account_password_reset_completed",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes", "token_add", "token_revoke", "organisation_open", "member_access",
    "invitation_again", "invitation_withdraw", "invitation", "join_name", "join_lobby", "leave", "lobby_code",
    "lobby_admit", "lobby_remove", "comments_place", "comments_place_sure", "comments_undo", "touchpoint_comments",
    "import_start", "import_progress", "import_undo", "import_invalid", "workshop_enter", "workshop_promises", "workshop_run",
    "workshop_ready", "workshop_answers", "workshop_answer", "action_note", "report_keep", "report_kept", "report_pdf",
}  # fmt: skip


def places() -> list[Place]:
    """The demo's pages. Needs the demo in the database."""
    harrow = Organisation.objects.get(name="Harrow Packaging")
    members = {m.user.name.split()[0].lower(): m for m in Membership.objects.filter(organisation=harrow)}
    fiona, sam, elena, ada = (members[first].user for first in ("fiona", "sam", "elena", "ada"))
    journey = Journey.objects.filter(room__organisation=harrow).latest("created_at")
    over, coming = (Workshop.objects.filter(room=journey.room, state=state).first() for state in ("closed", "planned"))
    promise = ActionItem.objects.filter(room=journey.room).earliest("due")
    slug, department = harrow.slug, harrow.departments.earliest("position")
    if not JoinCode.objects.filter(room_id=journey.pk, revoked_at=None).exists():
        joining.open_code(harrow, journey.pk, by=fiona.identity)
    found = [
        Place("account_login", None, reverse("account_login")),
        Place("account_request_login_code", None, reverse("account_request_login_code")),
        Place("account_signup", None, reverse("account_signup")),
        Place("account_inactive", None, reverse("account_inactive")),
        Place("join", None, reverse("join")),
        Place("home", fiona, reverse("home")),
        Place("home", elena, reverse("home")),
        Place("journeys", fiona, reverse("journeys")),
        Place("journey_new", fiona, reverse("journey_new")),
        Place("journey", fiona, reverse("journey", args=[journey.pk])),
        Place("journey", sam, reverse("journey", args=[journey.pk])),
        Place("lobby", fiona, reverse("lobby", args=[journey.pk])),
        Place("comments", fiona, reverse("comments", args=[journey.pk])),
        Place("bring_in", fiona, reverse("bring_in", args=[journey.pk])),
        Place("workshops", fiona, reverse("workshops")),
        Place("workshop_pick", fiona, reverse("workshop_pick")),
        Place("workshop_new", fiona, reverse("workshop_new", args=[journey.pk])),
        Place("report", elena, reverse("report", args=[over.pk])),
        Place("workshop", fiona, reverse("workshop", args=[over.pk])),
        Place("workshop", sam, reverse("workshop", args=[coming.pk])),
        Place("actions", fiona, reverse("actions")),
        Place("action", sam, reverse("action", args=[promise.pk])),
        Place("action_new", fiona, reverse("action_new", args=[journey.pk])),
        Place("members", ada, reverse("members", args=[slug])),
        Place("member", ada, reverse("member", args=[slug, members["sam"].pk])),
        Place("invite", ada, reverse("invite", args=[slug])),
        Place("departments", ada, reverse("departments", args=[slug])),
        Place("department", ada, reverse("department", args=[slug, department.pk])),
        Place("mailbox", ada, reverse("mailbox", args=[slug])),
        Place("you", sam, reverse("you")),
        Place("account_logout", sam, reverse("account_logout")),
        Place("account_change_password", sam, reverse("account_change_password")),
        Place("mfa_index", sam, reverse("mfa_index")),
        Place("organisation_new", sam, reverse("organisation_new")),
    ]  # fmt: skip
    found += [Place("import", fiona, reverse("import", args=[row.pk])) for row in CommentImport.objects.all()[:1]]
    mail = SentMail.objects.filter(organisation=harrow).first() or SentMail.objects.create(
        organisation=harrow, sender="journeymap@harrow.example", recipient="sam@harrow.example",
        subject="Two promises are due this week", text="No delivery date without Logistics' yes: due on Wednesday.",
    )  # fmt: skip
    found.append(Place("mail", ada, reverse("mail", args=[slug, mail.pk])))
    open_promise = ActionItem.objects.filter(room=journey.room, status="in_progress").earliest("due")
    about = (open_promise.pk, open_promise.due)
    row = reminders._row(journey.room, Reminder.Kind.DUE, about, open_promise.owner, timezone.now())
    Reminder.objects.bulk_create([row], ignore_conflicts=True)
    found.append(Place("reply", None, reverse("reply", args=[reminders.link_token(row.key)])))
    assert Touchpoint.objects.filter(room=journey.room).count() > 5, "the demo has no map"
    return found
