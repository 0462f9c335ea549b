"""Where I am signed in, and signing out from afar."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.sign_ins import words_for

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


def browser(user, agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    client.force_login(user)
    client.get("/")
    return client


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (PHONE, "Safari on iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            "Edge on Linux",
        ),
        ("curl/8", "A browser we do not know"),
        ("", "A browser we do not know"),
    ],
)
def test_browsers_in_plain_words(agent, words):
    assert words_for(agent) == words


def test_each_browser_is_listed_and_this_one_is_marked(sam):
    here, _ = browser(sam, FIREFOX), browser(sam, PHONE)
    page = " ".join(here.get("/you/").content.decode().split())
    assert page.index("Firefox on Windows") < page.index("This one") < page.index("Safari on iPhone")


def test_a_lost_phone_is_signed_out_from_afar(sam):
    here, phone = browser(sam, FIREFOX), browser(sam, PHONE)
    row = UserSession.objects.get(user_agent=PHONE)
    here.post("/you/sign-ins/end/", {"pk": row.pk})
    assert phone.get("/you/").status_code == 302
    assert here.get("/you/").status_code == 200


def test_everywhere_else_at_once(sam):
    here, others = browser(sam, FIREFOX), [browser(sam, PHONE) for _ in range(2)]
    here.post("/you/sign-ins/end/")
    assert [other.get("/you/").status_code for other in others] == [302, 302]
    assert here.get("/you/").status_code == 200


def test_other_peoples_are_not_there(sam, sue):
    here, theirs = browser(sam, FIREFOX), browser(sue, PHONE)
    row = UserSession.objects.get(user=sue)
    assert here.post("/you/sign-ins/end/", {"pk": row.pk}).status_code == 404
    assert here.post("/you/sign-ins/end/", {"pk": "x"}).status_code == 404
    assert theirs.get("/you/").status_code == 200


def test_looking_at_pages_writes_next_to_nothing(sam, django_assert_max_num_queries):
    here = browser(sam, FIREFOX)
    seen = UserSession.objects.get().last_seen_at
    for _ in range(3):
        here.get("/you/")
    assert UserSession.objects.get().last_seen_at == seen
