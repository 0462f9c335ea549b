"""What is published is what is: OpenAPI, AsyncAPI, the page, and the frames that a real socket sends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import jsonschema
import msgspec
import pytest
from django.core.management import call_command
from django.urls import get_resolver, reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from websockets.sync.client import connect

from accounts import commands
from journeymap.asyncapi import asyncapi
from journeymap.board import BOARD, COMMANDS
from journeymap.schema import openapi
from live import messages
from live.models import new_id
from live.shapes import shape_of
from live.tickets import make_ticket
from tests.live.payloads import PAYLOADS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_openapi_document_is_valid_and_nothing_was_guessed():
    openapi.cache_clear()
    GENERATOR_STATS.reset()
    document = openapi()
    assert document["openapi"] == "3.1.0"
    validate_schema(document)
    assert not GENERATOR_STATS._warn_cache and not GENERATOR_STATS._error_cache
    names = [op["operationId"] for path in document["paths"].values() for op in path.values()]
    assert len(names) == len(set(names))
    assert {*document["components"]["securitySchemes"]} == {"session", "token"}


def test_every_address_of_the_api_is_documented():
    known = {pattern.name for pattern in get_resolver().url_patterns if (pattern.name or "").startswith("api_")}
    documented = openapi()["paths"]
    own = {"api_schema", "api_asyncapi", "api_docs", "api_nothing"}
    assert len(documented) == len(known - own)


def test_every_command_is_documented_with_its_data():
    for document, place in ((openapi(), "Asked"), (asyncapi(), "Command"), (asyncapi(), "Call")):
        each = document["components"]["schemas"][place]["oneOf"]
        assert {one["properties"]["name"]["const"] for one in each} == {*COMMANDS, "undo"}


@pytest.mark.parametrize("name", COMMANDS)
def test_valid_data_of_every_command_fit_the_published_schema(scene, name):
    document = openapi()
    body = {"name": name, "data": PAYLOADS[name](scene)}
    schema = {"$ref": "#/components/schemas/Asked", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(json.loads(msgspec.json.encode(body)))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({"name": name, "data": {"nothing": "known"}})


def test_every_record_has_its_published_shape(program, scene):
    records = program("sam").get(f"journeys/{scene.room}/snapshot/").json()["records"]
    assert {record["kind"] for record in records.values()} >= BOARD.kinds.keys() - {"rating", "note"}
    for record in records.values():
        msgspec.convert(record, shape_of(BOARD.kinds[record["kind"]].model))


def test_the_openapi_document_and_the_page_are_open_to_read(client):
    document = client.get("/api/schema/")
    assert (document.status_code, document.json()["info"]["title"]) == (200, "Journeymap")
    assert client.get("/api/asyncapi.json").json() == json.loads(json.dumps(asyncapi()))
    page = client.get(reverse("api_docs")).content.decode()
    for words in [*openapi()["paths"], *COMMANDS]:
        assert f"<code>{words}</code>" in page, words
    assert "<script>" not in page and "style=" not in page


def test_the_asyncapi_file_is_up_to_date(tmp_path):
    with (tmp_path / "fresh.json").open("w") as out:
        call_command("asyncapi", stdout=out)
    fresh = (tmp_path / "fresh.json").read_text()
    hint = "run: python manage.py asyncapi > docs/asyncapi.json"
    assert (DOCS / "asyncapi.json").read_text().strip() == fresh.strip(), hint


def test_the_asyncapi_document_hangs_together():
    """Every reference leads somewhere, and every frame of the code is a message in its direction."""
    document = asyncapi()
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
    assert document["asyncapi"] == "3.0.0"
    assert [document["operations"][name]["action"] for name in ("fromBrowser", "fromServer")] == ["receive", "send"]
    jsonschema.Draft202012Validator.check_schema({"components": document["components"]["schemas"]})


def test_what_a_real_socket_says_has_the_published_shapes(server, scene, fiona, session_of):
    """P10-P17: every kind of frame, from the server itself, fits its type and the document."""
    said: dict[str, dict] = {}
    schemas = asyncapi()["components"]["schemas"]

    def heard(socket, until: str) -> dict:
        while True:
            frame = json.loads(socket.recv(timeout=10))
            shape = msgspec.convert(frame, messages.FROM_SERVER)
            name = type(shape).__name__
            schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
            jsonschema.Draft202012Validator(schema).validate(frame)
            said[name] = frame
            if frame["t"] == until:
                return frame

    cookie = session_of("fiona")
    ticket = make_ticket(cookie, scene.room)
    with connect(
        f"{server.ws}/ws/journeys/{scene.room}/",
        origin=server.url,
        additional_headers={"Cookie": f"jm_session={cookie}"},
        compression=None,
    ) as socket:
        socket.send(json.dumps({"t": "hello", "v": 1, "client": "test", "ticket": ticket}))
        heard(socket, "snapshot")
        socket.send(json.dumps({"t": "ping", "c": 1.5}))
        heard(socket, "pong")
        change = {"t": "command", "id": new_id("cm"), "name": "touchpoint.change"}
        change["data"] = {"id": scene.touchpoint, "felt": 2, "title": "Waits and waits"}
        for _ in range(2):
            socket.send(json.dumps(change))
        heard(socket, "events")
        heard(socket, "done")
        socket.send(json.dumps({"t": "nonsense"}))
        heard(socket, "refused")
        membership = fiona.memberships.get()
        commands.change_member(membership, "observer", [], by="u1")
        heard(socket, "reset")
        heard(socket, "snapshot")
        commands.deactivate_member(membership, by="u1")
        heard(socket, "bye")
    assert said.keys() == {kind.__name__ for kind in get_args(messages.FROM_SERVER)}
