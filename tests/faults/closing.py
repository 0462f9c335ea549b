"""A workshop of seven functions in its read-out, about to be closed, as commands bring it about; and questions about what
became of it. Used by `tests.faults.seed` in a process on the database of a fault run or a story."""

from __future__ import annotations

import datetime
import io

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts import commands, joining
from accounts.actors import GUEST_SESSION_KEY, load_actor
from accounts.models import Guest, Organisation, User
from accounts.tokens import make_token
from actions import reminders
from actions.models import ActionItem, Reminder, Result
from live.door import execute
from live.models import Room, new_id
from tests.live.payloads import turn
from touchpoints.models import Journey, MapVersion, Stage
from voices import intake
from voices.models import Comment, Contact
from workshops.models import Participant, Prompt, Workshop

# Who speaks for the first seven departments; Hana comes to no report-back.
CAST = ("sam", "sue", "pia", "leo", "finn", "ida", "hana")
DAY = datetime.timedelta(days=1)
COMMENTS = """id,account,contact,role,revenue,date,score,comment
1,Nordmolen,Anna Meyer,Buyer,400000,2026-03-02,3,"Your hotline kept us on hold for 4 hours, ask Anna Meyer: nobody said when the technician would come."
2,Bakehouse,Tom Hill,User,250000,2026-03-05,2,"We explained it to four people on the phone, and it cost us 12 hours. The overtime was EUR 4500."
3,Castle Foods,Eve Stone,User,900000,2026-04-01,4,The hotline cost us 3 hours that afternoon because nobody called back.
"""


def closing() -> dict[str, object]:
    """Eleven promises, four of them Sam's; his first is due today and Sue's too."""
    firm = Organisation.objects.get(name="Faults")
    room = Room.objects.get(organisation=firm)
    Organisation.objects.filter(pk=firm.pk).update(working_days=[], quiet_from="00:00", quiet_until="00:00")
    people = _people(firm)
    fiona, sam, elena = people["fiona"], people["sam"], people["elena"]
    place, issue = _spoken(room, fiona)
    today, pk = timezone.localdate(), new_id("ws")
    data = {
        "id": pk, "title": "So what?", "objective": "Cut customers' effort", "planned_use": "The plan for May",
        "success_measure": "Hours per order, 180 to 90", "report_back_on": (today + 45 * DAY).isoformat(),
        "people": [people[first].identity for first in CAST], "sponsor": elena.pk, "again_after": 13,
    }  # fmt: skip
    execute(room.pk, fiona.identity, "workshop.open", data)
    execute(room.pk, fiona.identity, "workshop.go_live", {"id": pk})
    turn(room.pk, fiona.identity, pk, "love_to_learn")
    for first in CAST:
        _answer(room.pk, people[first], pk)
    turn(room.pk, fiona.identity, pk, "read_out")
    promises = []
    for n in range(11):
        first, due = CAST[n % 7], today + (30 + n) * DAY if n > 1 else today
        promise = {
            "id": new_id("ac"), "title": f"Call back the same day: {n}", "owner": people[first].pk,
            "customer_change": "She knows when we call", "due": due.isoformat(), "workshop": pk, "touchpoint": place,
            "measure": "days to hear back", "baseline": "9", "target": "1", **({"issue": issue} if n == 0 else {}),
        }  # fmt: skip
        execute(room.pk, people[first].identity, "action.add", promise)
        promises.append(promise["id"])
    for action, first in zip(promises, ("sam", "sue"), strict=False):
        reminders.row_for(firm, Reminder.Kind.DUE, (action, today), people[first], timezone.now()).save()
    return {
        "sessions": {first: _signed_in(user, room.pk) for first, user in people.items()} | {"gus": _guest(firm, room, fiona)},
        "cookie": settings.SESSION_COOKIE_NAME, "token": make_token(fiona, "close")[1], "room": room.pk, "workshop": pk,
        "promises": promises, "sam": str(sam), "contact": Contact.objects.get(name="Anna Meyer").pk, "slug": firm.slug,
    }  # fmt: skip


