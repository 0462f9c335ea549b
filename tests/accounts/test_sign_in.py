"""Signing in, up and out, the demo, oneself, tokens."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import commands, tokens
from accounts.actors import load_actor
from accounts.models import Organisation, PersonalToken, SentMail, User

pytestmark = pytest.mark.django_db
PASSWORD = "quiet river stone lamp"


@pytest.fixture(autouse=True)
def fresh(settings):
    cache.clear()
    settings.EMAIL_BACKEND = "accounts.mail.MailboxBackend"
    settings.EMAIL_HOST = ""


@pytest.fixture
def nora(people):
    return commands.create_person("nora@harrow.example", "Nora", PASSWORD, verified=True)


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_signing_in_by_password_in_any_case(nora):
    browser = Client()
    assert browser.post("/sign-in/", {"login": "Nora@Harrow.Example", "password": PASSWORD}).url == "/"
    assert signed_in(browser)


def test_a_wrong_password_is_told_plainly_and_the_sixth_waits(nora):
    browser = Client()
    for _ in range(5):
        page = browser.post("/sign-in/", {"login": nora.email, "password": "wrong"}).content.decode()
        assert "The address and the password do not belong together." in page
    page = browser.post("/sign-in/", {"login": nora.email, "password": PASSWORD}).content.decode()
    assert "Too many wrong tries. Wait five minutes, or have a code sent to you." in page
    assert not signed_in(browser)


def test_signing_in_by_code(nora):
    browser = Client()
    assert browser.post("/sign-in/code/", {"email": nora.email}).url == "/sign-in/code/confirm/"
    mail = SentMail.objects.get()
    assert mail.organisation is None
    code = re.search(r"^    (\S+)$", mail.text, re.M).group(1)
    wrong = browser.post("/sign-in/code/confirm/", {"code": "WRONG0"})
    assert "This is not the code." in wrong.content.decode()
    assert browser.post("/sign-in/code/confirm/", {"code": code}).url == "/"
    assert signed_in(browser)


def test_a_code_for_nobody_looks_the_same(people):
    browser = Client()
    assert browser.post("/sign-in/code/", {"email": "nobody@nowhere.example"}).url == "/sign-in/code/confirm/"
    assert "If there is an account" in browser.get("/sign-in/code/confirm/").content.decode()
    assert not SentMail.objects.exists()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(nora, target):
    data = {"login": nora.email, "password": PASSWORD, "next": target}
    assert Client().post("/sign-in/", data).url == "/"
    browser = Client()
    browser.force_login(nora)
    assert "evil" not in browser.post("/sign-out/", {"next": target}).url


def test_signing_in_changes_the_session_key(nora):
    browser = Client()
    session = browser.session
    session["something"] = "an attacker planted"
    session.save()
    browser.post("/sign-in/", {"login": nora.email, "password": PASSWORD})
    assert signed_in(browser)
    assert browser.session.session_key != session.session_key


def test_signing_out_takes_a_post(nora):
    browser = Client()
    browser.force_login(nora)
    assert browser.get("/sign-out/").status_code == 200
    assert signed_in(browser)
    browser.post("/sign-out/")
    assert not signed_in(browser)


def test_signing_up_makes_an_organisation_and_its_first_admin():
    data = {"name": "Ines Weber", "organisation": "Weber & Söhne", "email": "ines@weber.example", "password1": PASSWORD}
    browser = Client()
    assert browser.post("/sign-up/", data).url == "/"
    user = User.objects.get(email="ines@weber.example")
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.slug) == ("Weber & Söhne", "weber-sohne")
    assert organisation.departments.count() == 11
    assert load_actor(user.identity, organisation.pk).role == "admin"
    assert user.password.startswith("argon2")
    assert signed_in(browser)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password1": "short"}, "too short"),
        ({"password1": "a@b.example.a@b"}, "too similar to the email"),
        ({"email": "ADA@harrow.example"}, "There is an account with this address already. Sign in instead."),
        ({"name": " \n "}, "This field is required."),
        ({"organisation": "x" * 121}, "Keep the name of the organisation to 120 characters"),
    ],
)
def test_what_signing_up_refuses(people, change, sentence):
    data = {"name": "A", "organisation": "B", "email": "a@b.example", "password1": PASSWORD, **change}
    page = Client().post("/sign-up/", data)
    assert sentence in page.content.decode()
    assert not User.objects.filter(email="a@b.example").exists()
    assert Organisation.objects.count() == 2


def test_signing_up_can_be_closed(settings):
    settings.SIGN_UP = False
    assert "Come in by invitation" in Client().get("/sign-up/").content.decode()


def test_a_new_password_by_code_ends_other_sessions(nora):
    other = Client()
    other.force_login(nora)
    browser = Client()
    assert browser.post("/password/reset/", {"email": nora.email}).url == "/password/reset/confirm/"
    code = re.search(r"^    (\S+)$", SentMail.objects.get().text, re.M).group(1)
    assert browser.post("/password/reset/confirm/", {"code": code}).url == "/password/reset/complete/"
    new = {"password1": "another four word phrase", "password2": "another four word phrase"}
    browser.post("/password/reset/complete/", new)
    assert other.get("/you/").status_code == 302
    assert Client().post("/sign-in/", {"login": nora.email, "password": "another four word phrase"}).url == "/"


def test_the_demo_offers_its_people_and_nobody_real(settings, people, harrow):
    settings.DEMO = True
    page = Client().get("/sign-in/").content.decode()
    assert "Try the demo as" in page
    assert "Olga" not in page
    browser = Client()
    assert browser.post("/demo/sign-in/", {"person": people["fiona"].pk}).url == "/"
    assert browser.session["_auth_user_id"] == str(people["fiona"].pk)
    # Sue is somebody at another firm as well: she is not to be had by a click any more.
    commands.add_member(people["olga"].memberships.get().organisation, people["sue"], "admin")
    for person in (people["olga"].pk, people["sue"].pk, 0, "x", "", "9" * 30):
        assert Client().post("/demo/sign-in/", {"person": person}).status_code == 404
    assert Client().get("/demo/sign-in/").status_code == 405


def test_outside_demo_mode_there_is_no_such_door(settings, people):
    settings.DEMO = False
    assert "Try the demo as" not in Client().get("/sign-in/").content.decode()
    assert Client().post("/demo/sign-in/", {"person": people["fiona"].pk}).status_code == 404


def test_ones_own_page(as_, gus, people):
    assert as_("sam").get("/you/").status_code == 200
    assert gus.phone.get("/you/").status_code == 403
    assert as_(None).get("/you/").status_code == 302
    as_("sam").post("/you/", {"name": "Samuel", "time_zone": "Asia/Tokyo"})
    people["sam"].refresh_from_db()
    assert (people["sam"].name, people["sam"].time_zone) == ("Samuel", "Asia/Tokyo")
    assert as_("sam").post("/you/", {"name": "Samuel", "time_zone": "Mars/Base"}).status_code == 422


def test_another_organisation_can_be_opened_by_its_members_only(as_, people):
    assert as_("sam").post("/organisations/elsewhere/open/").status_code == 404
    assert as_("olga").post("/organisations/elsewhere/open/").status_code == 302
    assert as_("olga").post("/organisations/new/", {"name": "Second"}).status_code == 302
    assert as_("olga").get("/organisations/elsewhere/open/").status_code == 405


def test_a_token_is_shown_once_and_kept_as_a_hash(as_, people):
    page = as_("sam").post("/you/tokens/", {"name": "Nightly export"}).content.decode()
    secret = re.search(r"<code>(jm_[\w-]+)</code>", page).group(1)
    token = PersonalToken.objects.get()
    assert secret not in str(PersonalToken.objects.values_list().get())
    assert tokens.token_for(secret) == token
    assert secret not in as_("sam").get("/you/").content.decode()
    assert as_("olga").post(f"/you/tokens/{token.pk}/revoke/").status_code == 404
    assert tokens.token_for(secret)
    as_("sam").post(f"/you/tokens/{token.pk}/revoke/")
    assert tokens.token_for(secret) is None


def test_a_token_of_somebody_who_left_opens_nothing(people, harrow):
    _, secret = tokens.make_token(people["sam"], "export")
    User.objects.filter(pk=people["sam"].pk).update(is_active=False)
    assert tokens.token_for(secret) is None
