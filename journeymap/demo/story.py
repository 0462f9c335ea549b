"""What happened at Harrow Packaging so far, done through the doors that everybody uses.

The map, a year of comments brought in from a file, one workshop that is over with six promises (one late),
one to come. Dates count from today, so that the demo is never old.
"""

from __future__ import annotations

import datetime
import io
from typing import Any

from django.utils import timezone

from accounts.actors import load_actor
from accounts.local_time import zone_of
from accounts.models import Organisation, User
from actions import report_jobs
from actions.models import ActionItem, ProgressNote
from actions.times import at_local
from journeymap.demo import customers, journey_map, words
from live.door import execute, execute_all
from live.models import new_id
from personas.models import Aim
from touchpoints.models import Channel, Journey, MapVersion, Stage, Touchpoint
from touchpoints.starting import start_journey
from voices import groups, intake, preview, themes
from voices.models import Comment, CommentImport
from workshops.models import Answer, Participant, Phase, Workshop
from workshops.steps import next_weekday

ANSWERS = {
    "sam": ("We promise dates before Logistics has seen them.", "Show the change parts on page one of the offer.", "No date in an offer without Logistics' yes.", "Whom do you ask before you choose a supplier?"),
    "sue": ("An hour on hold is EUR 12,000 for them and one call for us.", "Call-back pilot: start with lines that stand.", "“Line stopped” goes straight to a person, day and night.", "When production stops, whom do you call first, and why?"),
    "finn": ("Our order number is on the invoice. Theirs is not.", "Send one invoice per delivery.", "Their order number on every invoice, or it does not leave.", "What happens on your desk when our invoice arrives?"),
    "pia": ("Our changeover guide shows a model they do not have.", "Short films instead of forty pages.", "Ask an operator to read every guide before it is printed.", "How would you train the night shift?"),
    "leo": ("We know where the part is. Nobody tells them.", "Send the tracking link with every part.", "Name the hour, and call before it changes.", "What do you do while you wait for a part?"),
}  # fmt: skip
# Who, from which of their four answers (2: do differently), title, change, place, due in days, and how it went.
PROMISES: tuple[tuple[str, str, str, str, int, dict[str, Any]], ...] = (
    ("sue", "“Line stopped” reaches a person in two minutes", "Nobody waits in the queue while a line stands.", "Reports that the line stands still", -12, {"status": "done", "measure": "minutes until a person who can help answers", "baseline": "40 min", "target": "2 min", "after_value": "3 min", "outcome": "Calls from standing lines go to the engineer on duty."}),
    ("leo", "Every spare part leaves with a tracking link", "They know the hour and plan around it.", "Waits for the spare part", -4, {"status": "done", "measure": "calls that ask where a part is, a month", "baseline": "118", "target": "20", "after_value": "31", "outcome": "The link comes by text message when the part leaves."}),
    ("finn", "Their order number on every invoice", "Their finance people pay without a call.", "Gets the invoice", -6, {"status": "in_progress", "measure": "hours spent on one invoice dispute", "baseline": "6 h", "target": "0 h", "help": "Our system cuts the number after ten characters. I need two days of IT."}),
    ("sam", "No delivery date without Logistics' yes", "A date that holds, so that fitters are booked once.", "Learns the delivery date", 9, {"status": "in_progress", "measure": "times a delivery date moves", "baseline": "4", "target": "1", "said": "Three orders went out with a date that Logistics had seen. None moved."}),
    ("pia", "Changeover guides that match the machine", "They change over within a break.", "Changes over to another format", 24, {"status": "planned", "measure": "hours for a changeover", "baseline": "2 h", "target": "40 min"}),
    ("sam", "Account managers answer the same day", "She hears back the same day, or when she will.", "Reaches her account manager", 17, {"status": "blocked", "measure": "days to hear back", "baseline": "9 days", "target": "1 day"}),
)  # fmt: skip


def build(organisation: Organisation, people: dict[str, User]) -> Journey:
    journey = start_journey(organisation, people["fiona"], journey_map.NAME, "equipment")
    draw(journey, people["fiona"])
    learn(journey, people["fiona"])
    meet(journey, people["fiona"])
    bring_in(journey, people["fiona"])
    agree(journey, people["fiona"])
    over(journey, people)
    to_come(journey, people)
    return journey


