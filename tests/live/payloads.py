"""A journey with one of everything, and for every live command one piece of data that fits it.

`set_scene` makes the journey by the real commands; `PAYLOADS[name](scene)` is the data of one valid command
in it, for whoever may do that. Tests that walk through all commands read this one table, and fail when a
command of the board has no row here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Department, Guest, User
from live.door import execute
from live.models import Room, new_id
from touchpoints.models import Channel, Journey, Stage
from voices.models import Comment, CommentImport
from workshops.models import Participant, Phase, Workshop

SOON, LATER, LATER_STILL = ((datetime.date.today() + datetime.timedelta(days=n)).isoformat() for n in (200, 300, 400))


@dataclass
class Scene:
    """Ids of what is there. `touchpoint` is led by Sales (Sam and Gus), `other` by Customer service (Sue)."""

    room: str
    people: Mapping[str, User]
    sales: str
    service: str
    stage: str
    stage2: str
    channel: str
    touchpoint: str = ""
    other: str = ""
    remark: str = ""
    proposal: str = ""
    aim: str = ""
    persona: str = ""
    experience: str = ""
    version: str = ""
    issue: str = ""
    comment: int = 0
    running: str = ""  # an import whose rows are all in, and
    done: str = ""  # one that was taken in
    planned: str = ""  # a workshop to come, and
    rated: str = ""  # one that runs, with an open round of ratings
    live: str = ""  # one that runs, back in the round of ratings, with the fine-tune prompt revealed
    answer: str = ""  # Sam's, private
    revealed: str = ""  # Sam's, open to all, and what was said about it:
    reply: str = ""  # Sam's
    tie: str = ""  # Sam's
    reading: str = ""  # a workshop in its read-out, in which Sales promises nothing:
    none: str = ""
    action: str = ""  # Sam's promise
    met: str = ""  # a report-back that is held, on a workshop in which Sam made
    told: str = ""  # this promise
    parked: str = ""  # Sam's, in the parking lot
    proof: str = ""  # what stands behind it

    @property
    def seq(self) -> int:
        return Room.objects.values_list("seq", flat=True).get(pk=self.room)

    @property
    def phase(self) -> str:
        """The phase that the live workshop is in."""
        return now(self.live)

    def by(self, first: str, name: str, /, **data: Any) -> str:
        """One person does something; the id of what it is about."""
        execute(self.room, self.people[first].identity, name, data)
        return str(data.get("id"))


def set_scene(journey: Journey, people: Mapping[str, User], guest: Guest | None = None) -> Scene:
    """One of everything. With `guest`, she is in the live workshop like everybody else."""
    first, second = Stage.objects.filter(room=journey.pk).order_by("order")[:2]
    lead = {row.code: row.pk for row in Department.objects.filter(organisation=journey.room.organisation_id)}
    channel = Channel.objects.filter(room=journey.pk).order_by("pk")[0].pk
    scene = Scene(journey.pk, people, lead["SA"], lead["CS"], first.pk, second.pk, channel)
    scene.touchpoint = _touchpoint(scene, "Waits for a quote", scene.sales)
    scene.other = _touchpoint(scene, "Calls the hotline", scene.service)
    scene.remark = scene.by("sam", "remark.add", id=new_id("rm"), touchpoint=scene.touchpoint, text="Two weeks.")
    proposal = {"touchpoint": scene.touchpoint, "field": "notes", "text": "Ask first"}
    scene.proposal = scene.by("sue", "proposal.add", id=new_id("pr"), **proposal)
    scene.aim = scene.by("fiona", "aim.add", id=new_id("am"), name="Never stop the line")
    scene.persona = scene.by("fiona", "persona.add", id=new_id("pe"), name="Purchasing lead", aim=scene.aim)
    experience = {"persona": scene.persona, "touchpoint": scene.touchpoint, "felt": -1, "need": "A date"}
    scene.experience = scene.by("fiona", "experience.set", id=new_id("ex"), **experience)
    scene.version = scene.by("fiona", "version.keep", id=new_id("mv"), name="As we believed")
    scene.issue = scene.by(
        "sam", "issue.add", id=new_id("is"), title="No date in the quote", touchpoint=scene.touchpoint
    )
    scene.by("sue", "issue.add", id=new_id("is"), title="Nobody says when")
    _comments(scene, journey)
    _workshops(scene, guest)
    promise = {"title": "Put a date in every quote", "owner": people["sam"].pk, "due": LATER}
    scene.action = scene.by("sam", "action.add", id=new_id("ac"), department=scene.sales, **promise)
    scene.proof = scene.by("sam", "proof.add", id=new_id("pf"), action=scene.action, touchpoint=scene.touchpoint)
    return scene


def put_away(room: str, away: bool = True) -> None:
    """As archiving leaves it; the scene's workshop is live, and so it would be refused."""
    Room.objects.filter(pk=room).update(read_only=away)


