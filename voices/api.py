"""Customers' comments over HTTP: read them with their codes, send whole files; single ones are `comment.add`."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.http import Http404
from msgspec import UNSET, Meta, UnsetType
from rest_framework.parsers import FileUploadParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.api import Page, Paged, Text, answer
from live.api import RoomDoor
from live.resources import Resource
from live.sheets import BadFile
from live.values import Refused
from touchpoints.models import Journey
from voices import filters, intake, queries, tasks
from voices.models import Comment, CommentImport, Issue, Scale
from voices.permissions import may_bring_in, may_read_comments
from voices.uploads import TOO_BIG

RESOURCES = {
    "issues": Resource(Issue, ("title",), add="issue.add", change=("issue.change",), remove="issue.remove"),
}


class Said(msgspec.Struct):
    """One customer's own words and what people said of them. Suggestions, which count as nothing, stand apart."""

    id: int
    text: str
    said_on: datetime.date | None
    source: str
    source_kind: str
    account: str | None
    contact_role: str
    score: float | None
    scale: str
    external_id: str
    stage: str | None
    touchpoint: str | None
    severity: int | None
    aim: str | None
    issue: str | None
    coded: bool
    suggested: str | None
    confidence: float


class CommentQuery(Paged):
    """The filters of the Comments page."""

    show: Literal["waiting", "placed", "all"] = "all"
    search: Text = ""
    source: Text = ""
    stage: Text = ""
    touchpoint: Text = ""
    issue: Text = ""
    aim: Text = ""
    score: Literal["", "low", "middle", "high", "none"] = ""
    months: Literal["", "1", "3", "6", "12"] = ""


class CommentsView(RoomDoor):
    """What customers said, the newest first."""

    query = CommentQuery
    answers = {"GET": Page[Said]}

    def get(self, request: Request, room_id: str) -> Response:
        """The comments that the filters show."""
        require(may_read_comments(self.actor))
        asked = {
            name: value for name, value in msgspec.to_builtins(self.asked).items() if name not in ("limit", "offset")
        }
        count, rows = self.page(filters.desk(self.room.pk, filters.Filters.of(asked)))
        return answer({"count": count, "results": [_said(row) for row in rows]})


def _said(row: Comment) -> Said:
    return Said(
        row.pk, row.text, row.said_on, row.source, row.source_kind, row.account.name if row.account else None,
        row.contact.role if row.contact else "", row.score, row.scale, row.external_id, row.stage_id, row.touchpoint_id,
        row.severity, row.aim_id, row.issue_id, row.coded_at is not None, row.suggested_id or row.suggested_stage_id,
        row.confidence,
    )  # fmt: skip


# -- files -----------------------------------------------------------------------------------------
class Incoming(msgspec.Struct):
    """A file on its way in: how it is read, what would happen (`counts`), and how far it is."""

    id: str
    file_name: str
    state: str
    percent: int
    added: int
    columns: dict[str, str]
    counts: dict[str, int]
    problems: list[dict[str, Any]]
    error: str


Months = Annotated[int, Meta(ge=0, le=120, description="How far back, from the newest. 0: all.")]
Order = Annotated[Literal["", "dmy", "mdy"], Meta(description="What 3/4 means, where the file leaves it open.")]
Start = Annotated[bool, Meta(description="False: only look at it; somebody starts it on its page.")]


class ImportQuery(Paged):
    """With a file: how to read what it cannot tell itself. A mapping once chosen by hand for the same export, and what
    was chosen with it, is used again."""

    file_name: Text = "comments"
    source: Text = ""
    scale: Scale | UnsetType = UNSET
    date_order: Order = ""
    months: Months | UnsetType = UNSET
    start: Start = True


class _AnyFile(FileUploadParser):
    def get_filename(self, stream: Any, media_type: Any, parser_context: Any) -> str:
        name: str = parser_context["request"].query_params.get("file_name") or "comments"
        return name[:160]


class ImportsView(RoomDoor):
    """Files of comments: what came in, and bringing one in. The body of a POST is the file itself."""

    query = ImportQuery
    parser_classes = [_AnyFile]
    answers = {"GET": Page[Incoming], "POST": Incoming}
    takes = "application/octet-stream"
    adds = True

    def get(self, request: Request, room_id: str) -> Response:
        """The files that came in, the newest first."""
        require(may_bring_in(self.actor))
        count, rows = self.page(queries.imports_of(self.room.pk))
        return answer({"count": count, "results": [_incoming(row) for row in rows]})

    def post(self, request: Request, room_id: str) -> Response:
        """Bring a file in: CSV, XLSX or JSON, up to 50 MB."""
        require(may_bring_in(self.actor))
        try:
            file = request.data.get("file") if isinstance(request.data, dict) else None
            if getattr(request._request, TOO_BIG, False):
                raise BadFile("This file has more than 50 MB. Split it, by year for example.")
            if file is None or not file.size:
                raise BadFile("There is no file in the body of this request.")
            given = {name: getattr(self.asked, name) for name in ("source", "date_order", "scale", "months")}
            chosen = {name: value for name, value in given.items() if value not in ("", UNSET)}
            journey = Journey.objects.get(pk=self.room.pk)
            row = intake.take(journey, self.actor, file.name, file, file.size, chosen)
        except BadFile as error:
            raise Refused("invalid", str(error), field="file") from None
        if self.asked.start:
            intake.start(row)
            tasks.enqueue(tasks.run_import, row.pk)
            row.refresh_from_db()
        return answer(_incoming(row), 201, Location=f"{request.path}{row.pk}/")


class ImportView(RoomDoor):
    """One file of comments, and how far it is."""

    answers = {"GET": Incoming}

    def get(self, request: Request, room_id: str, import_id: str) -> Response:
        """How far it is."""
        require(may_bring_in(self.actor))
        row = CommentImport.objects.filter(pk=import_id[:24], room=self.room).first()
        if row is None:
            raise Http404
        return answer(_incoming(row))


def _incoming(row: CommentImport) -> Incoming:
    names = {str(n): name for n, name in enumerate(row.header)}
    columns = {names[place]: field for place, field in row.columns.items() if place in names}
    counts, problems = row.preview.get("counts", {}), row.preview.get("problems", [])
    return Incoming(row.pk, row.file_name, row.state, row.percent, row.added, columns, counts, problems, row.error)
