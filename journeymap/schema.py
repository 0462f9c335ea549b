"""OpenAPI 3.1, made from what the views say about themselves (`accounts.api.Door`) and from the board.

drf-spectacular finds the addresses and the ways to sign in; the shapes are the msgspec types that requests
are checked against. `openapi()` is the whole document.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from django.conf import settings
from django.urls import get_resolver
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from journeymap.shapes import described
from live.api import KEY

VERBS = {"GET": "read", "POST": "add", "PATCH": "change", "DELETE": "remove"}
HEADERS = {
    "Idempotency-Key": "Your own id of this request. The same again answers the same and does nothing twice.",
    "If-Match": "The ETag you read: refused with 409 when somebody changed this record since.",
    "If-None-Match": "The ETag you have: answered 304 when nothing changed.",
}
PLACES = {
    "room_id": "^jn_[0-9a-z]{16}$",
    "record": "^[a-z]{2}_[0-9a-z]{16}$",
    "slug": "^[-a-zA-Z0-9_]+$",
    "import_id": "^ci_[0-9a-z]{16}$",
}


class Error(msgspec.Struct):
    """What went wrong: a code for programs, a sentence for people, and the field it is about."""

    code: str
    message: str
    field: str | None
    current: Any | msgspec.UnsetType = msgspec.UNSET


class Problem(msgspec.Struct):
    """Every answer from 400 on."""

    error: Error


# -- shapes --------------------------------------------------------------------------------------
@cache
def shapes() -> tuple[dict[Any, Any], dict[str, Any]]:
    """Every type of the API → its schema, and the components those refer to, all named in one go."""
    found: dict[Any, None] = {Problem: None}
    for view in _views():
        for shape in (*view.asks.values(), *view.answers.values(), view.query):
            found.update(dict.fromkeys(shape if isinstance(shape, tuple) else (shape,)))
    return described(found, "Asked")


def _views() -> list[Any]:
    views: list[Any] = [getattr(pattern, "callback", None) for pattern in get_resolver().url_patterns]
    return [view.cls(**view.initkwargs) for view in views if hasattr(getattr(view, "cls", None), "asks")]


def with_shapes(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    result["components"]["schemas"] = shapes()[1]
    return result


# -- operations ----------------------------------------------------------------------------------
class Described(AutoSchema):
    """Describes an operation from its view: no decorator, no second definition."""

    view: Any

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> dict[str, Any] | None:
        self.path, self.path_regex, self.path_prefix, self.method, self.registry = (
            path, path_regex, path_prefix, method, registry,
        )  # fmt: skip
        view, words = self.view, [word for word in path.split("/") if word and word != "api"]
        static = [word for word in words if "{" not in word]
        handler = getattr(view, method.lower())
        operation: dict[str, Any] = {
            "operationId": "_".join([VERBS[method], *static, *["one"] * ("{" in words[-1])]),
            "tags": [_tag(static)],
            "summary": (handler.__doc__ or view.__doc__ or "").strip().splitlines()[0],
            "description": " ".join((view.__doc__ or "").split()),
            "parameters": self._parameters(words),
            "security": self.get_auth(),
            "responses": self._responses(),
        }
        if method in view.asks:
            operation["requestBody"] = {"required": True, "content": _json(view.asks[method])}
        elif method == "POST" and view.takes:
            file = {view.takes: {"schema": {"type": "string", "format": "binary"}}}
            operation["requestBody"] = {"required": True, "content": file}
        return operation

    def _parameters(self, words: list[str]) -> list[dict[str, Any]]:
        """In the address, after the question mark, and in the headers."""
        found = []
        for word in [word.strip("{}") for word in words if "{" in word]:
            pattern = PLACES.get(word) or f"^{self.view.resource.model.prefix}_[0-9a-z]{{16}}$"
            found.append(
                {"in": "path", "name": word, "required": True, "schema": {"type": "string", "pattern": pattern}}
            )
        if self.method == "GET" or self.view.takes:
            for name, schema in _resolved(shapes()[0][self.view.query])["properties"].items():
                found.append({"in": "query", "name": name, "schema": schema})
        for name in self.view.heeds.get(self.method, ()):
            schema = {"type": "string", **({"pattern": f"^{KEY.pattern}$"} if name == "Idempotency-Key" else {})}
            found.append({"in": "header", "name": name, "description": HEADERS[name], "schema": schema})
        return found

    def _responses(self) -> dict[str, Any]:
        status = "201" if self.method == "POST" and self.view.adds else "200"
        found = {status: {"description": "Done.", "content": _json(self.view.answers[self.method])}}
        if "If-None-Match" in self.view.heeds.get(self.method, ()):
            found["304"] = {"description": "Nothing changed."}
        for code, said in (("4XX", "Refused, and why."), ("5XX", "Try again later.")):
            found[code] = {"description": said, "content": _json(Problem)}
        return found


def _tag(static: list[str]) -> str:
    last = static[-1]
    return "live" if last in ("snapshot", "events", "commands") else last if static[0] == "journeys" else "people"


def _json(shape: Any) -> dict[str, Any]:
    known = shapes()[0]
    schema = {"anyOf": [known[each] for each in shape]} if isinstance(shape, tuple) else known[shape]
    return {"application/json": {"schema": schema}}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = shapes()[1][schema["$ref"].rpartition("/")[2]]
    return found


# -- ways in -------------------------------------------------------------------------------------
class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A personal token, made on the page You: jm_…"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        description = "The browser's own. What writes also sends X-CSRFToken, which every page has in its head."
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": description}


@cache
def openapi() -> dict[str, Any]:
    """The document, the same for everybody."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found
