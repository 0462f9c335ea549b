"""The authorisation matrix, held: every address with every method, every live command and the socket, as
eleven people. What has no row in tests/authz_matrix.py fails; so does a row that is about nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from accounts import commands, invitations, joining
from accounts.actors import load_actor
from accounts.models import Browser, Guest, Membership, Organisation, SentMail, User
from accounts.tokens import make_token
from actions import feeds, links, reminders, report_jobs, report_links
from actions.models import ActionItem, Reminder, Webhook
from journeymap.board import COMMANDS as BOARD_COMMANDS
from live import door
from live.models import Event
from live.tickets import make_ticket
from live.values import Refused
from tests.authz_matrix import ANY, COMMANDS, PEOPLE, SOCKET, URLS
from tests.live.payloads import PAYLOADS, Scene, set_scene
from touchpoints.starting import start_journey
from voices.models import Contact
from workshops.models import Workshop

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OURS = ("accounts", "live", "touchpoints", "personas", "voices", "workshops", "actions")


# -- the world ---------------------------------------------------------------------------------
@dataclass
class World:
    """Harrow with one of everything, and a browser for each of the eleven."""

    harrow: Organisation
    scene: Scene
    identities: dict[str, str]
    cookies: dict[str, str]
    args: dict[str, list[Any]]
    unknown: dict[str, list[Any]]


@pytest.fixture
def world(people, journey, gus, as_, harrow, settings, monkeypatch) -> World:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }  # limits have tests of their own
    monkeypatch.setattr("accounts.limits.take", lambda *_: True)
    scene = set_scene(journey, people, gus)
    other = start_journey(harrow, people["fiona"], "Another journey")
    code = joining.open_code(harrow, other.pk, by=people["fiona"].identity)
    visitor = joining.ask_to_join(code, "Vera", harrow.departments.get(code="SA"))
    joining.admit(Guest.objects.filter(pk=visitor.pk), by=people["fiona"].identity)
    gone = commands.create_person("gone@harrow.example", "Gone", verified=True)
    commands.deactivate_member(commands.add_member(harrow, gone, "facilitator", []), by="u1")
    who = {name: people[name] for name in ("ada", "fiona", "sam", "sue", "elena", "otto", "olga")}
    who |= {"gus": gus, "visitor": visitor, "gone": gone}
    cookies = {name: as_(person).cookies[settings.SESSION_COOKIE_NAME].value for name, person in who.items()}
    identities = {name: getattr(person, "identity", "") or f"g{person.pk}" for name, person in who.items()}
    as_("sam")  # on a second device, which may be signed out
    args = _args(scene, harrow, people, gus)
    return World(harrow, scene, identities, cookies, args, {name: _unknown(these) for name, these in args.items()})


def _args(scene: Scene, harrow: Organisation, people: dict[str, User], gus: Guest) -> dict[str, list[Any]]:
    """What stands in each address, by the address's name."""
    ada = load_actor(people["ada"].identity, harrow.pk)
    invitation = invitations.invite(harrow, ada, "new@harrow.example", "observer", [])
    mail = SentMail.objects.create(
        organisation=harrow, recipient="x@example.org", sender="a@example.org", subject="Hello", text="Hello"
    )
    token, _ = make_token(people["sam"], "export")
    Workshop.objects.filter(pk=scene.planned).update(starts_at=timezone.now())
    report = report_jobs.keep(Workshop.objects.get(pk=scene.live), people["fiona"].identity)
    shared, token_of_shared = report_links.make(report, "Nora", people["fiona"].identity)
    reply = _reply(scene, people)
    member, slug, room = Membership.objects.get(user=people["sue"]).pk, harrow.slug, scene.room
    department = harrow.departments.get(code="MK").pk
    return {
        "token_revoke": [token.pk], "mfa_edit_webauthn": [1], "mfa_remove_webauthn": [1], "browser_end": [Browser.objects.filter(user=people["sam"]).latest("pk").pk], "organisation_open": [slug], "members": [slug], "member": [slug, member],
        "member_access": [slug, member], "member_leave": [slug, member], "organisation_settings": [slug], "webhooks": [slug], "webhook": [slug, Webhook.objects.create(organisation=harrow, url="https://example.org/", nonce="n", created_by="u1").pk], "audit": [slug], "audit_csv": [slug], "contacts": [slug], "contact_erase": [slug, Contact.objects.create(organisation=harrow, name="Anna Meyer").pk], "invite": [slug], "invitation_again": [slug, invitation.pk],
        "invitation_withdraw": [slug, invitation.pk], "departments": [slug], "department": [slug, department], "department_work": [slug, department], "department_remove": [slug, department],
        "mailbox": [slug], "mail": [slug, mail.pk], "invitation": [invitations.token_of(invitation)],
        "lobby": [room], "lobby_code": [room], "lobby_admit": [room], "lobby_remove": [room], "journey": [room],
        "comments": [room], "comments_place": [room], "comments_place_sure": [room], "comments_undo": [room],
        "comments_file": [room, "csv"], "coding": [room], "second_reading": [room], "issues": [room], "painted": [room], "aims": [room], "aim": [room, scene.aim], "issues_from_themes": [room],
        "bring_in": [room], "touchpoint_comments": [room, scene.touchpoint], "strongest_words": [room], "import": [scene.done],
        "import_start": [scene.done], "import_progress": [scene.done], "import_undo": [scene.done],
        "import_invalid": [scene.done], "workshop_new": [room], "workshop_step": ["functions"], "workshop_next": [scene.live], "rehearsal": [scene.live], "workshop_agenda": [scene.planned], "workshop_roster": [scene.planned], "workshop_reply": [scene.live], "workshop_calendar": [scene.planned], "journey_workshops": [room], "journey_archive": [room], "journey_file": [room, "json"], "findings": [room], "personas": [room], "persona_new": [room], "persona_bring_back": [room],
        "measurement_plan": [room], "versions": [room], "version_undo": [room],
        **{name: [room, scene.version] for name in ("version", "version_map", "version_bring_back", "version_remove")},
        **{name: [room, scene.persona] for name in ("persona", "persona_remove", "persona_way")}, "workshop": [scene.live],
        **{f"workshop_{name}": [scene.live] for name in ("projector", "hand", "ask_in", "park")},
        "workshop_parked": [scene.live, scene.parked],
        "workshop_enter": [scene.live], "workshop_run": [scene.live], "workshop_ready": [scene.live], "workshop_rate": [scene.live], "workshop_vote": [scene.live], "love_to_ask": [room],
        "workshop_answers": [scene.live], "workshop_answer": [scene.live, scene.answer], "action": [scene.action], "action_edit": [scene.action], "action_proof": [scene.action],
        "action_note": [scene.action], "need_answer": [scene.action], "follow_up": [scene.action], "action_new": [room], "workshop_promises": [scene.live], "workshop_results": [scene.met], "report": [scene.live],
        "reply": [reply], "mail_stop": [reply], "outbox": [slug], "actions_file": ["csv"], "action_move": [scene.action], "calendar_feed": [feeds.make(people["sam"])], "api_departments": [slug], "api_members": [slug], "api_nothing": [],
        **{name: [scene.live] for name in ("workshop_close", "workshop_health", "report_back_calendar")},
        "report_keep": [scene.live], "report_file": [scene.live, "md"], "report_compare": [scene.live],
        **{name: [scene.live, report.pk] for name in ("report_kept", "report_progress", "report_stop", "report_links")},
        "report_kept_file": [scene.live, report.pk, "md"], "report_link_revoke": [scene.live, report.pk, shared.pk], "report_link": [token_of_shared],
        **{f"api_{name}": [room] for name in ("journey", "snapshot", "events", "commands")},
        **{f"api_{name}s": [room] for name in ("stage", "touchpoint", "channel", "version", "remark", "proposal", "issue", "comment", "import")},
        "api_history": [room, scene.touchpoint],
        **{f"api_{name}s_one": [room, getattr(scene, name)] for name in ("stage", "touchpoint", "channel", "version", "remark", "proposal", "issue")},
        "api_import": [room, scene.done],
    }  # fmt: skip


