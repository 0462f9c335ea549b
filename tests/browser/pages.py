"""Every page that people open: who looks at it, in which state, and where it is. For the pictures and the checks.

A new address is a row here: `test_every_page_is_looked_at` fails for one that stands in neither list.
"""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

from accounts.models import Organisation
from tests.browser.visitors import LATE, Visit
from voices.models import Contact


class Page(NamedTuple):
    """`name`: of the address in journeymap/urls.py. `who`: a visitor (visitors.py), or "" for nobody."""

    name: str
    who: str
    path: str
    state: str = ""  # what is special about it, where one address is looked at more than once
    status: int = 200
    script: str = ""  # what is opened before looking: a drawer, a dialog

    @property
    def label(self) -> str:
        return "-".join(filter(None, (self.name, self.state, self.who))).replace(" ", "-")


# Addresses without a page of their own, and why.
NO_PAGE = {
    "for programs": {"healthz", "readyz"},
    "files": {"workshop_calendar", "journey_file", "comments_file", "measurement_plan", "report_file", "report_back_calendar", "report_kept_file", "actions_file", "calendar_feed", "import_invalid", "mfa_download_recovery_codes"},
    "parts of a page": {"touchpoint_comments", "strongest_words", "import_progress", "report_progress", "workshop_promises", "workshop_results"},
    "only posted to": {
        "demo_sign_in", "token_add", "token_revoke", "mfa_login_webauthn", "browser_end", "browsers_end", "organisation_open", "member_access",
        "invitation_withdraw", "leave", "audit_csv", "persona_remove", "persona_bring_back", "version_bring_back", "version_remove", "version_undo", "lobby_code", "lobby_admit", "lobby_remove", "comments_place",
        "comments_place_sure", "comments_undo", "issues_from_themes", "import_start", "import_undo", "workshop_enter", "workshop_run",
        "workshop_hand", "workshop_ask_in", "workshop_park", "workshop_parked",
        "workshop_ready", "workshop_rate", "workshop_vote", "workshop_answers", "workshop_answer", "action_note", "action_proof", "need_answer", "follow_up", "report_keep", "workshop_reply", "rehearsal_start", "rehearsal", "report_stop", "report_link_revoke",
        "actions_many", "actions_undo", "actions_feed", "action_move", "webhook", "journey_archive",
    },
    "lead to another page": {"workshop_new", "workshop_next"},
    "mail server needed": {"account_email_verification_sent"},
    "between two requests only": {
        "account_complete_password_reset", "account_password_reset_completed", "account_reauthenticate",
        "mfa_authenticate", "mfa_reauthenticate", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
        "mfa_deactivate_totp", "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_reauthenticate_webauthn",
    },
}  # fmt: skip

SEEN_BY_HER = """(() => {
  const lens = document.querySelector("[data-lens]");
  lens.selectedIndex = 2;
  lens.dispatchEvent(new Event("change", { bubbles: true }));
})()"""
OPEN_CARD = "document.querySelector('card-drawer').open('{}')"
NEW_JOURNEY = "document.querySelector('[value=\"set:equipment\"]').click()"
NONE_BECAUSE = "setTimeout(() => { document.querySelector('#promises .adder').open = true }, 500)"
OPEN = "document.getElementById('{}').showModal()"
# What the server answers to a table, in place: no journey comes of looking.
TABLE = """(async () => {
  const [form, rows] = [document.querySelector('main form'), [
    'Stage,Touchpoint,Customer quote,Channel,Owner,Feeling,Severity', 'We need help,Calls the line,"I was the fourth in the queue, again.",Phone,Customer service,-2,5',
    ',Waits for the part,,E-mail,Spare parts desk,Frustrated,3', 'We renew,Gets the invoice,"Seven per cent more, and no reason.",E-mail,Finance,meh,2', ',,"Nobody asks us.",,,,']];
  const data = new FormData(form);
  data.set('file', new File([rows.join('\\n')], 'service map.csv'));
  const answer = await (await fetch(location, { method: 'POST', body: data })).text();
  document.querySelector('main').replaceWith(new DOMParser().parseFromString(answer, 'text/html').querySelector('main'));
})()"""


def pages(visit: Visit) -> list[Page]:
    return [*_doors(visit), *_people(visit), *_journeys(visit), *_voices(visit), *_workshops(visit), *_promises(visit)]


