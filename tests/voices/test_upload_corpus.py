"""The whole upload corpus through the door that everybody uses: each file is answered within five seconds, with a
sentence that says where and what to do, or read right; the server grows by no more than 30 MB, and nothing is half in."""

from __future__ import annotations

import gzip
import io
import resource
import stat
import time
import zipfile

import pytest

from live.sheets import BadFile
from tests.voices.test_files import SHEET, workbook
from voices.models import CommentImport, ImportPart

ROWS = "id;comment\r\n1;Zu spät, 45 €\r\n2;„Gut“\r\n"
MACRO = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 400}
LINKS = {
    "xl/externalLinks/externalLink1.xml": b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
}
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>'
).encode()


def changed(book: bytes, part: str, data: bytes) -> bytes:
    """A workbook with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, data if entry.filename == part else old.read(entry))
    return out.getvalue()


def symlink() -> bytes:
    out = io.BytesIO(workbook([["comment"], ["late again"]]))
    with zipfile.ZipFile(out, "a") as book:
        link = zipfile.ZipInfo("xl/media/passwd")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        book.writestr(link, "/etc/passwd")
    return out.getvalue()


def six_million_cells() -> bytes:
    row = "<row>" + "<c><v>1</v></c>" * 20 + "</row>"
    return changed(workbook([["a"]]), "xl/worksheets/sheet1.xml", SHEET.format(row * 300_000).encode())


GOOD = workbook([["id", "comment"], ["1", "late again"]])
REFUSED = {
    "U1 empty": (b"", "empty"),
    "U2 header only": (b"id,comment\n", "no rows"),
    "U7 NUL bytes": (b"id,comment\n" + b"1,\0\0\0a\xff\xfe\n" * 900, "no table|picture|Near line|Line"),
    "U8 a cell of a million characters": (b"id,comment\n1," + b"x" * 1_000_000 + b"\n", "Line 2, column 2"),
    "U9 10,000 columns": (("a," * 10_000 + "\n" + "1," * 10_000 + "\n").encode(), "10,001 columns"),
    "U10 200,000 rows": (b"id,comment\n" + b"1,two words here\n" * 200_000, "100,000 rows"),
    "U11 an open quotation": (b'id,comment\n1,fine\n2,"never closed\n3,next\n', "Line 3, column 2"),
    "U16 a cell of 300 MB": (changed(GOOD, "xl/worksheets/sheet1.xml", b"0" * 300_000_000), "unpacks to"),
    "U17 six million cells": (six_million_cells(), "unpacks to|too large|100,000 rows"),
    "U18 billion laughs": (changed(GOOD, "xl/worksheets/sheet1.xml", LAUGHS), "damaged|too large|no rows"),
    "U19 names that climb": (workbook([["a"]], {"../../evil": b"x"}), "file names"),
    "U19 locked": (b"\xd0\xcf\x11\xe0" + b"\0" * 3_000, "without a password"),
    "U20 a picture called .csv": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
    "U20 a PDF that is a table too": (b"%PDF-1.7\nid,comment\n1,late\n", "PDF"),
    "U20 packed": (gzip.compress(b"id,comment\n1,late\n"), "packed"),
}


def nearly(job) -> tuple[float, int]:
    """What a job takes: seconds, and megabytes by which the most that this process ever held grew."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    job()
    return time.monotonic() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_where_and_what_to_do(name, receive, touchpoints):
    data, says = REFUSED[name]

    def choose() -> None:
        with pytest.raises(BadFile, match=says):
            receive(data, "comments.csv")

    seconds, grown = nearly(choose)
    assert seconds < 5 and grown <= 30, (seconds, grown)
    assert not CommentImport.objects.exists() and not ImportPart.objects.exists()


READ = {
    "U3 a mark at the start": ROWS.encode("utf-8-sig"),
    "U4 UTF-16 LE": ROWS.encode("utf-16"),
    "U4 UTF-16 BE": b"\xfe\xff" + ROWS.encode("utf-16-be"),
    "U5 cp1252 with €": ROWS.encode("cp1252"),
    "U12 lines that end in CR": ROWS.replace("\r\n", "\r").encode(),
    "U13 tabs": ROWS.replace(";", "\t").encode(),
}


@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_is(name, receive, touchpoints):
    row = receive(READ[name], "comments.csv")
    assert [sample["text"] for sample in row.preview["samples"]] == ["Zu spät, 45 €", "„Gut“"]
    assert row.encoding_known == ("cp1252" not in name)


def test_u6_letters_that_are_called_something_else_are_shown_before_they_count(receive, touchpoints):
    row = receive("id;comment\n1;Gebühr für München\n".encode("latin-1"))
    assert not row.encoding_known and row.preview["samples"][0]["text"] == "Gebühr für München"


def test_u14_formulas_are_words(receive, touchpoints):
    forms = [
        '=HYPERLINK("http://evil","x") y',
        "+1+1 is wrong",
        "-2+3 too",
        "@SUM(A1) again",
        "\t=1+1 tab",
        "＝1+1 wide",
    ]
    row = receive(
        "id;comment\n" + "".join(f'{n};"{form.replace(chr(34), chr(34) * 2)}"\n' for n, form in enumerate(forms))
    )
    assert [sample["text"] for sample in row.preview["samples"]] == [form.strip() for form in forms]


def test_u15_a_header_that_comes_twice(receive, touchpoints):
    row = receive("id,comment,comment\n1,first,second\n")
    assert row.header == ["id", "comment", "comment (2)"] and row.preview["samples"][0]["text"] == "first"


@pytest.mark.parametrize(
    "data",
    [
        workbook([["id", "comment"], ["1", "late again"]], MACRO),
        workbook([["id", "comment"], ["1", "late again"]], LINKS),
        workbook([["id", "comment"], ["1", "late again"]], {"xl/embeddings/inner.zip": GOOD}),
        symlink(),
        GOOD,
        b"id,comment\n1,late again\n",
    ],
    ids=["macros", "links to others", "a zip inside", "a link to a file", "called .csv", "text called .xlsx"],
)
def test_u19_u20_what_else_lies_in_a_workbook_is_left_alone_and_names_say_nothing(data, receive, touchpoints):
    row = receive(data, "comments.csv" if data[:2] == b"PK" else "comments.xlsx")
    assert row.preview["samples"][0]["text"] == "late again"
