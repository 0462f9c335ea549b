"""The canary test: what is private is searched in everything that anybody else gets, or that is kept in passing.

Sam writes; everybody else listens on sockets, snapshots and the log, opens every page and file there is, asks the
API and searches. Then whatever the server logs, mails, hands to a worker or puts into Redis is read as well.
Run on SQLite and, with `-p tests.plugin_services`, on PostgreSQL with a real Valkey.
"""

from __future__ import annotations

import io
import json
import logging
import os
import threading
import time
import zipfile

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actors import PEN_COOKIE, Actor, with_pen
from accounts.models import SentMail
from journeymap import archive
from live.door import execute
from live.models import Event, new_id
from tests.authz_matrix import URLS
from tests.test_authz import World, world
from tests.workshops.test_private_writing import Ear
from voices.models import CommentImport
from workshops.models import Answer, Ballot, Rating, Voter, Workshop

__all__ = ["world"]  # the fixture: Harrow with one of everything
CANARY = "zwitscher"
OTHERS = ("ada", "fiona", "sue", "elena", "otto", "gus", "visitor", "olga", "gone", "nobody")


class Wire:
    """Everything said to Redis while it listens (MONITOR), where there is one."""

    def __init__(self) -> None:
        self.said: list[str] = []
        url = os.environ.get("REDIS_URL")
        self.client = redis.Redis.from_url(url, socket_timeout=None) if url else None
        if self.client is not None:
            self.thread = threading.Thread(target=self._listen, daemon=True)
            self.thread.start()
            time.sleep(0.2)

    def _listen(self) -> None:
        assert self.client is not None
        with self.client.monitor() as monitor:
            for command in monitor.listen():
                self.said.append(str(command))

    def kept(self) -> list[str]:
        if self.client is None:
            return []
        dumps = [(key, self.client.dump(key)) for key in self.client.scan_iter()]
        return [repr(pair) for pair in dumps]


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def secret(server, world: World, wire, caplog) -> dict[str, str]:
    """What Sam keeps to himself, written while everybody listens; by what it is → the words or ids to look for."""
    caplog.set_level(logging.DEBUG)
    CommentImport.objects.update(encoding="utf-8")  # a file of the scene that can be read again
    scene, sam = world.scene, world.identities["sam"]
    words = {what: f"{CANARY}-{what}-{new_id('xx')[3:]}" for what in ("answer", "typed", "anonymous", "place")}
    ids = {"answer id": new_id("an"), "anonymous id": new_id("an"), "rating id": new_id("ra")}

    def act(name, pen="", **data):
        execute(scene.room, sam, name, data, pen=pen)

    more = {"workshop": scene.live, "of_kind": "learn", "department": scene.sales}
    act("answer.add", id=ids["answer id"], text=words["answer"], touchpoint=scene.touchpoint, **more)
    rev = Event.objects.filter(room=scene.room).count()
    act("answer.write", id=ids["answer id"], field="text", rev=rev, delta=[f"{words['typed']} "])
    act("answer.change", id=ids["answer id"], text=f"{words['typed']} {words['answer']} {words['place']}")
    act("rating.give", id=ids["rating id"], workshop=scene.live, place=scene.issue, severity=5)
    meeting = anonymous_workshop(world)
    pen = with_pen(Actor(sam, "", "", ""), {PEN_COOKIE: "p" * 32}, scene.room).pen
    act("answer.add", pen, id=ids["anonymous id"], text=words["anonymous"], **{**more, "workshop": meeting})
    return words | ids | {"pen": pen, "meeting": meeting}


def anonymous_workshop(world: World) -> str:
    more = {"objective": "O", "planned_use": "P", "success_measure": "S", "report_back_on": "2031-05-01"}
    pk = world.scene.by("fiona", "workshop.open", id=new_id("ws"), title="No names", anonymous=True, **more)
    world.scene.by("fiona", "workshop.go_live", id=pk)
    for _ in range(2):
        phase = Workshop.objects.get(pk=pk).phase_id
        world.scene.by("fiona", "workshop.next_phase", id=pk, phase=phase)
    return pk


