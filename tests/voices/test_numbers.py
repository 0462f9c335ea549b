"""Every number on a page can be clicked down to the comments it is made of: each link is followed, and the page it leads
to says the same number."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from journeymap.demo import people as demo_people
from journeymap.demo import story
from live import door
from personas.models import Aim
from touchpoints.models import Stage, Touchpoint
from voices import second
from voices.models import FROM_CUSTOMERS, Comment, CommentImport, Quantity
from voices.strongest import strongest_of

QUIET = ("a", "blockquote", "button", "script", "style")  # what a customer says, and what one presses
COUNTED = re.compile(r"(\d[\d,]*)\s+(account|comment|contact|person|people|touchpoint)")
SINGULAR = {"people": "person", "contact": "person"}
UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


class _Page(HTMLParser):
    """The links of a page with what they say (their label where they have one), what the Comments page says it shows, and
    every text that stands in no link."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.found, self.loose = "", ""
        self._href, self._label, self._words = "", "", ""
        self._main, self._quiet, self._in_found = False, 0, False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self._main |= tag == "main"
        self._quiet += tag in QUIET
        self._in_found |= known.get("id") == "found"
        if tag == "a":
            self._href, self._label, self._words = known.get("href", ""), known.get("aria-label", ""), ""

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in QUIET
        self._main &= tag != "main"
        if tag == "p":
            self._in_found = False
        if tag == "a" and self._main:
            self.links.append((self._href, " ".join((self._label or self._words).split())))

    def handle_data(self, data: str) -> None:
        self._words += data
        if self._in_found:
            self.found += data
        elif self._main and not self._quiet:
            self.loose += data

    @property
    def counts(self) -> dict[str, int]:
        """Of what the Comments page says that it shows so many."""
        return {SINGULAR.get(what, what): _number(n) for n, what in COUNTED.findall(self.found.partition(";")[0])}

    @property
    def sum(self) -> str:
        return " ".join(self.found.partition(";")[2].split())


def _number(words: str) -> int:
    return int(words.replace(",", ""))


def _read(client: Client, path: str) -> _Page:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return _Page(answer.content.decode())


def _promised(words: str) -> tuple[str, int] | None:
    """What a link says it leads to: so many comments, accounts, people or touchpoints."""
    if said := COUNTED.search(words):
        return SINGULAR.get(said[2], said[2]), _number(said[1])
    said = re.match(r"(\d[\d,]*)(?= |$)", words)
    return ("comment", _number(said[1])) if said else None


def _same_sum(short: str, exact: str) -> bool:
    """“£18.4k” is short for “£18,432”; times and the map's words are the same on both."""
    if short == exact:
        return True
    one, other = (re.search(r"([\d,.]+)([km]?)\b", words) for words in (short, exact))
    assert one and other, (short, exact)
    amounts = [float(found[1].replace(",", "")) * UNITS[found[2]] for found in (one, other)]
    return abs(amounts[0] - amounts[1]) <= 0.051 * UNITS[one[2]] + 0.5


@pytest.fixture
def told(db) -> SimpleNamespace:
    """The demo and what happens to comments in a year: some read twice by somebody else, two alone, one touchpoint moved
    to another stage and one rubbed out after comments were placed on them, a highlight taken off, consequences confirmed."""
    harrow, people = demo_people.harrow()
    journey = story.build(harrow, people)

    def do(who: str, name: str, data: dict[str, object]) -> None:
        door.execute(journey.pk, people[who].identity, name, data)

    placed = Comment.objects.filter(room=journey.pk, placed_at__isnull=False, touchpoint__isnull=False)
    most = [
        pk
        for (pk,) in placed.values_list("touchpoint")
        .annotate(n=Count("pk"))
        .order_by("-n", "touchpoint")
        .values_list("touchpoint")
    ]
    last = Stage.objects.filter(room=journey.pk, removed_at=None).order_by("-order").first()
    do("fiona", "touchpoint.move", {"id": most[0], "stage": last.pk})
    do("fiona", "touchpoint.remove", {"id": most[1]})
    aim = Aim.objects.filter(room=journey.pk, removed_at=None).earliest("name")
    some = list(Comment.objects.filter(room=journey.pk).order_by("dedupe").values_list("pk", flat=True)[:30])
    do(
        "fiona",
        "comment.code",
        {"ids": some, "aim": aim.pk, "severity": 4, "consequences": ["delay", "cost"], "coded": True},
    )
    for n, pk in enumerate(second.sample(journey.pk).order_by("pk").values_list("pk", flat=True)[:6]):
        do("sue", "comment.second", {"id": pk, "stage": last.pk, "severity": 3 + n % 2})
    stated = Quantity.objects.filter(comment__room=journey.pk, kind="money", low__gt=0).order_by("pk").first()
    do("fiona", "comment.mark", {"id": stated.comment_id, "quantities": []})
    for n in (1, 2):
        text = f"It took {n + 1} hours and cost us EUR {n}00 again."
        do(
            "fiona",
            "comment.add",
            {"text": text, "account": "Castle Foods", "contact": f"Ann Berg {n}", "segment": "Food"},
        )
    alone = list(Comment.objects.filter(room=journey.pk, comment_import=None).values_list("pk", flat=True))
    do("fiona", "comment.code", {"ids": alone, "aim": aim.pk, "coded": True})
    return SimpleNamespace(journey=journey, people=people)


