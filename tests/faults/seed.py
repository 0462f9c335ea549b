"""Fills a database for the fault runs, and tells afterwards what is in it. Runs as a process of its own,
because its database is not the one of the tests.

    python -m tests.faults.seed people N     → JSON: room, touchpoints, people (identity, session, ticket)
    python -m tests.faults.seed look ROOM    → JSON: the log as (seq, id), and the snapshot as records
    python -m tests.faults.seed reminders N   → JSON: nothing; N people have one promise each that is due now
    python -m tests.faults.seed outbox  → JSON: state → how many mails of the day
    python -m tests.faults.seed closing  → JSON: a workshop about to be closed: sessions, a token, the promise
    python -m tests.faults.seed stands ACTION  → JSON: how a promise stands, what was said
    python -m tests.faults.seed session WORKSHOP  → JSON: the report-back that its close booked
    python -m tests.faults.seed words  → JSON: the comments, and the contacts that are known by name
    python -m tests.faults.seed writing LEADER …  → JSON: the id of a live workshop, in its first question, all in it
    python -m tests.faults.seed said WORKSHOP  → JSON: what was answered there: text, author, revealed or not
    python -m tests.faults.seed remove IDENTITY …  → JSON: identity → (seq and clock when it was committed)
"""

from __future__ import annotations

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journeymap.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import commands  # noqa: E402
from accounts.models import Membership, Organisation, User  # noqa: E402
from actions import reminders  # noqa: E402
from actions.models import ActionItem, Reminder  # noqa: E402
from live import door, queries  # noqa: E402
from live.models import Event, Room, new_id  # noqa: E402
from live.tickets import make_ticket  # noqa: E402
from tests.faults import closing  # noqa: E402
from touchpoints.models import Stage  # noqa: E402
from touchpoints.starting import start_journey  # noqa: E402
from workshops.models import Answer, Phase  # noqa: E402

# The standard room of fifty: who edits everything, who edits their own, who reads.
ROLES = ["facilitator"] * 4 + ["representative"] * 44 + ["executive"] * 1 + ["observer"] * 1


def people(count: int) -> dict[str, object]:
    ada = commands.create_person("ada@faults.example", "Ada", verified=True)
    firm = commands.create_organisation(ada, "Faults")
    departments = list(firm.departments.order_by("position"))[:8]
    journey = start_journey(firm, ada, "From fault to recovery")
    stages = list(Stage.objects.filter(room=journey.room).order_by("order"))
    touchpoints = []
    for number in range(40):
        lead = departments[number % len(departments)]
        data = {"id": new_id("tp"), "stage": stages[number % 8].pk, "title": f"Touchpoint {number}", "lead": lead.pk}
        door.execute(journey.pk, ada.identity, "touchpoint.add", data)
        touchpoints.append({"id": data["id"], "lead": lead.pk})
    found = []
    for number in range(count):
        role, department = ROLES[number % len(ROLES)], departments[number % len(departments)]
        user = User.objects.create(email=f"p{number}@faults.example", name=f"Person {number}")
        commands.add_member(firm, user, role, [department] if role == "representative" else [])
        found.append(
            {"identity": user.identity, "role": role, "department": department.pk, **signed_in(user, journey.pk)}
        )
    return {
        "room": journey.pk, "stages": [stage.pk for stage in stages], "touchpoints": touchpoints, "people": found,
        "cookie": settings.SESSION_COOKIE_NAME, "seq": Room.objects.get(pk=journey.pk).seq,
    }  # fmt: skip


def signed_in(user: User, room: str) -> dict[str, str]:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"session": session.session_key or "", "ticket": make_ticket(session.session_key or "", room)}


def look(room: str) -> dict[str, object]:
    log = list(Event.objects.filter(room=room).order_by("seq").values_list("seq", "command_id", "by"))
    snapshot = queries.snapshot(door.the_board(), room)
    assert snapshot is not None
    return {"log": log, "seq": snapshot.seq, "records": snapshot.records({"all"})}


def remove(*identities: str) -> dict[str, object]:
    """End memberships, one every half second, and say at which seq the room stood when each was committed."""
    firm = Organisation.objects.get(name="Faults")
    found: dict[str, object] = {}
    for identity in identities:
        member = Membership.objects.get(user=int(identity[1:]), organisation=firm)
        with transaction.atomic():
            commands.deactivate_member(member, by="u1")
            seq = Room.objects.get(organisation=firm).seq
        found[identity] = (seq, time.time())
        time.sleep(0.5)
    return found


def due_today(count: int) -> dict[str, object]:
    """One reminder each for so many people, to be sent at once whatever the hour."""
    firm = Organisation.objects.get(name="Faults")
    room, today = Room.objects.get(organisation=firm), timezone.localdate()
    Organisation.objects.filter(pk=firm.pk).update(working_days=[], quiet_from="00:00", quiet_until="00:00")
    users = User.objects.bulk_create(
        User(email=f"d{n}-{new_id('x')}@faults.example", name=f"Due {n}") for n in range(count)
    )
    Membership.objects.bulk_create(Membership(organisation=firm, user=user, role="observer") for user in users)
    made = ActionItem.objects.bulk_create(
        ActionItem(id=new_id("ac"), room=room, title=f"Promise of {user}", owner=user, due=today) for user in users
    )
    now = timezone.now()
    Reminder.objects.bulk_create(
        reminders.row_for(firm, Reminder.Kind.DUE, (action.pk, today), action.owner, now) for action in made
    )
    return {}


def writing(leader: str, *others: str) -> dict[str, object]:
    """A live workshop where everybody answers the first question alone."""
    room, workshop = Room.objects.get(organisation__name="Faults").pk, new_id("ws")
    words = {"title": "So what?", "objective": "O", "planned_use": "P", "success_measure": "S"}
    back = (timezone.localdate() + timezone.timedelta(days=45)).isoformat()
    door.execute(room, leader, "workshop.open", {"id": workshop, **words, "report_back_on": back})
    door.execute(room, leader, "workshop.go_live", {"id": workshop})
    for phase in Phase.objects.filter(workshop=workshop, position__lt=2).order_by("position"):
        door.execute(room, leader, "workshop.next_phase", {"id": workshop, "phase": phase.pk})
    for identity in (leader, *others):
        door.execute(room, identity, "workshop.enter", {"id": workshop})
    return {"workshop": workshop}


def said(workshop: str) -> dict[str, object]:
    rows = Answer.objects.filter(workshop=workshop, removed_at=None).order_by("pk")
    return {"answers": [[row.text, row.author, row.revealed_at is not None] for row in rows]}


def outbox() -> dict[str, object]:
    rows = Reminder.objects.filter(kind=Reminder.Kind.DUE)
    return dict(rows.values_list("state").annotate(n=Count("pk")))


if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    doing = {
        "people": lambda n: people(int(n)),
        "look": look,
        "remove": remove,
        "outbox": outbox,
        "stands": closing.stands,
    }
    doing |= {"closing": closing.closing, "session": closing.session, "words": closing.words}
    doing |= {"writing": writing, "said": said}
    answer = {**doing, "reminders": lambda n: due_today(int(n))}[verb](*arguments)
    json.dump(answer, sys.stdout)