def leaks(secret: dict[str, str], text: str) -> list[str]:
    return [what for what, words in secret.items() if what != "meeting" and words in text]


def body(answer) -> str:
    content = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
    if content[:2] == b"PK":  # a workbook
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b" ".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace") + content.decode("latin1") + str(answer.headers)


def test_nobody_else_gets_a_byte_of_it(server, world, wire, caplog, request):
    """0 hits anywhere, before the reveal."""
    room = world.scene.room
    ears = {who: Ear(server, room, world.cookies[who]) for who in ("ada", "fiona", "sue", "elena", "otto", "gus")}
    secret = request.getfixturevalue("secret")
    ears |= {f"{who}, late": Ear(server, room, world.cookies[who]) for who in ("fiona", "sue", "gus")}
    seq = Event.objects.filter(room=room).count()
    for who, ear in ears.items():  # everybody has heard everything that there is, up to the last event
        assert ear.heard(f'"to":{seq}') or ear.heard(f'"seq":{seq}'), who
    found = [(who, "socket", what) for who, ear in ears.items() for what in leaks(secret, " ".join(ear.frames))]
    for who in OTHERS:
        found += [(who, *hit) for hit in pages(world, who, secret)]
    found += [("the log of the server", what) for what in leaks(secret, caplog.text)]
    found += [("a mail", what) for mail in SentMail.objects.all() for what in leaks(secret, mail.subject + mail.text)]
    found += [("Redis, said", what) for what in leaks(secret, " ".join(wire.said))]
    found += [("Redis, kept", what) for what in leaks(secret, " ".join(wire.kept()))]
    found += elsewhere_in_the_database(secret)
    for ear in ears.values():
        ear.close()
    assert not found, found
    if wire.client is not None:
        assert wire.said, "nothing was heard of Redis: the test would not notice a leak there"


def pages(world: World, who: str, secret: dict[str, str]) -> list[tuple[str, str]]:
    """Every address with GET, and those that say more when asked for something."""
    found = []
    browser = Client(raise_request_exception=False)  # a page that breaks is searched like any other
    if who in world.cookies:
        browser.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[who]
    for name, row in URLS.items():
        if "GET" in row or "any method" in row:
            path = "/api/no-such-thing/" if name == "api_nothing" else reverse(name, args=world.args.get(name, []))
            found += [(name, what) for what in leaks(secret, body(browser.get(path)))]
    room = world.scene.room
    forms = [reverse("journey_file", args=[room, form]) for form in ("json", "ojf", "csv", "xlsx", "md", "svg")]
    asked = [
        f"/api/journeys/{room}/events/?since=0&limit=200", f"/api/journeys/{room}/snapshot/", *forms,
        f"/journeys/{room}/comments/?search={CANARY}&show=all", f"/workshops/{secret['meeting']}/",
        f"/workshops/{secret['meeting']}/projector/", f"/workshops/{secret['meeting']}/report/",
        f"/journeys/{room}/promises/new/?answer={secret['answer id']}",
        *(f"/api/journeys/{room}/history/{secret[name]}/" for name in ("answer id", "anonymous id", "rating id")),
    ]  # fmt: skip
    for address in asked:
        answer = browser.get(address)
        said = body(answer).replace(f"?search={CANARY}", "")
        mine = {what for what in secret if secret[what] in address}  # the address itself is said back
        found += [(address, what) for what in leaks(secret, said) if what not in mine]
    return found


def elsewhere_in_the_database(secret: dict[str, str]) -> list[tuple[str, str]]:
    """Private words stand in the row itself and in the part of the log that is for its author alone."""
    found = []
    for model in archive.tables():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            names = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    own = model in (Answer, Rating) or (model is Event and name in ("private", "inverse", "target"))
                    found += [(f"{model.__name__}.{name}", what) for what in leaks(secret, str(value)) if not own]
    return found


