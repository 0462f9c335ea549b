"""Each page in Chromium: no rule of accessibility broken, no blocked script, nothing wider than the phone."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.urls import get_resolver

from tests.browser.pages import NO_PAGE, places

# What the page is like after its scripts ran; `window` (conftest) fails the test for errors, blocked scripts
# and requests to other hosts.
SETTLED = 500
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def demo(server) -> None:
    """In a process of its own: it builds everything in one transaction, and the server here would wait for that."""
    if connection.vendor == "sqlite":
        url = f"sqlite:///{connection.settings_dict['NAME']}"
    else:
        asked = urlsplit(os.environ["DATABASE_URL"])
        url = asked._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    env = {**os.environ, "DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "demo"], env=env, cwd=settings.ROOT, check=True)


def test_every_page_is_looked_at(db, demo):
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    listed = {place.name for place in places()}
    new = {name for name in known - listed - NO_PAGE if not name.startswith("api")}
    assert not new, f"Add them to tests/browser/pages.py: {sorted(new)}"
    assert not listed - known


@pytest.mark.parametrize(("dark", "phone"), [(False, False), (True, True)], ids=["light desk", "dark phone"])
def test_every_page_can_be_used_by_everybody(demo, window, dark, phone):
    axe, wrong = Axe(), []
    for place in places():
        page = window(place.who, dark=dark, phone=phone)
        answer = page.goto(place.path)
        if not answer.ok:
            wrong.append(f"{place.name} ({place.who}): {answer.status}")
        page.wait_for_timeout(SETTLED)
        for violation in axe.run(page).response["violations"]:
            where = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            wrong.append(f"{place.name} ({place.who}): {violation['id']}: {violation['help']}: {where}")
        if phone and page.evaluate(WIDER) > 0:
            wrong.append(f"{place.name} ({place.who}) is wider than the phone")
        page.context.close()
    assert not wrong, "\n".join(wrong)
