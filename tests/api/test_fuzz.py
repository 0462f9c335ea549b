"""Whatever fits the published schema, and much that does not: no answer is a server error, all have their shape.

Schemathesis makes the requests; half of them are given ids of the scene, so that they get past "not here".
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts import authentication
from journeymap.board import COMMANDS
from journeymap.schema import openapi
from tests.live.payloads import PAYLOADS

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


# The commands have seventy alternatives, for which making requests takes a minute: they have a test of their own.
schema = schemathesis.openapi.from_dict(openapi()).exclude(path_regex="/commands/$")
schema.app = get_wsgi_application()
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
def test_no_request_breaks_the_server(case, scene, harrow, token, turn):
    if next(turn) % 2:
        _point_at(case, scene, harrow)
    case.call_and_validate(checks=CHECKS, headers={"Authorization": token})


@pytest.fixture
def turn() -> Iterator[int]:
    return itertools.count()


@pytest.fixture
def token(program, monkeypatch) -> Iterator[str]:
    """Fiona's, who may do most; no limit, for once; and one connection, in whose transaction the test is."""
    monkeypatch.setattr(authentication, "MOST", dict.fromkeys(authentication.MOST, 10**6))
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield program("fiona").headers["Authorization"]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _point_at(case, scene, harrow) -> None:
    """Ids that exist, where an id is asked for."""
    here = {"room_id": scene.room, "slug": harrow.slug}
    for collection in ("stages", "touchpoints", "channels", "remarks", "proposals"):
        if f"/{collection}/" in case.path:
            here["id"] = getattr(scene, collection.removesuffix("s"))
    for name in case.path_parameters or ():
        case.path_parameters[name] = here.get(name, case.path_parameters[name])
    if isinstance(case.body, dict):
        for name in ("stage", "touchpoint"):
            if name in case.body:
                case.body[name] = getattr(scene, name)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.data())
@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
def test_no_data_of_a_command_break_the_server(data, scene, program_of_fiona):
    """Valid data of any command with one value replaced, or one more: answered, and never with a 500."""
    name = data.draw(st.sampled_from(sorted(COMMANDS)))
    sent = PAYLOADS[name](scene)
    sent[data.draw(st.sampled_from([*sent, "more"]))] = data.draw(anything)
    raw = json.dumps({"name": name, "data": sent})
    path = f"/api/journeys/{scene.room}/commands/"
    answer = program_of_fiona.client.post(path, raw, "application/json", headers=program_of_fiona.headers)
    assert answer.status_code in (200, 400, 403, 404, 409, 413, 423), (raw, answer.content)


@pytest.fixture
def program_of_fiona(program, token):
    return program("fiona")
