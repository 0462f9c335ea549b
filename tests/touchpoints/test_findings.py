"""What the map says as a whole (CG-04, 05, 06, 08, 14, 16, 19, 25): each finding on rows, and the page."""

from __future__ import annotations

import pytest

from accounts.models import Department
from live import door
from live.models import new_id
from touchpoints import findings
from touchpoints.findings import Step
from touchpoints.models import Channel, Stage, Touchpoint

SALES, SERVICE = Department(id="dp_a", name="Sales", code="SA"), Department(id="dp_b", name="Service", code="SE")
DEPARTMENTS = {SALES.pk: SALES, SERVICE.pk: SERVICE}
STAGE = Stage(id="st_1", name="We order")


def step(title: str = "Waits", *, channels: str = "", stage: Stage = STAGE, **values: object) -> Step:
    return Step(Touchpoint(title=title, **values), stage, frozenset(channels.split()))


def test_the_widest_gap_first_then_what_hurts_more_then_what_is_said_more():
    steps = [
        step("narrow", felt=0, intended=1),
        step("often", felt=-2, intended=1, quotes=9),
        step("bad", felt=-2, intended=1, severity=4),
        step("better than intended", felt=2, intended=1),
        step("unknown", felt=None, intended=2),
        step("widest", felt=-2, intended=2),
    ]
    found = findings.gaps(steps)
    assert [(gap.touchpoint.title, gap.width) for gap in found] == [
        ("widest", 4), ("bad", 3), ("often", 3), ("narrow", 1),
    ]  # fmt: skip
    assert findings.let_downs(steps) == 3


def test_each_change_of_lead_is_a_hand_off_and_nobody_is_somebody_else():
    steps = [step(lead_id=lead) for lead in ("dp_a", "dp_a", "dp_b", None, None, "dp_a")]
    found = findings.hand_offs(steps, DEPARTMENTS)
    assert [(one.giver, one.taker) for one in found] == [(SALES, SERVICE), (SERVICE, None), (None, SALES)]
    assert len(findings.unowned(steps)) == 2
    assert findings.hand_offs(steps[:1], DEPARTMENTS) == [] == findings.hand_offs([], DEPARTMENTS)


def test_channels_by_stage_and_where_she_has_to_switch():
    later = Stage(id="st_2", name="We use it")
    steps = [
        step(channels="ch_mail ch_phone"),
        step(channels="ch_phone"),
        step(),
        step(channels="ch_mail", stage=later),
    ]
    channels = [Channel(id=pk, name=pk) for pk in ("ch_mail", "ch_phone", "ch_web")]
    matrix = findings.channel_matrix(steps, channels)
    assert [(channel.pk, counts) for channel, counts in matrix] == [
        ("ch_mail", {"st_1": 1, "st_2": 1}), ("ch_phone", {"st_1": 2}),
    ]  # fmt: skip
    assert findings.switches(steps) == []
    assert findings.switches([steps[1], steps[3]]) == [(steps[1], steps[3])]


def test_needs_are_counted_by_department():
    steps = [step(needs="people", lead_id="dp_a"), step(needs="people", lead_id="dp_a"), step(needs="people"), step()]
    assert findings.needs(steps) == {"people": {"dp_a": 2, None: 1}}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Awareness", "Use"], []),
        (["First contact with sales", "Use"], ["It begins with"]),
        (["Awareness", "We sign the contract"], ["It ends with"]),
        (["Quote", "Purchase"], ["It begins with", "It ends with"]),
        ([], []),
    ],
)
def test_a_journey_is_longer_than_the_sale(names, said):
    found = findings.ends([Stage(name=name) for name in names])
    assert [sentence[:13].strip() for sentence in found] == [sentence[:13] for sentence in said]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Visits a plant that runs our machine", "our"),
        ("Ticket is escalated", "Ticket"),
        ("Waits for Service", "Service"),
        ("Reaches level 2", "level 2"),
        ("Order is processed", "processed"),
        ("Learns the delivery date", ""),
        ("Discusses with her team", ""),
        ("Waits until IT has a slot", "IT"),
        ("Reads how a similar plant solved it", ""),
    ],
)
def test_company_voice_is_heard_and_hers_is_not(title, words):
    departments = [*DEPARTMENTS.values(), Department(id="dp_c", name="IT", code="IT")]
    found = findings.company_voice([step(title)], departments)
    assert [voice.words for voice in found] == ([words] if words else [])


