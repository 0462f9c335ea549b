"""The one write path against a real database: once and only once, whole or not at all, one number after the other."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from django.db import transaction
from msgspec.json import decode

from accounts import commands as accounts
from accounts.models import Membership
from journeymap.board import BOARD
from live import queries
from live.board import Board, Command
from live.committer import Committer, Item, Outcome, commit
from live.door import decode_command, execute, execute_all
from live.hub import Hub
from live.models import Event, Room, new_id
from live.queries import events_since, snapshot
from live.values import Refused
from tests.live.payloads import PAYLOADS, SOON, Scene, set_scene
from touchpoints.commands import ById
from touchpoints.models import Stage, Touchpoint
from touchpoints.starting import start_journey
from voices.models import Comment
from workshops.models import Workshop


@pytest.fixture
def scene(journey, people) -> Scene:
    return set_scene(journey, people)


def item(scene: Scene, who: str, *commands, tx: str = "", board: Board = BOARD, room: str = "") -> Item:
    """What a socket hands to the writer: (id, name, data) of one person's commands."""
    decoded = [(pk, name, decode_command(board, name, data)) for pk, name, data in commands]
    return Item(room or scene.room, scene.people[who].identity, decoded, tx)


def batch(*items: Item, board: Board = BOARD) -> list[Outcome | list[Outcome]]:
    """Everything in one go, as it queued: one outcome for each item (a list for a group)."""
    outcomes, _ = commit(board, items)
    return [one[0] if len(one) == 1 else one for one in outcomes]


def standing(room: str):
    """All there is to compare: the number of events, and every living record of every audience."""
    found = snapshot(BOARD, room)
    assert found is not None
    assert found.seq == Event.objects.filter(room=room).count()
    return found.seq, found.by_audience


def refused(scene: Scene, who: str, name: str, data, *, room: str = "") -> Refused:
    """It is refused, and nothing of it is left behind."""
    before = standing(scene.room)
    with pytest.raises(Refused) as caught:
        execute(room or scene.room, scene.people[who].identity, name, data)
    assert standing(scene.room) == before
    return caught.value


def felt(scene: Scene, value: int):
    return "touchpoint.change", {"id": scene.touchpoint, "felt": value}


def title(scene: Scene, pk: str = "") -> str:
    return Touchpoint.objects.values_list("title", flat=True).get(pk=pk or scene.touchpoint)


# -- P22: once ---------------------------------------------------------------------------------
def test_a_repeated_id_gets_its_first_answer_and_changes_nothing(scene, people):
    first = execute(scene.room, people["sam"].identity, *felt(scene, 2), command_id="tab1-1")
    before = standing(scene.room)
    again = execute(scene.room, people["sam"].identity, *felt(scene, 2), command_id="tab1-1")
    assert (again.seq, again.repeat, again.event) == (first.seq, True, None)
    assert standing(scene.room) == before


@pytest.mark.parametrize("who", ["sam", "fiona", "otto"])
def test_a_used_id_with_other_data_does_nothing_whoever_sends_it(scene, people, who):
    first = execute(scene.room, people["sam"].identity, *felt(scene, 2), command_id="tab1-1")
    before = standing(scene.room)
    again = execute(scene.room, people[who].identity, *felt(scene, -2), command_id="tab1-1")
    assert (again.seq, again.repeat) == (first.seq, True)
    assert standing(scene.room) == before


def test_an_id_twice_in_one_batch_counts_once(scene):
    seq = scene.seq
    one, two = batch(item(scene, "sam", ("tab1-1", *felt(scene, 2))), item(scene, "sam", ("tab1-1", *felt(scene, 2))))
    assert (one.seq, one.repeat, two.seq, two.repeat) == (seq + 1, False, seq + 1, True)
    assert scene.seq == seq + 1


def test_a_refused_id_may_be_tried_again(scene, people):
    with pytest.raises(Refused):
        execute(scene.room, people["sam"].identity, "touchpoint.change", {"id": scene.other, "felt": 1}, "tab1-1")
    assert not execute(scene.room, people["fiona"].identity, *felt(scene, 1), command_id="tab1-1").repeat


