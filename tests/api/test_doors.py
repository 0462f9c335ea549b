"""Who gets in, and what everybody reads who does not: tokens, sessions, limits, errors, bad bodies."""

from __future__ import annotations

import contextlib
import http.client
import json

import pytest
from django.db import OperationalError, connection
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from accounts import authentication
from accounts.models import PersonalToken
from accounts.tokens import revoke_token
from live.models import Room


@pytest.fixture
def home(scene) -> str:
    return f"journeys/{scene.room}"


# -- who -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path", ["me/", "organisations/", "journeys/", "journeys/{room}/", "journeys/{room}/snapshot/"]
)
def test_strangers_are_asked_who_they_are(client, scene, path):
    answer = client.get("/api/" + path.format(room=scene.room))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["error"] == {
        "code": "unauthenticated", "message": "Sign in, join by code, or send a token.", "field": None,
    }  # fmt: skip


def test_a_token_is_its_owner_until_it_is_revoked(program, sam):
    asked = program("sam")
    me = asked.get("me/").json()
    assert (me["identity"], me["name"], me["organisations"][0]["role"]) == (sam.identity, "Sam Okoro", "representative")
    token = PersonalToken.objects.get(user=sam)
    assert token.used_at
    revoke_token(token)
    answer = asked.get("me/")
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        401, "This token is unknown, expired or revoked.",
    )  # fmt: skip


@pytest.mark.parametrize("header", ["Bearer jm_wrong", "Bearer x", "Bearer", "bearer jm_\ud83d", "Bearer  "])
def test_a_wrong_token_is_nobody_even_beside_a_good_session(as_, header):
    answer = as_("fiona").get("/api/me/", headers={"Authorization": header.encode("utf-8", "replace").decode("latin1")})
    assert answer.status_code == 401


def test_a_session_must_send_its_csrf_token(fiona, gus, scene, home):
    """A form on another site cannot write with our cookies, whoever is signed in here."""
    for sign_in in (lambda c: c.force_login(fiona), lambda c: _join(c, gus)):
        browser = Client(enforce_csrf_checks=True)
        sign_in(browser)
        data = {"touchpoint": scene.touchpoint, "text": "True"}
        ask = {"path": f"/api/{home}/remarks/", "data": data, "content_type": "application/json"}
        refused = browser.post(**ask)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
        assert "X-CSRFToken" in refused.json()["error"]["message"]
        secret = _get_new_csrf_string()
        browser.cookies["jm_csrf"] = secret
        assert browser.post(**ask, headers={"X-CSRFToken": secret}).status_code == 201
        assert browser.get("/api/me/").status_code == 200


def _join(client: Client, gus) -> None:
    session = client.session
    session["guest"] = gus.pk
    session.save()
    client.cookies["jm_session"] = session.session_key


def test_a_guest_at_the_door_is_not_in(as_, gus, scene):
    gus.admitted_at = None
    gus.save()
    browser = as_(gus)
    for path in ("me/", f"journeys/{scene.room}/", f"journeys/{scene.room}/snapshot/"):
        assert browser.get(f"/api/{path}").status_code == 404
    assert browser.get("/api/journeys/").json()["count"] == 0


# -- an organisation -------------------------------------------------------------------------------
def test_people_see_of_each_other_what_they_may(program, harrow):
    path = f"organisations/{harrow.slug}/members/"
    for who in ("fiona", "ada"):
        found = program(who).get(path).json()
        assert found["count"] == 6
        sam = next(person for person in found["results"] if person["name"] == "Sam Okoro")
        assert (sam["email"], len(sam["departments"])) == ("sam@harrow.example", 1)
    for who in ("sam", "elena", "otto"):
        found = program(who).get(path).json()["results"]
        assert {name for person in found for name in person} == {"name", "role"}
    assert program("sam").get(path, {"limit": 2, "offset": 5}).json()["count"] == 6