def _doors(visit: Visit) -> list[Page]:
    """In, out, and what one sees where there is nothing to see."""
    return [
        Page("account_login", "", reverse("account_login")),
        Page("account_request_login_code", "", reverse("account_request_login_code")),
        Page("account_confirm_login_code", "asked for a code", reverse("account_confirm_login_code")),
        Page("account_signup", "", reverse("account_signup")),
        Page("account_inactive", "", reverse("account_inactive")),
        Page("account_reset_password", "", reverse("account_reset_password")),
        Page("account_confirm_password_reset_code", "forgot", reverse("account_confirm_password_reset_code")),
        Page("account_logout", "sam", reverse("account_logout")),
        Page("join", "", reverse("join")),
        Page("join_name", "with a code", reverse("join_name")),
        Page("join_lobby", "wanda", reverse("join_lobby")),
        Page("invitation", "", reverse("invitation", args=[visit.invitation])),
        Page("invitation", "sam", reverse("invitation", args=[visit.invitation]), "for somebody else"),
        Page("invitation", "", reverse("invitation", args=[visit.used]), "withdrawn", 410),
        Page("invitation", "", reverse("invitation", args=["nonsense"]), "broken", 404),
        Page("home", "sam", "/no-such-page/", "not found", 404),
        Page("members", "sam", reverse("members", args=[visit.organisation.slug]), "not allowed", 403),
    ]


def _people(visit: Visit) -> list[Page]:
    slug, first = visit.organisation.slug, visit.organisation.departments.earliest("position")
    sam = visit.people["sam"].memberships.get()
    service, empty = (visit.organisation.departments.get(code=code) for code in ("CS", "HR"))
    return [
        Page("you", "sam", reverse("you")),
        Page("you", "ada", reverse("you")),
        Page("mails", "sam", reverse("mails")),
        Page("organisation_new", "nora", reverse("organisation_new")),
        Page("account_change_password", "nora", reverse("account_change_password")),
        Page("account_set_password", "sam", reverse("account_set_password")),
        Page("mfa_index", "nora", reverse("mfa_index")),
        Page("mfa_list_webauthn", "nora", reverse("mfa_list_webauthn")),
        Page("mfa_add_webauthn", "nora", reverse("mfa_add_webauthn")),
        Page("mfa_activate_totp", "sam", reverse("mfa_activate_totp")),
        Page("members", "ada", reverse("members", args=[slug])),
        Page("members", "fiona", reverse("members", args=[slug])),
        Page("member", "ada", reverse("member", args=[slug, sam.pk])),
        Page("invite", "ada", reverse("invite", args=[slug])),
        Page("invitation_again", "ada", reverse("invitation_again", args=[slug, visit.refused])),
        Page("departments", "ada", reverse("departments", args=[slug])),
        Page("department_work", "sam", reverse("department_work", args=[slug, service.pk])),
        Page("department_work", "elena", reverse("department_work", args=[slug, empty.pk]), "empty"),
        Page("department", "ada", reverse("department", args=[slug, first.pk])),
        Page("department_remove", "ada", reverse("department_remove", args=[slug, service.pk])),
        Page("member_leave", "ada", reverse("member_leave", args=[slug, sam.pk])),
        Page("organisation_settings", "ada", reverse("organisation_settings", args=[slug])),
        Page("audit", "ada", reverse("audit", args=[slug])),
        Page("audit", "ada", reverse("audit", args=[slug]) + "?kind=data&until=2020-01-01", "empty"),
        Page("mailbox", "ada", reverse("mailbox", args=[slug])),
        Page("outbox", "ada", reverse("outbox", args=[slug])),
        Page("outbox", "fiona", reverse("outbox", args=[slug]) + "?show=waiting", "waiting"),
        Page("outbox", "olga", reverse("outbox", args=["northlight"]), "empty"),
        Page("contacts", "fiona", reverse("contacts", args=[slug])),
        Page("contacts", "olga", reverse("contacts", args=["northlight"]), "empty"),
        Page("contact_erase", "ada", reverse("contact_erase", args=[slug, _contact(visit.organisation)])),
        Page("mailbox", "olga", reverse("mailbox", args=["northlight"]), "empty"),
        Page("mail", "ada", reverse("mail", args=[slug, visit.mail.pk if visit.mail else 0])),
    ]