def test_ids_are_told_apart_by_room(scene, people, harrow, fiona):
    other = start_journey(harrow, fiona, "Another one")
    execute(scene.room, fiona.identity, *felt(scene, 1), command_id="tab1-1")
    data = {"id": other.pk, "objective": "x"}
    assert execute(other.pk, fiona.identity, "journey.change", data, "tab1-1").seq == 1


def test_half_of_a_group_that_was_sent_before_is_not_done_twice(scene, people):
    add = {"id": new_id("tp"), "stage": scene.stage, "title": "New"}
    execute(scene.room, people["fiona"].identity, "touchpoint.add", add, "tab1-1")
    outcomes = execute_all(
        scene.room, people["fiona"].identity,
        [("tab1-1", "touchpoint.add", add), ("tab1-2", "touchpoint.change", {"id": add["id"], "felt": 1})], "tx-1",
    )  # fmt: skip
    assert [outcome.repeat for outcome in outcomes] == [True, False]


# -- P21: one number after the other -----------------------------------------------------------
def test_numbers_are_dense_whatever_is_refused_between(scene):
    seq = scene.seq
    for round in range(4):
        batch(*(
            item(scene, who, (f"tab{round}-{n}", *felt(scene, (n + round) % 5 - 2)))
            for n, who in enumerate(["sam", "otto", "fiona", "sue", "ada", "elena", "sam"])
        ))  # fmt: skip
    numbers = list(Event.objects.filter(room=scene.room).order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, scene.seq + 1))
    assert scene.seq == seq + 4 * 4  # Otto, Sue and Elena may not


def test_an_event_in_the_log_is_the_event_that_was_told(scene):
    outcomes, told = commit(
        BOARD,
        [
            item(scene, "sam", ("tab1-1", *felt(scene, 2))),
            item(scene, "fiona", ("tab2-1", "answer.add", {**PAYLOADS["answer.add"](scene)})),
        ],
    )
    assert told[scene.room] == events_since(scene.room, scene.seq - 2) == [one[0].event for one in outcomes]


# -- alone and together ------------------------------------------------------------------------
def test_a_refused_command_costs_its_neighbours_nothing(scene):
    fine, no, also = batch(
        item(scene, "sam", ("tab1-1", *felt(scene, 2))),
        item(scene, "otto", ("tab2-1", *felt(scene, -2))),
        item(scene, "fiona", ("tab3-1", "stage.change", {"id": scene.stage, "question": "Who knows?"})),
    )
    assert (fine.seq + 1, no.refused.code, also.refused) == (also.seq, "forbidden", None)
    assert Touchpoint.objects.get(pk=scene.touchpoint).felt == 2
    assert Stage.objects.get(pk=scene.stage).question == "Who knows?"


def test_a_refusal_after_something_was_written_costs_its_neighbours_nothing(scene):
    """The aim's check for namesakes writes the stage out first: then the batch runs again, one by one."""
    stage, aim = new_id("st"), {"id": new_id("am"), "name": "Never stop the line"}
    fine, no, also = batch(
        item(scene, "sam", ("tab1-1", *felt(scene, 2))),
        item(
            scene, "fiona", ("tab2-1", "stage.add", {"id": stage, "name": "New"}), ("tab2-2", "aim.add", aim), tx="tx-1"
        ),
        item(scene, "sam", ("tab1-2", *felt(scene, 1))),
    )
    assert (fine.refused, also.seq) == (None, fine.seq + 1)
    assert (no.id, no.refused.code, no.refused.field) == ("tab2-2", "conflict", "name")
    assert not Stage.objects.filter(pk=stage).exists()
    assert scene.seq == also.seq


def test_the_next_one_builds_on_what_the_one_before_did(scene):
    pk = new_id("tp")
    outcomes = batch(
        item(scene, "fiona", ("tab1-1", "touchpoint.add", {"id": pk, "stage": scene.stage, "title": "New", "lead": scene.service})),
        item(scene, "sue", ("tab2-1", "touchpoint.write", {"id": pk, "field": "notes", "rev": 0, "delta": ["Hers."]})),
        item(scene, "fiona", ("tab1-2", "touchpoint.write", {"id": pk, "field": "notes", "rev": 0, "delta": ["His."]})),
        item(scene, "sue", ("tab2-2", "touchpoint.remove", {"id": pk})),
        item(scene, "sue", ("tab2-3", "touchpoint.change", {"id": pk, "felt": 1})),
    )  # fmt: skip
    assert [outcome.refused and outcome.refused.code for outcome in outcomes] == [None, None, None, None, "unknown"]
    row = Touchpoint.objects.get(pk=pk)
    assert row.notes == "Hers.His." and row.removed_at is not None