def test_who_left_is_not_listed(program, harrow, otto):
    harrow.memberships.filter(user=otto).update(deactivated_at="2026-01-01T00:00:00Z")
    assert program("fiona").get(f"organisations/{harrow.slug}/members/").json()["count"] == 5


def test_organisations_and_departments(program, harrow, departments):
    (place,) = program("sam").get("organisations/").json()
    assert place == {
        "id": harrow.pk, "slug": harrow.slug, "name": harrow.name, "role": "representative",
        "departments": [departments["SA"].pk],
    }  # fmt: skip
    found = program("otto").get(f"organisations/{harrow.slug}/departments/").json()
    assert (len(found), found[0]["code"], found[0]["name"]) == (11, "SA", "Sales")
    olga = program("olga")
    for part in ("departments", "members"):
        theirs, never = olga.get(f"organisations/{harrow.slug}/{part}/"), olga.get(f"organisations/never/{part}/")
        assert (theirs.status_code, theirs.content) == (404, never.content)


# -- limits ----------------------------------------------------------------------------------------
def test_each_person_token_and_address_has_a_limit(program, as_, client, monkeypatch, fresh_counts):
    monkeypatch.setattr(authentication, "MOST", {"person": 3, "token": 2, "stranger": 1})
    sam, browser = program("sam"), as_("sam")
    for ask, most, status in ((sam.get, 2, 200), (lambda p: browser.get(f"/api/{p}"), 3, 200),
                              (lambda p: client.get(f"/api/{p}"), 1, 401)):  # fmt: skip
        assert [ask("me/").status_code for _ in range(most + 1)] == [status] * most + [429]
        answer = ask("me/")
        assert answer.json()["error"]["code"] == "rate"
        assert 1 <= int(answer["Retry-After"]) <= 61
    assert program("sue").get("me/").status_code == 200  # others are not slowed down
    fresh_counts()
    wrong = [client.get("/api/me/", headers={"Authorization": f"Bearer jm_{n}"}).status_code for n in range(3)]
    assert wrong == [401, 429, 429]


def test_a_cache_that_is_away_stops_nobody(program, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    assert program("sam").get("me/").status_code == 200


# -- errors ----------------------------------------------------------------------------------------
def error(answer) -> tuple[int, str, str | None]:
    assert answer["Content-Type"] == "application/json"
    found = answer.json()["error"]
    assert found.keys() >= {"code", "message", "field"} and found["message"].endswith(".")
    return answer.status_code, found["code"], found["field"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (400, "invalid", "name")),
        (b"{", (400, "invalid", None)),
        (b"[]", (400, "invalid", None)),
        (b"null", (400, "invalid", None)),
        (b'{"name": "x", "name": "y"}', (400, "invalid", None)),
        (b'{"name": NaN}', (400, "invalid", None)),
        (b'{"name": "a\\u0000b"}', (400, "invalid", None)),
        (b'{"name": "\\ud800"}', (400, "invalid", None)),
        (b"\xff\xfe", (400, "invalid", None)),
        (b"[" * 60_000, (400, "invalid", None)),
        (b'{"name": "' + b"x" * 66_000 + b'"}', (413, "too_big", None)),
        (b'{"name": 1, "data": {}}', (400, "invalid", "name")),
        (b'{"name": "stage.fly", "data": {}}', (400, "invalid", "name")),
        (b'{"name": "stage.add", "data": []}', (400, "invalid", "data")),
        (b'{"name": "stage.add", "data": {"id": "st_0000000000000000"}}', (400, "invalid", "name")),
        (b'{"name": "stage.add", "data": {"id": "x", "name": "y"}}', (400, "invalid", "id")),
        (b'{"name": "stage.add", "data": {"id": "st_0000000000000000", "name": "y"}, "x": 1}', (400, "invalid", "x")),
        (b'{"name": "stage.add", "data": {"id": "tp_0000000000000000", "name": "y"}}', (400, "invalid", "id")),
        (b'{"name": "stage.add", "data": {}, "command_id": "!"}', (400, "invalid", "command_id")),
        (b'{"name": "stage.add", "data": {}, "command_id": "abcd\\n"}', (400, "invalid", "command_id")),
        (b'{"commands": []}', (400, "invalid", "commands")),
    ],
)  # fmt: skip
def test_a_bad_body_is_told_apart(program, scene, home, body, expected):
    before = Room.objects.get(pk=scene.room).seq
    fiona = program("fiona")
    answer = fiona.client.post(
        f"/api/{home}/commands/", data=body, content_type="application/json", headers=fiona.headers
    )
    assert error(answer) == expected
    assert Room.objects.get(pk=scene.room).seq == before


