"""A spreadsheet becomes a map: other columns are tried before anything is kept."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from touchpoints.models import Journey, Touchpoint

ROWS = b"Stage,Short,Long\nWe need help,Calls,Calls the service line\n,Waits,\n"


def test_columns_are_tried_and_the_map_opens(window, people):
    page = window("fiona")
    page.goto("/journeys/bring-in/")
    page.get_by_label("Choose the file").set_input_files(
        {"name": "service_map.csv", "mimeType": "text/csv", "buffer": ROWS}
    )
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Service map")
    expect(page.get_by_text("No row can be read in this way.")).to_be_visible()
    title = page.get_by_label("Touchpoint", exact=True)
    title.select_option(label="Long")
    expect(page.get_by_role("button", name="Bring in 1 touchpoint")).to_be_visible()
    title.focus()
    title.select_option(label="Short")
    expect(page.get_by_role("button", name="Bring in 2 touchpoints")).to_be_visible()
    expect(title).to_be_focused()
    page.get_by_label("Name of the journey").fill("Service, as it is")
    page.get_by_role("button", name=re.compile("^Bring in")).click()
    page.wait_for_url("**/journeys/jn_*/")
    assert Journey.objects.get().name == "Service, as it is"
    assert set(Touchpoint.objects.values_list("title", flat=True)) == {"Calls", "Waits"}
