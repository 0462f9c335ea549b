"""The demo, moved to where every page has something to show, and the browsers people open those pages with."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import invitations, joining, tokens
from accounts.actors import GUEST_SESSION_KEY, load_actor
from accounts.commands import create_person, deactivate_member
from accounts.models import Guest, Invitation, JoinCode, Membership, Organisation, SentMail, User
from actions import links, reminders, report_jobs, report_links
from actions.models import ActionItem, Reminder, Report
from actions.tasks import drain_outbox
from live import door
from live.models import new_id
from personas.models import Aim, Persona
from tests.live.payloads import turn
from touchpoints.models import Journey, MapVersion, Proposal, Stage, Touchpoint
from touchpoints.starting import start_journey
from voices import intake, preview
from voices.models import CommentImport
from workshops import rehearsal
from workshops.models import Phase, Workshop
from workshops.queries import ranking_of

PASSWORD = "kettle-harbour-linen"  # of Nora, who signed up a minute ago and belongs to no organisation
LATE = "The part came late again"
# Four good rows, one empty, one with a broken date, one twice: what the preview of a file has to say something about.
FILE = f"""Date;Account;Contact;Score;Comment
2026-03-02;Brightwater Dairy;Plant manager;6;{LATE} and the line stood for 4 hours.
2026-03-03;Kestrel Foods;Buyer;9;The offer was clear, thank you.
;Morven Bakeries;Buyer;;
32/13/2026;Pennine Pharma;Quality manager;3;We filled in the same form 5 times.
2026-03-05;Oakridge Pet Food;Maintenance lead;2;Nobody picked up at night. That was EUR 7,500.
2026-03-05;Oakridge Pet Food;Maintenance lead;2;Nobody picked up at night. That was EUR 7,500.
"""


@dataclass
class Visit:
    """What the pages are about. `cookies`: session cookie by visitor."""

    organisation: Organisation
    people: dict[str, User]
    journey: Journey
    empty: Journey
    over: Workshop
    live: Workshop
    coming: Workshop
    committing: Workshop
    reading: Workshop
    cookies: dict[str, str] = field(default_factory=dict)
    join_code: JoinCode | None = None
    touchpoint: str = ""
    persona: str = ""
    aim: str = ""
    version: str = ""
    opened: CommentImport | None = None
    done: CommentImport | None = None
    promise: ActionItem | None = None
    report: Report | None = None
    failed_report: str = ""
    shared: str = ""
    mail: SentMail | None = None
    invitation: str = ""
    refused: str = ""
    archived: str = ""
    used: str = ""
    reply: str = ""
    rehearsal: str = ""
    phases: dict[str, str] = field(default_factory=dict)  # kind of phase → a workshop that is in it


def visit() -> Visit:
    """Needs the demo in the database. Everything happens through the doors that everybody uses."""
    harrow = Organisation.objects.get(slug=settings.DEMO_ORGANISATION)
    members = Membership.objects.filter(organisation=harrow).select_related("user")
    people = {row.user.name.split()[0].lower(): row.user for row in members}
    journey = Journey.objects.filter(room__organisation=harrow).earliest("created_at")
    over, coming = (
        Workshop.objects.get(room=journey.room, state=state, of_kind="workshop") for state in ("closed", "planned")
    )
    made = Visit(
        harrow,
        people,
        journey,
        start_journey(harrow, people["fiona"], "From worn part to working line"),
        over,
        _live(journey, people),
        coming,
        *_promising(start_journey(harrow, people["fiona"], "What we promise"), people),
    )
    made.opened, made.done = (
        _open_import(journey, people["fiona"]),
        CommentImport.objects.get(room=journey.room, state="done"),
    )
    made.promise = (
        ActionItem.objects.filter(workshop=over, due__lt=timezone.localdate()).exclude(status="done").earliest("due")
    )
    made.report = report_jobs.keep(over, people["fiona"].identity)
    _, made.shared = report_links.make(made.report, "Nora at the bank", people["fiona"].identity)
    made.failed_report = _failed(over).pk
    made.touchpoint = _talked_about(journey, people)
    made.persona = Persona.objects.filter(room=journey.room).earliest("created_at").pk
    made.aim = Aim.objects.filter(room=journey.room, comments__isnull=False).earliest("created_at").pk
    made.version = MapVersion.objects.filter(room=journey.room).earliest("at").pk
    _in_every_phase(made)
    _meeting_again(made)
    ada = load_actor(people["ada"].identity, harrow.pk)
    made.rehearsal = rehearsal.start(harrow, people["ada"], ada, journey).pk
    made.archived = _archived(made).pk
    _invited(made)
    _nudged(made)
    _at_the_door(made)
    _browsers(made)
    return made


def _archived(made: Visit) -> Journey:
    """A journey that was put away, with one touchpoint on it."""
    fiona = made.people["fiona"]
    journey = start_journey(made.organisation, fiona, "From tender to framework contract, 2024")
    stage = Stage.objects.filter(room=journey.room).earliest("order")
    card = {"id": new_id("tp"), "stage": stage.pk, "title": "Fills in the same form for the third time"}
    door.execute(journey.pk, fiona.identity, "touchpoint.add", card)
    door.execute(journey.pk, fiona.identity, "journey.change", {"id": journey.pk, "archived": True})
    return journey


def _failed(workshop: Workshop) -> Report:
    said = "Other maps are being drawn just now. Try again in a minute."
    return Report.objects.create(
        id=new_id("rp"), workshop=workshop, made_at=timezone.now(), state=Report.State.FAILED, error=said
    )


def _live(journey: Journey, people: dict[str, User]) -> Workshop:
    """A workshop in the phase Fine-tune: answers to the first question revealed, those to this one still hidden."""
    fiona, pk = people["fiona"].identity, new_id("ws")
    data = {
        "id": pk, "title": "From quote to order", "objective": "Why do offers wait for weeks, and what is ours to change?",
        "planned_use": "The offer team changes its template in May.", "success_measure": "Days from visit to order: 60 to 40.",
        "report_back_on": (timezone.localdate() + timezone.timedelta(days=40)).isoformat(),
        "people": [people[first].identity for first in ("sam", "sue", "finn", "leo")], "sponsor": people["elena"].pk,
    }  # fmt: skip
    door.execute(journey.pk, fiona, "workshop.open", data)
    door.execute(journey.pk, fiona, "workshop.go_live", {"id": pk})
    turn(journey.pk, fiona, pk, "fine_tune")
    for first, text in (
        ("sam", "Offers wait a week for one signature."),
        ("sue", "They ask us what the options mean, after they have bought."),
    ):
        door.execute(journey.pk, people[first].identity, "workshop.enter", {"id": pk})
        for kind in ("learn", "fine_tune"):
            said = {"id": new_id("an"), "workshop": pk, "of_kind": kind, "text": text}
            door.execute(journey.pk, people[first].identity, "answer.add", said)
    door.execute(journey.pk, fiona, "workshop.reveal", {"id": pk, "of_kind": "learn"})
    return Workshop.objects.get(pk=pk)


def _in_every_phase(made: Visit) -> None:
    """Of the demo's journey, so that there are quotes to read and let-downs to rate; with hands up and things parked."""
    fiona, sam, room = made.people["fiona"].identity, made.people["sam"].identity, made.journey.pk
    words = {"objective": "Why do offers wait?", "planned_use": "The plan for May", "success_measure": "Days, 60 to 40"}
    day = (timezone.localdate() + timezone.timedelta(days=40)).isoformat()
    kinds = {kind: kind for kind in ("why", "walk", "severity", "break", "commit", "read_out")}
    for name, kind in {**kinds, "severity, opened": "severity", "open for days": "learn"}.items():
        pk = made.phases[name] = new_id("ws")
        opening = {"id": pk, "title": f"In {name}", "report_back_on": day, **words}
        door.execute(room, fiona, "workshop.open", opening)
        door.execute(room, fiona, "workshop.go_live", {"id": pk})
        turn(room, fiona, pk, kind)
        for who in (fiona, sam):
            door.execute(room, who, "workshop.enter", {"id": pk})
        door.execute(room, sam, "workshop.raise_hand", {"id": pk, "up": True})
        door.execute(room, sam, "parked.add", {"id": new_id("pk"), "workshop": pk, "text": "Who owns the portal?"})
        door.execute(room, fiona, "workshop.spotlight", {"id": pk, "at": made.touchpoint})
    until = (timezone.now() + timezone.timedelta(days=3)).isoformat()
    learn = Phase.objects.get(workshop=pk, of_kind="learn")
    door.execute(room, fiona, "phase.change", {"id": learn.pk, "open_until": until})
    _rated(made, room, made.phases["severity, opened"])