def _addresses(told: SimpleNamespace) -> list[str]:
    room = told.journey.pk
    plain = [
        reverse(name, args=[room]) for name in ("comments", "issues", "painted", "second_reading", "coding", "bring_in")
    ]
    aims = [f"{reverse('aims', args=[room])}?count={count}" for count in ("account", "contact", "comment")]
    each = [reverse("aim", args=[room, aim.pk]) for aim in Aim.objects.filter(room=room, removed_at=None)]
    return [*plain, *aims, *each, reverse("import", args=[CommentImport.objects.get(room=room).pk])]


def test_every_number_leads_to_the_comments_behind_it(told):
    client = Client()
    client.force_login(told.people["fiona"])
    desk = reverse("comments", args=[told.journey.pk])
    followed: Counter[str] = Counter()
    wrong: list[str] = []
    for address in _addresses(told):
        page = _read(client, address)
        wrong += [f"{address}: “{' '.join(found)}” is no link" for found in COUNTED.findall(page.loose)]
        for href, words in page.links:
            if not href.startswith(f"{desk}?") or not (promised := _promised(words)):
                continue
            there = _read(client, href)
            if "states=" in href and "comment" not in words:
                same = _same_sum(words, there.sum)
            else:
                same = there.counts.get(promised[0], 0) == promised[1]
            if not same:
                wrong.append(f"{address}: “{words}” leads to “{' '.join(there.found.split())}” ({href})")
            followed[address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]] += 1
            followed[promised[0]] += 1
    assert not wrong, "\n".join(wrong)
    assert {"comments", "let-downs", "painted", "second", "coding", "aims", "bring-in"} <= set(followed), followed
    assert all(followed[what] for what in ("comment", "account", "person", "touchpoint")), followed
    assert followed.total() > 200, followed


def test_what_the_map_adds_up_is_what_the_comments_say(told):
    """The lanes: hours, days and money of each stage and touchpoint, how many answered, and how many spoke at a card, each
    counted here anew from the words (definitions 4: lower numbers, no rates, no ages, currency as written)."""
    client = Client()
    client.force_login(told.people["fiona"])
    desk, room = reverse("comments", args=[told.journey.pk]), told.journey.pk
    nps = strongest_of(told.journey)["nps"]
    seen: Counter[str] = Counter()
    for stage in Stage.objects.filter(room=room, removed_at=None):
        cards = list(Touchpoint.objects.filter(stage=stage, removed_at=None))
        shown: Counter[str] = Counter()
        for record in (stage, *cards):
            shown.update(record.stated)
        assert dict(shown) == pytest.approx(_stated(room, stage, cards), rel=1e-3), stage.name
        for name, amount in shown.items():
            states = name if name in ("hours", "days") else f"money-{name}"
            page = _read(client, f"{desk}?{_at(stage=stage.pk, states=states)}")
            said = {"hours": f"{amount:,.1f} h of work", "days": f"{amount:,.1f} days of waiting"}.get(
                name, f"{amount:,.0f}"
            )
            assert _same_sum(said, page.sum), (stage.name, name, amount, page.sum)
            seen[name] += 1
        for card in cards:
            if card.quotes:
                assert _read(client, f"{desk}?{_at(touchpoint=card.pk)}").counts["comment"] == card.quotes, card.title
                seen["quotes"] += 1
        if stage.pk in nps:
            assert _read(client, f"{desk}?{_at(stage=stage.pk, scale='nps')}").counts["comment"] == nps[stage.pk][1]
            seen["nps"] += 1
    assert all(seen[what] for what in ("hours", "days", "EUR", "quotes", "nps")), seen


def _at(**filters: str) -> str:
    """As static/js/board/words.js asks."""
    return urlencode({**filters, "said": "customers", "show": "placed"})


def _stated(room: str, stage: Stage, cards: list[Touchpoint]) -> dict[str, float]:
    on_cards = Quantity.objects.filter(comment__touchpoint__in=cards)
    here = on_cards | Quantity.objects.filter(comment__touchpoint=None, comment__stage=stage)
    total: Counter[str] = Counter()
    for one in here.filter(comment__room=room).select_related("comment"):
        if one.comment.source_kind not in FROM_CUSTOMERS or one.rate or not one.low:
            continue
        if one.kind == "money":
            total[one.unit] += one.low
        elif one.kind == "time" and one.low < 126 * 480:
            hours = one.low < 960
            total["hours" if hours else "days"] += one.low / (60 if hours else 480)
    return dict(total)


def test_a_wrong_number_would_be_noticed(told):
    assert _promised("1,204 comments") == ("comment", 1204)
    assert _promised("3 accounts") == ("account", 3)
    assert _promised("Pain") is None
    assert _same_sum("£18.4k", "£18,432") and not _same_sum("£18.4k", "£19,432")
    assert not _same_sum("61 days", "60 days")
    page = _Page('<main><p id="found">9 comments of 3 accounts; 2 hours</p><p>7 comments</p><a href="/x">8</a></main>')
    assert (page.counts, page.sum, page.links) == ({"comment": 9, "account": 3}, "2 hours", [("/x", "8")])
    assert COUNTED.findall(page.loose) == [("7", "comment")]
