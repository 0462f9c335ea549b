"""The report: what it says, its five faces, how it is made, kept and compared."""

from __future__ import annotations

import datetime
import io
import time

import pypdf
import pytest
from django.utils import timezone
from pptx import Presentation
from python_calamine import CalamineWorkbook

from actions import faces, printing, report_days, report_jobs, reports
from actions.contents import Change, Consequence, Contents, Function, Line, Need, Note, Quote
from actions.models import ActionItem, ProgressNote, Report, ReportFile
from live.door import execute
from live.models import new_id
from voices.models import Account, Comment, Issue, Quantity
from workshops.models import Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
State = Report.State
# What typst, a spreadsheet, Markdown or HTML would take for more than words.
MARKUP = '#panic("x") $x^2$ *bold* _it_ `raw` @ref <label> =1+1 {{7*7}} <b>b</b> \\ #include "/etc/passwd" | x'
ARABIC = ("محمد عبد الرحمن بن عبد الله " * 11)[:300]


@pytest.fixture
def workshop(journey, fiona, elena, sam) -> Workshop:
    pk = new_id("ws")
    execute(journey.pk, fiona.identity, "workshop.open", {
        "id": pk, "title": "So what?", "objective": "Cut customers' effort", "planned_use": "Weekly",
        "success_measure": "Hours, 180 to 90", "starts_at": "2026-03-09T09:30:00+00:00", "report_back_on": "2026-04-24",
        "sponsor": elena.pk, "people": [sam.identity],
    })  # fmt: skip
    return Workshop.objects.select_related("room__organisation", "sponsor").get(pk=pk)


def closed(workshop: Workshop, fiona) -> None:
    for name in ("workshop.go_live", "workshop.close"):
        more = {"because": "A test"} if name.endswith("close") else {}
        execute(workshop.room_id, fiona.identity, name, {"id": workshop.pk, **more})