def _journeys(visit: Visit) -> list[Page]:
    board = reverse("journey", args=[visit.journey.pk])
    card = OPEN_CARD.format(visit.touchpoint)
    return [
        Page("journeys", "fiona", reverse("journeys")),
        Page("journeys", "olga", reverse("journeys"), "empty"),
        Page("journey_new", "fiona", reverse("journey_new")),
        Page("journey_bring_in", "fiona", reverse("journey_bring_in")),
        Page("journey_bring_in", "fiona", reverse("journey_bring_in"), "a table", script=TABLE),
        Page("journey", "fiona", board),
        Page("journey", "sam", board),
        Page("journey", "elena", board),
        Page("journey", "gus", board),
        Page("journey", "fiona", reverse("journey", args=[visit.empty.pk]), "empty"),
        Page("journey", "fiona", reverse("journey", args=[visit.archived]), "archived"),
        Page("comments", "fiona", reverse("comments", args=[visit.archived]), "archived"),
        Page("personas", "fiona", reverse("personas", args=[visit.archived]), "archived"),
        Page("journey", "sam", board, "my card", script=card),
        Page("journey", "leo", board, "a card of others", script=card),
        Page("journey", "gus", board, "a card", script=card),
        Page("journey", "fiona", board, "about", script=OPEN.format("journey")),
        Page(
            "journey",
            "fiona",
            f"{board}?view=outline",
            "outline",
            script="document.querySelectorAll('.outline__item details')[2].open = true",
        ),
        Page("journey", "sam", f"{board}?view=table", "table"),
        Page(
            "journey",
            "fiona",
            f"{board}?view=table",
            "picked",
            script="document.querySelectorAll('.pick-cell')[2].click()",
        ),
        Page(
            "journey",
            "fiona",
            reverse("journey", args=[visit.empty.pk]),
            "tour",
            script="document.querySelector('[data-start-tour]').click()",
        ),
        Page("journey", "fiona", board, "ideas", script="document.querySelectorAll('.idea')[6].click()"),
        Page("journey", "fiona", board, "stage", script="document.querySelectorAll('.stage__edit')[4].click()"),
        Page(
            "journey",
            "fiona",
            board,
            "history",
            script=f"{card}; document.querySelectorAll('.fold').forEach((fold) => {{ fold.open = true }})",
        ),
        Page("journey", "fiona", board, "seen by her", script=SEEN_BY_HER),
        Page("journey", "fiona", board, "keyboard help", script=OPEN.format("help")),
        Page("journey", "fiona", board, "overview", script="document.querySelector('[data-zoom-to=overview]').click()"),
        Page("journey", "fiona", board, "more", script="document.getElementById('more').showPopover()"),
        Page("journey", "fiona", board, "what changed", script="document.getElementById('news').showPopover()"),
        Page("personas", "fiona", reverse("personas", args=[visit.journey.pk])),
        Page("personas", "gus", reverse("personas", args=[visit.journey.pk])),
        Page("personas", "fiona", reverse("personas", args=[visit.empty.pk]), "empty"),
        Page("persona_new", "fiona", reverse("persona_new", args=[visit.journey.pk])),
        Page("persona", "fiona", reverse("persona", args=[visit.journey.pk, visit.persona])),
        Page("persona_way", "sam", reverse("persona_way", args=[visit.journey.pk, visit.persona])),
        Page("persona_way", "elena", reverse("persona_way", args=[visit.journey.pk, visit.persona])),
        Page("findings", "fiona", reverse("findings", args=[visit.journey.pk])),
        Page("findings", "gus", reverse("findings", args=[visit.journey.pk])),
        Page("findings", "sam", reverse("findings", args=[visit.empty.pk]), "empty"),
        Page("versions", "fiona", reverse("versions", args=[visit.journey.pk])),
        Page("versions", "sam", reverse("versions", args=[visit.empty.pk]), "empty"),
        Page("version", "fiona", reverse("version", args=[visit.journey.pk, visit.version])),
        Page("version", "elena", reverse("version", args=[visit.journey.pk, visit.version]) + "?all=on", "everything"),
        Page("version_map", "sam", reverse("version_map", args=[visit.journey.pk, visit.version])),
        Page("lobby", "fiona", reverse("lobby", args=[visit.journey.pk])),
        Page("lobby", "fiona", reverse("lobby", args=[visit.empty.pk]), "no code"),
    ]