def test_a_group_stands_or_falls_together(scene, people):
    pk = new_id("tp")
    before = standing(scene.room)
    with pytest.raises(Refused, match="needs a title"):
        execute_all(
            scene.room, people["fiona"].identity,
            [
                ("tab1-1", "touchpoint.add", {"id": pk, "stage": scene.stage, "title": "New"}),
                ("tab1-2", "touchpoint.change", {"id": pk, "channels": [scene.channel]}),
                ("tab1-3", "touchpoint.write", {"id": pk, "field": "title", "rev": scene.seq, "delta": [-3]}),
            ], "tx-1",
        )  # fmt: skip
    assert standing(scene.room) == before


def test_rooms_share_a_batch_and_nothing_else(scene, harrow, fiona):
    other = start_journey(harrow, fiona, "Another one")
    one, two, three = batch(
        item(scene, "fiona", ("tab1-1", *felt(scene, 2))),
        item(scene, "fiona", ("tab1-1", "journey.change", {"id": other.pk, "objective": "x"}), room=other.pk),
        item(scene, "fiona", ("tab1-2", *felt(scene, 1)), room=other.pk),
    )
    assert (one.seq, two.seq, three.refused.code) == (scene.seq, 1, "unknown")
    assert Room.objects.get(pk=other.pk).seq == 1


# -- a command with a fault in it --------------------------------------------------------------
def break_down(ctx, data):
    row = ctx.get(Touchpoint, data.id)
    ctx.change(row, felt=-2)
    ctx.rows(Touchpoint)
    raise KeyError("a fault of ours")


def break_the_database(ctx, data):
    ctx.unit.set(ctx.get(Touchpoint, data.id), "title", None)  # NOT NULL: the database refuses it at the end


FAULTS = {
    "fault.ours": Command(ById, lambda actor, ctx, data: True, break_down, "fault.happened"),
    "fault.stored": Command(ById, lambda actor, ctx, data: True, break_the_database, "fault.happened"),
}
FAULTY = Board({**BOARD.commands, **FAULTS}, BOARD.kinds, BOARD.load_actors, BOARD.you, BOARD.departments, "")


@pytest.mark.parametrize("name", FAULTS)
def test_our_own_fault_costs_nobody_else_an_edit(scene, name, caplog):
    seq = scene.seq
    fine, broken, also = batch(
        item(scene, "sam", ("tab1-1", "touchpoint.change", {"id": scene.touchpoint, "felt": 2})),
        item(scene, "fiona", ("tab2-1", name, {"id": scene.touchpoint}), board=FAULTY),
        item(scene, "sam", ("tab1-2", "touchpoint.change", {"id": scene.touchpoint, "felt_word": "Glad"})),
        board=FAULTY,
    )
    assert (fine.seq, also.seq, scene.seq) == (seq + 1, seq + 2, seq + 2)
    assert (broken.refused.code, broken.refused.status) == ("internal", 500)
    assert "Your words are still here" in broken.refused.message
    number = broken.refused.message.split("error ")[1].split(")")[0]
    assert any(getattr(record, "error", "") == number for record in caplog.records), "the log knows the number"
    row = Touchpoint.objects.get(pk=scene.touchpoint)
    assert (row.felt, row.felt_word, row.title) == (2, "Glad", "Waits for a quote")


# -- refused, with nothing half done -----------------------------------------------------------
def test_another_firms_people_and_strangers_find_no_way_in(scene, people):
    for who in (people["olga"].identity, "u999999", "g1", "", "nobody", "u", "u1; drop", "u" + "9" * 40):
        before = standing(scene.room)
        with pytest.raises(Refused, match="no longer have access") as caught:
            execute(scene.room, who, *felt(scene, 1))
        assert caught.value.code == "forbidden" and standing(scene.room) == before


@pytest.mark.parametrize("room", ["jn_0000000000000000", "", "x" * 300, "'; --"])
def test_a_room_that_is_not_there(scene, room, people):
    with pytest.raises(Refused, match="no such journey"):
        execute(room, people["fiona"].identity, *felt(scene, 1))


