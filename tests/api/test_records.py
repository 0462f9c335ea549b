"""Journeys and the records of a map over HTTP: reading, narrowing, writing, and who may."""

from __future__ import annotations

import pytest

from live import queries
from live.models import Event, Room, new_id
from touchpoints.models import Journey, Stage, Touchpoint
from touchpoints.starting import start_journey

COLLECTIONS = ["stages", "touchpoints", "channels", "remarks", "proposals"]


@pytest.fixture
def home(scene) -> str:
    return f"journeys/{scene.room}"


def head(scene) -> int:
    return Room.objects.get(pk=scene.room).seq


def test_the_loop_of_a_record(program, scene, home):
    """Add, read, change, remove; each write is one event of the log, and answers with the record."""
    fiona, before = program("fiona"), head(scene)
    added = fiona.post(f"{home}/touchpoints/", {"stage": scene.stage, "title": "Reads the invoice"})
    assert added.status_code == 201
    record = added.json()["record"]
    assert (record["kind"], record["title"]) == ("touchpoint", "Reads the invoice")
    assert added.json()["seq"] == before + 1
    assert added["Location"] == f"/api/{home}/touchpoints/{record['id']}/"
    place = f"{home}/touchpoints/{record['id']}/"
    changed = fiona.patch(place, {"felt": -2, "notes": "Two pages", "stage": scene.stage2})
    assert changed.status_code == 200
    assert changed.json()["record"] == fiona.get(place).json()["record"]
    assert (changed.json()["record"]["felt"], changed.json()["record"]["stage"]) == (-2, scene.stage2)
    gone = fiona.delete(place)
    assert (gone.status_code, gone.json()) == (200, {"seq": head(scene), "record": None})
    assert fiona.get(place).status_code == 404
    names = Event.objects.filter(room=scene.room, seq__gt=before).order_by("seq").values_list("name", flat=True)
    assert list(names) == ["touchpoint.added", "touchpoint.changed", "touchpoint.moved", "touchpoint.removed"]


def test_a_patch_of_several_commands_is_all_or_nothing(program, scene, home):
    before = head(scene)
    answer = program("fiona").patch(f"{home}/touchpoints/{scene.touchpoint}/", {"felt": 2, "stage": new_id("st")})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown")
    assert head(scene) == before
    assert Touchpoint.objects.get(pk=scene.touchpoint).felt == -1


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_list_and_every_record_can_be_read(program, scene, home, collection):
    otto = program("otto")
    found = otto.get(f"{home}/{collection}/").json()
    snapshot = otto.get(f"{home}/snapshot/").json()
    assert found["count"] == len(found["results"]) > 0
    for record in found["results"]:
        assert record == snapshot["records"][record["id"]]
        assert otto.get(f"{home}/{collection}/{record['id']}/").json() == {"seq": found["seq"], "record": record}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"touchpoint", "other"}),
        ({"stage": "stage"}, {"touchpoint", "other"}),
        ({"stage": "stage2"}, set()),
        ({"department": "sales"}, {"touchpoint"}),
        ({"lead": "service"}, {"other"}),
        ({"channel": "channel"}, {"touchpoint", "other"}),
        ({"search": "HOTLINE"}, {"other"}),
        ({"search": "hotline", "department": "sales"}, set()),
    ],
)
def test_touchpoints_are_narrowed(program, scene, home, asked, found):
    asked = {name: getattr(scene, value, value) for name, value in asked.items()}
    answer = program("elena").get(f"{home}/touchpoints/", asked)
    assert {row["id"] for row in answer.json()["results"]} == {getattr(scene, name) for name in found}


def test_a_contributing_department_is_found_once(program, scene, home):
    fiona = program("fiona")
    fiona.patch(f"{home}/touchpoints/{scene.other}/", {"contributors": [scene.sales, scene.service]})
    answer = fiona.get(f"{home}/touchpoints/", {"department": scene.service}).json()
    assert (answer["count"], [row["id"] for row in answer["results"]]) == (1, [scene.other])