def draw(journey: Journey, fiona: User) -> None:
    """The touchpoints of the map, in one group of commands."""
    stages = list(Stage.objects.filter(room=journey.room_id).order_by("order"))
    departments = {row.code: row.pk for row in journey.room.organisation.departments.all()}
    channels = dict(Channel.objects.filter(room=journey.room_id).values_list("name", "pk"))
    about = {"objective": journey_map.OBJECTIVE, "planned_use": journey_map.PLANNED_USE}
    commands: list[tuple[str, dict[str, object]]] = [
        ("journey.change", {"id": journey.pk, **about, "success_measure": journey_map.SUCCESS})
    ]
    after: dict[int, str] = {}
    for spot in journey_map.SPOTS:
        pk = new_id("tp")
        place: dict[str, object] = {
            "stage": stages[spot.stage].pk,
            "after": after.get(spot.stage),
            "lead": departments[spot.lead],
        }
        commands.append(("touchpoint.add", {"id": pk, "title": spot.title, **place}))
        values = {
            "statement": spot.statement, "benefit": spot.benefit, "felt": spot.felt, "felt_word": spot.felt_word,
            "intended": spot.intended, "intended_word": spot.intended_word, "moment_of_truth": spot.moment,
            "contributors": [departments[code] for code in spot.with_.split(",") if code],
            "channels": [channels[name] for name in spot.channels.split(",")],
            "of_kind": journey_map.OF_KIND.get(spot.title, "contact"), "severity": journey_map.HURTS.get(spot.title),
        }  # fmt: skip
        commands.append(("touchpoint.change", {"id": pk, **values}))
        after[spot.stage] = pk
    execute_all(journey.pk, fiona.identity, [(new_id("cm"), name, data) for name, data in commands])


def learn(journey: Journey, fiona: User) -> None:
    """What was believed first is kept as a version; then the map becomes what customers' words made of it."""
    stages = list(Stage.objects.filter(room=journey.room_id).order_by("order").values_list("pk", flat=True))
    spots = dict(Touchpoint.objects.filter(room=journey.room_id).values_list("title", "pk"))
    known = {spot.title: spot for spot in journey_map.SPOTS}
    stage, title, lead, why = journey_map.DROPPED
    departments = journey.room.organisation.departments
    dropped, version = new_id("tp"), new_id("mv")
    new: dict[str, object] = {
        "id": dropped,
        "stage": stages[stage],
        "title": title,
        "lead": departments.get(code=lead).pk,
    }
    commands: list[tuple[str, dict[str, object]]] = [("touchpoint.add", new)]
    for title, values in journey_map.BELIEVED.items():
        commands.append(("touchpoint.change", {"id": spots[title], **values}))
    commands.append(("version.keep", {"id": version, "name": journey_map.BELIEVED_NAME}))
    commands.append(("touchpoint.remove", {"id": dropped, "why": why}))
    for title, values in journey_map.BELIEVED.items():
        became = {name: getattr(known[title], name) for name in values}
        commands.append(("touchpoint.change", {"id": spots[title], **became}))
    for at, what, by in journey_map.SHOWN:
        commands.append(("stage.change", {"id": stages[at], "confirmation": what, "confirmed_by": by}))
    for title, metric, ask, when, whom in journey_map.MEASURED:
        plan = {"metric": metric, "ask": ask, "ask_when": when, "ask_whom": whom}
        commands.append(("touchpoint.change", {"id": spots[title], **plan}))
    for spot in journey_map.SPOTS:
        if spot.moment:
            commands.append(("touchpoint.change", {"id": spots[spot.title], "agreed": True}))
    execute_all(journey.pk, fiona.identity, [(new_id("cm"), name, data) for name, data in commands])
    spring = timezone.now() - datetime.timedelta(days=200)
    MapVersion.objects.filter(pk=version).update(at=spring)


