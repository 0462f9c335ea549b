"""Harrow Packaging and its people, made by the real commands; Olga is of another firm."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from accounts import commands, joining
from accounts.models import Guest, JoinCode, Membership, Organisation, User
from live.models import Room
from touchpoints.models import Journey

MEMBERS = {
    "fiona": ("Fiona Hart", "facilitator", []),
    "sam": ("Sam Okoro", "representative", ["SA"]),
    "sue": ("Sue Baines", "representative", ["CS"]),
    "elena": ("Elena Ruiz", "executive", []),
    "otto": ("Otto Weiss", "observer", []),
}


@pytest.fixture
def people(db) -> dict[str, User]:
    """Everybody by first name."""
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
def harrow(people) -> Organisation:
    return Organisation.objects.get(slug="harrow-packaging")


@pytest.fixture
def departments(harrow):
    return {row.code: row for row in harrow.departments.all()}


@pytest.fixture
def room(harrow) -> Room:
    room = Room.objects.create(id="jn_0123456789abcdef", organisation=harrow)
    Journey.objects.create(id=room.id, room=room, name="From first order to steady supply")
    return room


@pytest.fixture
def join_code(harrow, room, people) -> JoinCode:
    return joining.open_code(harrow, room.id, by=people["fiona"].identity)


@pytest.fixture
def as_(people):
    """`as_("fiona")` is a browser in which she is signed in; `as_(None)` one that nobody has used."""

    def browser(who: str | None) -> Client:
        client = Client()
        if who:
            client.force_login(people[who])
        return client

    return browser


@pytest.fixture
def gus(join_code, departments) -> SimpleNamespace:
    """A guest for Sales who has been let in, and his phone."""
    phone = Client()
    guest = come_in(phone, join_code, "Gus", departments["SA"])
    joining.admit(Guest.objects.filter(pk=guest.pk), by="u1")
    return SimpleNamespace(guest=guest, phone=phone)


def come_in(phone: Client, join_code: JoinCode, name: str, department) -> Guest:
    """Walk the pages up to the lobby."""
    assert phone.post("/join/", {"code": str(join_code)}).status_code == 302
    answer = phone.post("/join/name/", {"name": name, "department": department.pk})
    assert answer.url == "/join/lobby/"
    return Guest.objects.latest("pk")


def membership(organisation: Organisation, user: User) -> Membership:
    return Membership.objects.get(organisation=organisation, user=user)