def _touchpoint(scene: Scene, title: str, lead: str) -> str:
    pk = scene.by("fiona", "touchpoint.add", id=new_id("tp"), stage=scene.stage, title=title, lead=lead)
    return scene.by("fiona", "touchpoint.change", id=pk, notes="as it is", felt=-1, channels=[scene.channel])


def _comments(scene: Scene, journey: Journey) -> None:
    about = {"organisation_id": journey.room.organisation_id, "room_id": scene.room}
    file = {**about, "by": "u1", "by_name": "Fiona Hart", "file_name": "survey.csv", "size": 1, "form": "csv"}
    for name, state in (("done", CommentImport.State.DONE), ("running", CommentImport.State.RUNNING)):
        row = CommentImport.objects.create(id=new_id("im"), state=state, total=1, position=1, **file)
        setattr(scene, name, row.pk)
        said = {"text": f"Nobody called back ({name}).", "dedupe": name, "comment_import": row}
        said |= {"coded_at": timezone.now(), "coded_by": "u0"}
        placed = {"touchpoint_id": scene.touchpoint, "stage_id": scene.stage} if name == "running" else {}
        comment = Comment.objects.create(**about, **said, **placed)
        scene.comment = scene.comment or comment.pk


def _workshops(scene: Scene, guest: Guest | None) -> None:
    words = {"objective": "Fewer calls", "planned_use": "Yearly plan", "success_measure": "Half of them"}
    team = [scene.people["sam"].identity, scene.people["sue"].identity]
    for name in ("planned", "live", "rated", "reading"):
        more = {"people": team, "report_back_on": LATER, "sponsor": scene.people["elena"].pk, "agenda": "short"}
        pk = scene.by("fiona", "workshop.open", id=new_id("ws"), title=f"A {name} one", **words, **more)
        setattr(scene, name, pk)
    scene.by("fiona", "workshop.go_live", id=scene.live)
    turn(scene.room, scene.people["fiona"].identity, scene.live, "fine_tune")
    insiders = [person.identity for name, person in scene.people.items() if name != "olga"]
    for identity in [*insiders, *([guest.identity] if guest else [])]:
        execute(scene.room, identity, "workshop.enter", {"id": scene.live})
    for name, prompt in (("answer", "learn"), ("revealed", "fine_tune")):
        answer = {"workshop": scene.live, "of_kind": prompt, "text": "Say the date first"}
        setattr(scene, name, scene.by("sam", "answer.add", id=new_id("an"), **answer))
    scene.by("fiona", "workshop.reveal", id=scene.live, of_kind="fine_tune")
    scene.by("fiona", "workshop.previous_phase", id=scene.live, phase=scene.phase)
    scene.by("fiona", "workshop.book_report_back", id=scene.planned)
    scene.met = Workshop.objects.get(follows=scene.planned).pk
    scene.by("fiona", "workshop.go_live", id=scene.met)
    promise = {"title": "Say the date first", "owner": scene.people["sam"].pk, "due": LATER, "workshop": scene.planned}
    scene.told = scene.by("sam", "action.add", id=new_id("ac"), department=scene.sales, **promise)
    scene.parked = scene.by("sam", "parked.add", id=new_id("pk"), workshop=scene.live, text="Who owns the portal?")
    scene.reply = scene.by("sam", "reply.add", id=new_id("rp"), answer=scene.revealed, text="Since May.")
    scene.by("sue", "answer.react", id=new_id("rc"), answer=scene.revealed, of_kind="too")
    scene.tie = scene.by("sam", "tie.add", id=new_id("ti"), answer=scene.revealed, to=scene.touchpoint)
    scene.by("fiona", "vote.open", id=scene.live)
    heard = {"title": "Call first", "owner": scene.people["sue"].pk, "due": LATER, "workshop": scene.planned}
    heard = scene.by("sue", "action.add", id=new_id("ac"), department=scene.service, **heard)
    scene.by("fiona", "result.mark", id=new_id("rs"), workshop=scene.met, action=heard, of_kind="dropped", because="No")
    scene.by("fiona", "workshop.ask_in", id=scene.live, participant=_sam(scene))
    rating = Phase.objects.filter(workshop=scene.rated, of_kind="severity").earliest("position").pk
    scene.by("fiona", "phase.move", id=rating, after=None)  # first, so that nothing was done sooner than planned
    scene.by("fiona", "workshop.go_live", id=scene.rated)
    for workshop in (scene.live, scene.rated):
        scene.by("sam", "rating.give", id=new_id("ra"), workshop=workshop, place=scene.touchpoint, severity=4)
    scene.by("fiona", "workshop.open_ratings", id=scene.rated)
    _read_out(scene)
    for _ in range(2):  # two minutes that can be made up for
        scene.by("fiona", "workshop.add_minute", id=scene.rated, phase=now(scene.rated))