def meet(journey: Journey, fiona: User) -> None:
    """The personas, each with her way through the journey, in one group of commands."""
    channels = dict(Channel.objects.filter(room=journey.room_id).values_list("name", "pk"))
    spots = dict(Touchpoint.objects.filter(room=journey.room_id).values_list("title", "pk"))
    commands: list[tuple[str, dict[str, object]]] = []
    for who in customers.CUSTOMERS:
        pk, aim = new_id("pe"), new_id("am") if who.aim else None
        if aim:
            commands.append(("aim.add", {"id": aim, "name": who.aim}))
        commands.append(("persona.add", {"id": pk, "name": who.name, "basis": who.basis, "aim": aim}))
        texts = {name: getattr(who, name) for name in ("contact_when", "goals", "expectations", "who")}
        commands.append(("persona.change", {"id": pk, "first_channel": channels[who.first_channel], **texts}))
        for title, felt, intended, need in who.way:
            at = {"id": new_id("ex"), "persona": pk, "touchpoint": spots[title]}
            commands.append(("experience.set", {**at, "felt": felt, "intended": intended, "need": need}))
    execute_all(journey.pk, fiona.identity, [(new_id("cm"), name, data) for name, data in commands])


def bring_in(journey: Journey, fiona: User) -> CommentImport:
    """A year of comments, as a file through the same path as anybody's."""
    actor = load_actor(fiona.identity, journey.room.organisation_id)
    assert actor is not None
    content = words.comments(timezone.localdate())
    row = intake.receive(journey, actor, "survey and cases.csv", io.BytesIO(content), len(content))
    preview.count_and_save(row)
    intake.start(row)
    intake.run(row.pk)
    return row


def agree(journey: Journey, fiona: User) -> None:
    """Which let-downs the comments voice, as far as people sorted them; the rest is proposed."""
    spots = dict(Touchpoint.objects.filter(room=journey.room_id).values_list("title", "pk"))
    aims = dict(Aim.objects.filter(room=journey.room_id).values_list("name", "pk"))
    commands: list[tuple[str, dict[str, object]]] = []
    for title, place, severity, ours, quick, aim in words.LET_DOWNS:
        pk = new_id("is")
        commands.append(("issue.add", {"id": pk, "title": title, "touchpoint": spots[place]}))
        change = {"id": pk, "severity": severity, "company_severity": ours, "quick_win": quick}
        commands.append(("issue.change", change))
        voiced = Comment.objects.filter(touchpoint=spots[place], harm__gt=0).order_by("pk")
        for harm in sorted(set(voiced.values_list("harm", flat=True))):
            ids = list(voiced.filter(harm=harm).values_list("pk", flat=True))
            meant = {"issue": pk, "severity": harm, "aim": aims[aim], "coded": True}
            commands.append(("comment.code", {"ids": ids, **meant}))
    for aim, places in words.WANTED.items():
        said = Comment.objects.filter(touchpoint__in=[spots[place] for place in places]).order_by("pk")
        commands.append(("comment.code", {"ids": list(said.values_list("pk", flat=True)), "aim": aims[aim]}))
    execute_all(journey.pk, fiona.identity, [(new_id("cm"), name, data) for name, data in commands])
    themes.find_themes(journey.pk)
    groups.ask(journey.pk, 8)
    groups.find_groups(journey.pk)


def over(journey: Journey, people: dict[str, User]) -> None:
    """Forty days ago: everybody answered, six promises were made, some are kept."""
    fiona, room = people["fiona"].identity, journey.pk
    team = [people[first] for first in ANSWERS]
    workshop = _open(journey, people, "First order to first production: so what?", team, 5)
    execute(room, fiona, "workshop.go_live", {"id": workshop})
    for phase in list(Phase.objects.filter(workshop=workshop).order_by("position"))[:-1]:
        execute(room, fiona, "workshop.next_phase", {"id": workshop, "phase": phase.pk})
    for first, texts in ANSWERS.items():
        who = people[first].identity
        kinds = ("learn", "fine_tune", "do_differently", "love_to_learn")
        data = [
            {"id": new_id("an"), "workshop": workshop, "of_kind": kind, "text": text}
            for kind, text in zip(kinds, texts, strict=True)
        ]
        commands = [("workshop.enter", {"id": workshop}), *(("answer.add", each) for each in data)]
        execute_all(room, who, [(new_id("cm"), name, each) for name, each in commands])
    for kind in ("learn", "fine_tune", "do_differently", "love_to_learn"):
        execute(room, fiona, "workshop.reveal", {"id": workshop, "of_kind": kind})
    promises = [_promise(journey, people, workshop, line) for line in PROMISES]
    execute(room, people["elena"].identity, "workshop.accept_report_back", {"id": workshop})
    execute(room, fiona, "workshop.close", {"id": workshop})
    _turn_back(workshop, promises)
    report_jobs.keep(Workshop.objects.select_related("room__organisation", "sponsor").get(pk=workshop), fiona)