def test_nothing_of_a_removed_person_commits_after_the_removal(scene, people, harrow):
    execute(scene.room, people["sam"].identity, *felt(scene, 1))
    accounts.deactivate_member(Membership.objects.get(user=people["sam"]), by="u1")
    assert refused(scene, "sam", *felt(scene, 2)).message == "You no longer have access to this journey."


def test_rights_are_those_of_this_moment(scene, people, departments):
    accounts.change_member(Membership.objects.get(user=people["sam"]), "representative", [departments["CS"]], by="u1")
    assert "Only the departments it belongs to" in refused(scene, "sam", *felt(scene, 2)).message
    execute(scene.room, people["sam"].identity, "touchpoint.change", {"id": scene.other, "felt": 2})


@pytest.fixture
def elsewhere(people, olga) -> SimpleNamespace:
    """A journey of another firm, with ids that look right."""
    journey = start_journey(olga.memberships.get().organisation, olga, "Theirs")
    stage = Stage.objects.filter(room=journey.pk)[0].pk
    pk = new_id("tp")
    execute(journey.pk, olga.identity, "touchpoint.add", {"id": pk, "stage": stage, "title": "Their secret"})
    department = olga.memberships.get().organisation.departments.all()[0].pk
    return SimpleNamespace(room=journey.pk, stage=stage, touchpoint=pk, department=department, olga=olga.pk)


def test_other_firms_ids_are_as_good_as_none(scene, elsewhere):
    foreign = elsewhere.touchpoint
    for name, data in [
        ("touchpoint.change", {"id": foreign, "felt": 1}),
        ("touchpoint.write", {"id": foreign, "field": "title", "rev": 1, "delta": ["x"]}),
        ("touchpoint.remove", {"id": foreign}),
        ("touchpoint.move", {"id": scene.touchpoint, "stage": elsewhere.stage}),
        ("touchpoint.move", {"id": foreign, "stage": scene.stage}),
        ("touchpoint.add", {"id": new_id("tp"), "stage": elsewhere.stage, "title": "x"}),
        ("touchpoint.add", {"id": new_id("tp"), "stage": scene.stage, "title": "x", "lead": elsewhere.department}),
        ("touchpoint.change", {"id": scene.touchpoint, "lead": elsewhere.department}),
        ("touchpoint.change", {"id": scene.touchpoint, "contributors": [elsewhere.department]}),
        ("touchpoint.change", {"id": scene.touchpoint, "channels": [foreign]}),
        ("remark.add", {"id": new_id("rm"), "touchpoint": foreign, "text": "x"}),
        ("proposal.add", {"id": new_id("pr"), "touchpoint": foreign, "field": "notes", "text": "x"}),
        ("experience.set", {"id": new_id("ex"), "persona": scene.persona, "touchpoint": foreign}),
        ("comment.place", {"ids": [scene.comment], "touchpoint": foreign}),
        ("comment.place", {"ids": [scene.comment, 10**12], "touchpoint": scene.touchpoint}),
        ("issue.change", {"id": scene.issue, "touchpoint": foreign}),
        ("journey.change", {"id": scene.room, "owner": elsewhere.olga}),
        ("journey.change", {"id": elsewhere.room, "objective": "x"}),
        ("workshop.open", {**PAYLOADS["workshop.open"](scene), "people": [f"u{elsewhere.olga}"]}),
        ("workshop.open", {**PAYLOADS["workshop.open"](scene), "sponsor": elsewhere.olga}),
        ("answer.add", {**PAYLOADS["answer.add"](scene), "touchpoint": foreign}),
        ("answer.add", {**PAYLOADS["answer.add"](scene), "department": elsewhere.department}),
        ("action.add", {**PAYLOADS["action.add"](scene), "owner": elsewhere.olga}),
        ("action.add", {**PAYLOADS["action.add"](scene), "touchpoint": foreign}),
        ("action.change", {"id": scene.action, "helpers": [elsewhere.olga]}),
    ]:
        answer = refused(scene, "fiona", name, data)
        assert answer.code == "unknown", (name, data)
        assert "secret" not in answer.message and answer.current is None
    assert title(scene, foreign) == "Their secret"
    assert standing(elsewhere.room)[0] == 1