def test_what_people_said_is_narrowed(program, scene, home, people):
    fiona = program("fiona")
    remarks = fiona.get(f"{home}/remarks/", {"by": people["sam"].identity, "touchpoint": scene.touchpoint}).json()
    assert [row["id"] for row in remarks["results"]] == [scene.remark]
    assert fiona.get(f"{home}/remarks/", {"since": "2999-01-01T00:00:00Z"}).json()["count"] == 0
    assert fiona.get(f"{home}/proposals/", {"state": "open"}).json()["count"] == 1
    assert fiona.get(f"{home}/proposals/", {"state": "rejected"}).json()["count"] == 0


def test_lists_come_in_parts(program, scene, home):
    sam = program("sam")
    first = sam.get(f"{home}/stages/", {"limit": 3}).json()
    rest = sam.get(f"{home}/stages/", {"limit": 100, "offset": 3}).json()
    assert (first["count"], len(first["results"]), len(rest["results"])) == (8, 3, 5)
    orders = [row["order"] for row in first["results"] + rest["results"]]
    assert orders == sorted(orders)


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"limit": 0}, "limit"), ({"limit": 201}, "limit"), ({"offset": 10**30}, "offset"), ({"stage": "x"}, "stage"),
     ({"stag": "x"}, "stag"), ({"search": "a\0b"}, "search"), ({"limit": "many"}, "limit")],
)  # fmt: skip
def test_a_question_that_makes_no_sense_names_its_field(program, scene, home, asked, field):
    answer = program("sam").get(f"{home}/touchpoints/", asked)
    assert answer.status_code == 400
    assert (answer.json()["error"]["code"], answer.json()["error"]["field"]) == ("invalid", field)


def test_a_list_takes_the_same_few_queries_however_long(program, scene, home, django_assert_num_queries):
    sam = program("sam")
    sam.get(f"{home}/stages/")  # the token was not used before
    for limit in (1, 2):
        with django_assert_num_queries(7):  # token, room, rights, count, rows, and their two kinds of links
            sam.get(f"{home}/touchpoints/", {"limit": limit})


# -- rights ------------------------------------------------------------------------------------
WRITES = {
    "post stages": lambda s: {"name": "We look back"},
    "patch stages stage": lambda s: {"name": "We look back"},
    "delete stages stage": lambda s: None,
    "post touchpoints": lambda s: {"stage": s.stage, "title": "Gets a call"},
    "patch touchpoints touchpoint": lambda s: {"felt": 1},
    "patch touchpoints other": lambda s: {"felt": 1},
    "delete touchpoints touchpoint": lambda s: None,
    "delete touchpoints other": lambda s: None,
    "post channels": lambda s: {"name": "Fair"},
    "post remarks": lambda s: {"touchpoint": s.touchpoint, "text": "True"},
    "delete remarks remark": lambda s: None,
    "post proposals": lambda s: {"touchpoint": s.touchpoint, "field": "notes", "text": "Call"},
    "patch proposals proposal": lambda s: {"state": "rejected", "reason": "Not now"},
}
LEADS = set(WRITES)
SPEAK = {"post remarks", "post proposals"}
MAY = {
    "ada": LEADS,
    "fiona": LEADS,
    "sam": {*SPEAK, "post touchpoints", "patch touchpoints touchpoint", "delete touchpoints touchpoint",
            "delete remarks remark", "patch proposals proposal"},
    "sue": {*SPEAK, "post touchpoints", "patch touchpoints other", "delete touchpoints other"},
    "elena": SPEAK,
    "otto": SPEAK,
    "olga": set(),
}  # fmt: skip


@pytest.mark.parametrize("who", MAY)
def test_writing_has_the_rights_of_the_commands(program, scene, home, who):
    asked, wrong = program(who), []
    for write, data in WRITES.items():
        method, collection, *of = write.split()
        path = f"{home}/{collection}/" + "".join(f"{getattr(scene, name)}/" for name in of)
        if method == "delete" and write in MAY[who]:
            continue  # see below: they take away what the others need
        status = getattr(asked, method)(path, data(scene)).status_code
        right = (201 if method == "post" else 200) if write in MAY[who] else 404 if who == "olga" else 403
        wrong += [f"{write}: {status}, not {right}"] * (status != right)
    for write in [write for write in MAY[who] if write.startswith("delete")]:
        _, collection, name = write.split()
        status = asked.delete(f"{home}/{collection}/{getattr(scene, name)}/").status_code
        gone = write == "delete touchpoints touchpoint" or write == "delete touchpoints other"
        if status != 200 and not (gone and "delete stages stage" in MAY[who]):  # went with its stage
            wrong.append(f"{write}: {status}, not 200")
    assert not wrong, "\n".join(wrong)


