"""One transaction's worth of changes, kept in memory and written in as few statements as possible.

Commands that commit together share a `Unit`. It holds every row they touched once (so the second
command sees what the first one did), remembers which columns changed, and writes them at the end:
one statement per model and set of columns, one for all events. That is what makes a group commit
of fifty edits cost little more than one edit. A refused command is taken back in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from live.models import Record

Row = Record
Statement = tuple[str, Sequence[Sequence[Any]]]  # SQL, and the parameters of each time it runs


class Unit:
    def __init__(self) -> None:
        self.rows: dict[tuple[type[Row], str], Row | None] = {}
        self.added: dict[tuple[type[Row], str], Row] = {}
        self.dirty: dict[tuple[type[Row], str], set[str]] = {}
        self.links: dict[tuple[type[Row], str], dict[str, list[str]]] = {}
        self._undo: list[Callable[[], None]] = []
        self._mark = 0
        self.spilled = False

    # -- reading -------------------------------------------------------------------------------
    def load(self, model: type[Row], ids: Iterable[str]) -> None:
        """Fetch the rows that are not here yet, in one query."""
        missing = [pk for pk in ids if (model, pk) not in self.rows]
        for start in range(0, len(missing), 500):  # a statement takes a limited number of parameters
            part = missing[start : start + 500]
            self.rows.update({(model, pk): None for pk in part})
            self.rows.update({(model, row.pk): row for row in _fetch(model, part)})

    def get(self, model: type[Row], pk: str) -> Row | None:
        self.load(model, [pk])
        return self.rows[model, pk]

    def keep(self, rows: Iterable[Row]) -> list[Row]:
        """The rows as this unit knows them: a row that is already here wins over a fresh copy."""
        kept = []
        for row in rows:
            known = self.rows.setdefault((type(row), row.pk), row)
            kept.append(known if known is not None else row)
        return kept

    # -- changing ------------------------------------------------------------------------------
    def add(self, row: Row) -> None:
        key = (type(row), row.pk)
        before = self.rows.get(key)
        self.rows[key] = self.added[key] = row

        def back() -> None:
            self.added.pop(key, None)
            self.rows[key] = before

        self._undo.append(back)

    def set(self, row: Row, name: str, value: Any) -> None:
        """Set one column; `name` is an attname, so relations take ids."""
        key = (type(row), row.pk)
        before = getattr(row, name)
        setattr(row, name, value)
        if key not in self.added:
            self.dirty.setdefault(key, set()).add(name)
        self._undo.append(lambda: setattr(row, name, before))

    def link(self, row: Row, name: str, ids: Sequence[str]) -> None:
        """Set a many-to-many relation to exactly these ids."""
        held = row.__dict__.setdefault("_links", {})
        before = held.get(name)
        held[name] = sorted(ids)
        self.links.setdefault((type(row), row.pk), {})[name] = held[name]

        def back() -> None:
            if before is None:
                held.pop(name, None)
                self.links.get((type(row), row.pk), {}).pop(name, None)
            else:
                held[name] = self.links[type(row), row.pk][name] = before

        self._undo.append(back)

    def begin(self) -> None:
        """From here on, `take_back` returns to this state."""
        self._mark, self.spilled = len(self._undo), False

    def take_back(self) -> bool:
        """Undo in memory what was changed since `begin`. False when some of it is in the database already."""
        while len(self._undo) > self._mark:
            self._undo.pop()()
        return not self.spilled

    # -- writing -------------------------------------------------------------------------------
    def flush(self, then: Iterable[Statement] = ()) -> None:
        """Write everything. Needed before a query that must see it, and at the end, with the log behind it."""
        self.spilled = self.spilled or len(self._undo) > self._mark
        by_model: dict[type[Row], list[Row]] = {}
        for (model, _), row in self.added.items():
            by_model.setdefault(model, []).append(row)
        for model, rows in by_model.items():
            model._default_manager.bulk_create(rows)
        by_columns: dict[tuple[type[Row], tuple[str, ...]], list[Row]] = {}
        for key, names in self.dirty.items():
            changed = self.rows[key]
            if changed is not None and key not in self.added:
                by_columns.setdefault((key[0], tuple(sorted(names))), []).append(changed)
        run([*(_update(model, columns, rows) for (model, columns), rows in by_columns.items()), *then])
        for key, links in self.links.items():
            for name, ids in links.items():
                getattr(self.rows[key], name).set(ids)
        self.added.clear()
        self.dirty.clear()
        self.links.clear()
        self._undo.clear()
        self._mark = 0


def _fetch(model: type[Row], ids: list[str]) -> list[Row]:
    """Rows by id, as the ORM would make them. The query stands still, so the ORM need not compile it for
    every edit: that was a third of what an edit costs."""
    fields = model._meta.concrete_fields
    with connection.cursor() as cursor:
        cursor.execute(_select(model) % ",".join(["%s"] * len(ids)), ids)
        found = cursor.fetchall()
    names = [field.attname for field in fields]
    made = []
    for values in found:
        converted = list(values)
        for at, convert, column in _converters(model, connection.vendor):
            converted[at] = convert(converted[at], column, connection)
        made.append(model.from_db(connection.alias, names, converted))
    return made


@cache
def _select(model: type[Row]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in model._meta.concrete_fields)
    return f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE id IN (%s)"


@cache
def _converters(model: type[Row], vendor: str) -> list[tuple[int, Callable[..., Any], Any]]:
    """What turns a database's value into a field's value, with the place of the column it is for."""
    return [
        (at, convert, column)
        for at, column in enumerate(field.cached_col for field in model._meta.concrete_fields)
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    ]


def _update(model: type[Row], columns: Sequence[str], rows: Sequence[Row]) -> Statement:
    """UPDATE many rows of one table."""
    fields = [_by_attname(model, name) for name in columns]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(str(f.column))} = %s" for f in fields)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE id = %s"
    params = [[*(f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields), row.pk] for row in rows]
    return sql, params


@cache
def _by_attname(model: type[Row], name: str) -> models.Field[Any, Any]:
    return next(f for f in model._meta.concrete_fields if f.attname == name)


def run(statements: Sequence[Statement]) -> None:
    """Each statement for each of its rows. To PostgreSQL it is a round trip, however many there are."""
    wanted = [(sql, rows) for sql, rows in statements if rows]
    if not wanted:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            every = ";".join(sql for sql, rows in wanted for _ in rows)
            cursor.execute(every, [value for _, rows in wanted for row in rows for value in row])
        else:
            for sql, rows in wanted:
                cursor.executemany(sql, rows)
