"""Real people in a real Chromium, on the real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from journeymap.celery import embedded
from journeymap.stack import die_with_parent
from live import door
from live.models import new_id
from touchpoints.models import Stage, Touchpoint

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium_path() -> str:
    found = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "Install Chromium or set CHROMIUM_PATH; `python3 run.py test` does it for you"
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop running in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium, server, session_of) -> Iterator[Callable[..., Page]]:
    """`window("fiona", phone=True)`: a page of her own browser, signed in. `window(None)`: nobody is; `session`: the
    cookie of whoever it is.

    Whatever a page complains about (an error, a blocked script, a request to another host) fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(
        who: object = None,
        *,
        session: str = "",
        phone: bool = False,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
    ) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": width, "height": height}
        scheme = "dark" if dark else "light"
        context = chromium.new_context(
            viewport=size, color_scheme=scheme, base_url=server.url, has_touch=phone, is_mobile=phone
        )
        contexts.append(context)
        if who is not None or session:
            value = session or session_of(who)
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda message: _note(message, complaints))
        page.on("request", lambda request: _third_party(request.url, server.url, complaints))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


def _note(message: object, complaints: list[str]) -> None:
    """Errors and policy violations; not the browser's own note about an answer that we expect."""
    text = getattr(message, "text", "")
    signs = (
        "ERR_INTERNET_DISCONNECTED",
        "ERR_CONNECTION",
        "WebSocket connection",
        "htmx:sendError",
        "htmx:afterRequest",
    )
    offline = any(sign in text for sign in signs)  # htmx notes as errors what never reached a server, nothing else
    if getattr(message, "type", "") == "error" and not offline and "Failed to load resource" not in text:
        complaints.append(f"console: {text}")


def _third_party(url: str, own: str, complaints: list[str]) -> None:
    if not url.startswith((own, own.replace("http", "ws", 1), "data:", "blob:")):
        complaints.append(f"a request to {url}")


# -- a board --------------------------------------------------------------------------------------
@pytest.fixture
def cards(journey, fiona, departments) -> list[Touchpoint]:
    """Three touchpoints of Sales in the first stage, one of Customer service in the second."""
    first, second = Stage.objects.filter(room=journey.room).order_by("order")[:2]
    made = []
    for title, stage, lead in [
        ("Asks a peer", first, "SA"),
        ("Reads a test", first, "SA"),
        ("Calls us", first, "SA"),
        ("Waits", second, "CS"),
    ]:
        after = made[-1] if made and stage is first else None
        made.append(new_id("tp"))
        data = {"id": made[-1], "stage": stage.pk, "after": after, "title": title, "lead": departments[lead].pk}
        door.execute(journey.pk, fiona.identity, "touchpoint.add", data)
    return [Touchpoint.objects.get(pk=pk) for pk in made]


@pytest.fixture
def board(window, journey, cards) -> Callable[..., Page]:
    def open_board(who: object, **kwargs: object) -> Page:
        page = window(who, **kwargs)
        page.goto(f"/journeys/{journey.pk}/")
        expect(page.locator("#status")).to_have_attribute("data-state", "saved")
        expect(page.locator(f'[data-id="{cards[0].pk}"] .card')).to_be_attached()
        return page

    return open_board


@pytest.fixture
def demo(server, settings) -> None:
    """In a process of its own: it builds everything in one transaction, and the server here would wait for that."""
    settings.EMAIL_BACKEND = "accounts.mail.MailboxBackend"  # without a mail server, so letters lie in the mailbox
    if connection.vendor == "sqlite":
        url = f"sqlite:///{connection.settings_dict['NAME']}"
    else:
        asked = urlsplit(os.environ["DATABASE_URL"])
        url = asked._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    env = {**os.environ, "DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "demo"], env=env, cwd=settings.ROOT, check=True)


@pytest.fixture
def celery(server, sink) -> Iterator[None]:
    """A Celery worker on the test's database: in this process without Redis, else a process of its own."""
    if not settings.REDIS_URL:
        with embedded():
            yield
        return
    asked = urlsplit(os.environ["DATABASE_URL"])
    env = os.environ | {
        "DATABASE_URL": asked._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "EMAIL_HOST": settings.EMAIL_HOST, "EMAIL_PORT": str(settings.EMAIL_PORT), "EMAIL_USE_TLS": "0",
        "SECRET_KEY": settings.SECRET_KEY,
    }  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "journeymap",
        "worker",
        "--pool",
        "threads",
        "-c",
        "2",
        "-l",
        "WARNING",
    ]
    worker = subprocess.Popen(command, env=env, preexec_fn=die_with_parent)
    yield
    worker.terminate()
    worker.wait(20)
