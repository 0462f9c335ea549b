"""The shapes of records on the wire as msgspec types, made from the models: for the published schemas.

`shape_of(Touchpoint)` is a struct with the properties of `Touchpoint.wire`. What the API documents, what
AsyncAPI documents and what tests hold real records against is this one type.
"""

from __future__ import annotations

import datetime
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from django.db import models
from msgspec import UNSET, Meta, UnsetType

from live.models import Record

# The first that fits.
_TYPES: list[tuple[type[models.Field[Any, Any]], Any]] = [
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.FloatField, float),
    (models.DateTimeField, Annotated[datetime.datetime, Meta(tz=True)]),
    (models.DateField, datetime.date),
    (models.JSONField, Any),
    (models.Field, str),
]


def type_of(field: Any) -> Any:
    """What a property is on the wire: the id for a relation, a list of ids for several."""
    if field.is_relation:
        key: Any = type_of(field.target_field if not field.many_to_many else field.related_model._meta.pk)
        found: Any = list[key] if field.many_to_many else key
    elif field.choices:
        found = Literal[tuple(value for value, _ in field.flatchoices)]
    else:
        found = next(kind for model, kind in _TYPES if isinstance(field, model))
    return found | None if field.null and not field.many_to_many and found is not Any else found


@cache
def shape_of(model: type[Record]) -> type[msgspec.Struct]:
    """The record as everybody reads it."""
    fields: list[Any] = [("id", Annotated[str, Meta(pattern=f"^{model.prefix}_[0-9a-z]{{16}}$")])]
    fields += [("kind", Literal[model.kind])]  # type: ignore[valid-type]
    fields += [(name, type_of(model._meta.get_field(name))) for name in model.wire]
    doc = {"__doc__": (model.__doc__ or "").strip()}
    return msgspec.defstruct(model.__name__, fields, namespace=doc, forbid_unknown_fields=True)


@cache
def body_of(
    name: str, *payloads: type[msgspec.Struct], keep_id: bool = False, optional: bool = False, **more: Any
) -> type[msgspec.Struct]:
    """The body of a request that becomes these commands: their fields together, and `more`.

    The id is in the address; with `keep_id` the sender may choose it. `optional`: nothing is required.
    """
    fields: dict[str, Any] = {}
    for each in [field for payload in payloads for field in msgspec.structs.fields(payload)]:
        if each.name == "id" and not keep_id:
            continue
        left_out = optional or each.name == "id" or not each.required
        fields[each.name] = (each.name, each.type | UnsetType, UNSET) if left_out else (each.name, each.type)
    fields |= {other: (other, kind | UnsetType, UNSET) for other, kind in more.items()}
    return msgspec.defstruct(name, list(fields.values()), forbid_unknown_fields=True, kw_only=True)