def _people(firm: Organisation) -> dict[str, User]:
    made = {}
    departments = list(firm.departments.order_by("position"))[:7]
    roles = dict.fromkeys(CAST, "representative") | {"fiona": "facilitator", "elena": "executive"}
    for first, role in roles.items():
        made[first] = User.objects.create(email=f"{first}@faults.example", name=f"{first.title()} Cast")
        speaks = [departments[CAST.index(first)]] if first in CAST else []
        commands.add_member(firm, made[first], role, speaks)
    return made


def _spoken(room: Room, fiona: User) -> tuple[str, str]:
    """A touchpoint at which three customers spoke, and a let-down they share."""
    place, issue = new_id("tp"), new_id("is")
    stage = Stage.objects.filter(room=room).earliest("order")
    execute(room.pk, fiona.identity, "touchpoint.add", {"id": place, "stage": stage.pk, "title": "Calls the hotline"})
    data = {"id": issue, "title": "Nobody says when", "touchpoint": place}
    execute(room.pk, fiona.identity, "issue.add", data)
    actor = load_actor(fiona.identity, room.organisation_id)
    assert actor is not None
    journey, file = Journey.objects.get(pk=room.pk), COMMENTS.encode()
    row = intake.take(journey, actor, "cases.csv", io.BytesIO(file), len(file), {"months": 0})
    intake.start(row)
    intake.run(row.pk)
    ids = list(Comment.objects.filter(room=room).values_list("pk", flat=True))
    assert len(ids) == 3, row.preview
    execute(room.pk, fiona.identity, "comment.place", {"ids": ids, "touchpoint": place})
    execute(room.pk, fiona.identity, "comment.code", {"ids": ids, "severity": 4, "issue": issue, "coded": True})
    return place, issue


def _answer(room: str, user: User, workshop: str) -> None:
    execute(room, user.identity, "workshop.enter", {"id": workshop})
    for prompt in Prompt:
        said = {"id": new_id("an"), "workshop": workshop, "of_kind": prompt.value, "text": f"{user}: name the hour."}
        execute(room, user.identity, "answer.add", said)


def _signed_in(user: User, room: str) -> str:
    from tests.faults.seed import signed_in

    return signed_in(user, room)["session"]


def _guest(firm: Organisation, room: Room, fiona: User) -> str:
    """The session of Gus, who was let in by code."""
    code = joining.open_code(firm, room.pk, by=fiona.identity)
    guest = joining.ask_to_join(code, "Gus", firm.departments.earliest("position"))
    joining.admit(Guest.objects.filter(pk=guest.pk), by=fiona.identity)
    session = SessionStore()
    session[GUEST_SESSION_KEY] = guest.pk
    session.save()
    return session.session_key or ""


# -- what became of it ---------------------------------------------------------------------------
def stands(action: str) -> dict[str, object]:
    row = ActionItem.objects.get(pk=action)
    notes = list(row.notes.order_by("at").values_list("of_kind", "text"))
    told = Result.objects.filter(action=row, removed_at=None).values_list("of_kind", "due_before", "due_after").first()
    return {
        "status": row.status, "help": row.help_asked_at is not None, "notes": notes, "outcome": row.outcome,
        "after": row.after_value, "known_on": str(row.known_on or ""), "due": str(row.due),
        "told": [str(part or "") for part in told] if told else [],
    }  # fmt: skip


def session(workshop: str) -> dict[str, object]:
    """The report-back that the close booked, and who was asked to it; and the map that was kept."""
    row = Workshop.objects.get(follows=workshop, of_kind=Workshop.Kind.REPORT_BACK)

    def asked(pk: str) -> list[str]:
        return sorted(Participant.objects.filter(workshop=pk, removed_at=None).values_list("name", flat=True))

    kept = MapVersion.objects.filter(room=row.room_id).values_list("name", flat=True)
    return {
        "id": row.pk, "state": row.state, "same": asked(row.pk) == asked(workshop), "asked": asked(row.pk),
        "versions": list(kept),
    }  # fmt: skip


def words() -> dict[str, object]:
    rows = Comment.objects.order_by("pk").values("text", "severity", "issue", "touchpoint", "contact")
    return {"comments": list(rows), "contacts": list(Contact.objects.order_by("pk").values_list("name", flat=True))}