def _reply(scene: Scene, people: dict[str, User]) -> str:
    action = ActionItem.objects.get(pk=scene.action)
    about = (action.pk, action.due)
    row = reminders.row_for(action.room.organisation, Reminder.Kind.DUE, about, people["sam"], action.created_at)
    row.save()
    return links.token_of(row.key)


def _unknown(these: list[Any]) -> list[Any]:
    """The same address about something that never was: the first part that names a thing of Harrow's."""
    if not these:
        return these
    first = these[0]
    never = 10**9 if isinstance(first, int) else re.sub(r"(?<=_).*", "0" * 16, first) if "_" in first else "never-was"
    return [never, *these[1:]]


# What is posted, where an empty form would not get as far as the thing itself.
DATA: dict[str, Any] = {
    "member_access": lambda w: {"do": "end"}, "lobby_code": lambda w: {"do": "rotate"},
    "lobby_admit": lambda w: {"all": "1"}, "workshop_run": lambda w: {"do": "next", "phase": w.scene.phase},
    "workshop_hand": lambda w: {"up": "1"}, "workshop_park": lambda w: {"text": "Later"},
    "workshop_ask_in": lambda w: {"department": w.scene.sales}, "workshop_parked": lambda w: {"do": "settle"},
    "workshop_promises": lambda w: {"do": "none", "department": w.scene.sales, "because": "Two run."},
    "workshop_ready": lambda w: {"ready": "1"}, "workshop_rate": lambda w: {f"rate-{w.scene.touchpoint}": "4"},
    "workshop_vote": lambda w: {"round": "1", f"dots-{w.scene.issue}": "2"},
    "workshop_answers": lambda w: {"of_kind": "learn", "text": "We should call"},
    "workshop_answer": lambda w: {"do": "change", "text": "Changed"}, "action_note": lambda w: {"text": "News"}, "action_proof": lambda w: {"of": w.scene.issue}, "workshop_results": lambda w: {"action": w.scene.told, "do": "note", "text": "Thank you"},
    "comments_place": lambda w: {"ids": [w.scene.comment], "target": w.scene.touchpoint},
    "department": lambda w: {"name": "Press", "code": "PP", "colour": "3"},
    "reply": lambda w: {"do": "on_track"}, "action_move": lambda w: {"status": "blocked"},
    "api_journeys": lambda w: {"organisation": w.harrow.slug, "name": "New"},
    "api_commands": lambda w: {"name": "remark.add", "data": PAYLOADS["remark.add"](w.scene)},
    "api_journey": lambda w: {"objective": "Less waiting"},
    "api_stages": lambda w: {"name": "We look back"}, "api_stages_one": lambda w: {"name": "We look back"},
    "api_touchpoints": lambda w: {"stage": w.scene.stage, "title": "New"}, "api_touchpoints_one": lambda w: {"felt": 1},
    "api_channels": lambda w: {"name": "Fair"},
    "api_issues": lambda w: {"title": "No call back"}, "api_issues_one": lambda w: {"severity": 4},
    "api_versions": lambda w: {"name": "Spring"}, "api_versions_one": lambda w: {"name": "Spring"},
    "api_remarks": lambda w: {"touchpoint": w.scene.touchpoint, "text": "Yes"},
    "api_proposals": lambda w: {"touchpoint": w.scene.touchpoint, "field": "notes", "text": "Call first"},
    "api_proposals_one": lambda w: {"state": "rejected", "reason": "No"},
}  # fmt: skip