@pytest.mark.parametrize("person", ["u" + "9" * 30, "u" + "9" * 5_000, "u0", "u-1", "u١", "g1", "", "u1\n"])
def test_people_who_cannot_be_are_nobody(scene, person):
    data = {**PAYLOADS["workshop.open"](scene), "people": [person]}
    assert refused(scene, "fiona", "workshop.open", data).field == "people"


def test_an_id_is_used_once_in_the_whole_house(scene, elsewhere):
    for taken in (scene.touchpoint, elsewhere.touchpoint):
        data = {"id": taken, "stage": scene.stage, "title": "Mine now"}
        assert refused(scene, "fiona", "touchpoint.add", data).code == "conflict"
    data = {"id": new_id("st"), "stage": scene.stage, "title": "A stage's id"}
    assert (refused(scene, "fiona", "touchpoint.add", data).field) == "id"


def test_what_was_removed_is_said_to_be_removed(scene, people):
    execute(scene.room, people["sam"].identity, "touchpoint.remove", {"id": scene.touchpoint})
    for name in ("touchpoint.change", "touchpoint.write", "touchpoint.move", "touchpoint.remove", "remark.add"):
        answer = refused(scene, "fiona", name, PAYLOADS[name](scene))
        assert (answer.code, answer.message) == ("unknown", "Somebody removed this touchpoint a moment ago.")
    data = {"id": scene.touchpoint, "stage": scene.stage, "title": "Back"}
    assert refused(scene, "fiona", "touchpoint.add", data).code == "conflict"


def test_what_is_private_is_not_there_for_others(scene):
    """Not "forbidden": that would say that it exists."""
    for name in ("answer.change", "answer.write", "answer.remove"):
        answer = refused(scene, "fiona", name, PAYLOADS[name](scene))
        assert (answer.code, answer.message) == ("unknown", "This answer is not here any more.")


def test_a_clock_that_is_wrong_harms_nobody(scene):
    for name, data in [
        ("action.change", {"id": scene.action, "due": "0001-01-01"}),
        ("action.change", {"id": scene.action, "due": "9999-12-31"}),
        ("workshop.open", {**PAYLOADS["workshop.open"](scene), "starts_at": f"{SOON}T09:00:00"}),
        ("workshop.open", {**PAYLOADS["workshop.open"](scene), "starts_at": "0001-01-01T00:00:00+14:00"}),
        ("workshop.change", {"id": scene.planned, "starts_at": f"{SOON}T09:00:00"}),
        ("workshop.change", {"id": scene.planned, "starts_at": "9999-12-31T23:59:59-14:00"}),
        ("workshop.open", {**PAYLOADS["workshop.open"](scene), "report_back_on": "0001-01-01"}),
    ]:
        assert refused(scene, "fiona", name, data).code == "invalid"


# -- V6: undo ----------------------------------------------------------------------------------
def undo(scene: Scene, who: str, **which) -> Outcome:
    return execute(scene.room, scene.people[who].identity, "undo", which)


def do(scene: Scene, who: str, command_id: str, name: str, data) -> Outcome:
    return execute(scene.room, scene.people[who].identity, name, data, command_id)


def test_undo_and_redo_there_and_back(scene):
    before = standing(scene.room)[1]
    do(
        scene,
        "sam",
        "tab1-1",
        "touchpoint.change",
        {"id": scene.touchpoint, "felt": 2, "title": "Gets it", "channels": []},
    )
    after = standing(scene.room)[1]
    first = undo(scene, "sam", command="tab1-1")
    assert standing(scene.room)[1] == before
    undo(scene, "sam", command=first.id)
    assert standing(scene.room)[1] == after
    assert Event.objects.filter(room=scene.room, name="undone").count() == 2


def test_undo_is_for_ones_own(scene):
    do(scene, "sam", "tab1-1", *felt(scene, 2))
    for who in ("fiona", "ada", "otto"):
        answer = refused(scene, who, "undo", {"command": "tab1-1"})
        assert (answer.code, answer.message) == ("unknown", "There is nothing of yours to undo here.")


