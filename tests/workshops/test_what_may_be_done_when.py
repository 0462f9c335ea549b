"""When what may be done in a workshop: phase × command × role × ownership, cell by cell.

The grid is the second, independent telling of `workshops.permissions`: one letter a phase for each command and kind
of person. A command that is about a workshop and has no row here fails.
"""

from __future__ import annotations

import pytest
from django.db import transaction

from actions.models import NoAction
from journeymap.board import COMMANDS
from live.door import execute
from live.models import new_id
from live.values import Refused
from tests.live.payloads import now, turn
from workshops.models import Answer, Parked, Participant, Phase, Rating, Workshop

pytestmark = pytest.mark.django_db

PHASES = (
    "planned", "why", "walk", "learn", "severity", "fine_tune", "break", "do_differently", "love_to_learn", "commit",
    "read_out", "closed",
)  # fmt: skip
# Who: ada administers, fiona runs it, sam and sue speak for departments (what is owned is Sam's), gus is a guest of Sam's
# department, elena an executive, otto an observer.
EVERYBODY = ("ada", "fiona", "sam", "sue", "gus", "elena", "otto")
LEADERS, SPEAKERS, SAM = ("ada", "fiona"), ("ada+", "fiona+", "sam", "sue", "gus"), ("sam",)
OWNER_OR_LEADERS = ("ada", "fiona", "sam")

#                        planned ⋯ twelve columns, in the order of PHASES: "x" may, "." may not
GRID: dict[str, tuple[tuple[str, ...], str]] = {
    "workshop.change": (LEADERS, "xxxxxxxxxxx."),
    "workshop.write": (LEADERS, "xxxxxxxxxxx."),
    "workshop.go_live": (LEADERS, "x..........."),
    "workshop.enter": (EVERYBODY, "xxxxxxxxxxx."),
    "workshop.next_phase": (LEADERS, ".xxxxxxxxx.."),  # the last phase ends by closing
    "workshop.previous_phase": (LEADERS, "..xxxxxxxxx."),
    "workshop.pause": (LEADERS, ".xxxxxxxxxx."),
    "workshop.add_minute": (LEADERS, ".xxxxxxxxxx."),
    "workshop.start_again": (LEADERS, ".xxxxxxxxxx."),
    "workshop.close": (LEADERS, ".xxxxxxxxxx."),
    "workshop.lead": (LEADERS, ".xxxxxxxxxx."),
    "workshop.spotlight": (LEADERS, ".xxxxxxxxxx."),
    "workshop.bring": (LEADERS, ".xxxxxxxxxx."),
    "workshop.lock": (LEADERS, ".xxxxxxxxxx."),
    "workshop.ask_in": (LEADERS, ".xxxxxxxxxx."),
    "workshop.say_ready": (EVERYBODY, ".xxxxxxxxxx."),
    "workshop.raise_hand": (EVERYBODY, ".xxxxxxxxxx."),
    "workshop.reveal learn": (LEADERS, "...xxxxxxxx."),
    "workshop.reveal fine_tune": (LEADERS, ".....xxxxxx."),
    "workshop.reveal do_differently": (LEADERS, ".......xxxx."),
    "workshop.reveal love_to_learn": (LEADERS, "........xxx."),
    "answer.add learn": (SPEAKERS, "...xxxxxxxx."),
    "answer.add fine_tune": (SPEAKERS, ".....xxxxxx."),
    "answer.add do_differently": (SPEAKERS, ".......xxxx."),
    "answer.add love_to_learn": (SPEAKERS, "........xxx."),
    "answer.change private": (SAM, "...xxxxxxxx."),
    "answer.write private": (SAM, "...xxxxxxxx."),
    "answer.remove private": (SAM, "...xxxxxxxx."),
    "answer.change open": (OWNER_OR_LEADERS, "...xxxxxxxx."),
    "answer.write open": (OWNER_OR_LEADERS, "...xxxxxxxx."),
    "answer.remove open": (OWNER_OR_LEADERS, "...xxxxxxxx."),
    "answer.group": (SPEAKERS, ".xxxxxxxxxx."),
    "answer.ask": (SPEAKERS, ".xxxxxxxxxx."),
    "answer.react": (EVERYBODY, ".xxxxxxxxxx."),
    "rating.give": (EVERYBODY, "....x......."),
    "workshop.open_ratings": (LEADERS, "....xxxxxxx."),
    "workshop.settle": (LEADERS, "....xxxxxxx."),
    "parked.add": (EVERYBODY, ".xxxxxxxxxx."),
    "parked.settle": (LEADERS, ".xxxxxxxxxx."),
    "parked.remove": (OWNER_OR_LEADERS, ".xxxxxxxxxx."),
    "workshop.read_out": (LEADERS, "..........x."),
    "workshop.accept_report_back": (("elena",), "xxxxxxxxxxx."),
    "no_action.say": (("ada", "fiona", "sam", "gus"), ".xxxxxxxxxx."),
    "no_action.take_back": (("ada", "fiona", "sam", "gus"), ".xxxxxxxxxx."),
}
# Not a question of time: `open` makes a workshop, `make_up` needs a delay (tests/workshops/test_agenda.py), `reply` a
# seat, and a report-back is booked at any time (test_preparing.py).
ELSEWHERE = {"workshop.open", "workshop.make_up", "workshop.reply", "workshop.book_report_back"}
ABOUT = ("workshop.", "answer.", "rating.", "parked.", "no_action.", "ballot.", "reaction.", "group.", "comment_on.")