def test_texts_that_cannot_be_kept_name_their_field(program, scene, home):
    fiona, place = program("fiona"), f"{home}/touchpoints/{scene.touchpoint}/"
    for data, expected in (
        ({"title": "x" * 161}, (413, "too_big", "title")),
        ({"notes": "x" * 16_001}, (413, "too_big", "notes")),
        ({"title": "  "}, (400, "invalid", "title")),
        ({"title": "abc\u202edef"}, (400, "invalid", "title")),
        ({"felt": 3}, (400, "invalid", "felt")),
        ({"verdict": "burn"}, (400, "invalid", "verdict")),
        ({"evidence": "verified"}, (400, "invalid", "evidence")),
        ({"lead": "dp_0000000000000000"}, (404, "unknown", "lead")),
        ({"id": scene.other, "felt": 1}, (400, "invalid", "id")),
        ({}, (400, "invalid", None)),
    ):
        assert error(fiona.patch(place, data)) == expected


def test_what_http_itself_refuses_has_the_same_form(program, home):
    fiona = program("fiona")
    for path in ("me/", f"{home}/", f"{home}/stages/", f"{home}/snapshot/"):
        assert fiona.head(path).status_code == 200
    assert error(fiona.put(f"{home}/", {})) == (405, "method", None)
    assert error(fiona.delete(f"{home}/channels/ch_0000000000000000/")) == (405, "method", None)
    assert error(fiona.client.post("/api/journeys/", "a=b", "application/x-www-form-urlencoded", headers=fiona.headers)) == (
        415, "format", None,
    )  # fmt: skip
    assert error(fiona.get("me/", accept="text/html")) == (406, "format", None)
    for path in (
        "nothing/",
        "journeys/x/",
        "journeys/%00/",
        f"{home}/stages/st_%00/",
        f"{home}/nothing/",
        "me",
        "a%0Ab/",
    ):
        assert error(fiona.get(path)) == (404, "unknown", None)


def test_a_database_that_is_away_is_no_traceback(program, monkeypatch, caplog):
    asked = program("fiona")

    def away(execute, *args):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(away):
        answer = asked.get("me/")
    assert error(answer) == (503, "busy", None)
    assert answer["Retry-After"] == "1"
    assert not [record for record in caplog.records if record.exc_info]


def test_what_nobody_foresaw_has_a_number_that_stands_in_the_log_too(program, caplog):
    asked = program("fiona")

    def broken(execute, *args):
        raise ZeroDivisionError

    with connection.execute_wrapper(broken):
        answer = asked.get("me/")
    assert error(answer)[:2] == (500, "internal")
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.error in answer.json()["error"]["message"]


def test_ten_megabytes_are_refused_by_the_real_server(server, program, scene, home):
    token = program("fiona").headers["Authorization"]
    there = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    body = json.dumps({"name": "x" * 10_000_000}).encode()
    said = {"Authorization": token, "Content-Type": "application/json"}
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # hung up early; the answer may still be there
        there.request("POST", f"/api/{home}/commands/", body, said)
    answer = there.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]["code"]) == (413, "too_big")