def addresses() -> dict[str, str]:
    """Every address of the product by name, as its pattern."""
    found = {}
    for pattern in get_resolver().url_patterns:
        assert isinstance(pattern, URLPattern), f"{pattern} is not listed in journeymap/urls.py"
        assert pattern.name, f"{pattern.pattern} has no name"
        found[pattern.name] = str(pattern.pattern)
    return found


def ask(world: World, who: str, name: str, method: str, args: list[Any] | None = None) -> Any:
    path = (
        "/api/no-such-thing/"
        if name == "api_nothing"
        else reverse(name, args=world.args.get(name, []) if args is None else args)
    )
    data = DATA.get(name, lambda _: {})(world) if method != "GET" else {}
    more = {"content_type": "application/json"} if name.startswith("api_") and method != "GET" else {}
    browser = Client()
    if who in world.cookies:
        browser.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[who]
    with transaction.atomic():
        answer = getattr(browser, method.lower())(path, data, **more)
        answer.changed = trace() if method != "GET" else ""
        transaction.set_rollback(True)
    return answer


def outcome(answer: Any, name: str, before: list[Any]) -> str:
    """The letter of tests/authz_matrix.py for an answer."""
    if answer.status_code == 302:
        if answer["Location"].startswith("/sign-in/?"):
            return "s"
        if answer["Location"].startswith("/join/"):
            return "j"
        if name.startswith("workshop_") and answer.changed == before:
            return "r"
    return {401: "s", 403: "x", 404: "n", 405: "-"}.get(answer.status_code, "o")


def trace() -> list[Any]:
    """What would be different had anything been done."""
    tables = [model._meta.db_table for app in OURS for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:  # one question instead of fifty: it is asked after every press
        cursor.execute("select " + ", ".join(f'(select count(*) from "{table}")' for table in tables))
        counts = cursor.fetchone()
    return [
        *counts,
        Event.objects.aggregate(Max("id")),
        list(Organisation.objects.order_by("pk").values_list("rights_version", flat=True)),
    ]


# -- addresses ---------------------------------------------------------------------------------
def missing_rows(known: Iterable[str], rows: Iterable[str]) -> list[str]:
    """What is wrong with the matrix, in sentences."""
    known, rows = set(known), set(rows)
    return [
        *(f"{name} has no row in tests/authz_matrix.py: say who may do it" for name in sorted(known - rows)),
        *(
            f"{name} has a row in tests/authz_matrix.py but is nowhere: take the row out"
            for name in sorted(rows - known)
        ),
    ]


def test_every_address_has_a_row():
    assert not missing_rows(addresses(), URLS)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_address_and_method(world, who):
    at, before, wrong = PEOPLE.index(who), trace(), []
    for name in addresses():
        row = URLS[name]
        for method in METHODS:
            answer = ask(world, who, name, method)
            found = outcome(answer, name, before)
            if ANY in row:
                fine = found in (row[ANY][at], "-") or (found == "o" and row[ANY][at] in "oj")
            elif method in row:
                fine = found == row[method][at]
            else:
                fine = found in "-sxn"  # no such method, or not even told that
            if not fine:
                wrong.append(f"{method} {name} as {who}: {found} ({answer.status_code}), the matrix says {row}")
            if found in "sxnr-" and method != "GET" and answer.changed != before:
                wrong.append(f"{method} {name} as {who} was refused and changed something")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ["olga", "gone", "visitor"])