def sample(n: int, long: bool = False) -> Contents:
    """A full page; `long` fills every field far beyond what anybody may type."""
    stands = (("bad", "21 days late"), ("warn", "At risk"), ("ink", "On track"), ("", "Planned"), ("good", "Kept"))
    words = lambda text, most: (text * (most // len(text) + 1))[:most] if long else text  # noqa: E731
    name = ARABIC if long else "Tomasz Malik"
    lines = [
        Line(f"ac_{i:016}", words(f"Call back the same day {MARKUP} ", 300), words("“Nine days.” 34 customers ", 400),
             "Sales", "SA", 3, name, "23 Dec", stands[i % 5][1], stands[i % 5][0], "circle", i % 5 == 0, "2026-12-23",
             "Fix", "", "Days to hear back", "9 days", "2 days", "3 days", "They notice")
        for i in range(n)
    ]  # fmt: skip
    return Contents(
        workshop=words("So what? ", 300), headline=words("2 of 11 promises kept. ", 400), objective=words("Effort. ", 2000),
        measure=words("Hours, 180 to 90. ", 900), sponsor=name, held_on="9 March 2026", made_on="10 March 2026",
        of=n, kept=n // 5, late=n // 5, at_risk=n // 5, on_track=n // 5, not_begun=n - 4 * (n // 5), hours=312, customers=61,
        needs=[Need("a", words("Help Anders ", 300), words("with an invoice. ", 900)) for _ in range(9)], lines=lines,
        changes=[Change("9 days", "3 days", words("to hear back ", 300), words("They notice. ", 900)) for _ in range(6)],
        consequences=[
            Consequence(words("Reach my account manager ", 300), 5, 40, 3, {"EUR": 4500}, 9, {"EUR": 1.2e6}, words("I rang. ", 400), name, 2)
            for _ in range(5)
        ],
        functions=[Function(words(f"Department {i} ", 200), f"D{i}", i, 3, 1) for i in range(12)],
        spread=words("More than half of it rests with Sales. ", 400), balance="6 fix, 2 prevent, 2 create, 1 find out",
        quotes=[Quote(words("Forty minutes on hold. ", 900), name)] * 2, notes=[Note(name, words("Thank you. ", 900), "x", "2 March")] * 3,
        next_date="Report back to the group: Friday 24 April 2026", next_note="The same people.",
    )  # fmt: skip


# -- on paper ----------------------------------------------------------------------------------
@pytest.mark.parametrize(("face", "size"), [(printing.pdf, (595, 842)), (printing.letter, (612, 792))])
@pytest.mark.parametrize(("promises", "long"), [(0, False), (1, False), (11, False), (11, True)])
def test_eleven_promises_are_exactly_one_page(face, size, promises, long):
    pdf = pypdf.PdfReader(io.BytesIO(face(sample(promises, long))))
    assert len(pdf.pages) == 1
    assert tuple(round(float(side)) for side in pdf.pages[0].mediabox[2:]) == size
    text = pdf.pages[0].extract_text()
    assert "Report back to the group" in text and text.count("23 Dec") == promises  # the last line is on it too


@pytest.mark.parametrize("face", [printing.pdf, printing.letter])
def test_forty_promises_go_to_an_annex_and_never_push_the_first_page(face):
    for long in (False, True):
        pdf = pypdf.PdfReader(io.BytesIO(face(sample(40, long))))
        first, *annex = (page.extract_text() for page in pdf.pages)
        assert "Report back to the group" in first and first.count("23 Dec") == 11
        assert "".join(annex).count("23 Dec") == 40 and "Annex" in annex[0]


def test_the_pdf_is_for_everybody(workshop):
    """PDF/UA-1: tagged, with a title that is shown, a language, headings, table heads, and a chart told in words."""
    pdf = pypdf.PdfReader(io.BytesIO(printing.pdf(sample(11))))
    root = pdf.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in metadata and ">1<" in metadata.split("pdfuaid:part")[1][:8]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en-GB" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == "Action report: So what?"
    tags: list[str] = []
    said: list[str] = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            tags.append(str(node.get("/S", "")))
            said.append(str(node.get("/Alt", "")))
            walk(node.get("/K", []))

    walk(root["/StructTreeRoot"]["/K"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= set(tags)
    assert any("Promises by status: 2 late or blocked" in words for words in said)


@pytest.mark.parametrize("writing", [MARKUP, ARABIC, "日本語の名前 🎉", "שלום Привет Ćirić"])
def test_what_people_typed_is_words(writing):
    report = sample(1)
    report.lines[0].title = report.lines[0].owner = report.objective = report.workshop = writing
    made = {form: faces.make(report, form) for form in faces.FORMS}
    pdf = pypdf.PdfReader(io.BytesIO(made["pdf"]))
    assert len(pdf.pages) == 1
    if writing is MARKUP:
        assert '#panic("x")' in pdf.pages[0].extract_text() and "root:" not in pdf.pages[0].extract_text()
        assert '\\#panic("x")' in made["md"].decode() and "\\<b\\>" in made["md"].decode()
    book = CalamineWorkbook.from_filelike(io.BytesIO(made["xlsx"])).get_sheet_by_name("Promises").to_python()
    assert book[1][2] == writing.strip()  # whole, and as text
    assert writing[:80] in made["md"].decode() or writing is MARKUP


# -- slides and the workbook -------------------------------------------------------------------
def test_slides_can_be_edited_and_tell_it_in_order():
    deck = Presentation(io.BytesIO(faces.make(sample(11), "pptx")))
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert titles[0] == "2 of 11 promises kept. " and titles[1] == "What we want, and how it stands"
    places = [next(n for n, title in enumerate(titles) if word in title) for word in (
        "What we want", "Needs you", "lets customers down", "Sales", "Before and after", "Report back")]  # fmt: skip
    assert places == sorted(places)
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert [list(series.values) for series in charts[0].plots[0].series] == [[2], [2], [2], [3], [2]]
    cells = [
        cell.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    assert any("I rang." in cell for cell in cells) and "40 h, 3 days waiting, EUR 4,500" in cells
    words = [
        shape._element.xpath(".//p:cNvPr/@descr") for slide in deck.slides for shape in slide.shapes if shape.has_chart
    ]
    assert words == [["Promises by status: 2 late or blocked, 2 at risk, 2 on track, 3 not begun, 2 kept; 11 in all"]]


def test_a_thousand_promises_make_no_deck_of_a_hundred_slides():
    assert len(Presentation(io.BytesIO(faces.make(sample(1000), "pptx"))).slides) < 25


# -- what it says ------------------------------------------------------------------------------
def test_it_says_what_needs_whom_and_what_customers_lose(workshop, journey, promised, sam, elena, departments):
    issue = Issue.objects.create(id=new_id("is"), room=journey.room, title="Nobody calls back", severity=5, accounts=1)
    account = Account.objects.create(
        organisation=journey.room.organisation, name="Nordmilch", yearly_revenue=90000, currency="EUR"
    )
    said = Comment.objects.create(
        organisation=journey.room.organisation, room=journey.room, account=account, issue=issue, dedupe="1",
        text="We waited. I spent three hours on it and paid EUR 450.",
    )  # fmt: skip
    for kind, unit, low in (("time", "hours", 180), ("money", "EUR", 450)):
        Quantity.objects.create(comment=said, kind=kind, unit=unit, low=low, high=low, start=11, end=40)
    late, asks, good = (promised(days=days, workshop=workshop, department=departments["SA"], **more)[0] for days, more in (
        (-4, {"title": "Late one", "issue": issue}), (9, {"title": "Asks", "help_asked_at": timezone.now(), "status": "in_progress"}),
        (-9, {"title": "Good", "status": "done", "measure": "days to hear back", "baseline": "9", "after_value": "2"})))  # fmt: skip
    promised(days=3, workshop=workshop, title="Gone", status="dropped")
    ProgressNote.objects.create(
        id=new_id("pn"), room=journey.room, action=late, of_kind="sponsor", text="I will call Sales.", by=elena.identity,
        by_name="Elena Ruiz", at=timezone.now(),
    )  # fmt: skip
    report = reports.build(workshop)
    assert (report.of, report.kept, report.late, report.at_risk, report.dropped) == (3, 1, 1, 1, 1)
    assert [line.id for line in report.lines] == [late.pk, asks.pk, good.pk]
    assert [need.what for need in report.needs] == ["Ask Sam Okoro", "Help Sam Okoro"]
    assert report.headline == "1 of 3 promises kept. Days to hear back: 2 instead of 9."
    (one,) = report.consequences
    assert (one.title, one.severity, one.cost, one.accounts, one.behind) == (
        "Nobody calls back",
        5,
        "3 h, EUR 450",
        1,
        "EUR 90,000",
    )
    assert one.words == "We waited. I spent three hours on it and paid EUR 450." and one.who == "Nordmilch"
    assert (report.customers, report.hours) == (1, 3.0)
    assert [(one.code, one.promised, one.kept) for one in report.functions] == [("SA", 3, 1)]
    assert report.notes[0].text == "I will call Sales." and report.since_then == "First report."
    assert report.next_date == "Report back to the group: Friday 24 April 2026" and not report.next_missing


def test_a_report_back_that_was_missed_is_said(workshop, noon):
    noon.move_to(datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC))
    report = reports.build(workshop)
    assert report.next_missing and "24 April 2026" in report.next_note


def test_queries_do_not_grow_with_promises(workshop, promised, django_assert_max_num_queries):
    promised(5, workshop=workshop)
    with django_assert_max_num_queries(25):
        reports.build(workshop)
    promised(300, workshop=workshop)
    with django_assert_max_num_queries(25):
        assert len(reports.build(workshop).lines) == 305


# -- made, kept, compared ----------------------------------------------------------------------
@pytest.fixture
def quick(monkeypatch):
    """Faces that cost nothing, where something else is looked at."""
    monkeypatch.setattr(faces, "make", lambda report, form: f"{form} {report.of}".encode())


def test_a_report_is_a_row_before_it_is_a_page(as_, workshop, promised):
    promised(2, workshop=workshop)
    page = as_("elena").post(f"/workshops/{workshop.pk}/report/keep/")
    row = Report.objects.get()
    assert (
        page.status_code == 302 and page["Location"].endswith(f"/report/kept/{row.pk}/") and row.state == State.QUEUED
    )
    assert "About to start" in as_("elena").get(page["Location"]).content.decode()
    assert as_("elena").post(f"/workshops/{workshop.pk}/report/keep/")["Location"] == page["Location"]  # one at a time
    assert report_jobs.run(row.pk) and not report_jobs.run(row.pk)
    assert as_("elena").get(page["Location"] + "progress/")["HX-Refresh"] == "true"
    shown = as_("sam").get(page["Location"]).content.decode()
    assert "2 promises made. The first is due on 10 Mar." in shown
    assert sorted(ReportFile.objects.values_list("form", flat=True)) == sorted(faces.FORMS)
    pdf = as_("sam").get(page["Location"] + "report.letter.pdf")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert as_("sam").get(page["Location"] + "report.exe").status_code == 404


def test_it_can_be_stopped_and_made_again(as_, workshop, quick, monkeypatch):
    row = report_jobs.ask(workshop, "u1")
    where, held = f"/workshops/{workshop.pk}/report/kept/{row.pk}/", report_jobs.held

    def stopped_after_two(of):
        if Report.objects.get().made == 2:
            assert as_("fiona").post(where + "stop/").status_code == 302
        return held(of)

    monkeypatch.setattr(report_jobs, "held", stopped_after_two)
    assert not report_jobs.run(row.pk)
    row.refresh_from_db()
    assert row.state == State.CANCELLED and not ReportFile.objects.exists()
    assert "Stopped" in as_("fiona").get(where).content.decode()
    monkeypatch.setattr(report_jobs, "held", held)
    as_("fiona").post(where + "stop/", {"do": "again"})
    assert report_jobs.run(row.pk) and ReportFile.objects.count() == 5


def test_it_says_what_failed(as_, workshop, monkeypatch):
    row = report_jobs.ask(workshop, "u1")
    monkeypatch.setattr(faces, "make", lambda report, form: 1 / 0)
    assert not report_jobs.run(row.pk)
    page = as_("fiona").get(f"/workshops/{workshop.pk}/report/kept/{row.pk}/").content.decode()
    assert "Not made" in page and "Something went wrong on our side (error " in page and "Try again" in page


def test_a_worker_that_dies_is_followed_by_another_three_times(workshop, quick, noon):
    row = report_jobs.ask(workshop, "u1")
    for _ in range(3):
        assert report_jobs.claim(row.pk) is not None and report_jobs.claim(row.pk) is None
        noon.shift(report_jobs.LEASE + datetime.timedelta(seconds=1))
    assert report_jobs.claim(row.pk) is None
    row.refresh_from_db()
    assert row.state == State.FAILED and "worker" in row.error


def test_too_many_are_refused_with_a_sentence(as_, workshop, quick):
    for _ in range(6):
        report_jobs.run(report_jobs.ask(workshop, "u1").pk)
    as_("fiona").post(f"/workshops/{workshop.pk}/report/keep/")
    assert Report.objects.count() == 6


def test_two_kept_reports_are_compared(as_, workshop, promised, quick, noon):
    (moved, keeps, gone) = promised(3, days=5, workshop=workshop)
    report_jobs.run(report_jobs.ask(workshop, "u1").pk)
    noon.shift(datetime.timedelta(days=30))
    ActionItem.objects.filter(pk=moved.pk).update(due=datetime.date(2026, 5, 1), title="Moved")
    ActionItem.objects.filter(pk=keeps.pk).update(status="done", after_value="2 days")
    ActionItem.objects.filter(pk=gone.pk).update(status="dropped")
    promised(1, days=-1, workshop=workshop, title="New")
    report_jobs.run(report_jobs.ask(workshop, "u1").pk)
    newest = Contents.of_data(Report.objects.latest("made_at").data)
    assert newest.since_then == (
        "Since 10 March 2026: 1 kept, 1 measured, 1 with another date, 1 new, 1 dropped or taken away."
    )
    page = as_("elena").get(f"/workshops/{workshop.pk}/report/compare/").content.decode()
    assert "Moved: 15 Mar → 1 May" in page and "1 kept" in page.lower()


def test_reports_that_are_older_than_their_fields_still_open(as_, workshop):
    old = {
        "workshop": "So what?",
        "headline": "1 of 1 promises kept.",
        "late": 0,
        "needs": [{"id": "ac_1", "what": "Help", "why": "x"}],
    }
    Report.objects.create(id=new_id("rp"), workshop=workshop, made_at=timezone.now(), by="u1", state="ready", data=old)
    row = Report.objects.get()
    assert as_("sam").get(f"/workshops/{workshop.pk}/report/kept/{row.pk}/").status_code == 200
    assert as_("sam").get(f"/workshops/{workshop.pk}/report/kept/{row.pk}/report.md").status_code == 200


# -- by the clock ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("every", "days"),
    [("", []), ("month", ["2026-04-10", "2026-05-10", "2026-06-10"]), ("quarter", ["2026-06-10"])],
)
def test_reports_make_themselves_as_often_as_the_organisation_says(workshop, promised, fiona, quick, noon, every, days):
    organisation = workshop.room.organisation
    type(organisation).objects.update(report_every=every)
    promised(1, days=200, workshop=workshop)
    closed(workshop, fiona)
    made = []
    for _ in range(4 * 100):
        for pk in report_jobs.plan() and report_jobs.plan():  # two clocks
            assert report_jobs.run(pk)
            made.append((Report.objects.get(pk=pk).why, str(timezone.localdate())))
        noon.shift(datetime.timedelta(hours=6))
    assert made == [("closed", "2026-03-10"), *(("due", day) for day in days)]


def test_what_was_missed_comes_once_and_settled_workshops_rest(workshop, promised, fiona, quick, noon):
    type(workshop.room.organisation).objects.update(report_every="month")
    promised(1, days=200, workshop=workshop)
    closed(workshop, fiona)
    for pk in report_jobs.plan():
        report_jobs.run(pk)
    noon.shift(datetime.timedelta(days=100))
    assert len(report_jobs.plan()) == 1
    Report.objects.update(state="ready")
    ActionItem.objects.update(status="done")
    noon.shift(datetime.timedelta(days=100))
    assert report_jobs.plan() == []


def test_the_last_day_of_a_month():
    last = lambda months: report_days._months_after(datetime.date(2028, 11, 30), months)  # noqa: E731
    assert [str(last(n)) for n in (1, 3, 13, 15)] == ["2028-12-30", "2029-02-28", "2029-12-30", "2030-02-28"]


# -- soon --------------------------------------------------------------------------------------
@pytest.mark.parametrize("promises", [10, 1000])
def test_it_is_ready_soon(workshop, promised, promises, capsys):
    """Five seconds on a machine that has nothing else to do (bench/reports.py); here others may work on it as well."""
    promised(promises, workshop=workshop)
    row, start = report_jobs.ask(workshop, "u1"), time.perf_counter()
    assert report_jobs.run(row.pk)
    took = time.perf_counter() - start
    with capsys.disabled():
        print(f"\n  a report of {promises} promises, all faces: {took:.2f} s")
    assert took < 20