def to_come(journey: Journey, people: dict[str, User]) -> None:
    """In twelve days: planned, invited, not opened yet."""
    team = [people[first] for first in ANSWERS]
    _open(journey, people, "When the line stands: who answers?", team, 12)


def _open(journey: Journey, people: dict[str, User], title: str, team: list[User], in_days: int) -> str:
    pk, today = new_id("ws"), timezone.localdate()
    day = next_weekday(today + datetime.timedelta(days=in_days))
    start = at_local(day, datetime.time(9, 30), zone_of("Europe/London"))
    data = {
        "id": pk, "title": title, "objective": journey_map.OBJECTIVE, "planned_use": journey_map.PLANNED_USE,
        "success_measure": journey_map.SUCCESS, "starts_at": start.isoformat(),
        "report_back_on": (day + datetime.timedelta(days=45)).isoformat(),
        "sponsor": people["elena"].pk, "people": [user.identity for user in team],
    }  # fmt: skip
    execute(journey.pk, people["fiona"].identity, "workshop.open", data)
    return pk


def _promise(journey: Journey, people: dict[str, User], workshop: str, line: Any) -> tuple[str, int]:
    first, title, change, place, days, went = line
    owner, pk = people[first], new_id("ac")
    answer = Answer.objects.filter(workshop=workshop, author=owner.identity, of_kind="do_differently").get()
    touchpoint = Touchpoint.objects.get(room=journey.pk, title=place)
    soon = timezone.localdate() + datetime.timedelta(days=max(days, 1))
    measured = {name: went[name] for name in ("measure", "baseline", "target")}
    data = {
        "id": pk, "title": title, "customer_change": change, "owner": owner.pk, "due": soon.isoformat(),
        "answer": answer.pk, "touchpoint": touchpoint.pk, **measured,
    }  # fmt: skip
    execute(journey.pk, owner.identity, "action.add", data)
    what = {name: went[name] for name in ("status", "after_value", "outcome") if name in went}
    if what["status"] != "planned":
        execute(journey.pk, owner.identity, "action.change", {"id": pk, **what})
    if said := went.get("help") or went.get("said"):
        note = {"id": new_id("pn"), "action": pk, "text": said, "help": "help" in went}
        execute(journey.pk, owner.identity, "action.note", note)
    return pk, days


def _turn_back(workshop: str, promises: list[tuple[str, int]]) -> None:
    """Commands happen now; this workshop happened forty days ago."""
    now, today = timezone.now(), timezone.localdate()
    then = now - datetime.timedelta(days=40)
    held = then + datetime.timedelta(minutes=165)
    rows = Workshop.objects.filter(pk=workshop)
    back = (then + datetime.timedelta(days=47)).date()
    rows.update(
        starts_at=then,
        went_live_at=then,
        closed_at=held,
        created_at=then,
        report_back_on=back,
        report_back_accepted=back,
    )
    report_back = Workshop.objects.filter(follows=workshop)
    report_back.update(report_back_on=back, starts_at=at_local(back, datetime.time(9, 30), zone_of("Europe/London")))
    Participant.objects.filter(workshop=workshop).update(opened_at=then)
    Phase.objects.filter(workshop=workshop).update(created_at=then)
    Answer.objects.filter(workshop=workshop).update(revealed_at=then)
    MapVersion.objects.filter(room__in=rows.values("room"), at__gte=now - datetime.timedelta(days=1)).update(at=held)
    for pk, days in promises:
        ActionItem.objects.filter(pk=pk).update(due=today + datetime.timedelta(days=days), created_at=held)
        recent = now - datetime.timedelta(days=2)
        ActionItem.objects.filter(pk=pk, closed_at__isnull=False).update(closed_at=recent)
        ProgressNote.objects.filter(action=pk).update(at=recent)