def test_every_command_about_a_workshop_has_a_row():
    said = {row.split()[0] for row in GRID} | ELSEWHERE
    left = {name for name in COMMANDS if name.startswith(ABOUT)} - said
    assert not left, f"Say in GRID (and in workshops.permissions.TIMES) when these may be done: {sorted(left)}"
    assert all(len(cells) == len(PHASES) for _, cells in GRID.values())


class Meeting:
    """One in a given phase, with something of Sam's in it: a private and an open answer, a rating, something parked."""

    def __init__(self, journey, people, gus, phase: str) -> None:
        self.room, self.phase = journey.pk, phase
        self.identity = {name: people[name].identity for name in EVERYBODY if name != "gus"} | {"gus": gus.identity}
        self.sales = people["sam"].memberships.get().departments.get().pk
        words = {"objective": "O", "planned_use": "P", "success_measure": "S", "report_back_on": "2031-05-01"}
        words["sponsor"] = people["elena"].pk
        self.pk, self.issue = new_id("ws"), new_id("is")
        self.by("fiona", "issue.add", {"id": self.issue, "title": "Waits for an offer"})
        self.by("fiona", "workshop.open", {"id": self.pk, "title": "T", **words})
        if phase != "planned":
            self.by("fiona", "workshop.go_live", {"id": self.pk})
            turn(self.room, self.identity["fiona"], self.pk, "why" if phase == "closed" else phase)
            for identity in self.identity.values():
                execute(self.room, identity, "workshop.enter", {"id": self.pk})
        workshop = Workshop.objects.get(pk=self.pk)
        row = {"room_id": self.room, "workshop": workshop, "author": self.identity["sam"]}
        answer = {**row, "of_kind": "learn", "text": "Say it", "department_id": self.sales}
        self.private = Answer.objects.create(id=new_id("an"), **answer)
        self.open = Answer.objects.create(id=new_id("an"), **answer, revealed_at=workshop.created_at)
        self.parked = Parked.objects.create(
            id=new_id("pk"), room_id=self.room, workshop=workshop, text="Later", by=self.identity["sam"]
        )
        none = {"department_id": self.sales, "because": "Two run", "by": self.identity["sam"]}
        self.none = NoAction.objects.create(id=new_id("na"), room_id=self.room, workshop=workshop, **none)
        Rating.objects.create(id=new_id("ra"), **row, issue_id=self.issue, severity=4)
        if phase == "closed":
            self.by("fiona", "workshop.close", {"id": self.pk, "because": "Enough"})

    def by(self, who: str, name: str, data: dict) -> None:
        execute(self.room, self.identity[who], name, data)

    def data(self, row: str, who: str) -> dict:
        name, _, what = row.partition(" ")
        of = {"id": self.pk}
        if name in ("answer.change", "answer.write", "answer.remove"):
            more = {"change": {"text": "Said"}, "write": {"field": "text", "rev": 0, "delta": ["So "]}, "remove": {}}
            return {"id": getattr(self, what).pk, **more[name.partition(".")[2]]}
        phase = {"phase": now(self.pk) or Phase.objects.filter(workshop=self.pk).earliest("position").pk}
        someone = Participant.objects.filter(workshop=self.pk).values_list("pk", flat=True).first() or new_id("pt")
        return {
            "workshop.change": {**of, "title": "U"},
            "workshop.write": {**of, "field": "objective", "rev": 0, "delta": ["So "]},
            "workshop.next_phase": of | phase, "workshop.previous_phase": of | phase, "workshop.pause": of | phase,
            "workshop.add_minute": of | phase, "workshop.start_again": of | phase,
            "workshop.close": {**of, "because": "Enough"}, "workshop.lead": {**of, "on": True},
            "workshop.spotlight": {**of, "at": self.issue}, "workshop.bring": {**of, "to": "room"},
            "workshop.lock": {**of, "doors": True}, "workshop.ask_in": {**of, "participant": someone},
            "workshop.say_ready": {**of, "ready": True}, "workshop.raise_hand": {**of, "up": True},
            "workshop.reveal": {**of, "of_kind": what},
            "answer.add": {"id": new_id("an"), "workshop": self.pk, "of_kind": what, "text": "Say it",
                           "department": self.sales if who in ("ada", "fiona") else None},
            "answer.group": {**of, "headings": {self.open.pk: "Dates"}}, "answer.ask": {"id": self.open.pk, "to_ask": True},
            "answer.react": {"id": new_id("rc"), "answer": self.open.pk, "of_kind": "new"},
            "rating.give": {"id": new_id("ra"), "workshop": self.pk, "place": self.issue, "severity": 3},
            "workshop.settle": {**of, "place": self.issue, "severity": 4, "because": "Seen it"},
            "parked.add": {"id": new_id("pk"), "workshop": self.pk, "text": "Later"},
            "parked.settle": {"id": self.parked.pk, "settled": True}, "parked.remove": {"id": self.parked.pk},
            "workshop.read_out": {**of, "department": self.sales}, "no_action.take_back": {"id": self.none.pk},
            "no_action.say": {"id": new_id("na"), "workshop": self.pk, "department": self.sales, "because": "Three run"},
        }.get(name, of)  # fmt: skip


