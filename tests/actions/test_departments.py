"""CG-29: a department's page: its touchpoints, its let-downs, customers' words about it, its promises."""

from __future__ import annotations

import pytest

from live.door import execute
from live.models import new_id
from touchpoints.models import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def spots(journey, fiona, departments) -> list[str]:
    stage, ids = Stage.objects.filter(room=journey.pk).earliest("order"), [new_id("tp") for _ in range(3)]
    leads = (("Shows us her line", "SA", 1, None), ("Waits for the offer", "SA", -2, None), ("Calls", "CS", -1, 4))
    for pk, (title, code, felt, severity) in zip(ids, leads, strict=True):
        data = {"id": pk, "stage": stage.pk, "title": title, "lead": departments[code].pk}
        execute(journey.pk, fiona.identity, "touchpoint.add", data)
        execute(journey.pk, fiona.identity, "touchpoint.change", {"id": pk, "felt": felt, "severity": severity})
    return ids


def page(as_, who: str, harrow, department) -> str:
    answer = as_(who).get(f"/organisations/{harrow.slug}/departments/{department.pk}/work/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_cg29_what_is_ours_with_what_hurts_first(spots, as_, harrow, departments, journey, fiona, sam):
    execute(journey.pk, fiona.identity, "touchpoint.change", {"id": spots[2], "contributors": [departments["SA"].pk]})
    execute(journey.pk, sam.identity, "issue.add", {"id": new_id("is"), "title": "No date", "touchpoint": spots[1]})
    promise = {
        "title": "A date in every offer",
        "owner": sam.pk,
        "due": "2030-05-01",
        "department": departments["SA"].pk,
    }
    execute(journey.pk, sam.identity, "action.add", {"id": new_id("ac"), **promise})
    said = page(as_, "sam", harrow, departments["SA"])
    places = [said.index(title) for title in ("Calls", "Waits for the offer", "Shows us her line")]
    assert places == sorted(places), "what hurts customers most comes first"
    assert "My department" in said
    assert "No date" in said
    assert "A date in every offer" in said


def test_other_departments_things_are_not_in_it(spots, as_, harrow, departments):
    said = page(as_, "sue", harrow, departments["CS"])
    assert "Calls" in said
    assert "Waits for the offer" not in said


def test_a_department_without_touchpoints_is_told_what_to_do(spots, as_, harrow, departments):
    assert "No touchpoint yet" in page(as_, "elena", harrow, departments["LE"])


def test_it_is_one_press_from_home(spots, as_, harrow, departments):
    assert f"/departments/{departments['SA'].pk}/work/" in as_("sam").get("/").content.decode()
