"""Any table becomes rows, and whatever cannot is answered with a place and a remedy. (The upload corpus.)"""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest

from live.sheets import BadFile, check_workbook, workbook_lines
from voices import columns, files
from voices.files import Shape


def chunks(data: bytes, size: int = 4096) -> files.Chunks:
    return lambda: [data[i : i + size] for i in range(0, len(data), size)]


def read(data: bytes) -> tuple[Shape, list[files.Row]]:
    shape = files.recognise(chunks(data))
    return shape, list(files.read(shape, chunks(data)))


ROWS = [["id", "comment"], ["1", "Für 45 € – „gut“"], ["2", "two\nlines"]]
TEXT = 'id;comment\r\n1;Für 45 € – „gut“\r\n2;"two\nlines"\r\n'


@pytest.mark.parametrize(
    ("encoding", "mark", "known"),
    [
        ("utf-8", b"", True), ("utf-8", b"\xef\xbb\xbf", True), ("utf-16-le", b"\xff\xfe", True),
        ("utf-16-be", b"\xfe\xff", True), ("utf-16-le", b"", True), ("utf-16-be", b"", True), ("cp1252", b"", False),
    ],
)  # fmt: skip
def test_letters_are_recognised_or_asked_about(encoding, mark, known):
    shape, rows = read(mark + TEXT.encode(encoding))
    assert [cells for _, cells in rows] == ROWS
    assert shape.encoding_known == known


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separators(delimiter):
    text = "".join(delimiter.join(row) + "\n" for row in [["a", "b", "c"], ["1", "x y", "z"], ["2", "u", "v"]])
    shape, rows = read(text.encode())
    assert shape.delimiter == delimiter
    assert rows[1] == (2, ["1", "x y", "z"])


def test_lines_that_end_in_a_carriage_return_only():
    assert [cells for _, cells in read(b"id,comment\r1,first\r2,second\r")[1]] == [
        ["id", "comment"],
        ["1", "first"],
        ["2", "second"],
    ]


def test_excel_says_its_separator_on_the_first_line():
    assert read(b"sep=;\nid;comment\n1;a, b\n")[1] == [(2, ["id", "comment"]), (3, ["1", "a, b"])]


def test_json_lines():
    shape, rows = read(b'{"id": 1, "comment": "late"}\n{"comment": "line\\nbreak", "id": 2}\n')
    assert shape.form == "jsonl"
    assert [cells for _, cells in rows] == [["id", "comment"], ["1", "late"], ["2", "line\nbreak"]]


def test_every_key_that_comes_up_is_a_column():
    rows = [["id", "comment", "stage"], ["1", "late", ""], ["2", "", "Use"]]
    lines = b'{"id": 1, "comment": "late"}\n{"id": 2, "stage": "Use"}\n'
    listed = b'\n [ {"id": 1, "comment": "late"},\n {"id": 2, "stage": "Use"} ]'
    for data in (lines, listed):
        shape, found = read(data)
        assert (shape.form, [cells for _, cells in found]) == ("jsonl", rows)
    with pytest.raises(BadFile, match="Line 2, column"):
        read(b'[{"id": 1},\n{"id": 2')


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"   \n \n", "empty"),
        (b"%PDF-1.7 blah", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "password"),
        (bytes(range(256)) * 8 + b"\0" * 5000, "no table"),
        (b'id,comment\n1,fine\n2,"never closed\n3,next\n4,last\n', "Line 3, column 2"),
        (b"id,comment\n1,fine\n2," + b'"' + b"x" * 1_000_000 + b"\n", "Line 3, column 2"),
        (b"id,comment\n1," + b"x" * 1_000_000 + b"\n", "Line 2, column 2"),
        (("a," * 10_000 + "\n" + "1," * 10_000 + "\n").encode(), "10,001 columns"),
        (b"a,b\n" + b"1,2\n" * 200_000, "100,000 rows"),
        (b'{"a": 1}\n{"a": \n', "Line 2, column"),
        (b"[1]\n", None),
    ],
)
def test_what_cannot_be_read_is_answered_with_a_place_and_a_remedy(data, says):
    start = time.perf_counter()
    if says is None:
        read(data)
    else:
        with pytest.raises(BadFile, match=says):
            read(data)
    assert time.perf_counter() - start < 5


def test_bytes_that_are_not_the_chosen_letters():
    with pytest.raises(BadFile, match="Near line"):
        list(files.read(Shape("csv", "utf-8-sig", delimiter=","), chunks("id,comment\n1,Fü".encode("cp1252"))))


def test_quotation_marks_in_the_middle_are_words():
    assert read(b'id,comment\n1,5" pipe\n2,"say ""hi"""\n')[1][1:] == [(2, ["1", '5" pipe']), (3, ["2", 'say "hi"'])]


# -- workbooks ---------------------------------------------------------------------------------
SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}'
    "</sheetData></worksheet>"
)


