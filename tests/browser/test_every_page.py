"""Each page in Chromium: no rule of accessibility broken, nothing wider than the phone; and what `window` notices
everywhere: errors, blocked scripts, requests to other hosts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver
from playwright.sync_api import Error, Page

from tests.browser.pages import NO_PAGE, pages
from tests.browser.shots import READY
from tests.browser.visitors import visit

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_every_page_is_looked_at(demo):
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    listed = {page.name for page in pages(visit())}
    new = known - listed - set().union(*NO_PAGE.values())
    assert not {name for name in new if not name.startswith("api")}, "Add them to tests/browser/pages.py"
    assert not listed - known


def ready(tab: Page) -> None:
    """What a script pressed may have led to another page, once or twice."""
    for _ in range(3):
        try:
            tab.wait_for_load_state()
            tab.evaluate(READY)
            return
        except Error:
            continue
    tab.evaluate(READY)


@pytest.mark.timeout(900)  # two hundred pages and states, each looked through by axe
@pytest.mark.parametrize(("dark", "phone"), [(False, False), (True, True)], ids=["light desk", "dark phone"])
def test_every_page_can_be_used_by_everybody(demo, window, dark, phone):
    axe, wrong, there, tabs = Axe(), [], visit(), {}
    for place in pages(there):
        if place.who not in tabs:
            tabs[place.who] = window(session=there.cookies.get(place.who, ""), dark=dark, phone=phone)
        tab = tabs[place.who]
        answer = tab.goto(place.path)
        tab.evaluate(READY)
        if place.script:
            tab.evaluate(place.script)
            ready(tab)
        if answer.status != place.status:
            wrong.append(f"{place.label}: {answer.status}")
        for violation in axe.run(tab).response["violations"]:
            where = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            wrong.append(f"{place.label}: {violation['id']}: {violation['help']}: {where}")
        if phone and (wider := tab.evaluate(WIDER)) > 0:
            wrong.append(f"{place.label} is {wider} px wider than the phone")
    assert not wrong, "\n".join(wrong)
