"""A whole workshop as seven departments go through it: prepared, run and closed, in the browsers of those who came.

Fiona, Sam, Sue, Elena and those who come by mail sit at laptops, Gus has a phone and a code, and the big screen runs
beside them. What four of the seven do alike is done through the live commands; everything else is clicked and typed.
"""

from __future__ import annotations

import datetime
import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Organisation, User
from actions import reminders
from actions.models import ActionItem, Reminder
from journeymap.demo.words import SAID
from live.models import Event, new_id
from tests.browser import test_evidence as evidence
from tests.browser.a_meeting import (
    BY_MAIL,
    NAMES,
    PATIENT,
    Meeting,
    Wire,
    count_of,
    look,
    the_others_answer,
    until,
    write,
)  # fmt: skip
from tests.browser.test_room import drift
from tests.browser.test_the_loop import text_of
from touchpoints.models import Journey, MapVersion, Proposal, Stage, Touchpoint
from voices.models import Issue
from workshops.models import Answer, Participant, Phase, Rating, Workshop
from workshops.queries import ranking_of

LINE, INVOICE = "Reports that the line stands still", "Gets the invoice"  # touchpoints of Service and of Finance
OBJECTIVE = "Cut customers’ effort from order to first production"


@pytest.fixture
def meeting(window, people, departments, sink) -> Meeting:
    return Meeting(window, people, departments, sink)


@pytest.mark.timeout(600)  # a whole workshop
@pytest.mark.usefixtures("celery")
def test_a_whole_workshop(meeting):
    prepare(meeting)
    hear_customers(meeting)
    come_by_mail(meeting)
    read_before(meeting)
    remind(meeting)
    go_live(meeting)
    walk(meeting)
    learn(meeting)
    rate(meeting)
    run_late(meeting)
    write_together(meeting)
    commit(meeting)
    read_out(meeting)
    close(meeting)


# -- before ------------------------------------------------------------------------------------------------------
def prepare(meeting: Meeting) -> None:
    """Four pages: what for, who, which stages, when. *Next* waits until the first three answers are there."""
    fiona = meeting["fiona"]
    fiona.goto("/workshops/")
    fiona.get_by_role("link", name="New workshop").first.click()
    go_on = fiona.locator("#next")
    for label, words in (
        ("What shall change for customers?", OBJECTIVE),
        ("What will be done with the result?", "The board decides in May what we redesign"),
        ("How will you know that it worked?", "Hours customers spend per order, 180 to 90"),
    ):
        expect(go_on).to_be_disabled()
        fiona.get_by_label(label).fill(words)
    fiona.get_by_role("radio", name="Cut low-value touchpoints and effort").check()
    look(fiona, "b1-objective")
    go_on.click()
    expect(fiona.locator("[name=functions]:checked")).to_have_count(11)
    for function, name in BY_MAIL.items():
        fiona.get_by_label(f"Representative, {function}", exact=True).fill(f"{name}@harrow.example")
    expect(fiona.locator("#coverage")).to_contain_text("7 of 11 functions have a rep", use_inner_text=True)
    expect(fiona.locator("#coverage")).to_contain_text("Missing: Marketing, Account management, Operations, Legal.")
    expect(fiona.get_by_label("Executive sponsor").locator("option:checked")).to_have_text("Elena Ruiz")
    fiona.get_by_label("Journey owner").select_option(label="Fiona Hart")
    look(fiona, "b2-functions")
    go_on.click()
    fiona.get_by_role("radio", name="B2B equipment").check()
    fiona.get_by_label("What is this journey called?").fill("From order to first production")
    stages = fiona.locator('[data-set="set:equipment"] ol input')
    expect(stages).to_have_count(8)
    expect(stages.first).to_have_value("We notice a need")
    stages.nth(3).fill("We place the order")
    expect(fiona.locator("main")).to_contain_text("personas come from the data")
    look(fiona, "b3-stages")
    go_on.click()
    day = timezone.localdate() + datetime.timedelta(days=14)
    day += datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    fiona.get_by_label("Date", exact=True).fill(day.isoformat())
    back = fiona.get_by_label("Report back on")
    between = datetime.date.fromisoformat(back.input_value()) - day
    assert 45 <= between.days <= 47, between  # a Monday, where that is a weekend
    expect(fiona.get_by_role("radio", name="So what, 165 minutes")).to_be_checked()
    look(fiona, "b4-date")
    go_on.click()
    fiona.wait_for_url(re.compile(r"/workshops/ws_\w+/$"))
    meeting.workshop = Workshop.objects.get()
    assert [row.name for row in Stage.objects.filter(room=meeting.workshop.room_id).order_by("order")][3] == (
        "We place the order"
    )
    assert sum(row.minutes for row in Phase.objects.filter(workshop=meeting.workshop)) == 165
    look(fiona, "b4-planned")