def test_what_is_of_others_reads_like_what_never_was(world, who):
    for name, args in world.args.items():
        at = PEOPLE.index(who)
        if not args or URLS[name].get("GET", "")[at : at + 1] != "n" or world.unknown[name] == args:
            continue
        theirs, never = (body_of(ask(world, who, name, "GET", these)) for these in (args, world.unknown[name]))
        assert theirs == never, name


def body_of(answer: Any) -> str:
    """A page without what is different each time it is asked for."""
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())


# -- live commands -----------------------------------------------------------------------------
def test_every_command_has_a_row():
    assert not missing_rows(BOARD_COMMANDS, COMMANDS)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_command(world, who):
    at, before, wrong = PEOPLE.index(who), trace(), []
    for name in BOARD_COMMANDS:
        found, changed = run(world, world.identities.get(who, "u0"), name)
        expected = COMMANDS[name][at]
        if found != expected:
            wrong.append(f"{name} as {who}: {found}, the matrix says {expected}")
        if found != "o" and changed != before:
            wrong.append(f"{name} as {who} was refused and changed something")
    assert not wrong, "\n".join(wrong)


def run(world: World, identity: str, name: str) -> tuple[str, list[Any]]:
    with transaction.atomic():
        try:
            door.execute(world.scene.room, identity, name, PAYLOADS[name](world.scene))
            found = "o"
        except Refused as refused:
            found = {"forbidden": "x", "unknown": "n"}.get(refused.code, refused.code)
        changed = trace()
        transaction.set_rollback(True)
    return found, changed


def test_who_may_open_the_socket(server, world):
    room, found = world.scene.room, ""
    for who in PEOPLE:
        session = world.cookies.get(who, "")
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        with connect(f"{server.ws}/ws/journeys/{room}/", origin=server.url, additional_headers=headers) as socket:
            socket.send(json.dumps({"t": "hello", "v": 1, "client": "tab", "ticket": make_ticket(session, room)}))
            try:
                while json.loads(socket.recv(5))["t"] != "welcome":
                    pass
                found += "o"
            except ConnectionClosed as closed:
                found += {4401: "s", 4404: "n"}.get(closed.rcvd.code if closed.rcvd else 0, "?")
    assert found == SOCKET


def test_nobody_takes_back_what_somebody_else_did(world):
    done = door.execute(world.scene.room, world.identities["sam"], "remark.add", PAYLOADS["remark.add"](world.scene))
    for who in world.identities.keys() - {"sam"}:
        with pytest.raises(Refused) as refused:
            door.execute(world.scene.room, world.identities[who], "undo", {"command": done.id})
        assert refused.value.code in ("unknown", "forbidden"), who
    assert door.execute(world.scene.room, world.identities["sam"], "undo", {"command": done.id}).event


def test_the_touchpoint_of_another_department_is_theirs(world):
    for who, mine, theirs in (
        ("sam", "touchpoint", "other"),
        ("sue", "other", "touchpoint"),
        ("gus", "touchpoint", "other"),
    ):
        door.execute(
            world.scene.room, world.identities[who], "touchpoint.change", {"id": getattr(world.scene, mine), "felt": 2}
        )
        with pytest.raises(Refused, match=r"belongs to|department|propose"):
            door.execute(
                world.scene.room,
                world.identities[who],
                "touchpoint.change",
                {"id": getattr(world.scene, theirs), "felt": 2},
            )


# -- the matrix bites --------------------------------------------------------------------------
def test_a_row_taken_out_or_an_address_put_in_is_noticed():
    rows = dict(URLS)
    del rows["journey"]
    assert missing_rows(addresses(), rows) == ["journey has no row in tests/authz_matrix.py: say who may do it"]
    assert missing_rows([*addresses(), "back_door"], URLS) == [
        "back_door has no row in tests/authz_matrix.py: say who may do it"
    ]
    assert missing_rows(set(addresses()) - {"home"}, URLS)[0].startswith("home has a row")


def test_a_command_without_a_row_is_noticed():
    rows = dict(COMMANDS)
    del rows["touchpoint.remove"]
    assert missing_rows(BOARD_COMMANDS, rows) == [
        "touchpoint.remove has no row in tests/authz_matrix.py: say who may do it"
    ]
