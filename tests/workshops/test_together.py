"""The room: who leads, where all look, who wants to speak, who has not been heard; and bad luck of every kind."""

from __future__ import annotations

import datetime
import re
from html import unescape

import pytest
import time_machine

from accounts import joining
from accounts.commands import deactivate_member
from journeymap.board import BOARD
from live.door import execute
from live.models import Event, new_id
from live.queries import snapshot
from live.values import Refused
from tests.live.payloads import now, turn
from tests.workshops.test_workshop_commands import answered, gone_live, refused
from touchpoints.models import Stage, Touchpoint
from voices.models import Issue
from workshops import desk, queries
from workshops.models import Answer, Nudge, Parked, Participant, Phase, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(journey, fiona, sam, sue, ada) -> Workshop:
    """Learning, with four people in the room."""
    workshop = gone_live(journey, fiona, "learn")
    for who in (fiona, sam, sue, ada):
        execute(journey.pk, who.identity, "workshop.enter", {"id": workshop.pk})
    return workshop


def do(workshop, who, name, **data):
    return execute(workshop.room_id, who.identity, f"workshop.{name}", {"id": workshop.pk, **data})


def page(as_, who, workshop, more="") -> str:
    return " ".join(as_(who).get(f"/workshops/{workshop.pk}/{more}").content.decode().split())


# -- who leads, where all look -----------------------------------------------------------------
def test_any_facilitator_takes_over_when_a_laptop_dies(meeting, fiona, ada, sam):
    do(meeting, fiona, "lead", on=True)
    do(meeting, ada, "lead", on=True)
    meeting.refresh_from_db()
    assert meeting.led_by == ada.identity
    do(meeting, ada, "next_phase", phase=now(meeting.pk))
    do(meeting, ada, "lead", on=False)
    meeting.refresh_from_db()
    assert (meeting.led_by, meeting.phase.of_kind) == ("", "severity")
    assert refused(meeting.room_id, sam, "workshop.lead", {"id": meeting.pk, "on": True}).code == "forbidden"


def test_a_walk_is_led_by_who_turned_the_page_and_starts_nowhere(journey, fiona, ada):
    workshop = gone_live(journey, fiona)
    do(workshop, fiona, "spotlight", at=Stage.objects.filter(room=journey.pk).earliest("order").pk)
    do(workshop, ada, "next_phase", phase=now(workshop.pk))
    workshop.refresh_from_db()
    assert (workshop.phase.of_kind, workshop.led_by, workshop.spotlight) == ("walk", ada.identity, "")


def test_the_spotlight_is_in_words_on_every_page_and_finds_only_what_is_here(meeting, fiona, as_, comments):
    issue = new_id("is")
    execute(meeting.room_id, fiona.identity, "issue.add", {"id": issue, "title": "Waits for a part"})
    stage = Stage.objects.filter(room=meeting.room_id).earliest("order")
    for at, words in (
        (issue, "Waits for a part"),
        (stage.pk, stage.name),
        (str(comments[0].pk), "<mark>three days</mark>"),
    ):
        do(meeting, fiona, "spotlight", at=at)
        assert words in page(as_, "sam", meeting), at
        assert words in page(as_, "fiona", meeting, "projector/"), at
    for wrong in ("is_0000000000000000", "tp_0000000000000000", "99999999", "nonsense", "-1"):
        assert refused(meeting.room_id, fiona, "workshop.spotlight", {"id": meeting.pk, "at": wrong}).code == "unknown"
    Issue.objects.filter(pk=issue).update(removed_at=meeting.created_at)
    Workshop.objects.filter(pk=meeting.pk).update(spotlight=issue)
    assert 'id="spot"' not in page(as_, "sam", meeting)
    do(meeting, fiona, "spotlight", at=None)
    assert 'id="spot"' not in page(as_, "sam", meeting)


