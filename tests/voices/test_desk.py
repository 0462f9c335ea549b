"""The doors: who gets in, what the desk shows, and that it asks the database no more with three rows than with one."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from tests.voices.conftest import CSV
from voices import intake
from voices.models import Account, Comment, CommentImport

HTMX = {"headers": {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}}
WHO = ("fiona", "sam", "elena", "otto", "gus", "olga", None)


def url(name, journey, row, touchpoints) -> str:
    if name == "touchpoint_comments":
        return reverse(name, args=[journey.pk, touchpoints["Gets the invoice"].pk])
    return reverse(name, args=[row.pk if name.startswith("import") else journey.pk])


DOORS = [  # name, method, then what each of WHO gets
    ("comments", "get", (200, 200, 200, 200, 403, 404, 302)),
    ("comments_place", "post", (302, 302, 403, 403, 403, 404, 302)),
    ("comments_place_sure", "post", (302, 302, 403, 403, 403, 404, 302)),
    ("comments_undo", "post", (302, 302, 403, 403, 403, 404, 302)),
    ("touchpoint_comments", "get", (200, 200, 200, 200, 200, 404, 302)),
    ("strongest_words", "get", (200, 200, 200, 200, 200, 404, 302)),
    ("bring_in", "get", (200, 403, 403, 403, 403, 404, 302)),
    ("import", "get", (200, 403, 403, 403, 403, 404, 302)),
    ("import_progress", "get", (200, 403, 403, 403, 403, 404, 302)),
    ("import_invalid", "get", (200, 403, 403, 403, 403, 404, 302)),
    ("import_start", "post", (409, 403, 403, 403, 403, 404, 302)),
    ("import_undo", "post", (302, 403, 403, 403, 403, 404, 302)),
]


@pytest.mark.parametrize(("name", "method", "answers"), DOORS, ids=[door[0] for door in DOORS])
def test_who_gets_in(name, method, answers, as_, gus, journey, brought_in, touchpoints):
    row = brought_in()
    for who, status in list(zip(WHO, answers, strict=True))[::-1]:
        person = gus if who == "gus" else who
        assert getattr(as_(person), method)(url(name, journey, row, touchpoints)).status_code == status, who


@pytest.mark.parametrize(("name", "method"), [door[:2] for door in DOORS])
def test_wrong_method_and_wrong_id(name, method, as_, journey, brought_in, touchpoints):
    row = brought_in()
    other = "delete" if method == "get" else "get"
    assert getattr(as_("fiona"), other)(url(name, journey, row, touchpoints)).status_code == 405
    ids = ["jn_0000000000000000", "tp_0"] if name == "touchpoint_comments" else ["ci_0000000000000000"]
    assert getattr(as_("fiona"), method)(reverse(name, args=ids)).status_code == 404


def test_choose_a_file_look_at_it_and_let_it_run(as_, journey, touchpoints, django_capture_on_commit_callbacks):
    fiona = as_("fiona")
    file = io.BytesIO(CSV.encode())
    file.name = "survey.csv"
    answer = fiona.post(reverse("bring_in", args=[journey.pk]), {"files": [file]}, follow=True)
    page = answer.content.decode()
    row = CommentImport.objects.get()
    assert "What will happen" in page and "Bring in 5 comments" in page
    chosen = {f"column-{place}": field for place, field in row.columns.items()}
    chosen |= {
        "source": "Service log",
        "source_kind": "heard",
        "scale": "nps",
        "months": "0",
        "redact": "on",
        "encoding": row.encoding,
    }
    again = fiona.post(reverse("import", args=[row.pk]), chosen, **HTMX).content.decode()
    assert "<html" not in again and "What will happen" in again
    assert (
        "Say which column"
        in fiona.post(reverse("import", args=[row.pk]), chosen | {"column-4": ""}, **HTMX).content.decode()
    )
    fiona.post(reverse("import_start", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.source, row.source_kind) == ("queued", "Service log", "heard")
    assert "every 1s" in fiona.get(reverse("import_progress", args=[row.pk])).content.decode()
    intake.run(row.pk)
    done = fiona.get(reverse("import_progress", args=[row.pk])).content.decode()
    assert "5 comments</a> are in" in " ".join(done.split()) and "every 1s" not in done
    fiona.post(reverse("import_undo", args=[row.pk]))
    assert "Nothing of this file counts any more" in fiona.get(reverse("import", args=[row.pk])).content.decode()


def test_a_broken_file_is_answered_beside_the_field(as_, journey):
    file = io.BytesIO(b'id,comment\n1,fine\n2,"never closed\n3,next\n')
    file.name = "broken.csv"
    answer = as_("fiona").post(reverse("bring_in", args=[journey.pk]), {"files": [file]})
    assert answer.status_code == 422
    assert "Line 3, column 2" in answer.content.decode()
    assert as_("fiona").post(reverse("bring_in", args=[journey.pk])).status_code == 422


def test_a_file_that_is_too_large_stops_at_the_door(as_, journey, monkeypatch):
    monkeypatch.setattr("voices.uploads.MOST_BYTES", 1_000)
    file = io.BytesIO(b"id,comment\n" + b"1,x\n" * 100_000)
    file.name = "large.csv"
    answer = as_("fiona").post(reverse("bring_in", args=[journey.pk]), {"files": [file]})
    assert answer.status_code == 422 and "50 MB" in answer.content.decode()
    assert not CommentImport.objects.exists()


def test_place_and_take_back(as_, journey, brought_in, touchpoints):
    brought_in()
    fiona, invoice = as_("fiona"), touchpoints["Gets the invoice"]
    comment = Comment.objects.get(external_id="3")
    page = fiona.post(
        reverse("comments_place", args=[journey.pk]), {"ids": [comment.pk], "target": invoice.pk}, **HTMX
    ).content.decode()
    assert "1 comment placed." in page and f'id="c{comment.pk}"' not in page
    invoice.refresh_from_db()
    assert invoice.quotes == 1
    tx = page.split('data-tx="')[1].split('"')[0]
    assert "Taken back." in fiona.post(reverse("comments_undo", args=[journey.pk]), {"tx": tx}, **HTMX).content.decode()
    invoice.refresh_from_db()
    assert invoice.quotes == 0
    assert (
        "Choose a comment first."
        in fiona.post(reverse("comments_place", args=[journey.pk]), {}, **HTMX).content.decode()
    )


def test_place_all_sure_ones(as_, journey, brought_in, touchpoints):
    brought_in()
    Comment.objects.filter(external_id__in=["1", "3"]).update(confidence=0.9)
    Comment.objects.exclude(external_id__in=["1", "3"]).update(confidence=0.3)
    page = as_("fiona").post(reverse("comments_place_sure", args=[journey.pk]), **HTMX).content.decode()
    assert "2 comments placed." in page
    assert Comment.objects.exclude(placed_at=None).count() == 2


def test_search_filter_and_pages(as_, journey, brought_in, touchpoints):
    brought_in()
    fiona, desk = as_("fiona"), reverse("comments", args=[journey.pk])

    def count(**query):
        return fiona.get(desk, query, **HTMX).content.decode().count('class="comment"')

    assert (count(), count(search="INVOICE"), count(search="nordmolen"), count(show="placed"), count(source="x")) == (
        5,
        1,
        2,
        0,
        0,
    )
    assert count(page="99") == 5 and count(page="-1") == 5 and count(show="?") == 5


def test_words_are_highlighted_and_never_markup(as_, journey, brought_in, touchpoints):
    brought_in('comment,account\n"<script>alert(1)</script> cost us 3 hours & more",A\n')
    page = as_("fiona").get(reverse("comments", args=[journey.pk])).content.decode()
    assert "&lt;script&gt;" in page and "<mark>3 hours</mark> &amp; more" in page and "<script>alert" not in page


def test_the_drawers_words_carry_no_names_for_guests(as_, gus, journey, brought_in, touchpoints):
    brought_in("comment,account,contact,touchpoint\nToo late,Mill,Jo Lark,Gets the invoice\n")
    door = reverse("touchpoint_comments", args=[journey.pk, touchpoints["Gets the invoice"].pk])
    (mine,), (theirs,) = as_("sam").get(door).json()["comments"], as_(gus).get(door).json()["comments"]
    assert (mine["account"], mine["contact"]) == ("Mill", "Jo Lark")
    assert "account" not in theirs and "contact" not in theirs and theirs["text"] == "Too late"
    assert b"Jo Lark" not in as_(gus).get(door).content


def test_a_place_that_was_rubbed_out_waits_again(as_, journey, brought_in, touchpoints, fiona):
    from live.door import execute

    brought_in("comment,account,touchpoint\nToo late,Mill,Gets the invoice\n")
    execute(journey.pk, fiona.identity, "touchpoint.remove", {"id": touchpoints["Gets the invoice"].pk})
    page = as_("fiona").get(reverse("comments", args=[journey.pk])).content.decode()
    assert "Place it again" in " ".join(page.split())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_asks_the_same_for_one_row_and_for_three(
    rows, as_, journey, brought_in, touchpoints, django_assert_num_queries
):
    brought_in("\n".join(CSV.splitlines()[: rows + 1]) + "\n")
    fiona, desk = as_("fiona"), reverse("comments", args=[journey.pk])
    fiona.get(desk)
    with django_assert_num_queries(DESK_QUERIES):
        fiona.get(desk)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_drawer_asks_the_same_for_one_row_and_for_three(
    rows, as_, journey, brought_in, touchpoints, django_assert_num_queries
):
    brought_in("comment,account,touchpoint\n" + "".join(f"late {n},A{n},Gets the invoice\n" for n in range(rows)))
    door = reverse("touchpoint_comments", args=[journey.pk, touchpoints["Gets the invoice"].pk])
    fiona = as_("fiona")
    with django_assert_num_queries(WORDS_QUERIES):
        assert len(fiona.get(door).json()["comments"]) == rows


DESK_QUERIES, WORDS_QUERIES = 30, 8


def test_every_sum_leads_to_the_comments_it_adds_up(as_, journey, brought_in, touchpoints, fiona):
    """Over the desk and in the table of let-downs: as many comments behind a link as the sum is made of."""
    import html
    import re

    from live.door import execute

    brought_in(
        "comment,account,revenue,currency,source\n"
        "The line stood for 3 hours,Mill,1000,EUR,Survey\nWe paid 4500 euros for a crane,Mill,1000,EUR,Survey\n"
        "A second crane cost us 300 dollars,Dairy,500,USD,Survey\nI made 7 calls and waited 2 hours,Bakery,,,Survey\n"
        "Lovely people,Bakery,,,Survey\n"
    )
    execute(journey.pk, fiona.identity, "issue.add", {"id": "is_cranes0000000001", "title": "Cranes are missing"})
    ids = list(Comment.objects.values_list("pk", flat=True))
    execute(journey.pk, fiona.identity, "comment.code", {"ids": ids, "issue": "is_cranes0000000001"})
    Account.objects.update(currency="EUR")
    Account.objects.filter(name="Dairy").update(currency="USD")
    client = as_("fiona")

    def behind(page: str) -> dict[str, int]:
        text = client.get(reverse(page, args=[journey.pk])).content.decode()
        links = {html.unescape(link) for link in re.findall(r'href="([^"]*states=[^"]*)"', text)}
        read = {link: client.get(link).content.decode() for link in links}
        assert all('name="states"' in page and "Not there" not in page for page in read.values())
        return {re.search(r"states=([\w-]+)", link)[1]: page.count('class="comment"') for link, page in read.items()}

    assert behind("comments") == {"time": 2, "money-EUR": 1, "money-USD": 1, "effort": 1}
    assert behind("issues") == {"time": 2, "money-EUR": 1, "money-USD": 1, "revenue-EUR": 2, "revenue-USD": 1}
    desk = reverse("comments", args=[journey.pk])
    for asked, count in (("weather", 5), ("-EUR", 5), ("money-<b>", 0)):
        assert client.get(desk, {"states": asked, "show": "all"}).content.decode().count('class="comment"') == count
