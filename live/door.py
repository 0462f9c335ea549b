"""The other door: commands from pages, the API and Celery. The same path as the socket's, awaited."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from typing import Any

import msgspec

from live.board import Board, Command
from live.committer import Item, Outcome, commit
from live.context import Context
from live.hub import Hub
from live.models import new_id
from live.undo import UNDO
from live.values import Refused

WAIT = 35.0  # seconds; a little longer than the writer waits for its database


class _Door:
    """Set once by the composition root, when the process starts."""

    board: Board | None = None
    hub: Hub | None = None


def open_with(board: Board, hub: Hub) -> None:
    _Door.board, _Door.hub = board, hub


def the_board() -> Board:
    assert _Door.board is not None, "journeymap.board was not handed to live.door"
    return _Door.board


def command_named(name: str) -> Command:
    """What a person may do under this name."""
    command = UNDO if name == "undo" else the_board().commands.get(name)
    if command is None:
        raise Refused("invalid", f"There is no command “{name}”.", field="name")
    return command


def payload(name: str) -> type[msgspec.Struct]:
    return command_named(name).payload


def decode_command(board: Board, name: str, data: Any) -> msgspec.Struct:
    """The command's data in its declared shape. Raises Refused with the field and a sentence."""
    command = UNDO if name == "undo" else board.commands.get(name)
    if command is None:
        raise Refused("invalid", f"There is no command “{name}”.", field="name")
    try:
        return msgspec.convert(data, command.payload)
    except msgspec.ValidationError as error:
        raise misfit(error) from None


def misfit(error: msgspec.ValidationError) -> Refused:
    """msgspec says where and what; put the field first and the types in words."""
    what, _, where = str(error).partition(" - at `$")
    field = where.strip("`.")
    if missing := re.search(r"missing required field `(\w+)`", what):
        field, what = missing[1], "it is missing"
    elif unknown := re.search(r"unknown field `(\w+)`", what):
        field, what = unknown[1], "there is no such field"
    else:
        what = what.replace("`", "").replace("Expected", "expected")
        for code, words in (("str", "text"), ("int", "a whole number"), ("null", "nothing"), ("bool", "yes or no")):
            what = re.sub(rf"\b{code}\b", words, what)
    return Refused("invalid", f"“{field or 'data'}” does not fit: {what}.", field=field)


def execute(
    room_id: str, identity: str, name: str, data: dict[str, Any], command_id: str | None = None, *, pen: str = ""
) -> Outcome:
    """Run one command for somebody and wait until it is committed.

    Raises Refused. The same `command_id` again returns the first answer (`repeat`) and changes nothing.
    """
    return execute_all(room_id, identity, [(command_id or new_id("cm"), name, data)], pen=pen)[0]


def execute_all(
    room_id: str,
    identity: str,
    commands: list[tuple[str, str, dict[str, Any]]],
    tx: str = "",
    check: Callable[[Context], None] | None = None,
    *,
    pen: str = "",
) -> list[Outcome]:
    """Several commands that stand or fall together. Raises Refused for the first that cannot be.

    `check` is asked first, inside the transaction, and may refuse. `pen`: of the browser that asks.
    """
    board, hub = the_board(), _Door.hub
    decoded = [(id, name, decode_command(board, name, data)) for id, name, data in commands]
    item = Item(room_id, identity, decoded, tx, check=check, pen=pen)
    if hub is not None and hub.loop is not None and hub.loop.is_running():
        future: Future[list[Outcome]] = Future()
        item.done = future.set_result
        hub.submit(item)
        try:
            outcomes = future.result(WAIT)
        except Late:
            raise Refused("busy", "Saving takes too long just now. Try again with the same id.") from None
    else:  # a Celery worker, a management command, a test: commit here; servers notice within half a second
        outcomes = commit(board, [item])[0][0]
    for outcome in outcomes:
        if outcome.refused is not None:
            raise outcome.refused
    return outcomes