def test_undo_never_takes_back_what_somebody_did_since(scene):
    do(scene, "sam", "tab1-1", "touchpoint.change", {"id": scene.touchpoint, "felt": 2, "intended": 2})
    do(scene, "fiona", "tab2-1", "touchpoint.change", {"id": scene.touchpoint, "felt": -2})
    answer = refused(scene, "sam", "undo", {"command": "tab1-1"})
    assert answer.code == "conflict" and "after you" in answer.message
    do(scene, "fiona", "tab2-2", "touchpoint.change", {"id": scene.touchpoint, "severity": 3})
    undo(scene, "fiona", command="tab2-1")  # hers is still as she left it
    row = Touchpoint.objects.get(pk=scene.touchpoint)
    assert (row.felt, row.intended, row.severity) == (2, 2, 3)


def test_undoing_words_leaves_the_words_of_others(scene):
    seen = scene.seq
    write = {"id": scene.touchpoint, "field": "notes"}
    do(scene, "sam", "tab1-1", "touchpoint.write", {**write, "rev": seen, "delta": ["Sam says. "]})
    do(scene, "fiona", "tab2-1", "touchpoint.write", {**write, "rev": seen + 1, "delta": [4, "really "]})
    first = undo(scene, "sam", command="tab1-1")
    assert Touchpoint.objects.get(pk=scene.touchpoint).notes == "really as it is"
    undo(scene, "sam", command=first.id)
    assert sorted(Touchpoint.objects.get(pk=scene.touchpoint).notes) == sorted("Sam says. really as it is")


def test_each_change_is_taken_back_once(scene):
    do(scene, "sam", "tab1-1", *felt(scene, 2))
    undo(scene, "sam", command="tab1-1")
    assert refused(scene, "sam", "undo", {"command": "tab1-1"}).message == "This was undone before."


@pytest.mark.parametrize("which", [{}, {"command": "tab1-1", "tx": "tx-1"}, {"command": ""}, {"tx": ""}])
def test_undo_says_what(scene, which):
    assert refused(scene, "sam", "undo", which).code == "invalid"


def test_a_group_is_one_step_back(scene, people):
    before = standing(scene.room)[1]
    pk = new_id("tp")
    commands = [
        ("tab1-1", "touchpoint.add", {"id": pk, "stage": scene.stage, "title": "New"}),
        ("tab1-2", "touchpoint.change", {"id": pk, "felt": 1, "notes": "n"}),
        ("tab1-3", "touchpoint.move", {"id": pk, "stage": scene.stage2}),
        ("tab1-4", "stage.remove", {"id": scene.stage}),
    ]
    execute_all(scene.room, people["fiona"].identity, commands, "tx-1")
    first = undo(scene, "fiona", tx="tx-1")
    assert standing(scene.room)[1] == before
    undo(scene, "fiona", command=first.id)
    assert Stage.objects.get(pk=scene.stage).removed_at is not None
    assert Touchpoint.objects.get(pk=pk).removed_at is None


def test_undo_in_the_same_batch(scene):
    before = standing(scene.room)[1]
    done, back, again = batch(
        item(scene, "sam", ("tab1-1", *felt(scene, 2))),
        item(scene, "sam", ("tab1-2", "undo", {"command": "tab1-1"})),
        item(scene, "sam", ("tab1-3", "undo", {"command": "tab1-1"})),
    )
    assert (done.refused, back.seq, again.refused.code) == (None, done.seq + 1, "conflict")
    assert standing(scene.room)[1] == before


def test_undo_needs_the_right_that_the_change_needed(scene, people):
    do(scene, "sam", "tab1-1", *felt(scene, 2))
    accounts.change_member(Membership.objects.get(user=people["sam"]), "observer", [], by="u1")
    assert refused(scene, "sam", "undo", {"command": "tab1-1"}).code == "forbidden"


def test_undo_of_what_is_gone_says_so(scene):
    do(scene, "sam", "tab1-1", *felt(scene, 2))
    do(scene, "fiona", "tab2-1", "touchpoint.remove", {"id": scene.touchpoint})
    assert (
        refused(scene, "sam", "undo", {"command": "tab1-1"}).message == "Somebody removed this touchpoint a moment ago."
    )
    undo(scene, "fiona", command="tab2-1")
    undo(scene, "sam", command="tab1-1")
    assert Touchpoint.objects.get(pk=scene.touchpoint).felt == -1