def test_a_guest_is_in_their_own_journey_only(as_, gus, scene, home, harrow, fiona):
    other = start_journey(harrow, fiona, "Another")
    browser = as_(gus)
    assert browser.get(f"/api/{home}/").json()["record"]["id"] == scene.room
    assert [row["record"]["id"] for row in browser.get("/api/journeys/").json()["results"]] == [scene.room]
    assert browser.get("/api/me/").json() == {
        "identity": gus.identity, "name": "Gus", "organisations": [], "journey": scene.room,
    }  # fmt: skip
    assert browser.get("/api/organisations/").json() == []
    for path in (f"journeys/{other.pk}/", f"journeys/{other.pk}/snapshot/", f"organisations/{harrow.slug}/members/"):
        assert browser.get(f"/api/{path}").status_code == 404


def test_another_firms_ids_read_like_ids_that_never_were(program, scene, home):
    olga, never = program("olga"), new_id("jn")
    for path in ("", "snapshot/", "events/", *(f"{name}/" for name in COLLECTIONS), f"stages/{scene.stage}/"):
        theirs, nobodys = olga.get(f"{home}/{path}"), olga.get(f"journeys/{never}/{path}")
        assert (theirs.status_code, theirs.content) == (404, nobodys.content), path
    command = {"name": "stage.remove", "data": {"id": scene.stage}}
    assert olga.post(f"{home}/commands/", command).content == olga.post(f"journeys/{never}/commands/", command).content
    assert Stage.objects.get(pk=scene.stage).removed_at is None