def test_the_canary_would_be_heard(server, world, request):
    """The test bites: after the reveal the same words are everywhere that was searched before."""
    room = world.scene.room
    ear = Ear(server, room, world.cookies["sue"])
    secret = request.getfixturevalue("secret")
    world.scene.by("fiona", "workshop.reveal", id=world.scene.live, of_kind="learn")
    assert ear.heard(secret["answer"])
    ear.close()
    hits = {name for name, what in pages(world, "sue", secret) if what == "answer"}
    assert {"workshop", "api_snapshot", "api_events"} <= hits | {"api_events"}, hits
    assert any("events" in hit for hit in hits), hits


# -- dots --------------------------------------------------------------------------------------
def test_what_others_get_does_not_depend_on_what_somebody_votes(journey, fiona, sam, sue, otto):
    """Two votes with different dots leave the same events, byte for byte; and no row says whose is whose."""
    from tests.workshops.test_workshop_commands import gone_live

    issues = [new_id("is") for _ in range(3)]
    for pk in issues:
        execute(journey.pk, fiona.identity, "issue.add", {"id": pk, "title": f"Let-down {pk}"})
    told = []
    for choice in ({issues[0]: 5}, {issues[1]: 2, issues[2]: 3}):
        workshop = gone_live(journey, fiona, "severity")
        execute(journey.pk, fiona.identity, "vote.open", {"id": workshop.pk})
        execute(journey.pk, sam.identity, "vote.cast", {"id": workshop.pk, "round": 1, "dots": choice})
        event = Event.objects.filter(name="vote.cast").latest("seq")
        assert (event.by, event.private, event.tx, event.inverse) == ("", "", "", "[]")
        assert Voter.objects.get(workshop=workshop).person == sam.identity
        assert Ballot.objects.filter(workshop=workshop).count() == 3  # a box a thing, none for a person
        told.append(event.body.replace(workshop.pk, "ws"))
    assert told[0] == told[1] and "totals" not in told[0]


def test_the_last_vote_cannot_be_read_from_totals(journey, fiona, ada, sam, sue, otto):
    from tests.workshops.test_workshop_commands import gone_live, refused

    issues = [new_id("is") for _ in range(2)]
    for pk in issues:
        execute(journey.pk, fiona.identity, "issue.add", {"id": pk, "title": f"Let-down {pk}"})
    workshop = gone_live(journey, fiona, "severity")
    data = {"id": workshop.pk, "round": 1}
    execute(journey.pk, fiona.identity, "vote.open", {"id": workshop.pk, "budget": 3, "several": False})
    for who, problem in (({issues[0]: 2}, "One dot"), ({new_id("is"): 1}, "Give at least one"), ({}, "Give at least")):
        assert problem in refused(journey.pk, sam, "vote.cast", {**data, "dots": who}).message
    for number, who in enumerate((sam, sue, otto)):
        no = refused(journey.pk, ada, "vote.close", data)  # before the third there are no totals for anybody
        assert f"Only {number} " in no.message
        execute(journey.pk, who.identity, "vote.cast", {**data, "dots": {issues[0]: 1}})
        workshop.refresh_from_db()
        assert "totals" not in workshop.votes[0] and workshop.votes[0]["voted"] == number + 1
    assert refused(journey.pk, sam, "vote.cast", {**data, "dots": {issues[1]: 1}}).code == "conflict"
    assert refused(journey.pk, sam, "undo", {"command": Event.objects.latest("seq").command_id}).code == "unknown"
    execute(journey.pk, ada.identity, "vote.close", data)
    workshop.refresh_from_db()
    assert workshop.votes[0]["totals"] == {issues[0]: 3, issues[1]: 0}
    assert not Ballot.objects.exists() and not Voter.objects.exists()
    late = refused(journey.pk, fiona, "vote.cast", {**data, "dots": {issues[0]: 1}})
    assert (late.code, late.message) == ("locked", "This vote is closed. Your dots were not counted.")
    assert json.dumps(workshop.votes).count(sam.identity) == 0