def _rated(made: Visit, room: str, pk: str) -> None:
    """A round that is open, one thing of it settled, and the dots being given."""
    fiona, sam, sue = (made.people[name].identity for name in ("fiona", "sam", "sue"))
    places = [one.standing.of.pk for one in ranking_of(Workshop.objects.get(pk=pk))][:4]
    door.execute(room, sue, "workshop.enter", {"id": pk})
    for who, numbers in ((sam, (5, 1, 3, 4)), (sue, (2, 5, 3, 4))):
        for place, number in zip(places, numbers, strict=True):
            data = {"id": new_id("ra"), "workshop": pk, "place": place, "severity": number}
            door.execute(room, who, "rating.give", data)
    door.execute(room, fiona, "workshop.open_ratings", {"id": pk})
    door.execute(room, fiona, "workshop.settle", {"id": pk, "place": places[3], "severity": 4})
    door.execute(room, fiona, "vote.open", {"id": pk, "budget": 3, "several": True})


def _meeting_again(made: Visit) -> None:
    """The report-back on the workshop that is over: half of it told, not everybody there."""
    session = Workshop.objects.get(follows=made.over, of_kind=Workshop.Kind.REPORT_BACK)
    pk = made.phases["report_back"] = session.pk
    fiona, room, later = (
        made.people["fiona"].identity,
        session.room_id,
        timezone.localdate() + timezone.timedelta(days=90),
    )
    door.execute(room, fiona, "workshop.go_live", {"id": pk})
    turn(room, fiona, pk, "report_back")
    for first in ("sam", "sue"):
        door.execute(room, made.people[first].identity, "workshop.enter", {"id": pk})
    told = (
        {"of_kind": "kept", "outcome": "She hears the same day.", "after_value": "1 day", "learned": "Ask Finance first."},
        {"of_kind": "not_yet", "due": later.isoformat(), "learned": "The supplier is slow."},
        {"of_kind": "partly", "due": later.isoformat()},
        {"of_kind": "dropped", "because": "Another department does it."},
    )  # fmt: skip
    rest = ActionItem.objects.filter(workshop=made.over, removed_at=None).exclude(pk=made.promise and made.promise.pk)
    for action, said in zip(rest.order_by("due", "pk"), told, strict=False):
        data = {"id": new_id("rs"), "workshop": pk, "action": action.pk, **said}
        door.execute(room, fiona, "result.mark", data)
    thanks = {
        "id": new_id("pn"),
        "action": rest.order_by("due", "pk")[0].pk,
        "text": "Thank you. That is what she asked for.",
    }
    door.execute(room, made.people["elena"].identity, "action.note", thanks)