@pytest.fixture
def comments(journey):
    from voices.models import Comment, Quantity

    stage = Stage.objects.filter(room=journey.pk).earliest("order")
    about = {
        "organisation": journey.room.organisation,
        "room": journey.room,
        "stage": stage,
        "placed_at": journey.created_at,
    }
    rows = [
        Comment.objects.create(text="We waited three days for a yes.", harm=5, dedupe="1", **about),
        Comment.objects.create(text="It was fine.", harm=0, dedupe="2", **about),
        Comment.objects.create(text="Nobody rings back.", harm=3, dedupe="3", **about),
        Comment.objects.create(text="The form is long.", harm=2, dedupe="4", **about),
        Comment.objects.create(text="Our own opinion.", harm=5, source_kind="opinion", dedupe="5", **about),
    ]
    Quantity.objects.create(comment=rows[0], kind="time", start=10, end=20, low=1440, unit="minutes")
    return rows


def test_walking_shows_three_strongest_quotes_of_a_stage_with_what_they_cost(journey, fiona, as_, comments):
    workshop = gone_live(journey, fiona, "walk")
    stages = desk.walk(workshop)
    assert [row.text for row in stages[0]["quotes"]] == [
        "We waited three days for a yes.", "Nobody rings back.", "The form is long.",
    ]  # fmt: skip
    shown = page(as_, "sam", workshop)
    assert "<mark>three days</mark>" in shown and "Our own opinion" not in shown and "It was fine" not in shown
    assert shown.count("No customer has said anything about this stage yet") == len(stages) - 1
    assert "Everybody to" in page(as_, "fiona", workshop) and "Everybody to" not in shown


def test_the_big_screen_shows_all_stages_and_what_is_said_where_the_room_is(journey, fiona, as_, comments):
    workshop = gone_live(journey, fiona, "walk")
    stages = desk.walk(workshop)
    shown = page(as_, "fiona", workshop, "projector/")
    assert all(one["stage"].name in shown for one in stages) and "three days" not in shown
    do(workshop, fiona, "spotlight", at=stages[0]["stage"].pk)
    shown = page(as_, "fiona", workshop, "projector/")
    assert all(one["stage"].name in shown for one in stages) and "<mark>three days</mark>" in shown
    assert shown.count('class="is-here" aria-current="step"') == 1 and "Everybody looks at" not in shown


def test_the_curve_of_the_big_screen_is_level_at_each_feeling():
    """Two stages of 500 wide; what nobody felt has no dot, and a good feeling stands higher."""
    points = [Touchpoint(felt=2, intended=1), Touchpoint(felt=None, intended=2), Touchpoint(felt=-2)]
    drawn = desk.picture([{"touchpoints": points[:2]}, {"touchpoints": points[2:]}])
    assert drawn["dots"] == [(125, 12, 2), (750, 88, -2)]
    assert drawn["felt"] == "M125 12 C437 12 437 88 750 88"
    assert drawn["want"].startswith("M125 31 C250 31 250 12 375 12")
    assert desk.picture([{"touchpoints": []}]) == {"felt": "", "want": "", "dots": []}


# -- hands, who has been heard -----------------------------------------------------------------
def test_hands_go_up_in_order_and_are_put_down_by_oneself_or_who_runs_it(meeting, fiona, sam, sue, as_):
    do(meeting, sue, "raise_hand", up=True)
    do(meeting, sam, "raise_hand", up=True)
    do(meeting, sue, "raise_hand", up=True)  # again: she keeps her place
    shown = page(as_, "fiona", meeting)
    assert shown.index("Sue Baines has spoken") < shown.index("Sam Okoro has spoken")
    hers = Participant.objects.get(person=sue.identity)
    no = refused(meeting.room_id, sam, "workshop.raise_hand", {"id": meeting.pk, "up": False, "participant": hers.pk})
    assert no.code == "forbidden"
    do(meeting, fiona, "raise_hand", up=False, participant=hers.pk)
    do(meeting, sam, "raise_hand", up=False)
    assert not Participant.objects.filter(hand_at__isnull=False).exists()
    as_("sam").post(f"/workshops/{meeting.pk}/hand/", {"up": "1"})
    assert Participant.objects.get(hand_at__isnull=False).person == sam.identity