@pytest.mark.parametrize("phase", PHASES)
def test_what_may_be_done(journey, people, gus, phase):
    meeting, wrong = Meeting(journey, people, gus, phase), []
    if phase not in ("planned", "closed"):
        Workshop.objects.filter(pk=meeting.pk).update(
            rated=[{"place": meeting.issue, "median": 4, "low": 4, "high": 4, "people": 1}]
        )
    for row, (who_may, cells) in GRID.items():
        may_now = cells[PHASES.index(phase)] == "x"
        for who in EVERYBODY:
            with transaction.atomic():
                try:
                    meeting.by(who, row.split()[0], meeting.data(row, who))
                    code = ""
                except Refused as refused:
                    code = refused.code
                transaction.set_rollback(True)
            may = may_now and {who, f"{who}+"} & set(who_may)
            if bool(may) == bool(code) or code in ("internal", "busy"):
                wrong.append(f"{row} by {who}: {code or 'done'}")
    assert not wrong, f"in {phase}:\n" + "\n".join(wrong)


def test_locked_writing_stops_everybody_but_those_who_run_it(journey, people, gus):
    meeting = Meeting(journey, people, gus, "severity")
    meeting.by("fiona", "workshop.lock", {"id": meeting.pk, "writing": True})
    for row in ("answer.add learn", "answer.change private", "answer.remove private", "rating.give", "parked.add"):
        with pytest.raises(Refused) as caught:
            meeting.by("sam", row.split()[0], meeting.data(row, "sam"))
        assert (caught.value.code, "Writing is locked" in caught.value.message) == ("locked", True), row
    meeting.by("fiona", "answer.add", meeting.data("answer.add learn", "fiona"))
    meeting.by("ada", "workshop.lock", {"id": meeting.pk, "writing": False})  # the other facilitator may take over
    meeting.by("sam", "answer.add", meeting.data("answer.add learn", "sam"))


def test_locked_doors_keep_out_who_was_not_there_and_nobody_else(journey, people, gus, as_):
    meeting = Meeting(journey, people, gus, "learn")
    Participant.objects.filter(person=meeting.identity["otto"]).delete()
    meeting.by("fiona", "workshop.lock", {"id": meeting.pk, "doors": True})
    meeting.by("sam", "workshop.enter", {"id": meeting.pk})
    with pytest.raises(Refused, match="The room is locked"):
        meeting.by("otto", "workshop.enter", {"id": meeting.pk})
    assert as_("otto").post(f"/workshops/{meeting.pk}/enter/").status_code == 423
    meeting.by("ada", "workshop.lock", {"id": meeting.pk, "doors": False})
    assert as_("otto").post(f"/workshops/{meeting.pk}/enter/").status_code == 204


def test_what_was_begun_stays_open_when_the_agenda_is_turned_back(journey, people, gus):
    meeting = Meeting(journey, people, gus, "fine_tune")
    meeting.by("sam", "answer.add", meeting.data("answer.add fine_tune", "sam"))
    meeting.by("fiona", "workshop.previous_phase", {"id": meeting.pk, "phase": now(meeting.pk)})
    meeting.by("sue", "answer.add", meeting.data("answer.add fine_tune", "sue"))
    with pytest.raises(Refused, match="has not begun yet"):
        meeting.by("sue", "answer.add", meeting.data("answer.add do_differently", "sue"))
