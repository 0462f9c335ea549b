"""Natural groups of comments: found, joined, split and named; made aims; what an aim's customers said; her persona."""

from __future__ import annotations

import pytest
from django.urls import reverse

from live.door import execute
from personas.models import Aim, Experience, Persona
from touchpoints.models import Touchpoint
from voices import groups
from voices.filters import Filters, desk
from voices.models import Comment, Grouping

HEAD = "id,account,date,score,segment,comment\n"
ACCOUNTS = ("Nordmolen", "Bakehouse", "Castle Foods")
SEGMENTS = ("Dairy", "Bakery", "Dairy")


def many() -> str:
    rows = []
    for n in range(9):
        rows += [
            f"The truck came {n + 2} days late and the driver did not call.",
            f"The invoice had {n + 2} wrong lines and no order number.",
        ]
    lines = (f'{n},{ACCOUNTS[n % 3]},2026-03-02,3,{SEGMENTS[n % 3]},"{text}"' for n, text in enumerate(rows, start=1))
    return HEAD + "\n".join(lines)


@pytest.fixture
def grouping(brought_in, touchpoints, journey) -> Grouping:
    brought_in(many())
    groups.ask(journey.pk, 1)
    groups.find_groups(journey.pk)
    return Grouping.objects.get(room=journey.pk)


@pytest.fixture
def post(client, people, journey):
    def send(who: str, **data):
        client.force_login(people[who])
        return client.post(reverse("aims", args=[journey.pk]), data)

    return send


def texts_of(row: Grouping) -> list[str]:
    return [Comment.objects.get(pk=group["members"][0]).text[:9] for group in row.groups]


def test_what_belongs_together_is_found_and_nothing_of_it_counts(grouping, journey):
    assert sorted(texts_of(grouping)) == ["The invoi", "The truck"]
    assert [len(group["members"]) for group in grouping.groups] == [9, 9]
    assert not Aim.objects.exists() and not Comment.objects.exclude(aim=None).exists()


def test_a_group_becomes_an_aim_and_one_undo_takes_it_back(grouping, journey, post):
    page = post("fiona", do="make", group="0", name="Know when it comes")
    assert "is an aim now" in page.content.decode()
    aim = Aim.objects.get(name="Know when it comes")
    assert Comment.objects.filter(aim=aim).count() == 9
    post("fiona", do="undo", tx=page.context["tx"])
    assert Comment.objects.filter(aim=aim).count() == 0
    aim.refresh_from_db()
    assert aim.removed_at is not None


def test_comments_somebody_put_to_an_aim_name_their_group_and_stay(grouping, journey, fiona, post):
    post("fiona", do="make", group="0", name="Know when it comes")
    groups.find_groups(journey.pk)
    again = groups.shown(Grouping.objects.get(room=journey.pk))
    assert {one.name for one in again if one.new == 0} == {"Know when it comes"}
    known = next(one for one in again if one.new == 0)
    assert groups.aim_commands(Grouping.objects.get(), known.number) == []


def test_join_split_and_rename_each_with_a_way_back(grouping, journey, post):
    post("fiona", do="join", group="0", into="1")
    assert len(Grouping.objects.get().groups) == 1
    post("fiona", do="split", group="0")
    assert sorted(texts_of(Grouping.objects.get())) == ["The invoi", "The truck"]
    post("fiona", do="rename", group="0", name="Submit a ticket")
    row = Grouping.objects.get()
    assert [group["task"] for group in row.groups if group["name"] == "Submit a ticket"] == [True]
    for groups_before in (2, 1, 2):
        post("fiona", do="back")
        assert len(Grouping.objects.get().groups) == groups_before


def test_what_cannot_be_done_is_said(grouping, journey, post):
    for data, sentence in (
        ({"do": "join", "group": "0", "into": "0"}, "Choose another group"),
        ({"do": "split", "group": "7"}, "not there any more"),
        ({"do": "back"}, "nothing to take back"),
        ({"do": "rename", "group": "0", "name": ""}, "name"),
    ):
        answer = post("fiona", **data)
        assert answer.status_code == 422 and sentence in answer.content.decode()
    assert post("sam", do="back").status_code == 403


