"""The people every test knows, their firm and a journey, made by the real commands; and a real server.

Harrow Packaging: Ada the admin, Fiona the facilitator, Sam (Sales) and Sue (Customer service) the
representatives, Elena the executive, Otto the observer, and Gus, a guest for Sales. Olga is of another firm.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts import browsers, commands, joining
from accounts.models import Department, Guest, JoinCode, Organisation, User
from live.door import execute
from live.models import Room, new_id
from touchpoints.models import Journey, Stage, Touchpoint
from touchpoints.starting import start_journey

MEMBERS = {
    "fiona": ("Fiona Hart", "facilitator", []),
    "sam": ("Sam Okoro", "representative", ["SA"]),
    "sue": ("Sue Baines", "representative", ["CS"]),
    "elena": ("Elena Ruiz", "executive", []),
    "otto": ("Otto Weiss", "observer", []),
}
CARDS = {
    "Calls the emergency line": "We need help",
    "Reaches her account manager": "We need help",
    "Gets the invoice": "We use it every day",
    "Waits for the delivery": "We get it running",
}


@pytest.fixture
def people(db) -> dict[str, User]:
    """Everybody with an account, by first name."""
    found = {"ada": commands.create_person("ada@harrow.example", "Ada Lind", verified=True)}
    harrow = commands.create_organisation(found["ada"], "Harrow Packaging")
    departments = {row.code: row for row in harrow.departments.all()}
    for first, (name, role, codes) in MEMBERS.items():
        found[first] = commands.create_person(f"{first}@harrow.example", name, verified=True)
        commands.add_member(harrow, found[first], role, [departments[code] for code in codes])
    found["olga"] = commands.create_person("olga@elsewhere.example", "Olga Novak", verified=True)
    commands.create_organisation(found["olga"], "Elsewhere")
    return found


@pytest.fixture
def ada(people) -> User:
    return people["ada"]


@pytest.fixture
def fiona(people) -> User:
    return people["fiona"]


@pytest.fixture
def sam(people) -> User:
    return people["sam"]


@pytest.fixture
def sue(people) -> User:
    return people["sue"]


@pytest.fixture
def elena(people) -> User:
    return people["elena"]


@pytest.fixture
def otto(people) -> User:
    return people["otto"]


@pytest.fixture
def olga(people) -> User:
    return people["olga"]


@pytest.fixture
def harrow(people) -> Organisation:
    return Organisation.objects.get(slug="harrow-packaging")


@pytest.fixture
def departments(harrow) -> dict[str, Department]:
    """Harrow's departments by their two letters."""
    return {row.code: row for row in harrow.departments.all()}


@pytest.fixture
def journey(harrow, fiona) -> Journey:
    """Eight stages, ten channels, no touchpoint yet."""
    return start_journey(harrow, fiona, "From first order to steady supply")


@pytest.fixture
def room(journey) -> Room:
    return journey.room


@pytest.fixture
def touchpoints(journey, fiona) -> dict[str, Touchpoint]:
    """Four touchpoints by title."""
    found = {}
    for title, stage in CARDS.items():
        data = {"id": new_id("tp"), "stage": Stage.objects.get(room=journey.pk, name=stage).pk, "title": title}
        execute(journey.pk, fiona.identity, "touchpoint.add", data)
        found[title] = Touchpoint.objects.get(pk=data["id"])
    return found


@pytest.fixture
def join_code(harrow, room, fiona) -> JoinCode:
    return joining.open_code(harrow, room.id, by=fiona.identity)


@pytest.fixture
def gus(join_code, departments, fiona) -> Guest:
    """A guest for Sales, admitted to the journey."""
    guest = joining.ask_to_join(join_code, "Gus", departments["SA"])
    joining.admit(Guest.objects.filter(pk=guest.pk), by=fiona.identity)
    guest.refresh_from_db()
    return guest


@pytest.fixture
def as_(request, db) -> Callable[[User | Guest | str | None], Client]:
    """`as_("fiona")` or `as_(gus)`: a browser in which they are signed in; `as_(None)`: nobody is."""

    def browser(who: User | Guest | str | None) -> Client:
        client = Client()
        if isinstance(who, Guest):
            session = client.session
            session["guest"] = who.pk
            session.save()
            client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        elif who is not None:
            user = request.getfixturevalue("people")[who] if isinstance(who, str) else who
            client.force_login(user)
            browsers.seen(user, client.cookies[settings.SESSION_COOKIE_NAME].value, "")  # as signing in does
        return client

    return browser


@pytest.fixture
def session_of(as_) -> Callable[[User | Guest | str], str]:
    """The session cookie's value, for a socket or a real browser."""
    return lambda who: as_(who).cookies[settings.SESSION_COOKIE_NAME].value


# -- a real mail server ----------------------------------------------------------------------
class Sink:
    """Keeps messages. `says` is the answer to DATA, `refuses` the answer to RCPT, `hangs` before answering; there is
    never a refused@…."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.says, self.refuses, self.hangs = "250 ok", "", 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuses or address.startswith("refused@"):
            return self.refuses or "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.hangs:
            await asyncio.sleep(self.hangs)
        if self.says.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content))
        return self.says

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A real SMTP server on a free port; the product's own mail backend sends to it."""
    handler = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "accounts.mail.MailboxBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    yield handler
    controller.stop()


# -- a real server ---------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> Iterator[None]:
    """SQLite tests run on a file: a server's threads cannot share an in-memory database the way a disk is shared."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="jm-test-") as folder:
        database.setdefault("TEST", {})["NAME"] = connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "db")
        yield


@pytest.fixture(scope="session")
def _server(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    from journeymap.server import config

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with django_db_blocker.unblock():
        server = uvicorn.Server(config("127.0.0.1", port))
        server.config.loop = "asyncio"
        server.config.timeout_graceful_shutdown = 2
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        give_up = time.monotonic() + 15
        while not server.started:
            assert thread.is_alive() and time.monotonic() < give_up, "The test server did not start"
            time.sleep(0.01)
        yield SimpleNamespace(port=port, url=f"http://127.0.0.1:{port}", ws=f"ws://127.0.0.1:{port}")
        server.should_exit = True
        thread.join(15)
        if connection.vendor == "postgresql":  # its threads keep connections; the database is about to be dropped
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            connection.close()


@pytest.fixture
def server(_server, transactional_db) -> SimpleNamespace:
    """The real server (pages and sockets) on the test database: `.url`, `.ws`, `.port`.

    What a test creates is committed, so that the server sees it, and flushed afterwards.
    """
    return _server