def test_who_has_not_been_heard_is_for_the_facilitator_and_asked_in_quietly(meeting, fiona, sam, sue, as_, departments):
    answered(meeting, sam, "A private word")
    found = {row.department.code: (row.count, [one.name for one in row.silent]) for row in desk.heard(
        queries.workshop_for(fiona.identity, meeting.pk)[0], queries.participants_of(meeting))}  # fmt: skip
    assert found == {"SA": (1, []), "CS": (0, ["Sue Baines"])}
    assert "Heard so far" in page(as_, "fiona", meeting) and "Heard so far" not in page(as_, "sam", meeting)
    assert as_("sam").post(f"/workshops/{meeting.pk}/ask-in/", {"department": departments["CS"].pk}).status_code == 403
    as_("fiona").post(f"/workshops/{meeting.pk}/ask-in/", {"department": departments["CS"].pk})
    assert "We would like to hear from you" in page(as_, "sue", meeting)
    assert "We would like to hear from you" not in page(as_, "sam", meeting)
    nudge, event = Nudge.objects.get(), Event.objects.get(name="workshop.asked_in")
    # The others learn that something was, no more.
    assert nudge.pk not in event.body and f'"{sue.identity}"' not in event.body
    seen = snapshot(BOARD, meeting.room_id)
    assert nudge.pk not in seen.frame(frozenset({"all", sam.identity, *[departments["SA"].pk]})).decode()
    answered(meeting, sue, "Here I am")
    assert "We would like to hear from you" not in page(as_, "sue", meeting)


def test_at_eighty_per_cent_whoever_runs_it_is_asked_to_reveal_and_then_to_go_on(meeting, fiona, sam, sue, ada, as_):
    for who in (sam, sue, ada):
        do(meeting, who, "say_ready", ready=True)
    assert "Reveal now?" not in page(as_, "fiona", meeting)  # three of four
    do(meeting, fiona, "say_ready", ready=True)
    assert "Reveal now?" in page(as_, "fiona", meeting) and "Reveal now?" not in page(as_, "sam", meeting)
    do(meeting, fiona, "reveal", of_kind="learn")
    assert "Go on?" in page(as_, "fiona", meeting)


# -- the parking lot ---------------------------------------------------------------------------
def test_everybody_parks_and_whoever_runs_it_settles(meeting, sam, sue, as_):
    as_("sam").post(f"/workshops/{meeting.pk}/parked/", {"text": "  Who owns the portal?  "})
    row = Parked.objects.get()
    assert (row.text, row.name) == ("Who owns the portal?", "Sam Okoro")
    url = f"/workshops/{meeting.pk}/parked/{row.pk}/"
    refusal = as_("sue").post(url, {"do": "remove"}, follow=True)
    assert "Only whoever put it there and facilitators take it out." in refusal.content.decode()
    as_("sam").post(url, {"do": "settle", "outcome": "Me"})
    row.refresh_from_db()
    assert row.settled_at is None
    as_("fiona").post(url, {"do": "settle", "outcome": "IT, by Friday"})
    assert "IT, by Friday" in page(as_, "sue", meeting)
    as_("fiona").post(url, {"do": "open"})
    row.refresh_from_db()
    assert (row.settled_at, row.outcome) == (None, "")
    empty = as_("sue").post(f"/workshops/{meeting.pk}/parked/", {"text": "  "}, follow=True)
    assert "Write something here first." in empty.content.decode()


def test_what_was_parked_moves_on(meeting, fiona, sam, as_):
    """To the let-downs with one press; to a promise with its words in the form."""
    as_("sam").post(f"/workshops/{meeting.pk}/parked/", {"text": "Nobody owns\nthe portal"})
    row = Parked.objects.get()
    url = f"/workshops/{meeting.pk}/parked/{row.pk}/"
    form = re.search(r'href="([^"]+)"[^>]*>\s*<svg[^>]*>.{0,80}</svg>\s*Make it a promise', page(as_, "fiona", meeting))
    assert form, "no way to a promise"
    assert "Nobody owns" in as_("fiona").get(unescape(form[1])).content.decode()
    as_("sam").post(url, {"do": "let_down"})
    assert not Issue.objects.exists(), "whoever runs it moves things on"
    as_("fiona").post(url, {"do": "let_down"})
    row.refresh_from_db()
    assert Issue.objects.get().title == "Nobody owns the portal" and row.outcome == "Is a let-down now"
    assert "Is a let-down now" in page(as_, "sam", meeting)


