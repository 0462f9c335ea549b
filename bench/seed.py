"""Fills an empty database for the bench: `python -m bench.seed ROOMS PEOPLE TOUCHPOINTS`.

Makes one organisation with as many facilitators as are needed, each signed in with a session, and ROOMS
journeys of TOUCHPOINTS touchpoints, each with PEOPLE of its own. Prints the generator's lines as JSON:
room, path, cookie, the touchpoint this person edits, and the hello with the ticket a page would carry.
"""

from __future__ import annotations

import json
import sys

import django
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import transaction

django.setup()  # this module is a program: what follows needs the app's models

from accounts.models import Department, Membership, Organisation, Role, User, standard_departments  # noqa: E402
from live.models import new_id  # noqa: E402
from live.tickets import make_ticket  # noqa: E402
from live.values import order_keys  # noqa: E402
from touchpoints.models import Stage, Touchpoint  # noqa: E402
from touchpoints.starting import start_journey  # noqa: E402


def seed(rooms: int, each: int, touchpoints: int) -> list[str]:
    organisation, fresh = Organisation.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    if fresh:
        for department in standard_departments(organisation):
            department.save()
    mark = new_id("cl")[3:9]
    users = User.objects.bulk_create(
        User(email=f"{mark}.{n}@example.com", name=f"Person {n}", password="!") for n in range(rooms * each)
    )
    Membership.objects.bulk_create(Membership(organisation=organisation, user=u, role=Role.FACILITATOR) for u in users)
    lines = []
    for room in range(rooms):
        journey, cards = make_journey(organisation, users[0], touchpoints)
        for n in range(each):
            key = sign_in(users[room * each + n])
            hello = {
                "t": "hello",
                "v": 1,
                "client": new_id("cl"),
                "ticket": make_ticket(key, journey),
                "since": None,
                "epoch": None,
            }
            cookie = f"{settings.SESSION_COOKIE_NAME}={key}"
            fields = (
                str(room),
                f"/ws/journeys/{journey}/",
                cookie,
                cards[n % len(cards)],
                json.dumps(hello, separators=(",", ":")),
            )
            lines.append("\t".join(fields))
    return lines


def make_journey(organisation: Organisation, owner: User, touchpoints: int, stages: int = 12) -> tuple[str, list[str]]:
    """A journey of 12 stages with the touchpoints spread over them. Gives its id and theirs."""
    journey = start_journey(organisation, owner, "Bench", "blank")
    columns = Stage.objects.bulk_create(
        Stage(id=new_id("st"), room_id=journey.id, name=f"Stage {n + 1}", order=key)
        for n, key in enumerate(order_keys(stages))
    )
    departments = list(Department.objects.filter(organisation=organisation))
    keys = order_keys(touchpoints // stages + 1)
    cards = Touchpoint.objects.bulk_create(
        Touchpoint(
            id=new_id("tp"), room_id=journey.id, stage=columns[n % stages], order=keys[n // stages],
            title=f"The customer waits for call {n}", statement="I rang twice and nobody could tell me when it would come.",
            description="Between the order and the first delivery she hears nothing unless she rings. " * 2,
            felt=n % 5 - 2, intended=min(2, n % 5 - 1), lead=departments[n % len(departments)],
        )
        for n in range(touchpoints)
    )  # fmt: skip
    return journey.id, [card.id for card in cards]


def sign_in(user: User) -> str:
    """A session as Django's login would make it. Gives its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        made = seed(*map(int, sys.argv[1:4]))
    print(json.dumps(made))