PROMISED = (
    ("sam", "No delivery date without Logistics' yes", "A date that holds, so that fitters are booked once.", "fix", "service"),
    ("sam", "The price of every option stands in the offer", "She decides in one meeting.", "prevent", "product"),
    ("sam", "Account managers answer the same day", "She hears back the same day, or when she will.", "fix", "service"),
    ("sue", "“Line stopped” reaches a person in two minutes", "Nobody waits in the queue while a line stands.", "fix", "touchpoint"),
)  # fmt: skip


def _promising(journey: Journey, people: dict[str, User]) -> tuple[Workshop, Workshop]:
    """A workshop in Commit, with departments that promise, one that does not and one that has not said; and one in
    its read-out."""
    committing = _to_the_end(journey, people, "Whose turn is it to promise?", "commit")
    return committing, _to_the_end(journey, people, "Said aloud", "read_out")


def _to_the_end(journey: Journey, people: dict[str, User], title: str, to: str) -> Workshop:
    pk, room, soon = new_id("ws"), journey.pk, (timezone.localdate() + timezone.timedelta(days=30)).isoformat()
    words = {
        "objective": "A date that holds",
        "planned_use": "The plan for May",
        "success_measure": "Moved dates: 4 to 1",
    }
    team = [people[first] for first in ("sam", "sue", "finn", "leo")]
    data = {
        "id": pk,
        "title": title,
        **words,
        "report_back_on": soon,
        "people": [user.identity for user in team],
        "sponsor": people["elena"].pk,
    }
    fiona = people["fiona"].identity
    door.execute(room, fiona, "workshop.open", data)
    door.execute(room, fiona, "workshop.go_live", {"id": pk})
    turn(room, fiona, pk, "do_differently")
    for user in team[:3]:
        door.execute(room, user.identity, "workshop.enter", {"id": pk})
        said = {
            "id": new_id("an"),
            "workshop": pk,
            "of_kind": "do_differently",
            "text": "Name the hour, and call before it changes.",
        }
        door.execute(room, user.identity, "answer.add", said)
    door.execute(room, fiona, "workshop.reveal", {"id": pk, "of_kind": "do_differently"})
    turn(room, fiona, pk, to)
    for first, name, change, kind, domain in PROMISED:
        promise = {
            "id": new_id("ac"),
            "title": name,
            "customer_change": change,
            "of_kind": kind,
            "domain": domain,
            "workshop": pk,
        }
        measured = {
            "measure": "days to hear back",
            "baseline": "9 days",
            "target": "1 day",
            "co_owner": people["pia"].pk,
        }
        door.execute(
            room, people[first].identity, "action.add", {**promise, **measured, "owner": people[first].pk, "due": soon}
        )
    none = {
        "id": new_id("na"),
        "workshop": pk,
        "because": "Two promises of last year are still open; we keep those first.",
    }
    sales, finance = (people[first].memberships.get().departments.get().pk for first in ("sam", "finn"))
    door.execute(room, people["finn"].identity, "no_action.say", {**none, "department": finance})
    if to == "read_out":
        door.execute(room, fiona, "workshop.read_out", {"id": pk, "department": sales})
        note = {"id": new_id("pn"), "text": "Tell me on Friday what Logistics needs for this."}
        first = ActionItem.objects.filter(workshop=pk).earliest("created_at")
        door.execute(room, people["elena"].identity, "action.note", {**note, "action": first.pk})
    return Workshop.objects.get(pk=pk)


