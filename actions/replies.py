"""What the press of a button does on the page a mail leads to: said by the person the mail went to, without a password.

The owner says where they are, asks for help, says that it is kept, or is reminded later. Somebody above writes a line.
Each press is a live command like any other, and stands in the audit trail; opening the page changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor, load_actor
from accounts.audit import audit
from actions import links
from actions.models import ActionItem, FollowUp, Mute, ProgressNote, Reminder, Snooze
from actions.queries import actions_of
from actions.times import LADDER
from actions.whom import MOST_SNOOZED, due_base, people_of
from live.door import execute
from live.models import new_id
from live.values import Refused

Kind = Reminder.Kind
LATER = (3, 7)  # days by which reminders can be put off


@dataclass
class Reply:
    """The row a link came with, and what may be answered with it."""

    row: Reminder
    action: ActionItem
    actor: Actor
    owns: bool
    note: ProgressNote | None = None
    follow_up: FollowUp | None = None

    @property
    def later(self) -> list[int]:
        """By how many days its reminders can still be put off."""
        put_off = (due_base(self.action) - self.action.due).days
        return [days for days in LATER if put_off + days <= MOST_SNOOZED] if self.row.kind in LADDER else []


def reply_for(token: str) -> Reply | None:
    """None when the link has run out or was ended, or when this is no longer this person's to answer."""
    row = links.row_of(token)
    actor = load_actor(row.to.identity, row.organisation_id) if row else None
    if row is None or actor is None:
        return None
    note = follow_up = None
    about = row.object_id
    if row.kind in (Kind.NOTE, Kind.HELP):
        note = ProgressNote.objects.filter(pk=about, removed_at=None).first()
        about = note.action_id if note else ""
    elif row.kind == Kind.FOLLOW_UP:
        follow_up = FollowUp.objects.filter(pk=about, user=row.recipient).first()
        about = follow_up.action_id if follow_up else ""
    elif row.kind not in (*LADDER, Kind.STALE):
        return None
    action = actions_of([row.organisation]).select_related("snooze").filter(pk=about).first()
    if action is None:
        return None
    people, owns = people_of(action), action.owner_id == row.recipient_id
    if not owns and follow_up is None and row.recipient not in (people.facilitator, people.sponsor):
        return None
    return Reply(row, action, actor, owns, note, follow_up)


def answer(reply: Reply, said: Mapping[str, str]) -> str:
    """Do what was pressed; returns the sentence to thank with. Raises Refused."""
    do, text = said.get("do", ""), said.get("text", "").strip()
    if do == "mute":
        return stop([reply.row])
    if do not in (("on_track", "help", "done", "later") if reply.owns else ("note",)):
        raise Refused("invalid", "Choose one of the answers.")
    thanks = _own(reply, do, text, said) if reply.owns else _from_above(reply, text)
    audit("mail.answered", reply.actor.key, reply.row.organisation_id, action=reply.action.pk, answer=do)
    return thanks


def _own(reply: Reply, do: str, text: str, said: Mapping[str, str]) -> str:
    action = reply.action
    if do == "help":
        _say(reply, text, help=True)
        return "Help is asked for. Facilitator and sponsor get a mail with your line."
    if do == "done":
        data = {"id": action.pk, "status": "done", "outcome": text, "after_value": said.get("after_value", "")}
        if known_on := said.get("known_on"):
            data["known_on"] = known_on
        execute(action.room_id, reply.actor.key, "action.change", data)
        return "Kept. Thank you; the group will hear of it."
    if do == "later":
        return _later(reply, said.get("days", ""))
    _say(reply, text or "On track.")
    if action.status == ActionItem.Status.PLANNED:
        execute(action.room_id, reply.actor.key, "action.change", {"id": action.pk, "status": "in_progress"})
    return "Noted: on track."


def _from_above(reply: Reply, text: str) -> str:
    _say(reply, text)
    if reply.follow_up is not None:
        FollowUp.objects.filter(pk=reply.follow_up.pk).update(asked_at=timezone.now())
    owner = people_of(reply.action).owner
    return f"Sent. {owner} gets it by mail, and it stands with the promise." if owner else "It stands with the promise."


def _say(reply: Reply, text: str, help: bool = False) -> None:
    note = {"id": new_id("pn"), "action": reply.action.pk, "text": text, "help": help}
    execute(reply.action.room_id, reply.actor.key, "action.note", note)


def _later(reply: Reply, days: str) -> str:
    """The whole ladder shifts, those who hear later included; so everybody can read it with the promise."""
    action = reply.action
    if not days.isdigit() or int(days) not in reply.later:
        raise Refused("invalid", f"Reminders can be put off by {MOST_SNOOZED} days in all.", field="days")
    put_off = (due_base(action) - action.due).days + int(days)
    _say(reply, f"Reminders put off by {days} days. The promise stays due on {action.due:%-d %B}.")
    Snooze.objects.update_or_create(action=action, defaults={"due": action.due, "days": put_off, "at": timezone.now()})
    return f"You hear of it {days} days later. It stays due on {action.due:%-d %B}."


@transaction.atomic
def stop(rows: list[Reminder]) -> str:
    """No more mails of the kinds that came in this one."""
    kinds = [kind for kind in Kind if kind in {row.kind for row in rows}]
    mutes = [Mute(user=rows[0].to, kind=kind) for kind in kinds]
    Mute.objects.bulk_create(mutes, ignore_conflicts=True)
    audit("mail.stopped", rows[0].to.identity, rows[0].organisation_id, kinds=[str(kind) for kind in kinds])
    names = " or ".join(f"“{kind.label}”" for kind in kinds)
    return f"No more mails: {names}."