def _sam(scene: Scene) -> str:
    sam = Participant.objects.filter(workshop=scene.live, person=scene.people["sam"].identity)
    return sam.order_by("created_at").values_list("pk", flat=True)[0]


def now(workshop: str) -> str:
    """The phase that a workshop is in; of one that is closed, none that there is."""
    return Workshop.objects.values_list("phase", flat=True).get(pk=workshop) or "ph_" + "0" * 16


def turn(room: str, by: str, workshop: str, to: str) -> None:
    """Press *Next* until a phase of the kind `to` runs."""
    while Phase.objects.get(pk=now(workshop)).of_kind != to:
        execute(room, by, "workshop.next_phase", {"id": workshop, "phase": now(workshop)})


def _first(workshop: str) -> str:
    return _nth(workshop, 0)


def _nth(workshop: str, position: int) -> str:
    living = Phase.objects.filter(workshop=workshop, removed_at=None).order_by("position", "pk")
    phases = list(living.values_list("pk", flat=True))
    return phases[min(position, len(phases) - 1)]


def _asked(scene: Scene) -> str:
    rows = Participant.objects.filter(workshop=scene.planned, person=scene.people["sam"].identity)
    return rows.order_by("created_at").values_list("pk", flat=True)[0]


def _read_out(scene: Scene) -> None:
    """To the last phase of the agenda, Sales with nothing to read out."""
    scene.by("fiona", "workshop.go_live", id=scene.reading)
    turn(scene.room, scene.people["fiona"].identity, scene.reading, "read_out")
    none = {"workshop": scene.reading, "department": scene.sales, "because": "We wait for the new price list."}
    scene.none = scene.by("sam", "no_action.say", id=new_id("na"), **none)


def _write(scene: Scene, pk: str, field: str) -> dict[str, Any]:
    return {"id": pk, "field": field, "rev": scene.seq, "delta": ["Well, "]}


Payload = Callable[[Scene], dict[str, Any]]