def _open_import(journey: Journey, fiona: User) -> CommentImport:
    actor = load_actor(fiona.identity, journey.room.organisation_id)
    assert actor is not None
    row = intake.receive(journey, actor, "spring survey, final version (2).csv", io.BytesIO(FILE.encode()), len(FILE))
    preview.count_and_save(row)
    return row


def _talked_about(journey: Journey, people: dict[str, User]) -> str:
    """A touchpoint of Sales with a remark and somebody else's proposal on it."""
    spot = Touchpoint.objects.get(room=journey.room, title="Learns the delivery date")
    remark = {"id": new_id("rm"), "touchpoint": spot.pk, "text": "Logistics sees the order two days later than we do."}
    door.execute(journey.pk, people["leo"].identity, "remark.add", remark)
    proposal = {"id": new_id("pr"), "touchpoint": spot.pk, "field": "title", "text": "Waits for a date that holds"}
    door.execute(journey.pk, people["leo"].identity, "proposal.add", proposal)
    assert Proposal.objects.filter(touchpoint=spot).exists()
    return spot.pk


def _invited(made: Visit) -> None:
    """Invitations that arrived, were refused, wait and were withdrawn; one member whose access has ended."""
    actor = load_actor(made.people["ada"].identity, made.organisation.pk)
    assert actor is not None
    sales = made.organisation.departments.get(code="SA")
    wanted = [invitations.invite(made.organisation, actor, email, role, rooms) for email, role, rooms in (
        ("margaret.featherstonehaugh@harrow.example", "representative", [sales]), ("ivo@harrow.example", "observer", []),
        ("margret@harow.example", "representative", [sales]),
    )]  # fmt: skip
    Invitation.objects.filter(pk=wanted[1].pk).update(withdrawn_at=timezone.now())
    made.invitation, made.used = (invitations.token_of(row) for row in wanted[:2])
    drain_outbox()
    refused = {"state": "failed", "error": "550 5.1.1 no such mailbox: margret@harow.example"}
    Reminder.objects.filter(invitation=wanted[2]).update(**refused)
    invitations.invite(made.organisation, actor, "late@harrow.example", "executive")
    made.refused = wanted[2].pk
    deactivate_member(Membership.objects.get(organisation=made.organisation, user=made.people["otto"]), by=actor.key)
    tokens.make_token(made.people["sam"], "CRM, every night")
    made.mail = SentMail.objects.filter(organisation=made.organisation).first()