# -- the page ----------------------------------------------------------------------------------
def test_the_page_tells_it_in_the_order_of_the_map(journey, fiona, departments, as_, gus):
    first, *_, last = Stage.objects.filter(room=journey.room).order_by("order")
    spots = [new_id("tp"), new_id("tp")]
    for pk, stage, lead, title in (
        (spots[0], last, None, "Thinks"),
        (spots[1], first, departments["SA"].pk, "Asks us"),
    ):
        data = {"id": pk, "stage": stage.pk, "after": None, "title": title, "lead": lead}
        door.execute(journey.pk, fiona.identity, "touchpoint.add", data)
    change = {"id": spots[1], "felt": -2, "intended": 2, "needs": "people", "benefit": "A plan"}
    door.execute(journey.pk, fiona.identity, "touchpoint.change", change)
    page = " ".join(as_("sam").get(f"/journeys/{journey.pk}/findings/").content.decode().split())
    assert "after “Asks us”, before “Thinks”" in page and "4 steps" in page
    assert "“us” speaks of us" in page and "Thinks <span" in page
    assert as_(gus).get(f"/journeys/{journey.pk}/findings/").status_code == 200


def test_cg16_what_does_not_benefit_her_is_listed(journey, fiona, as_):
    """CG-16: touchpoints without a stated benefit are a list, until somebody says one; blanks are none."""
    stage, spot = Stage.objects.filter(room=journey.room).earliest("order"), new_id("tp")
    door.execute(journey.pk, fiona.identity, "touchpoint.add", {"id": spot, "stage": stage.pk, "title": "Signs again"})

    def listed() -> str:
        page = as_("sam").get(f"/journeys/{journey.pk}/findings/").content.decode()
        return page.split('id="benefit-h"')[1].split("</section>")[0]

    assert "Signs again" in listed() and '<span class="count">1</span>' in listed()
    for benefit, still in (("  ", True), ("She signs once.", False)):
        door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": spot, "benefit": benefit})
        assert ("Signs again" in listed()) is still


def test_an_empty_map_says_what_to_do(journey, as_):
    assert "The map is still empty" in as_("sam").get(f"/journeys/{journey.pk}/findings/").content.decode()


def test_removed_things_say_nothing(journey, fiona, as_):
    stage = Stage.objects.filter(room=journey.room).earliest("order")
    pk = new_id("tp")
    door.execute(
        journey.pk, fiona.identity, "touchpoint.add", {"id": pk, "stage": stage.pk, "after": None, "title": "Gone"}
    )
    door.execute(journey.pk, fiona.identity, "touchpoint.remove", {"id": pk})
    assert "The map is still empty" in as_("sam").get(f"/journeys/{journey.pk}/findings/").content.decode()


def test_cg26_the_measurement_plan_and_what_it_leaves_out(journey, fiona, departments, as_, gus):
    """CG-26: per touchpoint whether, how, with which question, when and of whom; to take along for the survey."""
    stage = Stage.objects.filter(room=journey.room).earliest("order")
    ids = [new_id("tp") for _ in range(3)]
    for pk, title in zip(ids, ("=Calls us", "Waits", "Smiles"), strict=True):
        door.execute(journey.pk, fiona.identity, "touchpoint.add", {"id": pk, "stage": stage.pk, "title": title})
    plan = {"metric": "ces", "ask": "How hard was it?", "ask_when": "The day after", "ask_whom": "Who called"}
    door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": ids[0], "felt": -2, **plan})
    door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": ids[1], "felt": -1})
    address = f"/journeys/{journey.pk}/measurement-plan.csv"
    lines = b"".join(as_("sam").get(address).streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["We notice a need,'=Calls us,,Effort (CES),How hard was it?,The day after,Who called"]
    page = " ".join(as_("sam").get(f"/journeys/{journey.pk}/findings/").content.decode().split())
    assert "1 that hurt or decide are not measured" in page
    assert as_(gus).get(address).status_code == 403


def test_cg10_what_went_and_why(journey, fiona, as_):
    """CG-10: a touchpoint is removed with a reason, and the reason stays to be read."""
    stage, pk = Stage.objects.filter(room=journey.room).earliest("order"), new_id("tp")
    door.execute(
        journey.pk, fiona.identity, "touchpoint.add", {"id": pk, "stage": stage.pk, "title": "Gets a calendar"}
    )
    door.execute(
        journey.pk, fiona.identity, "touchpoint.add", {"id": new_id("tp"), "stage": stage.pk, "title": "Waits"}
    )
    door.execute(journey.pk, fiona.identity, "touchpoint.remove", {"id": pk, "why": "Nobody looks at it."})
    page = " ".join(as_("sam").get(f"/journeys/{journey.pk}/findings/").content.decode().split())
    assert "Gone, and why" in page
    assert "Nobody looks at it." in page