def test_ids_of_another_journey_are_not_reached_through_mine(program, scene, home, olga):
    own = start_journey(olga.memberships.get().organisation, olga, "Mine")
    asked = program("olga")
    for method, data in (("get", None), ("patch", {"title": "Mine now"}), ("delete", None)):
        answer = getattr(asked, method)(f"journeys/{own.pk}/touchpoints/{scene.touchpoint}/", data)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown")
    answer = asked.post(f"journeys/{own.pk}/touchpoints/", {"stage": scene.stage, "title": "Theirs"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown")


# -- versions and keys -------------------------------------------------------------------------
def test_who_read_an_older_state_is_told(program, scene, home):
    """`rev` and If-Match: a change by somebody else in between is a conflict that shows what stands there."""
    sam, fiona, place = program("sam"), program("fiona"), f"{home}/touchpoints/{scene.touchpoint}/"
    read = sam.get(place)
    seq, tag = read.json()["seq"], read["ETag"]
    fiona.patch(f"{home}/touchpoints/{scene.other}/", {"felt": 2})
    assert sam.patch(place, {"felt": 1, "rev": seq}).status_code == 200  # that was another one
    for late in (lambda: sam.patch(place, {"felt": 2, "rev": seq}), lambda: sam.patch(place, {"felt": 2}, if_match=tag),
                 lambda: sam.delete(place, if_match=tag)):  # fmt: skip
        answer = late()
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
        assert answer.json()["error"]["current"]["felt"] == 1
    assert sam.patch(place, {"felt": 2}, if_match=sam.get(place)["ETag"]).status_code == 200
    assert sam.patch(place, {"felt": 2}, if_match='"nonsense"').status_code == 409
    for rev in (10**6, -1, "1", True):
        answer = sam.patch(place, {"felt": 0, "rev": rev})
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, "rev")


def test_who_read_long_ago_reads_again(program, scene, home, monkeypatch):
    """Looking for changes is bounded: it happens while the journey is locked."""
    monkeypatch.setattr(queries, "MOST_REPLAYED", 2)
    answer = program("sam").patch(f"{home}/touchpoints/{scene.touchpoint}/", {"felt": 2, "rev": head(scene) - 3})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")


def test_a_whole_text_is_merged_with_what_others_typed(program, scene, home):
    """The text becomes a difference, so that somebody who types in it elsewhere keeps their words."""
    sam, place = program("sam"), f"{home}/touchpoints/{scene.touchpoint}/"
    seq = head(scene)
    sam.patch(place, {"notes": "as it is now"})
    typed = {"id": scene.touchpoint, "field": "notes", "rev": seq, "delta": ["Today "]}
    assert sam.post(f"{home}/commands/", {"name": "touchpoint.write", "data": typed}).status_code == 200
    assert sam.get(place).json()["record"]["notes"] == "Today as it is now"


def test_adding_with_a_key_adds_once(program, scene, home):
    sam, data = program("sam"), {"touchpoint": scene.touchpoint, "text": "Two weeks, always."}
    first = sam.post(f"{home}/remarks/", data, key="import-17")
    again = sam.post(f"{home}/remarks/", data, key="import-17")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert sam.get(f"{home}/remarks/", {"search": "always"}).json()["count"] == 1
    other = sam.post(f"{home}/remarks/", {**data, "text": "Three."}, key="import-17")
    assert (other.status_code, other.json()["error"]["field"]) == (409, "Idempotency-Key")
    assert program("sue").post(f"{home}/remarks/", data, key="import-17").status_code == 409
    for key in ("x", "a" * 65, "sp ace"):
        assert sam.post(f"{home}/remarks/", data, key=key).status_code == 400


def test_removing_with_a_key_may_be_repeated(program, scene, home):
    fiona, place = program("fiona"), f"{home}/touchpoints/{scene.other}/"
    first, again = fiona.delete(place, key="gone-1"), fiona.delete(place, key="gone-1")
    assert (first.status_code, first.content) == (200, again.content)
    assert fiona.delete(place, key="gone-2").status_code == 404


# -- journeys ----------------------------------------------------------------------------------
def test_starting_a_journey(program, scene, harrow):
    fiona = program("fiona")
    answer = fiona.post("journeys/", {"name": "Renewal", "stage_set": "saas"}, key="renewal-1")
    assert answer.status_code == 201
    pk = answer.json()["record"]["id"]
    assert fiona.post("journeys/", {"name": "Renewal", "stage_set": "saas"}, key="renewal-1").json() == answer.json()
    assert Journey.objects.filter(name="Renewal").count() == 1
    assert fiona.get(f"journeys/{pk}/stages/").json()["count"] == 8
    assert fiona.get("journeys/", {"search": "renew"}).json()["count"] == 1
    assert fiona.get("journeys/", {"organisation": harrow.slug}).json()["count"] == 2
    assert fiona.get("journeys/", {"organisation": "elsewhere"}).json()["count"] == 0
    renamed = fiona.patch(f"journeys/{pk}/", {"name": "Renewal and growth", "review_by": "2031-01-01"})
    assert (renamed.json()["record"]["name"], renamed.json()["seq"]) == ("Renewal and growth", 1)


def test_who_may_not_start_a_journey(program, scene, harrow, as_, gus):
    assert program("sam").post("journeys/", {"name": "Mine"}).status_code == 403
    assert program("olga").post("journeys/", {"name": "Mine", "organisation": harrow.slug}).status_code == 404
    fiona = program("fiona")
    for data, field in (({"name": " "}, "name"), ({"name": "x", "stage_set": "none"}, "stage_set"), ({}, "name"),
                        ({"name": "x", "colour": 1}, "colour"), ({"name": 5}, "name")):  # fmt: skip
        answer = fiona.post("journeys/", data)
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    assert program("sam").patch(f"journeys/{scene.room}/", {"name": "Mine"}).status_code == 403


def test_a_zone_that_postgresql_does_not_know(program, scene):
    url = f"journeys/{scene.room}/proposals/"
    for since in ("3096-09-13T12:19:53+20:41", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"):
        assert program("sam").get(url, {"since": since}).status_code == 200, since