def hear_customers(meeting: Meeting) -> None:
    """A year of comments: brought in, placed, coded, made let-downs in order, and what is painted of the journey."""
    fill_the_map(meeting)
    fiona, journey = meeting["fiona"], Journey.objects.get(pk=meeting.workshop.room_id)
    for step in (evidence.bring_in, evidence.bring_in_the_others, evidence.place_and_code, evidence.rank):
        step(fiona, journey)
    look(fiona, "b7-let-down")
    evidence.painted(fiona, journey)
    look(fiona, "b8-painted")


def fill_the_map(meeting: Meeting) -> None:
    """The moments customers speak of, over the stages in order; four of them have a department that leads."""
    leads = {"Reads the offer": "SA", "Places the order in her own system": "SA", LINE: "CS", INVOICE: "FI"}
    stages = list(Stage.objects.filter(room=meeting.workshop.room_id).order_by("order"))
    for n, title in enumerate(SAID):
        stage = stages[n * len(stages) // len(SAID)].pk
        lead = {"lead": meeting.departments[leads[title]].pk} if title in leads else {}
        meeting.do("fiona", "touchpoint.add", id=new_id("tp"), stage=stage, title=title, **lead)


def come_by_mail(meeting: Meeting) -> None:
    """A link, a name, no password; then what customers say about one's own work. Six of the seven open it."""
    for name, address in [(name, f"{name}@harrow.example") for name in BY_MAIL.values()]:
        until(lambda to=address: any(to in str(row["To"]) for row in meeting.sink.messages), f"no mail to {address}")
        mail = next(row for row in meeting.sink.messages if address in str(row["To"]))
        link = re.search(r"https?://\S+", text_of(mail))
        page = meeting.open(name)
        page.goto(re.sub(r"^https?://[^/]+", "", link[0]))
        page.get_by_label("Your name").fill(NAMES[name])
        page.get_by_role("button", name="Come in").click()
        expect(page.locator("main")).to_contain_text("You are asked to come for", timeout=PATIENT)
        meeting.people[name] = User.objects.get(email=address)
    sam = meeting["sam"]
    sam.goto("/")
    expect(sam.locator("main")).to_contain_text("2 touchpoints are yours", use_inner_text=True)
    look(sam, "b9-home")
    came = Participant.objects.filter(department__isnull=False, opened_at__isnull=False)
    until(lambda: came.count() == 6, "whoever looked is not counted")


def read_before(meeting: Meeting) -> None:
    """Sam writes down what customers get from what is his, and proposes what is not."""
    sam, room = meeting["sam"], meeting.workshop.room_id
    sam.goto(f"/journeys/{room}/")
    expect(sam.get_by_role("heading", name=INVOICE)).to_be_attached(timeout=PATIENT)
    ours = Touchpoint.objects.filter(room=room, lead=meeting.departments["SA"])
    sheet = sam.locator("#card")
    for card in ours:
        sam.evaluate("(id) => document.querySelector('card-drawer').open(id)", card.pk)
        sheet.locator('[data-field="statement"] textarea').fill(f"She knows what to do next: {card.title}")
        until(lambda pk=card.pk: Touchpoint.objects.get(pk=pk).statement.startswith("She knows"), "Sam’s words")
    assert ours.count() == 2
    theirs = Touchpoint.objects.get(room=room, title=INVOICE)
    sam.evaluate("(id) => document.querySelector('card-drawer').open(id)", theirs.pk)
    expect(sheet.locator('[data-field="title"] textarea')).to_have_attribute("readonly", "")
    sheet.get_by_role("button", name="Propose a change").click()
    sheet.get_by_label("As it should read").fill("Gets an invoice that she can pay")
    sheet.get_by_role("button", name="Propose", exact=True).click()
    until(lambda: Proposal.objects.filter(touchpoint=theirs).exists(), "the proposal")
    look(sam, "b9-propose")


def remind(meeting: Meeting) -> None:
    """The day before, whoever has not looked is told again, and nobody else; Fiona sees how many have."""
    fiona, starts_at = meeting["fiona"], meeting.workshop.starts_at
    Organisation.objects.update(working_days=[0, 1, 2, 3, 4, 5, 6])  # on a weekend too
    Workshop.objects.update(starts_at=timezone.now() + datetime.timedelta(hours=23))
    reminders.plan_calendar()
    told = Reminder.objects.filter(kind=Reminder.Kind.TOMORROW)
    assert [row.recipient.name for row in told] == ["Sue Baines"]
    Workshop.objects.update(starts_at=starts_at)
    fiona.goto(meeting.room)
    expect(fiona.locator("#asked ~ .hint")).to_have_text("opened 6 of 7", use_inner_text=True)
    look(fiona, "b10-opened")


# -- during ------------------------------------------------------------------------------------------------------
def go_live(meeting: Meeting) -> None:
    """Everybody comes in, Gus by code; the objective and one clock are on every screen."""
    fiona, gus = meeting["fiona"], meeting.open("gus", phone=True)
    fiona.get_by_role("button", name="Go live").click()
    expect(fiona.locator("#phase-name")).to_have_text("Why", timeout=PATIENT)
    fiona.locator("#desk-door summary").click()
    fiona.get_by_role("button", name="Make a code").click()
    letters = fiona.locator(".lobby__letters")
    expect(letters).to_have_text(re.compile(r"^\s*\w{4}-\w{4}\s*$"), timeout=PATIENT)
    meeting.open("big", "fiona", width=1920, height=1080)
    meeting["big"].goto(f"{meeting.room}projector/")
    expect(meeting["big"].locator(".big__code")).to_have_text(letters.inner_text().strip())
    expect(meeting["big"].locator(".big__qr svg")).to_be_visible()
    started = time.monotonic()
    gus.goto("/join/")
    gus.get_by_label("Code").fill(letters.inner_text().lower())
    gus.get_by_role("button", name="Go in").click()
    gus.get_by_label("Your name").fill("Gus (Key accounts)")
    gus.get_by_role("radio", name="Sales").check()
    gus.get_by_role("button", name="Take a seat").click()
    fiona.get_by_role("button", name="Admit Gus (Key accounts)").click()
    gus.wait_for_url("**/journeys/jn_*/", timeout=PATIENT)
    expect(gus.get_by_role("heading", name=LINE)).to_be_visible(timeout=PATIENT)
    assert (took := time.monotonic() - started) <= 30, f"from the code to the map: {took:.0f} s"
    meeting.enter("sam", "sue", "elena", "gus")
    for name in BY_MAIL.values():
        meeting.do(name, "workshop.enter", id=meeting.workshop.pk)
    for who in ("fiona", "sam", "sue", "elena", "gus", "big"):
        expect(meeting[who].locator(".why__objective")).to_have_text(OBJECTIVE)
        assert drift(meeting[who], meeting.workshop) <= 1, who
    look(meeting["fiona"], "d2-why-fiona")
    look(meeting["sam"], "d2-why-sam")
    look(meeting["big"], "d2-why-big")


def walk(meeting: Meeting) -> None:
    """All screens go where Fiona goes; anybody may look around. The strongest words stand at each stage."""
    meeting.next("Walk the map")
    fiona, gus, big = meeting["fiona"], meeting["gus"], meeting["big"]
    stages = list(Stage.objects.filter(room=meeting.workshop.room_id).order_by("order"))
    there, further = Touchpoint.objects.get(title=LINE).stage, stages[1]
    expect(gus.locator("#follow")).to_contain_text("You follow Fiona.", timeout=PATIENT)
    fiona.get_by_role("button", name=f"Everybody to {there.name}").click()
    for page in (gus, big):
        expect(page.locator(f"#{there.pk}.is-here")).to_be_in_viewport(timeout=PATIENT)
    gus.get_by_role("button", name="Look around").click()
    gus.evaluate("scrollTo(0, 0)")
    fiona.get_by_role("button", name=f"Everybody to {further.name}").click()
    expect(gus.locator(f"#{further.pk}.is-here")).to_be_attached(timeout=PATIENT)
    expect(gus.locator(f"#{further.pk}")).not_to_be_in_viewport()
    gus.get_by_role("button", name="Back to Fiona").click()
    expect(gus.locator(f"#{further.pk}")).to_be_in_viewport()
    quotes = gus.locator(f"#{there.pk} blockquote")
    expect(quotes).to_have_count(3)
    expect(quotes.locator("mark").first).to_be_visible()
    look(fiona, "d3-walk-fiona")
    look(gus, "d3-walk-gus")
    look(big, "d3-walk-big")


def learn(meeting: Meeting) -> None:
    """Everybody writes alone. Nobody is sent anything of anybody else's but how many, until the reveal."""
    meeting.next("Learn")
    fiona, sam, sue, gus, big = (meeting[who] for who in ("fiona", "sam", "sue", "gus", "big"))
    private = {"sam": "The quote says zwölf words too many", "sue": "We ask for the serial number three times",
               "gus": "Key accounts ring my own phone"}  # fmt: skip
    wires = {}
    for who in ("fiona", "sam", "sue", "gus", "big"):
        wires[who] = Wire(meeting[who])
        meeting[who].reload()
    for who, text in private.items():
        expect(meeting[who].locator("#status")).to_have_attribute("data-state", "saved", timeout=PATIENT)
        write(meeting[who], "learn", text)
    for n in range(3):
        data = {"workshop": meeting.workshop.pk, "of_kind": "learn", "text": f"Finance note xylophon {n}"}
        meeting.do("finn", "answer.add", id=new_id("an"), **data)
    finance, it = meeting.departments["FI"], meeting.departments["IT"]
    for page in (fiona, sue, gus):
        expect(count_of(page, finance, "learn")).to_have_text("3", timeout=PATIENT)
        expect(count_of(page, it, "learn")).to_have_text("0")
    expect(big.locator(".big__counts")).to_contain_text("3", timeout=PATIENT)
    look(sam, "d4-learn-sam")
    look(fiona, "d4-learn-fiona")
    look(big, "d4-learn-big")
    heard = {who: wire.heard() for who, wire in wires.items()}
    for who, said in heard.items():
        for author, text in private.items():
            assert who == author or text not in said, f"{who} was sent what {author} wrote"
        assert "xylophon" not in said, f"{who} was sent what Finn wrote"
    assert private["sam"] in heard["sam"], "the wire hears nothing"
    ready(meeting)
    expect(fiona.locator("#ready-count")).to_contain_text("Reveal now?", timeout=PATIENT)
    fiona.locator(".reveal").get_by_role("button", name=re.compile("Sales")).click()
    expect(sue.locator("#wall-learn")).to_contain_text(private["sam"], timeout=PATIENT)
    expect(sue.locator("#wall-learn")).not_to_contain_text("xylophon")
    fiona.get_by_role("button", name="Reveal all").click()
    for page in (sam, sue, gus, big):
        expect(page.locator("main")).to_contain_text("Finance note xylophon 2", timeout=PATIENT)
    assert "xylophon" in wires["sue"].heard()
    the_others_answer(meeting, "learn", "pia", "leo", "ida", "hana")
    look(sue, "d4-open-sue")
    look(big, "d4-open-big")


def ready(meeting: Meeting) -> None:
    """Four out of five say so, three of them by pressing."""
    for who in ("sam", "sue"):
        meeting[who].locator("#ready").click()
    meeting["gus"].locator("#ready-thumb").click()
    for who in (*BY_MAIL.values(), "elena"):
        meeting.do(who, "workshop.say_ready", id=meeting.workshop.pk, ready=True)


def rate(meeting: Meeting) -> None:
    """Alone first, then the widest disagreement on top; what is settled changes the order on all screens."""
    meeting.next("How bad is it for customers?")
    fiona, sam, sue, gus, big = (meeting[who] for who in ("fiona", "sam", "sue", "gus", "big"))
    issues = [row.standing.of for row in ranking_of(meeting.workshop)]
    mild, torn, some = (issue.title for issue in issues)
    given = {"sam": (3, 5, 4), "sue": (3, 1, 4), "gus": (3, 5, 2)}
    for who, numbers in given.items():
        for issue, number in zip(issues, numbers, strict=True):
            box = meeting[who].locator(f'input[name="rate-{issue.pk}"][value="{number}"]')
            meeting[who].locator("label.face", has=box).click()
    until(lambda: Rating.objects.count() == 9, "not every rating was kept")
    expect(fiona.locator("[data-raters=customers]")).to_have_text("3", timeout=PATIENT)
    expect(sam.get_by_text("And how bad is it for us?")).to_have_count(0)
    look(sam, "d5-rate-sam")
    fiona.get_by_role("button", name="Show median and spread").click()
    rows = sue.locator(".rated")
    for n, (title, median, low, high) in enumerate(((torn, 5, 1, 5), (some, 4, 2, 4), (mild, 3, 3, 3))):
        expect(rows.nth(n)).to_contain_text(title, timeout=PATIENT)
        expect(rows.nth(n)).to_contain_text(re.compile(rf"3 rated, from\s+{low} to\s+{high}"))
        expect(rows.nth(n)).to_contain_text(f"Median {median}")
    for number, title in ((5, torn), (4, some)):
        fiona.get_by_role("button", name=f"Accept {number} for {title}").click()
        in_order(meeting, title, number, gus, sam, big)
    row = fiona.locator(".rated", has_text=mild)
    why = row.get_by_label(f"Why another number for {mild}")
    row.locator("summary").click()
    row.get_by_label(f"Severity of {mild}").select_option("1")
    row.get_by_role("button", name="Set it").click()
    expect(fiona.locator("#problem")).to_contain_text("The median is 3. Say why it should be 1.", timeout=PATIENT)
    if not why.is_visible():
        row.locator("summary").click()
    row.get_by_label(f"Severity of {mild}").select_option("1")
    why.fill("It was mended in May")
    row.get_by_role("button", name="Set it").click()
    expect(sue.locator(".rated", has_text=mild)).to_contain_text("1: It was mended in May", timeout=PATIENT)
    in_order(meeting, mild, 1, gus, sam, big)
    assert [row.standing.title for row in ranking_of(meeting.workshop)] == [torn, some, mild]
    expect(sam.get_by_role("heading", name="And how bad is it for us?")).to_be_visible()
    look(fiona, "d5-open-fiona")
    look(meeting["big"], "d5-open-big")


def in_order(meeting: Meeting, title: str, severity: int, *pages: Page) -> None:
    """On all screens the order is what it is now, with the number that was just settled."""
    until(lambda: Issue.objects.get(title=title).severity == severity, f"{title!r} is not settled")
    order = [row.standing.title for row in ranking_of(meeting.workshop)]
    for page in pages:
        expect(page.locator(".rank li strong")).to_have_text(order, timeout=PATIENT)
        rung = page.locator(".rank li", has_text=title).locator(".sev")
        expect(rung).to_have_attribute("data-sev", str(severity), timeout=PATIENT)


def run_late(meeting: Meeting) -> None:
    """Seven minutes over: the agenda says where they can be saved, and Commit keeps what it has. One tap."""
    meeting.next("Fine-tune")
    fiona = meeting["fiona"]
    the_others_answer(meeting, "fine_tune", *BY_MAIL.values())
    write(meeting["sam"], "fine_tune", "A date in every quote")
    write(meeting["sue"], "fine_tune", "One person keeps a case")
    began = timezone.now() - datetime.timedelta(minutes=27, seconds=2)
    Workshop.objects.update(phase_started_at=began, behind=0)  # what came before took its time
    fiona.reload()
    late = fiona.locator("#late")
    expect(late).to_contain_text("7 min behind.", use_inner_text=True)
    expect(late).to_contain_text("Take 5 from the break (5 stay) and 2 from Do differently?", use_inner_text=True)
    expect(late).to_contain_text("Commit keeps its 25.", use_inner_text=True)
    expect(fiona.locator("#agenda")).to_have_attribute("data-late", "")
    look(fiona, "d6-late-fiona")
    late.get_by_role("button", name="Take it").click()
    expect(late).to_have_count(0, timeout=PATIENT)
    minutes = {row.of_kind: row.minutes for row in Phase.objects.filter(workshop=meeting.workshop)}
    assert (minutes["break"], minutes["do_differently"], minutes["commit"]) == (5, 18, 25)
    fiona.get_by_role("button", name="Reveal all").click()
    expect(meeting["sam"].locator("#wall-fine_tune")).to_contain_text("One person keeps a case", timeout=PATIENT)
    meeting.next("Break")
    expect(meeting["big"].locator(".break")).to_be_visible(timeout=PATIENT)
    look(meeting["big"], "d6-break-big")


def write_together(meeting: Meeting) -> None:
    """Two people in one text, one without a line, one who rubs out what she meant to keep: nobody loses a word."""
    meeting.next("Do differently")
    two_in_one_text(meeting)
    fiona, sam, sue, leo, ida = (meeting[who] for who in ("fiona", "sam", "sue", "leo", "ida"))
    meeting.enter("sam", "sue", "leo", "ida")
    leo.context.set_offline(True)
    expect(leo.locator("#status")).to_have_attribute("data-state", "offline", timeout=PATIENT)
    box = leo.locator("#new-do_differently")
    away = ("We say the day before the truck comes", "The driver rings from the motorway")
    for text in away:
        box.fill(text)
        leo.keyboard.press("Control+Enter")
    expect(leo.locator("#wall-do_differently .answer")).to_have_count(2)
    look(leo, "d7-offline-leo")
    assert not Answer.objects.filter(text__in=away).exists()
    write(sam, "do_differently", "Every quote names a day")
    write(ida, "do_differently", "One number for the order")
    write(ida, "do_differently", "One form instead of three")
    mine = ida.locator("#wall-do_differently .answer")
    expect(mine).to_have_count(2)
    mine.nth(0).get_by_role("button", name="Rub out").click()
    expect(mine).to_have_count(1)
    write(sue, "do_differently", "Whoever picks up keeps the case")
    ida.keyboard.press("Control+z")
    expect(mine).to_have_count(2)
    written = Answer.objects.filter(of_kind="do_differently", removed_at=None)
    until(lambda: written.count() == 4, "not hers alone came back")
    assert not Event.objects.filter(undoes__isnull=False).exclude(by=meeting.people["ida"].identity).exists()
    leo.context.set_offline(False)
    expect(leo.locator("#status")).to_have_attribute("data-state", "saved", timeout=2 * PATIENT)
    for text in away:
        until(lambda words=text: Answer.objects.filter(text=words).count() == 1, f"{text!r} came not once")
    the_others_answer(meeting, "do_differently", "pia", "finn", "hana")
    fiona.get_by_role("button", name="Reveal all").click()
    expect(sue.locator("#wall-do_differently")).to_contain_text(away[1], timeout=PATIENT)
    assert Answer.objects.filter(text__in=away).count() == 2
    look(sue, "d7-open-sue")


def two_in_one_text(meeting: Meeting) -> None:
    card = Touchpoint.objects.get(title=LINE)
    meeting.do("fiona", "touchpoint.change", id=card.pk, contributors=[meeting.departments["SA"].pk])
    sam, sue = meeting["sam"], meeting["sue"]
    boxes = []
    for page in (sam, sue):
        page.goto(f"/journeys/{card.room_id}/")
        expect(page.locator("#status")).to_have_attribute("data-state", "saved", timeout=PATIENT)
        page.locator(f'[data-id="{card.pk}"] .card').click()
        boxes.append(page.locator('dialog [data-field="description"] textarea'))
        expect(boxes[-1]).to_be_visible()
    boxes[0].fill("Middle.")
    expect(boxes[1]).to_have_value("Middle.", timeout=PATIENT)
    boxes[0].focus()
    sam.keyboard.press("Home")
    boxes[1].focus()
    sue.keyboard.press("End")
    first, second = "Sam begins here. ", " Sue ends here."
    for at in range(max(len(first), len(second))):
        sam.keyboard.type(first[at : at + 1])
        sue.keyboard.type(second[at : at + 1])
    whole = first + "Middle." + second
    for box in boxes:
        expect(box).to_have_value(whole, timeout=PATIENT)
    until(lambda: Touchpoint.objects.get(pk=card.pk).description == whole, "the database has other words")
    for page in (sam, sue):
        page.keyboard.press("Escape")
    sam.locator(f'[data-id="{card.pk}"] .card').focus()
    sam.keyboard.press("2")
    expect(sue.locator(f'[data-id="{card.pk}"] .sev').first).to_have_attribute("data-sev", "2", timeout=PATIENT)
    sue.locator(f'[data-id="{card.pk}"] .card').focus()
    sue.keyboard.press("5")
    expect(sam.locator(".toast")).to_contain_text(f"Sue set “How badly it hurts” of “{LINE}” to 5")


def commit(meeting: Meeting) -> None:
    """Every function turns an answer into a promise, or says why it has none."""
    meeting.next("Love to learn")
    fiona, sam, sue, hana = (meeting[who] for who in ("fiona", "sam", "sue", "hana"))
    write(sam, "love_to_learn", "Who reads our quotes?")
    write(sue, "love_to_learn", "What do they try before they ring?")
    the_others_answer(meeting, "love_to_learn", *BY_MAIL.values())
    fiona.get_by_role("button", name="Reveal all").click()
    asked = sam.locator("#wall-love_to_learn .answer", has_text="What do they try before they ring?")
    asked.get_by_role("button", name="Ask customers").click(timeout=PATIENT)
    expect(asked).to_contain_text("Will be asked")
    until(lambda: Answer.objects.filter(to_ask=True).count() == 1, "it is not on the list of what to ask")
    meeting.next("Commit")
    meeting.enter("hana")
    wheel = fiona.locator(".wheel")
    expect(wheel).to_have_attribute("aria-label", re.compile("^0 of 7 .* 7 missing$"), timeout=PATIENT)
    promise(sam, "Every quote names a day", "She can plan the line")
    promise(sue, "Whoever picks up keeps the case", "She tells it once")
    expect(wheel).to_have_attribute("aria-label", re.compile("^2 of 7 .* 5 missing$"), timeout=PATIENT)
    the_others_promise(meeting)
    expect(wheel).to_have_attribute("aria-label", re.compile("^6 of 7 .* 1 missing$"), timeout=PATIENT)
    fold = hana.locator(".share--mine details")
    fold.locator("summary").click()
    fold.get_by_role("textbox").fill("We have two promises of last year to keep")
    fold.get_by_role("button", name="Say so").click()
    expect(wheel).to_have_attribute(
        "aria-label", re.compile("^6 of 7 .* 1 said why they have none, 0 missing$"), timeout=PATIENT
    )
    assert ActionItem.objects.filter(workshop=meeting.workshop).count() == 11
    look(fiona, "d8-commit-fiona")
    look(sam, "d8-commit-sam")
    look(meeting["big"], "d8-commit-big")


def promise(page: Page, answer: str, change: str) -> None:
    """From the answer to a promise in full; the form knows the due date and the sponsor."""
    page.locator(".share--mine").get_by_role("link", name=f"Make it a promise: {answer}").click(timeout=PATIENT)
    expect(page.get_by_label("What do you promise?")).to_have_value(answer)
    due = datetime.date.fromisoformat(page.get_by_label("By when?").input_value())
    assert 30 <= (due - timezone.localdate()).days <= 32, due
    page.get_by_label("What changes for the customer?").fill(change)
    page.get_by_label("First step").fill("Ask three of them on Monday")
    page.get_by_label("Measure").fill("days to hear back")
    page.get_by_label("Today").fill("9")
    page.get_by_label("Target").fill("1")
    look(page, f"d8-promise-{'sam' if 'quote' in answer else 'sue'}")
    page.get_by_role("button", name="Promise it").click()
    page.wait_for_url(re.compile("/workshops/"))
    row = ActionItem.objects.get(title=answer)
    assert row.sponsor.name == "Elena Ruiz" and row.answer.text == answer and row.due == due


def the_others_promise(meeting: Meeting) -> None:
    """Nine more, so that they are eleven."""
    due = (timezone.localdate() + datetime.timedelta(days=30)).isoformat()
    of = {"sam": ("SA", 1), "sue": ("CS", 1), "pia": ("PR", 2), "leo": ("LO", 2), "finn": ("FI", 1), "ida": ("IT", 2)}
    for who, (code, many) in of.items():
        for n in range(many):
            data = {"title": f"{code} promise {n + 1}", "owner": meeting.people[who].pk, "due": due}
            department = meeting.departments[code].pk
            meeting.do(who, "action.add", id=new_id("ac"), workshop=meeting.workshop.pk, department=department, **data)


def read_out(meeting: Meeting) -> None:
    """A minute each by one clock; Elena says something to two promises and yes to the date."""
    meeting.next("Read-out")
    fiona, sam, elena, big = (meeting[who] for who in ("fiona", "sam", "elena", "big"))
    fiona.get_by_role("button", name="Begin with Sales").click()
    for page in (elena, sam, big):
        expect(page.locator(".minute h3")).to_contain_text("Sales", timeout=PATIENT)
        expect(page.locator(".minute")).to_contain_text("Every quote names a day")
        since = Workshop.objects.values_list("reading_since", flat=True).get(pk=meeting.workshop.pk)
        minutes, seconds = page.locator("[data-minute] .timer__digits").inner_text().split(":")
        left = 60 - (time.time() - since.timestamp())
        assert abs(left - int(minutes) * 60 - int(seconds)) <= 2, left
    for title, words in (("Every quote names a day", "Tell me on Friday"), ("SA promise 1", "Thank you")):
        elena.get_by_label(f"What you say to: {title}").fill(words)
        elena.locator("form", has=elena.get_by_label(f"What you say to: {title}")).get_by_role("button").click()
        expect(big.locator(".minute")).to_contain_text(f"Elena Ruiz: {words}", timeout=PATIENT)
    elena.get_by_role("button", name="I will be there").click()
    expect(sam.locator("#promises")).to_contain_text("Elena Ruiz will be there", timeout=PATIENT)
    with elena.expect_download() as download:
        elena.get_by_role("link", name="Put it in my calendar").click()
    assert "BEGIN:VEVENT" in download.value.path().read_text()
    look(elena, "d9-read-out-elena")
    look(fiona, "d9-read-out-fiona")
    look(big, "d9-read-out-big")


def close(meeting: Meeting) -> None:
    """The checklist is full; the map is kept, and the report-back stands with the same people."""
    fiona = meeting["fiona"]
    fiona.get_by_role("link", name="Close the workshop").click()
    meeting.workshop.refresh_from_db()
    day = meeting.workshop.report_back_on
    expect(fiona.locator(".page-head")).to_contain_text(
        "7/7 functions answered all four, 11 actions and 1 “none, because …”, all with owner and date, "
        f"Elena Ruiz sponsors it, report-back booked for {day:%-d %B %Y}"
    )
    expect(fiona.get_by_role("heading", name="Nothing is missing")).to_be_visible()
    look(fiona, "d10-close-fiona")
    fiona.get_by_role("button", name="Close the workshop").click()
    for who in ("fiona", "sam", "gus"):
        expect(meeting[who].get_by_role("heading", name="What happens next")).to_be_visible(timeout=PATIENT)
    expect(meeting["big"].locator("main")).to_contain_text("We report back on", timeout=PATIENT)
    assert MapVersion.objects.get().name == "After workshop 1"
    session = Workshop.objects.get(of_kind=Workshop.Kind.REPORT_BACK)
    assert session.follows_id == meeting.workshop.pk and session.starts_at.date() == day
    came = [
        set(Participant.objects.filter(workshop=each, removed_at=None).values_list("person", "department"))
        for each in (meeting.workshop, session)
    ]
    assert came[0] == came[1] and len(came[0]) == 10
    look(fiona, "d10-closed-fiona")
    look(meeting["sam"], "d10-closed-sam")