def test_segments_are_spread_over_the_groups_and_every_number_leads_to_its_comments(grouping, journey):
    shown = groups.shown(grouping)
    by_account = groups.spread_of(grouping, shown, "account")
    assert by_account.rows == [("Bakery", [1, 1], 1), ("Dairy", [2, 2], 2)]
    by_comment = groups.spread_of(grouping, shown, "comment")
    for segment, cells, _ in by_comment.rows:
        for (number, _), cell in zip(by_comment.names, cells, strict=True):
            filters = Filters.of({"group": str(number), "segment": segment, "show": "all"})
            assert desk(journey.pk, filters).count() == cell


def test_an_aim_tells_what_its_customers_said_and_becomes_a_persona(
    client, people, brought_in, touchpoints, journey, fiona
):
    brought_in(
        HEAD + '1,Nordmolen,2026-03-02,1,Dairy,"The line stood for 4 hours. Please call us back within the hour."\n'
        '2,Bakehouse,2026-03-03,9,Bakery,"When they came everything was fixed at once, wonderful people."\n',
        scale="nps",
    )
    hotline = touchpoints["Calls the emergency line"]
    aim = "am_0000000000000001"
    execute(journey.pk, fiona.identity, "aim.add", {"id": aim, "name": "Never stop the line"})
    first, second = Comment.objects.order_by("row")
    for data in ({"ids": [first.pk, second.pk], "aim": aim}, {"ids": [first.pk], "consequences": ["lost_output"]}):
        execute(journey.pk, fiona.identity, "comment.code", data)
    execute(journey.pk, fiona.identity, "comment.place", {"ids": [first.pk], "touchpoint": hotline.pk})
    page = reverse("aim", args=[journey.pk, aim])
    client.force_login(people["fiona"])
    told = client.get(page)
    found = told.context["found"]
    assert (found.comments, found.accounts, found.did[0].label, found.did[0].confirmed) == (2, 2, "Lost output", 1)
    assert [wish for _, wish in found.wishes] == ["Please call us back within the hour."]
    assert client.post(page, {"name": "She keeps it running"}).status_code == 302
    who = Persona.objects.get(name="She keeps it running")
    assert (who.basis, who.aim_id, who.goals) == ("expectation", aim, "Never stop the line")
    assert "within the hour" in who.expectations
    lived = Experience.objects.get(persona=who)
    assert lived.touchpoint == hotline and lived.felt < 0 and "within the hour" in lived.need
    assert client.post(page, {"name": " "}).status_code == 422


def test_filters_of_score_period_and_grouping(client, people, brought_in, touchpoints, journey, fiona):
    brought_in(scale="nps")
    rows = {row.external_id: row for row in Comment.objects.all()}
    assert {row.external_id for row in desk(journey.pk, Filters.of({"score": "low"}))} == {"1", "2", "3", "4"}
    assert {row.external_id for row in desk(journey.pk, Filters.of({"score": "high"}))} == {"5"}
    assert not desk(journey.pk, Filters.of({"score": "none"}))
    assert desk(journey.pk, Filters.of({"months": "1"})).count() < len(rows)
    hotline = Touchpoint.objects.get(title="Calls the emergency line")
    execute(journey.pk, fiona.identity, "comment.place", {"ids": [rows["5"].pk], "touchpoint": hotline.pk})
    client.force_login(people["fiona"])
    for by, heads in (("stage", {"We need help"}), ("aim", {"No aim yet"})):
        page = client.get(reverse("comments", args=[journey.pk]), {"by": by, "show": "all"}).context["page"]
        shown = [comment.head for comment in page]
        assert len(shown) == len(rows) and shown == sorted(shown, key=shown.index)
        assert {head.split(" · ")[0] for head in shown} >= heads
        assert all(shown.count(head) == int(head.split(" · ")[1]) for head in shown)


def test_too_few_comments_say_so(client, people, journey):
    client.force_login(people["fiona"])
    assert "No comments yet" in client.get(reverse("aims", args=[journey.pk])).content.decode()