def test_where_writing_is_anonymous_nobody_parked_it(journey, fiona, sam):
    workshop = gone_live(journey, fiona, anonymous=True)
    pk = new_id("pk")
    execute(journey.pk, sam.identity, "parked.add", {"id": pk, "workshop": workshop.pk, "text": "Why so slow?"})
    row, event = Parked.objects.get(), Event.objects.get(name="parked.added")
    assert (row.by, row.name, event.by) == ("", "", "") and f'"{sam.identity}"' not in event.body + event.private


# -- the big screen ----------------------------------------------------------------------------
@pytest.mark.parametrize("anonymous", [False, True])
def test_the_big_screen_shows_counts_and_never_a_private_word(journey, fiona, sam, as_, anonymous):
    workshop = gone_live(journey, fiona, "learn", anonymous=anonymous)
    for who in (fiona, sam):
        execute(journey.pk, who.identity, "workshop.enter", {"id": workshop.pk})
    answered(workshop, sam, "zwitscher-4711")
    joining.open_code(journey.room.organisation, journey.pk, by=fiona.identity)
    for who in ("fiona", "sam"):
        shown = page(as_, who, workshop, "projector/")
        assert "zwitscher" not in shown and "What can we learn from the map as it is?" in shown
        assert "QR code of the link to join" in shown and "<button" not in shown.split("<main")[1].split("</main>")[0]
    do(workshop, fiona, "reveal", of_kind="learn")
    assert "zwitscher-4711" in page(as_, "fiona", workshop, "projector/")