PAYLOADS: dict[str, Payload] = {
    "journey.change": lambda s: {"id": s.room, "objective": "Fewer calls", "review_by": LATER},
    "journey.write": lambda s: _write(s, s.room, "objective"),
    "stage.add": lambda s: {"id": new_id("st"), "name": "We look back", "after": s.stage},
    "stage.change": lambda s: {"id": s.stage, "question": "Who knows?", "confirmation": "confirmed", "confirmed_by": 3},
    "stage.write": lambda s: _write(s, s.stage, "goal"),
    "stage.move": lambda s: {"id": s.stage, "after": s.stage2},
    "stage.split": lambda s: {"id": new_id("st"), "stage": s.stage, "at": s.other, "name": "We wait"},
    "stage.remove": lambda s: {"id": s.stage},
    "touchpoint.add": lambda s: {"id": new_id("tp"), "stage": s.stage, "title": "Gets a call", "after": s.touchpoint},
    "touchpoint.change": lambda s: {"id": s.touchpoint, "felt": 2, "title": "Gets a quote", "channels": []},
    "touchpoint.write": lambda s: _write(s, s.touchpoint, "notes"),
    "touchpoint.move": lambda s: {"id": s.touchpoint, "stage": s.stage2, "after": None},
    "touchpoint.remove": lambda s: {"id": s.touchpoint, "why": "Nobody needs it."},
    "channel.add": lambda s: {"id": new_id("ch"), "name": "Trade fair"},
    "remark.add": lambda s: {
        "id": new_id("rm"), "touchpoint": s.touchpoint, "text": "True at our place too, @Sue Lind.", "mentions": [s.people["sue"].pk],
    },
    "remark.remove": lambda s: {"id": s.remark},
    "proposal.add": lambda s: {"id": new_id("pr"), "touchpoint": s.touchpoint, "field": "notes", "text": "Call first"},
    "proposal.accept": lambda s: {"id": s.proposal},
    "proposal.reject": lambda s: {"id": s.proposal, "reason": "Tried before."},
    "aim.add": lambda s: {"id": new_id("am"), "name": "Open on time"},
    "aim.change": lambda s: {"id": s.aim, "task_like": True},
    "aim.write": lambda s: _write(s, s.aim, "name"),
    "aim.remove": lambda s: {"id": s.aim},
    "persona.add": lambda s: {"id": new_id("pe"), "name": "Shift lead", "aim": s.aim},
    "persona.change": lambda s: {"id": s.persona, "who": "Runs the line", "first_channel": s.channel, "aim": None},
    "persona.write": lambda s: _write(s, s.persona, "goals"),
    "persona.remove": lambda s: {"id": s.persona},
    "experience.set": lambda s: {"id": new_id("ex"), "persona": s.persona, "touchpoint": s.touchpoint, "felt": 1},
    "experience.write": lambda s: _write(s, s.experience, "need"),
    "version.keep": lambda s: {"id": new_id("mv"), "name": "Before the workshop"},
    "version.change": lambda s: {"id": s.version, "name": "What we believed"},
    "version.remove": lambda s: {"id": s.version},
    "version.bring_back": lambda s: {"id": s.version, "safety": new_id("mv")},
    "comment.place": lambda s: {"ids": [s.comment], "touchpoint": s.touchpoint},
    "comment.code": lambda s: {"ids": [s.comment], "severity": 4, "aim": s.aim, "issue": s.issue, "consequences": ["delay"]},
    "comment.mark": lambda s: {"id": s.comment, "quantities": [{"kind": "time", "start": 0, "end": 3, "low": 60, "high": 60}]},
    "comment.second": lambda s: {"id": s.comment, "stage": s.stage, "severity": 3},
    "comment.add": lambda s: {"text": "Nobody told us that it comes late.", "account": "Nordmolen", "external_id": new_id("x")},
    "comment.remove": lambda s: {"ids": [s.comment]},
    "comment.import": lambda s: {"id": s.running},
    "comment.undo_import": lambda s: {"id": s.done},
    "issue.add": lambda s: {"id": new_id("is"), "title": "No call back", "touchpoint": s.touchpoint},
    "issue.change": lambda s: {"id": s.issue, "severity": 4, "notes": "Said by two"},
    "issue.write": lambda s: _write(s, s.issue, "title"),
    "issue.remove": lambda s: {"id": s.issue},
    "workshop.open": lambda s: {
        "id": new_id("ws"), "title": "What now?", "objective": "O", "planned_use": "P", "success_measure": "S",
        "starts_at": f"{SOON}T09:00:00+02:00", "report_back_on": LATER, "people": [s.people["sue"].identity],
    },
    "workshop.change": lambda s: {"id": s.planned, "title": "So what?", "anonymous": True, "aim": "churn", "co_facilitators": [s.people["ada"].pk], "functions": [s.sales], "again_after": 26, "starts_at": f"{SOON}T09:00:00+02:00"},
    "workshop.write": lambda s: _write(s, s.planned, "objective"),
    "workshop.reply": lambda s: {"id": s.live, "coming": True},
    "workshop.book_report_back": lambda s: {"id": s.live},
    "participant.ask": lambda s: {
        "id": s.planned, "person": s.people["elena"].identity, "department": s.service, "deputy": True,
        "frontline": True,
    },
    "participant.change": lambda s: {"id": _asked(s), "department": s.service, "deputy": True, "frontline": True},
    "participant.remove": lambda s: {"id": _asked(s)},
    "phase.add": lambda s: {
        "id": new_id("ph"), "workshop": s.planned, "of_kind": "break", "minutes_shared": 10, "after": _first(s.planned),
    },
    "phase.change": lambda s: {
        "id": _first(s.planned), "of_kind": "learn", "minutes_private": 5, "minutes_shared": 6,
        "open_until": (timezone.now() + datetime.timedelta(days=3)).isoformat(),
    },
    "phase.move": lambda s: {"id": _first(s.planned), "after": _nth(s.planned, 2)},
    "phase.remove": lambda s: {"id": _first(s.planned)},
    "workshop.go_live": lambda s: {"id": s.planned},
    "workshop.next_phase": lambda s: {"id": s.live, "phase": s.phase},
    "workshop.previous_phase": lambda s: {"id": s.live, "phase": s.phase},
    "workshop.pause": lambda s: {"id": s.live, "phase": s.phase},
    "workshop.add_minute": lambda s: {"id": s.live, "phase": s.phase},
    "workshop.make_up": lambda s: {"id": s.rated, "phase": now(s.rated)},
    "workshop.reveal": lambda s: {"id": s.live, "of_kind": "learn"},
    "workshop.close": lambda s: {"id": s.live, "because": "The room was needed."},
    "workshop.read_out": lambda s: {"id": s.reading, "department": s.service},
    "workshop.accept_report_back": lambda s: {"id": s.live},
    "workshop.enter": lambda s: {"id": s.planned},
    "workshop.say_ready": lambda s: {"id": s.live, "ready": True},
    "workshop.start_again": lambda s: {"id": s.live, "phase": s.phase},
    "workshop.lead": lambda s: {"id": s.live, "on": True},
    "workshop.spotlight": lambda s: {"id": s.live, "at": s.touchpoint},
    "workshop.bring": lambda s: {"id": s.live, "to": "map"},
    "workshop.lock": lambda s: {"id": s.live, "doors": True, "writing": True},
    "workshop.ask_in": lambda s: {"id": s.live, "participant": _sam(s)},
    "workshop.raise_hand": lambda s: {"id": s.live, "up": True},
    "parked.add": lambda s: {"id": new_id("pk"), "workshop": s.live, "text": "Who pays for the courier?"},
    "parked.settle": lambda s: {"id": s.parked, "settled": True, "outcome": "IT answers by Friday"},
    "parked.remove": lambda s: {"id": s.parked},
    "workshop.open_ratings": lambda s: {"id": s.live},
    "workshop.settle": lambda s: {"id": s.rated, "place": s.touchpoint, "severity": 4},
    "rating.give": lambda s: {"id": new_id("ra"), "workshop": s.live, "place": s.other, "severity": 4},
    "answer.add": lambda s: {
        "id": new_id("an"), "workshop": s.live, "of_kind": "learn", "text": "Call back", "department": s.sales,
        "touchpoint": s.touchpoint,
    },
    "answer.change": lambda s: {"id": s.answer, "text": "Say the date at once", "touchpoint": s.other},
    "answer.write": lambda s: _write(s, s.answer, "text"),
    "answer.remove": lambda s: {"id": s.answer},
    "answer.group": lambda s: {"id": s.live, "headings": {s.revealed: "Dates"}},
    "answer.ask": lambda s: {"id": s.revealed, "to_ask": True},
    "answer.react": lambda s: {"id": new_id("rc"), "answer": s.revealed, "of_kind": "too"},
    "reply.add": lambda s: {"id": new_id("rp"), "answer": s.revealed, "text": "At our place too."},
    "reply.remove": lambda s: {"id": s.reply},
    "tie.add": lambda s: {"id": new_id("ti"), "answer": s.revealed, "to": s.issue},
    "tie.remove": lambda s: {"id": s.tie},
    "vote.open": lambda s: {"id": s.rated, "budget": 3, "several": False},
    "vote.cast": lambda s: {"id": s.live, "round": 1, "dots": {s.issue: 2}},
    "vote.close": lambda s: {"id": s.live, "round": 1, "drop": True},
    "action.add": lambda s: {
        "id": new_id("ac"), "title": "Call back the same day", "owner": s.people["sam"].pk, "due": LATER,
        "helpers": [s.people["sue"].pk], "co_owner": s.people["fiona"].pk, "supporting": [s.service], "answer": s.revealed,
        "waits_for": [s.action], "domain": "service", "known_on": LATER_STILL,
    },
    "action.change": lambda s: {"id": s.action, "status": "in_progress", "due": LATER_STILL, "helpers": [s.people["sue"].pk], "witness": s.people["elena"].pk},
    "action.write": lambda s: _write(s, s.action, "first_step"),
    "result.mark": lambda s: {"id": new_id("rs"), "workshop": s.met, "action": s.told, "of_kind": "partly", "due": LATER_STILL, "learned": "Ask first."},
    "action.note": lambda s: {"id": new_id("pn"), "action": s.action, "text": "Half of it is done.", "help": True},
    "proof.add": lambda s: {"id": new_id("pf"), "action": s.action, "url": "https://example.org/before.pdf", "text": "Before"},
    "proof.remove": lambda s: {"id": s.proof},
    "no_action.say": lambda s: {"id": new_id("na"), "workshop": s.live, "department": s.sales, "because": "Two run already."},
    "no_action.take_back": lambda s: {"id": s.none},
}  # fmt: skip
