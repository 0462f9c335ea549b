"""What a small screen shows first: every way in the bar, the tab that is open, the list before its filters."""

from __future__ import annotations

from playwright.sync_api import expect

INSIDE = "(node) => { const box = node.getBoundingClientRect(); return box.left >= 0 && box.right <= innerWidth }"


def test_every_way_of_the_bar_and_the_open_tab_are_in_sight(window, ada, harrow):
    page = window(ada, phone=True)
    page.goto(f"/organisations/{harrow.slug}/audit/")
    bar = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert [link.inner_text() for link in bar.all()][-1] == "People"
    assert all(link.evaluate(INSIDE) for link in bar.all())
    tab = page.get_by_role("link", name="Audit", exact=True)
    expect(tab).to_have_attribute("aria-current", "page")
    assert tab.evaluate(INSIDE)


def test_filters_of_promises_fold_on_a_phone_only(window, fiona, journey):
    page, desk = window(fiona, phone=True), window(fiona)
    page.goto("/promises/?q=late&status=")
    desk.goto("/promises/")
    expect(desk.get_by_label("Search")).to_be_visible()
    expect(desk.locator(".sift summary")).to_be_hidden()
    expect(page.get_by_label("Search")).to_be_hidden()
    page.locator(".sift summary").focus()
    expect(page.locator(".sift summary")).to_have_text("Search and filter1 set")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Search")).to_have_value("late")
    page.get_by_label("Search").fill("call")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**q=call**")
