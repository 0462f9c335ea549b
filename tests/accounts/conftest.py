"""What tests about people add to the named ones: a room whose address is known, and Gus with his phone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from accounts import joining
from accounts.models import Guest, JoinCode, Membership, Organisation, User
from live.models import Room
from touchpoints.models import Journey


@pytest.fixture
def room(harrow) -> Room:
    room = Room.objects.create(id="jn_0123456789abcdef", organisation=harrow)
    Journey.objects.create(id=room.id, room=room, name="From first order to steady supply")
    return room


@pytest.fixture
def gus(join_code, departments) -> SimpleNamespace:
    """A guest for Sales who came in by the pages and was let in, and his phone."""
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
