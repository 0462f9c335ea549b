"""A map with four touchpoints, and files brought in the way a person brings them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from accounts.actors import load_actor
from voices import intake
from voices.models import CommentImport

CSV = """id,account,date,score,comment
1,Nordmolen,2026-03-02,3,"Your hotline kept us on hold for forty minutes while the line stood, nobody in emergency answered our call."
2,Bakehouse,2026-03-05,2,I left four messages for our account manager and waited nine days for a reply.
3,Castle Foods,2026-04-01,4,The invoice was wrong again and the credit note cost us 3 hours.
4,Nordmolen,2026-04-11,6,Delivery came 2 weeks late and the driver did not call.
5,Bakehouse,2026-05-20,9,Lovely people.
6,Castle Foods,2026-05-21,,
"""


@pytest.fixture
def receive(journey, fiona) -> Callable[..., CommentImport]:
    """A file as Fiona chooses it: kept, looked at and counted. Raises BadFile."""

    def take(content: str | bytes, name: str = "survey.csv", **chosen) -> CommentImport:
        data = content.encode() if isinstance(content, str) else content
        actor = load_actor(fiona.identity, journey.room.organisation_id)
        return intake.take(journey, actor, name, io.BytesIO(data), len(data), {"months": 0, **chosen})

    return take


@pytest.fixture
def brought_in(receive) -> Callable[..., CommentImport]:
    """A file that came in whole."""

    def bring(content: str | bytes = CSV, name: str = "survey.csv", **chosen) -> CommentImport:
        row = receive(content, name, **chosen)
        intake.start(row)
        intake.run(row.pk)
        row.refresh_from_db()
        return row

    return bring