def _voices(visit: Visit) -> list[Page]:
    desk = reverse("comments", args=[visit.journey.pk])
    done, opened = (row.pk if row else "" for row in (visit.done, visit.opened))
    return [
        Page("comments", "fiona", desk),
        Page("comments", "sam", desk),
        Page("comments", "fiona", f"{desk}?search={LATE.split()[1]}", "searched"),
        Page("comments", "fiona", f"{desk}?by=stage&score=low", "by stage"),
        Page("comments", "fiona", f"{desk}?aim={visit.aim}&states=time&said=customers&show=all", "from a sum"),
        Page("comments", "fiona", reverse("comments", args=[visit.empty.pk]), "empty"),
        Page("coding", "fiona", reverse("coding", args=[visit.journey.pk])),
        Page(
            "coding",
            "fiona",
            reverse("coding", args=[visit.journey.pk]),
            "highlights",
            script="document.getElementById('marks-fold').open = true",
        ),
        Page("coding", "sam", reverse("coding", args=[visit.empty.pk]), "empty"),
        Page("second_reading", "sam", reverse("second_reading", args=[visit.journey.pk])),
        Page("second_reading", "sam", reverse("second_reading", args=[visit.empty.pk]), "empty"),
        Page("issues", "fiona", reverse("issues", args=[visit.journey.pk])),
        Page("issues", "fiona", reverse("issues", args=[visit.journey.pk]) + "?severity=5", "one severity"),
        Page("issues", "elena", reverse("issues", args=[visit.empty.pk]), "empty"),
        Page("painted", "elena", reverse("painted", args=[visit.journey.pk])),
        Page("painted", "fiona", reverse("painted", args=[visit.empty.pk]), "empty"),
        Page("aims", "fiona", reverse("aims", args=[visit.journey.pk])),
        Page("aims", "elena", reverse("aims", args=[visit.empty.pk]), "empty"),
        Page("aim", "fiona", reverse("aim", args=[visit.journey.pk, visit.aim])),
        Page("bring_in", "fiona", reverse("bring_in", args=[visit.journey.pk])),
        Page("bring_in", "fiona", reverse("bring_in", args=[visit.empty.pk]), "first file"),
        Page("import", "fiona", reverse("import", args=[done])),
        Page("import", "fiona", reverse("import", args=[opened]), "waiting for a decision"),
    ]


