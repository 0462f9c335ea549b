"""An authenticator app as second factor: set up, asked for, used once, replaced by a recovery code, switched off."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from accounts import commands

pytestmark = pytest.mark.django_db
PASSWORD = "quiet river stone lamp"


@pytest.fixture
def nora(people):
    cache.clear()
    return commands.create_person("nora@harrow.example", "Nora", PASSWORD, verified=True)


def signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def sign_in(nora) -> Client:
    browser = Client()
    browser.post("/sign-in/", {"login": nora.email, "password": PASSWORD})
    return browser


def confirm(browser: Client) -> None:
    """Whoever changes how one signs in types the password again."""
    assert browser.get("/second-factor/app/").url.startswith("/sign-in/again/")
    assert browser.post("/sign-in/again/", {"password": PASSWORD}).status_code == 302


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def secret(nora) -> str:
    """Nora's app, set up by the page."""
    browser = sign_in(nora)
    confirm(browser)
    answer = browser.get("/second-factor/app/")
    assert answer.status_code == 200, answer.headers
    page = answer.content.decode()
    found = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert found, "the secret can be typed where there is no camera"
    assert "data:image/svg+xml" in page
    wrong = browser.post("/second-factor/app/", {"code": "000000"})
    assert wrong.status_code == 200 and "Error:" in wrong.content.decode()
    assert browser.post("/second-factor/app/", {"code": code_of(found[1])}).status_code == 302
    return found[1]


def test_the_app_is_asked_for_after_the_password(nora, secret):
    cache.clear()  # the code of this half minute was used to set it up
    browser = sign_in(nora)
    assert not signed_in(browser)
    assert browser.get("/").status_code == 302
    page = browser.post("/sign-in/second-factor/", {"code": "123456"}).content.decode()
    assert "Error:" in page
    assert not signed_in(browser)
    assert browser.post("/sign-in/second-factor/", {"code": code_of(secret)}).status_code == 302
    assert signed_in(browser)


def test_a_code_works_once(nora, secret):
    """Whoever looks over a shoulder and types the same code in the same half minute stays outside."""
    cache.clear()
    code = code_of(secret)
    assert sign_in(nora).post("/sign-in/second-factor/", {"code": code}).status_code == 302
    other = sign_in(nora)
    other.post("/sign-in/second-factor/", {"code": code})
    assert not signed_in(other)


def test_without_the_phone_a_recovery_code_opens_once_and_the_app_is_switched_off(nora, secret):
    cache.clear()
    browser = sign_in(nora)
    browser.post("/sign-in/second-factor/", {"code": code_of(secret)})
    assert browser.get("/second-factor/codes/").status_code == 302
    browser.post("/sign-in/again/", {"password": PASSWORD})
    codes = browser.get("/second-factor/codes/").context["unused_codes"]
    assert len(codes) == 10
    for once, opens in ((codes[0], True), (codes[0], False)):
        cache.clear()
        lost = sign_in(nora)
        lost.post("/sign-in/second-factor/", {"code": once})
        assert signed_in(lost) is opens
    assert browser.post("/second-factor/app/off/").status_code == 302
    assert signed_in(sign_in(nora)), "now the password is enough again"