def test_undo_puts_back_rows_that_are_no_records(scene):
    do(scene, "sam", "tab1-1", "comment.place", {"ids": [scene.comment], "touchpoint": scene.touchpoint})
    assert Touchpoint.objects.get(pk=scene.touchpoint).quotes == 1
    undo(scene, "sam", command="tab1-1")
    assert Touchpoint.objects.get(pk=scene.touchpoint).quotes == 0
    assert Comment.objects.get(pk=scene.comment).touchpoint_id is None


def test_what_was_revealed_stays_revealed(scene):
    do(scene, "fiona", "tab1-1", "workshop.reveal", {"id": scene.live, "of_kind": "learn"})
    assert refused(scene, "fiona", "undo", {"command": "tab1-1"}).message == "This cannot be undone."
    assert "learn" in Workshop.objects.get(pk=scene.live).revealed


def test_every_inverse_in_the_log_is_readable(scene):
    for inverse in Event.objects.filter(room=scene.room).values_list("inverse", flat=True):
        assert all(step[0] in ("change", "write", "remove", "restore", "run") for step in decode(inverse))


# -- the writer's thread -----------------------------------------------------------------------
def test_a_command_that_comes_before_the_writers_is_asked_to_wait(scene, fiona):
    with pytest.raises(Refused) as told:
        Hub(BOARD).submit(Item(scene.room, fiona.identity, []))
    assert told.value.code == "busy"


@pytest.mark.django_db(transaction=True)
def test_what_queues_while_a_commit_runs_goes_into_the_next_one(scene, people):
    answers: list[tuple[Item, list[Outcome]]] = []
    writer = Committer(BOARD, lambda items, outcomes, told: answers.extend(zip(items, outcomes, strict=True)))
    seq = scene.seq
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=scene.room)  # the writer has to wait, and its queue to grow
        writer.submit(item(scene, "sam", ("first", *felt(scene, 0))))
        threads = [
            threading.Thread(target=lambda tab=tab: [
                writer.submit(item(scene, "sam", (f"tab{tab}-{n:03}", *felt(scene, n % 5 - 2)))) for n in range(40)
            ])
            for tab in range(5)
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    writer.stop(30)
    assert not writer.is_alive() and len(answers) == 201, "stopping ends what is queued first"
    assert [one.seq for _, (one,) in answers] == list(range(seq + 1, seq + 202)), "in the order they came"
    assert (writer.items, writer.batches) == (201, 2) or writer.batches == 1
    for tab in range(5):
        mine = Event.objects.filter(room=scene.room, command_id__startswith=f"tab{tab}-").order_by("seq")
        assert [event.command_id for event in mine] == [f"tab{tab}-{n:03}" for n in range(40)]


@pytest.mark.django_db(transaction=True)
def test_a_full_queue_says_busy_instead_of_growing(scene, monkeypatch):
    monkeypatch.setattr("live.committer.MOST_WAITING", 3)
    answers: list[Outcome] = []
    writer = Committer(BOARD, lambda items, outcomes, told: answers.extend(one for (one,) in outcomes))
    sent = said = 0
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=scene.room)
        for n in range(20):
            try:
                writer.submit(item(scene, "sam", (f"tab1-{n:03}", *felt(scene, n % 5 - 2))))
                sent += 1
            except Refused as busy:
                assert (busy.code, busy.status) == ("busy", 503)
                said += 1
    writer.stop(30)
    assert said and sent + said == 20 and len(answers) == sent
    assert all(outcome.refused is None for outcome in answers)


def test_a_snapshot_is_encoded_once_and_shared_by_all_who_see_the_same(scene, monkeypatch):
    taken, encoded = snapshot(BOARD, scene.room), []
    assert taken is not None
    real = queries.encode
    monkeypatch.setattr(queries, "encode", lambda value: encoded.append(value) or real(value))
    frames = [taken.frames(frozenset({"all", f"u{90_000 + n}"})) for n in range(200)]
    assert len(encoded) == 1 and all(one is frames[0] for one in frames)
    sam = taken.frames(frozenset({"all", scene.people["sam"].identity}))  # who has something of his own gets his own
    assert len(encoded) == 2 and sam is not frames[0]