def workbook(rows: list[list[str]], extra: dict[str, bytes] | None = None) -> bytes:
    """A small real workbook, written by hand."""
    letters = "ABCDEFGH"
    cells = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{letters[c]}{r}" t="inlineStr"><is><t>{value}</t></is></c>' for c, value in enumerate(row))
        + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Comments" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": SHEET.format(cells),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
        for name, data in (extra or {}).items():
            book.writestr(name, data)
    return out.getvalue()


def test_a_workbook_is_read_in_a_process_of_its_own():
    data = workbook([["Customer comments"], ["No.", "Account", "Comment"], ["1", "Nordmolen", "Zu spät"]])
    check_workbook(io.BytesIO(data))
    lines = b"".join(workbook_lines(io.BytesIO(data)))
    shape = files.recognise(chunks(lines), workbook=True)
    assert (shape.form, shape.sheet) == ("xlsx", "Comments")
    rows = list(files.read(shape, chunks(lines)))
    assert [cells for _, cells in rows][-1] == ["1", "Nordmolen", "Zu spät"]
    assert columns.find_header([cells for _, cells in rows]) == (1, 2)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (workbook([["a"]], {"xl/bomb.xml": b"0" * 70_000_000}), "unpacks to"),
        (workbook([["a"]], {"xl/bomb.xml": b"0" * 5_000_000}), "unpacks to"),
        (workbook([["a"]], {f"xl/{n}.xml": b"x" for n in range(300)}), "unpacks to"),
        (workbook([["a"]], {"../../evil": b"x"}), "file names"),
        (b"PK\x03\x04 and then nothing of a zip", "damaged"),
    ],
    ids=["one huge part", "too well packed", "too many parts", "names that climb", "no zip"],
)
def test_a_hostile_workbook_is_refused_before_it_is_unpacked(data, says):
    start = time.perf_counter()
    with pytest.raises(BadFile, match=says):
        check_workbook(io.BytesIO(data))
    assert time.perf_counter() - start < 5


def test_a_zip_with_other_things_in_it():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("comments.csv", "id,comment\n1,a\n")
    with pytest.raises(BadFile, match="Unpack it"):
        check_workbook(out)


def test_a_workbook_whose_sheet_is_no_sheet():
    data = workbook([["a"]]).replace(b"PK\x05\x06", b"PK\x05\x06")
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(broken, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, b"<no" if entry.filename.endswith("sheet1.xml") else old.read(entry))
    with pytest.raises(BadFile, match=r"damaged|no rows|too large"):
        lines = b"".join(workbook_lines(broken))
        files.recognise(chunks(lines), workbook=True)
        raise BadFile("no rows")


# -- headers -----------------------------------------------------------------------------------
def test_three_header_rows_of_qualtrics():
    rows = [
        ["StartDate", "EndDate", "RecordedDate", "Q1", "Q2"],
        ["Start Date", "End Date", "Recorded Date", "How likely are you to recommend us?", "Why?"],
        *[[json.dumps({"ImportId": name}) for name in ("startDate", "endDate", "recordedDate", "QID1", "QID2")]],
        ["2026-03-01", "2026-03-01", "2026-03-01", "3", "It took far too long to hear back from anybody."],
    ]
    assert columns.find_header(rows) == (0, 3)


def test_two_header_rows_of_surveymonkey():
    rows = [
        ["Respondent ID", "Collector ID", "Start Date", "What could we do better?"],
        ["", "", "", "Open-Ended Response"],
        ["1", "2", "x", "y"],
    ]
    assert columns.find_header(rows) == (0, 2)


@pytest.mark.parametrize(
    ("header", "source", "text"),
    [
        (
            "Account Name,First Name,Last Name,Email,NPS Score,Comment,Follow Up Request,Response Date",
            "CustomerGauge",
            [5],
        ),
        ("Id,CaseNumber,AccountId,Subject,Description,CreatedDate", "Salesforce cases", [3, 4]),
        ("Survey Response ID,Created At,Score,Comment,Person Name,Email", "Delighted", [3]),
        ("date,score,verbatim,stage", "customer-journey.app", [2]),
    ],
)
def test_known_exports(header, source, text):
    names = header.split(",")
    assert columns.recognise_export(names)[0] == source
    assert [place for place, field in columns.guess(names, []).items() if field == "text"] == text


def test_a_header_that_comes_twice_counts_once():
    assert columns.guess(["id", "comment", "comment", "score"], []) == {0: "external_id", 1: "text", 3: "score"}
    assert columns.labels(["id", "comment", "comment", ""]) == ["id", "comment", "comment (2)", "Column 4"]


def test_without_a_known_name_the_wordiest_column_is_taken():
    rows = [["7", "Everything was late and nobody called us back."], ["8", "The invoice was wrong for the third time."]]
    assert columns.guess(["x", "y"], rows) == {1: "text"}