# -- bad luck ----------------------------------------------------------------------------------
def test_who_comes_late_gets_the_present_phase_and_its_timer(journey, fiona, as_):
    start = datetime.datetime(2030, 3, 20, 9, 30, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        workshop = gone_live(journey, fiona, "learn")
        clock.shift(datetime.timedelta(minutes=3, seconds=20))
        shown = page(as_, "sue", workshop)
        assert '<h1 id="phase-name"> Learn </h1>' in shown and ">6:40<" in shown and ">to write<" in shown


def test_a_phase_left_open_overnight_is_no_delay(journey, fiona, as_):
    start = datetime.datetime(2030, 3, 20, 16, 0, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        workshop = gone_live(journey, fiona, "learn")
        clock.shift(datetime.timedelta(hours=16))
        shown = page(as_, "fiona", workshop)
        assert "This phase was left open." in shown and "min behind" not in shown and ">-15 h<" in shown
        do(workshop, fiona, "start_again", phase=now(workshop.pk))
        assert ">10:00<" in page(as_, "fiona", workshop)
        clock.shift(datetime.timedelta(hours=16))
        do(workshop, fiona, "next_phase", phase=now(workshop.pk))
        workshop.refresh_from_db()
        assert workshop.behind <= 0 and "min behind" not in page(as_, "fiona", workshop)


def test_a_phase_that_stays_open_for_days_is_never_over_before_its_end_nor_late(journey, fiona, as_):
    start = datetime.datetime(2030, 3, 20, 16, 0, tzinfo=datetime.UTC)
    until = start + datetime.timedelta(days=3)
    with time_machine.travel(start, tick=False) as clock:
        workshop = gone_live(journey, fiona, "learn")
        before = Workshop.objects.get(pk=workshop.pk).behind
        change = {"id": now(workshop.pk), "open_until": until.isoformat()}
        execute(journey.pk, fiona.identity, "phase.change", change)
        fiona.time_zone = "America/New_York"
        fiona.save()
        clock.shift(datetime.timedelta(days=2))
        for where in ("", "projector/"):
            shown = page(as_, "fiona", workshop, where)
            assert ">open until<" in shown and "Sat 23 March, 12:00" in shown  # by her own clock
            assert 'id="timer"' not in shown and "left open" not in shown and "min behind" not in shown
        with pytest.raises(Refused, match="open until a day"):
            do(workshop, fiona, "add_minute", phase=now(workshop.pk))
        clock.shift(datetime.timedelta(days=2))
        assert ">was open until<" in page(as_, "fiona", workshop)
        do(workshop, fiona, "next_phase", phase=now(workshop.pk))
        workshop.refresh_from_db()
        assert workshop.behind == before and "min behind" not in page(as_, "fiona", workshop)


def test_an_empty_workshop_closes(journey, fiona, as_):
    workshop = gone_live(journey, fiona)
    execute(journey.pk, fiona.identity, "workshop.close", {"id": workshop.pk, "because": "Nobody came"})
    shown = page(as_, "fiona", workshop)
    assert "See the report" in shown and 'id="desk"' not in shown
    assert "Thank you." in page(as_, "fiona", workshop, "projector/")


def test_a_vote_after_the_phase_and_after_the_close_is_refused_with_a_sentence(journey, fiona, sam):
    issue = new_id("is")
    execute(journey.pk, fiona.identity, "issue.add", {"id": issue, "title": "Waits"})
    workshop = gone_live(journey, fiona, "severity")
    vote = {"id": new_id("ra"), "workshop": workshop.pk, "place": issue, "severity": 4}
    turn(journey.pk, fiona.identity, workshop.pk, "fine_tune")
    late = refused(journey.pk, sam, "rating.give", vote)
    assert (late.code, late.message) == ("locked", "This is open while “How bad is it for customers?” runs.")
    execute(journey.pk, fiona.identity, "workshop.close", {"id": workshop.pk, "because": "Enough"})
    assert "is closed" in refused(journey.pk, sam, "rating.give", vote).message


def test_a_representative_who_is_removed_while_typing_writes_no_more_and_keeps_what_was_saved(
    meeting, fiona, ada, sam, harrow
):
    pk = answered(meeting, sam, "Saved before")
    deactivate_member(harrow.memberships.get(user=sam), by=ada.identity)
    with pytest.raises(Refused) as caught:
        execute(meeting.room_id, sam.identity, "answer.write", {"id": pk, "field": "text", "rev": 0, "delta": ["x"]})
    assert (caught.value.code, caught.value.message) == ("forbidden", "You no longer have access to this journey.")
    assert Answer.objects.get(pk=pk).text == "Saved before" and Answer.objects.get(pk=pk).revealed_at is None
    do(meeting, fiona, "reveal", of_kind="learn")


def test_a_new_code_keeps_the_guests_who_are_in_the_room(meeting, gus, fiona, journey):
    execute(meeting.room_id, gus.identity, "workshop.enter", {"id": meeting.pk})
    joining.open_code(journey.room.organisation, journey.pk, by=fiona.identity)
    answered(meeting, gus, "Still here")
    joining.end_code(journey.pk, by=fiona.identity)
    with pytest.raises(Refused, match="no longer have access"):
        answered(meeting, gus, "Not any more")
    assert Answer.objects.get(author=gus.identity).text == "Still here"


def test_overrun_never_shortens_commit_whatever_the_room_does(journey, fiona):
    """By the real commands: every phase runs over, everything is made up for, Commit keeps every minute."""
    start = datetime.datetime(2030, 3, 20, 9, 0, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        workshop = gone_live(journey, fiona)
        commit = Phase.objects.get(workshop=workshop, of_kind="commit")
        for _ in range(8):
            phase = Phase.objects.get(pk=now(workshop.pk))
            clock.shift(datetime.timedelta(minutes=phase.minutes_private + phase.minutes_shared + 7))
            try:
                do(workshop, fiona, "make_up", phase=phase.pk)
            except Refused as refusal:
                assert refusal.code == "conflict"
            do(workshop, fiona, "next_phase", phase=phase.pk)
        now_ = Phase.objects.get(pk=commit.pk)
        assert (now_.minutes_private, now_.minutes_shared) == (commit.minutes_private, commit.minutes_shared)
