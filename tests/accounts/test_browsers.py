"""Where somebody is signed in: in plain words, kept up to date, and ended from elsewhere."""

import datetime

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import browsers, commands
from accounts.models import Browser
from journeymap.tasks import housekeeping

pytestmark = pytest.mark.django_db
PASSWORD = "quiet river stone lamp"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E Safari/604.1"
)


@pytest.fixture
def nora(people):
    return commands.create_person("nora@harrow.example", "Nora", PASSWORD, verified=True)


def arrive(user_agent: str) -> Client:
    browser = Client(HTTP_USER_AGENT=user_agent)
    assert browser.post("/sign-in/", {"login": "nora@harrow.example", "password": PASSWORD}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/you/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/129.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/129.0 Safari/537.36 Edg/129.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (Linux; Android 14; SM-S911B) SamsungBrowser/25.0 Chrome/121 Mobile Safari/537", "Samsung Internet on Android"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_plain_words(user_agent, words):
    assert browsers.in_words(user_agent) == words


def test_signing_in_is_on_the_list_and_this_one_is_marked(nora):
    desk, phone = arrive(FIREFOX), arrive(SAFARI)
    page = phone.get("/you/").content.decode()
    assert "Firefox on Windows" in page and "Safari on iPhone" in page
    assert page.count("This one") == 1 and page.index("This one") > page.index("Safari on iPhone")
    assert not set(FIREFOX.split()) & set(" ".join(Browser.objects.values_list("name", flat=True)).split())
    assert is_in(desk)


def test_last_used_is_written_every_five_minutes_at_most(nora, django_assert_num_queries):
    browser = arrive(FIREFOX)
    row = Browser.objects.get()
    Browser.objects.update(used_at=timezone.now() - datetime.timedelta(hours=1))
    browser.get("/you/")
    row.refresh_from_db()
    assert timezone.now() - row.used_at > datetime.timedelta(minutes=55)
    cache.delete(browsers.key_of(row.session_key))  # five minutes later
    browser.get("/you/")
    row.refresh_from_db()
    assert timezone.now() - row.used_at < datetime.timedelta(minutes=1)
    with django_assert_num_queries(0):
        browsers.seen(nora, row.session_key, FIREFOX)


def test_one_browser_is_signed_out_from_another(nora):
    lost, desk = arrive(SAFARI), arrive(FIREFOX)
    row = Browser.objects.get(name="Safari on iPhone")
    answer = desk.post(f"/you/browsers/{row.pk}/end/", follow=True)
    assert "Safari on iPhone is signed out." in answer.content.decode()
    assert not is_in(lost) and is_in(desk)
    assert desk.post(f"/you/browsers/{row.pk}/end/").status_code == 404, "once is enough"


def test_everywhere_else_keeps_this_one_and_other_people(nora, as_):
    others, desk, sam = [arrive(SAFARI), arrive(FIREFOX)], arrive(FIREFOX), as_("sam")
    assert "signed out everywhere else" in desk.post("/you/browsers/end/", follow=True).content.decode()
    assert not any(is_in(browser) for browser in others)
    assert is_in(desk) and is_in(sam)
    assert "only here" in desk.post("/you/browsers/end/", follow=True).content.decode()


def test_the_browser_of_somebody_else_is_not_there(nora, as_):
    desk = arrive(FIREFOX)
    assert (
        as_("olga").post(f"/you/browsers/{Browser.objects.get(name='Firefox on Windows').pk}/end/").status_code == 404
    )
    assert is_in(desk)


def test_ending_this_one_leads_to_the_sign_in_page(nora):
    desk = arrive(FIREFOX)
    assert desk.post(f"/you/browsers/{Browser.objects.get().pk}/end/").url == "/sign-in/"
    assert not is_in(desk)


def test_signing_out_takes_it_off_the_list_and_the_clock_forgets_it(nora):
    arrive(SAFARI).post("/sign-out/")
    arrive(FIREFOX)
    assert [row.name for row in browsers.browsers_of(nora)] == ["Firefox on Windows"]
    housekeeping()
    assert Browser.objects.count() == 1


def test_a_new_password_ends_the_other_browsers_and_their_sessions(nora):
    """The session rows go, not only their use: live sockets watch the rows."""
    other, desk = arrive(SAFARI), arrive(FIREFOX)
    key = other.cookies[settings.SESSION_COOKIE_NAME].value
    new = "another four word phrase"
    desk.post("/sign-in/again/?next=/password/", {"password": PASSWORD})
    assert desk.post("/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code == 302
    assert not Session.objects.filter(session_key=key).exists()
    assert not is_in(other) and is_in(desk)
    assert [row.name for row in browsers.browsers_of(nora)] == ["Firefox on Windows"]
