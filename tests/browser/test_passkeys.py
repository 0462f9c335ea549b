"""Passkeys in a real Chromium with a virtual authenticator: adding one, signing in with it, where they cannot work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from accounts import commands

PASSWORD = "quiet river stone lamp"


@pytest.fixture
def desk(chromium, server, people) -> Iterator[SimpleNamespace]:
    """Nora's browser under localhost, where passkeys work without https; a device that always says yes."""
    cache.clear()
    nora = commands.create_person("nora@harrow.example", "Nora Lind", PASSWORD, verified=True)
    commands.add_member(people["ada"].memberships.get().organisation, nora, "observer")
    context = chromium.new_context(base_url=server.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    refuse = lambda no: devices.send(  # noqa: E731
        "WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": not no}
    )
    yield SimpleNamespace(page=page, nora=nora, refuse=refuse)
    context.close()
    assert not complaints, "\n".join(complaints)


def sign_in_by_password(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill("nora@harrow.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^Sign in")).click()


def sign_out(page: Page) -> None:
    page.goto("/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in/$"))


def prove(page: Page) -> None:
    """Whoever changes the ways in shows once more who they are."""
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def add(page: Page, name: str) -> None:
    page.goto("/passkeys/")
    page.get_by_role("link", name="Add a passkey").click()
    prove(page)
    page.get_by_label("What do you call it?").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()  # shown with the first one


def test_a_passkey_is_added_and_signs_in_without_a_password(desk):
    page = desk.page
    sign_in_by_password(page)
    expect(page).to_have_url(re.compile(r":\d+/$"))
    add(page, "Work laptop")
    page.goto("/passkeys/")
    expect(page.get_by_role("listitem").filter(has_text="Work laptop")).to_contain_text("not used yet")
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name=re.compile("^You: Nora Lind"))).to_be_visible()
    page.goto("/passkeys/")
    expect(page.get_by_role("listitem").filter(has_text="Work laptop")).to_contain_text("last used")
    page.goto("/you/")
    expect(page.get_by_text("Chrome on Linux")).to_be_visible()


def test_it_is_also_the_second_factor_and_can_be_renamed_and_removed(desk):
    page = desk.page
    sign_in_by_password(page)
    expect(page).to_have_url(re.compile(r":\d+/$"))
    add(page, "Work laptop")
    sign_out(page)
    sign_in_by_password(page)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name=re.compile("^You: Nora Lind"))).to_be_visible()
    page.goto("/passkeys/")
    page.get_by_role("link", name="Rename Work laptop").click()
    prove(page)
    page.get_by_label("What do you call it?").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Old laptop").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have none yet.")).to_be_visible()
    assert not Authenticator.objects.filter(user=desk.nora).exists(), "its recovery codes went with it"
    sign_out(page)
    sign_in_by_password(page)
    expect(page.get_by_role("button", name=re.compile("^You: Nora Lind"))).to_be_visible()


def test_a_device_that_does_not_confirm_is_told_plainly(desk):
    page = desk.page
    page.goto("/sign-in/")
    desk.refuse(True)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("main").get_by_text("Your device did not confirm.")).to_be_visible()
    sign_in_by_password(page)  # the rest works
    expect(page.get_by_role("button", name=re.compile("^You: Nora Lind"))).to_be_visible()


def test_where_the_address_has_no_name_the_page_says_what_is_missing(desk, window):
    page = window(None)
    page.goto("/sign-in/")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_disabled()
    expect(page.get_by_text("Passkeys do not work under 127.0.0.1.")).to_be_visible()


def test_over_plain_http_on_the_local_network_it_says_https(desk, chromium, server):
    port = server.url.rsplit(":", 1)[1]
    context = chromium.new_context()
    page = context.new_page()
    # Chromium is told where the meeting room's laptop is; the address itself is not secure.
    page.route("http://laptop.lan/**", lambda route: route.fulfill(response=route.fetch(
        url=route.request.url.replace("http://laptop.lan", f"http://127.0.0.1:{port}"))))  # fmt: skip
    page.goto("http://laptop.lan/sign-in/")
    expect(page.get_by_text("Passkeys need https. Everything else works here.")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_disabled()
    page.unroute_all(behavior="ignoreErrors")  # a picture may still be on its way
    context.close()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", '{"id": "x"}', '{"response": {"userHandle": "AAAA"}}', "noise"]
)
def test_a_made_up_passkey_signs_nobody_in(credential):
    browser = Client()
    assert browser.get("/sign-in/passkey/", headers={"Accept": "application/json"}).json()["request_options"]
    assert browser.post("/sign-in/passkey/", {"credential": credential}).url == "/sign-in/"
    assert "_auth_user_id" not in browser.session


def test_a_passkey_of_somebody_else_is_not_there(desk, as_):
    row = Authenticator.objects.create(user=desk.nora, type="webauthn", data={"name": "x", "credential": {}})
    sam = as_("sam")
    for path in (f"/passkeys/{row.pk}/", f"/passkeys/{row.pk}/remove/"):
        assert sam.post(path, {"name": "mine"}).status_code in (302, 404)
    row.refresh_from_db()
    assert row.data["name"] == "x"