def _nudged(made: Visit) -> None:
    """One promise is due tomorrow, so a mail about it is on its way."""
    soon = ActionItem.objects.get(workshop=made.over, title="No delivery date without Logistics' yes")
    due = (timezone.localdate() + timezone.timedelta(days=1)).isoformat()
    door.execute(made.journey.pk, made.people["sam"].identity, "action.change", {"id": soon.pk, "due": due})
    Organisation.objects.filter(pk=made.organisation.pk).update(working_days=[0, 1, 2, 3, 4, 5, 6])  # on a weekend too
    reminders.plan()
    made.reply = links.token_of(Reminder.objects.filter(object_id=soon.pk).earliest("due_at").key)


def _at_the_door(made: Visit) -> None:
    """Gus is in, two people wait."""
    made.join_code = joining.open_code(made.organisation, made.journey.pk, by=made.people["fiona"].identity)
    departments = {row.code: row for row in made.organisation.departments.all()}
    for name, code in (("Gus", "SA"), ("Wanda from the plant in Oostende", "PR"), ("Ivo", "LO")):
        joining.ask_to_join(made.join_code, name, departments[code])
    joining.admit(Guest.objects.filter(name="Gus"), by=made.people["fiona"].identity)


def _browsers(made: Visit) -> None:
    """A session for everybody: signed in, in the room by code, or in the middle of coming in."""
    nora = create_person("nora@example.org", "Nora Lindqvist-Featherstonehaugh", PASSWORD, verified=True)
    browsers: dict[str, Client] = {}
    for name, user in {**made.people, "nora": nora, "olga": User.objects.get(name="Olga Novak")}.items():
        browsers[name] = Client()
        browsers[name].force_login(user)
    for name in ("Gus", "Wanda"):
        session = browsers.setdefault(name.lower(), Client()).session
        session[GUEST_SESSION_KEY] = Guest.objects.get(name__startswith=name).pk
        session.save()
        browsers[name.lower()].cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    steps = {
        "with a code": (reverse("join"), {"code": made.join_code.code if made.join_code else ""}),
        "asked for a code": (reverse("account_request_login_code"), {"email": "sam@harrow.example"}),
        "forgot": (reverse("account_reset_password"), {"email": "nora@example.org"}),
    }
    for name, (path, data) in steps.items():
        browsers[name] = Client()
        answer = browsers[name].post(path, data)
        assert answer.status_code == 302, f"{path} answered {answer.status_code}"
    made.cookies = {name: client.cookies[settings.SESSION_COOKIE_NAME].value for name, client in browsers.items()}