def _workshops(visit: Visit) -> list[Page]:
    live, coming, over = (reverse("workshop", args=[row.pk]) for row in (visit.live, visit.coming, visit.over))
    report = visit.report.pk if visit.report else ""
    commit, reading = (reverse("workshop", args=[row.pk]) for row in (visit.committing, visit.reading))
    return [
        Page("workshops", "fiona", reverse("workshops")),
        Page("workshops", "olga", reverse("workshops"), "empty"),
        Page("journey_workshops", "fiona", reverse("journey_workshops", args=[visit.empty.pk])),
        Page("journey_workshops", "fiona", reverse("journey_workshops", args=[visit.archived]), "archived"),
        Page("journey_workshops", "sam", reverse("journey_workshops", args=[visit.journey.pk]), "live"),
        Page("workshop_pick", "fiona", reverse("workshop_pick")),
        *(
            Page("workshop_step", "fiona", reverse("workshop_step", args=[step]), step)
            for step in ("objective", "functions", "stages", "date")
        ),
        Page("workshop_step", "fiona", reverse("workshop_step", args=["stages"]), "new journey", script=NEW_JOURNEY),
        Page("workshop_agenda", "fiona", reverse("workshop_agenda", args=[visit.coming.pk])),
        Page("workshop_roster", "fiona", reverse("workshop_roster", args=[visit.coming.pk])),
        Page("workshop", "fiona", live, "live"),
        Page("workshop", "sam", live, "live"),
        Page("workshop", "gus", live, "live"),
        Page("workshop", "elena", live, "live"),
        *(
            Page("workshop", who, reverse("workshop", args=[pk]), f"phase {kind}")
            for kind, pk in visit.phases.items()
            for who in ("fiona", "sam")
        ),
        *(
            Page("workshop_projector", "fiona", reverse("workshop_projector", args=[pk]), f"phase {kind}")
            for kind, pk in visit.phases.items()
        ),
        Page("workshop_projector", "fiona", reverse("workshop_projector", args=[visit.live.pk]), "counts"),
        Page("workshops", "ada", reverse("workshops"), "rehearsal"),
        Page("workshop", "ada", reverse("workshop", args=[visit.rehearsal]), "rehearsal"),
        Page("workshop", "fiona", coming, "to come"),
        Page("workshop", "sam", coming, "to come"),
        Page("workshop", "fiona", over, "over"),
        Page("workshop", "sam", over, "over"),
        Page("workshop", "elena", reverse("workshop", args=[visit.phases["report_back"]]), "phase report_back"),
        Page("workshop", "fiona", commit, "commit"),
        Page("workshop", "sam", commit, "commit"),
        Page("workshop", "leo", commit, "commit none", script=NONE_BECAUSE),
        Page("workshop", "fiona", reading, "read-out"),
        Page("workshop", "sue", reading, "read-out"),
        Page("workshop", "elena", reading, "read-out"),
        Page("workshop_close", "fiona", reverse("workshop_close", args=[visit.committing.pk])),
        Page("workshop_health", "fiona", reverse("workshop_health", args=[visit.live.pk])),
        Page("workshop_health", "ada", reverse("workshop_health", args=[visit.coming.pk]), "to come"),
        Page("love_to_ask", "sam", reverse("love_to_ask", args=[visit.journey.pk])),
        Page("love_to_ask", "gus", reverse("love_to_ask", args=[visit.journey.pk])),
        Page("love_to_ask", "fiona", reverse("love_to_ask", args=[visit.empty.pk]), "empty"),
        Page("report", "elena", reverse("report", args=[visit.over.pk])),
        Page("report", "fiona", reverse("report", args=[visit.coming.pk]), "empty"),
        Page("report_kept", "fiona", reverse("report_kept", args=[visit.over.pk, report])),
        Page("report_kept", "fiona", reverse("report_kept", args=[visit.over.pk, visit.failed_report]), "failed"),
        Page("report_compare", "elena", reverse("report_compare", args=[visit.over.pk])),
        Page("report_compare", "fiona", reverse("report_compare", args=[visit.coming.pk]), "empty"),
        Page("report_links", "fiona", reverse("report_links", args=[visit.over.pk, report])),
        Page("report_link", "", reverse("report_link", args=[visit.shared])),
        Page("report_link", "", reverse("report_link", args=["nonsense"]), "over", 404),
        Page("report_link", "", reverse("report_link", args=[visit.shared]), "open", script="document.querySelector('main form').submit()"),
    ]  # fmt: skip


def _contact(organisation: Organisation) -> int:
    """Somebody who spoke; files of the demo may name nobody."""
    found, _ = Contact.objects.get_or_create(organisation=organisation, account=None, name="Anna Meyer")
    return found.pk


def _promises(visit: Visit) -> list[Page]:
    promise = visit.promise.pk if visit.promise else ""
    return [
        Page("home", "fiona", reverse("home")),
        Page("home", "sam", reverse("home")),
        Page("home", "elena", reverse("home")),
        Page("home", "olga", reverse("home"), "empty"),
        Page("actions", "fiona", reverse("actions")),
        Page("actions", "sam", reverse("actions")),
        Page("actions", "olga", reverse("actions"), "empty"),
        Page("actions", "fiona", reverse("actions") + "?whose=all&shape=board&status=", "board"),
        Page("actions", "fiona", reverse("actions") + "?whose=all&shape=calendar&status=", "calendar"),
        Page("webhooks", "ada", reverse("webhooks", args=[visit.organisation.slug])),
        Page("action", "finn", reverse("action", args=[promise])),
        Page("action_edit", "finn", reverse("action_edit", args=[promise])),
        Page("action", "elena", reverse("action", args=[promise])),
        Page("action_new", "sam", reverse("action_new", args=[visit.journey.pk])),
        Page("reply", "", reverse("reply", args=[visit.reply])),
        Page("reply", "", reverse("reply", args=[visit.reply]) + "?answer=help", "needs help"),
        Page("reply", "", reverse("reply", args=["nonsense"]), "broken", 404),
        Page("mail_stop", "", reverse("mail_stop", args=[visit.reply])),
    ]
