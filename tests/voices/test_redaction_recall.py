"""How much of the personal data in comments is found: forms as people write them, counted, so a gap shows as a figure."""

from __future__ import annotations

import pytest

from voices.cleaning import PLACEHOLDERS, redact

EMAIL = (
    "anna.weber@example.com", "a.weber+claims@mail.example.co.uk", "ANNA@EXAMPLE.ORG", "weber_anna@example-firm.de",
    "anna (at) example.com", "anna[at]example.com", "o'neill@example.ie", "x@y.example", "first.last@sub.dept.example.com",
    "info@example.museum",
)  # fmt: skip
PHONE = (
    "+44 20 7946 0958", "+49 (0)89 1234567", "0049 89 1234567", "089/1234567", "(089) 1234 567", "+1 212-555-0147",
    "(212) 555-0147", "212-555-0147", "07700 900123", "+33 1 42 68 53 00", "01 42 68 53 00", "+34 912 345 678",
    "020 7946 0958", "+41 44 668 18 00", "0711 / 123 45 67", "+43 1 58858-0", "212.555.0147", "07700900123",
)  # fmt: skip
IBAN = (
    "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "GB82 WEST 1234 5698 7654 32", "FR1420041010050500013M02606",
    "NL91ABNA0417164300", "CH93 0076 2011 6238 5295 7", "ES91 2100 0418 4502 0005 1332", "AT611904300234573201",
    "BE68 5390 0754 7034", "it60x0542811101000000123456",
)  # fmt: skip
CARD = (
    "4111 1111 1111 1111", "4111111111111111", "5500-0000-0000-0004", "5500 0000 0000 0004", "378282246310005",
    "3782 822463 10005", "6011 1111 1111 1117", "4012888888881881", "3530 1113 3330 0000", "5105105105105100",
)  # fmt: skip
NAMES = (
    ("Dear Mrs Weber, the line stands.", "Weber"), ("Hi Anna,\nnobody called.", "Anna"),
    ("Hello Mr. Peter van Dyk, it is late.", "Dyk"), ("Sehr geehrte Frau Müller, die Rechnung ist falsch.", "Müller"),
    ("It took a week.\nKind regards\nJohn Smith", "Smith"), ("Late again.\nBest regards,\nMaria Lopez Garcia", "Lopez"),
    ("Falsch.\nMit freundlichen Grüßen\nJürgen Groß", "Groß"), ("I spoke to Mr Hansen and he hung up.", "Hansen"),
    ("Bonjour Madame Dubois, toujours rien.", "Dubois"), ("Thanks,\nTom", "Tom"), ("Wrong part.\nCheers,\nAl Ng", "Ng"),
    ("Hallo Herr Schmidt, danke.", "Schmidt"), ("Yours sincerely\nEve O'Brien", "Brien"),
    ("Dr. Klein promised it.", "Klein"), ("Ms Okoro never answered.", "Okoro"), ("Merci.\nCordialement,\nLuc Petit", "Petit"),
    ("Please call Sabine about it.", "Sabine"), ("Peter from logistics said no.", "Peter"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "samples", "least"),
    [("email", EMAIL, 0.95), ("phone", PHONE, 0.95), ("iban", IBAN, 0.95), ("card", CARD, 0.95)],
)
def test_recall_of_numbers_and_addresses(kind, samples, least):
    missed = []
    for sample in samples:
        for text in (f"Reach me at {sample}, please.", f"{sample} is what you have", f"We wrote it down: {sample}"):
            after, _ = redact(text)
            if sample in after or PLACEHOLDERS[kind] not in after:
                missed.append(text)
    assert 1 - len(missed) / (3 * len(samples)) >= least, missed


def test_recall_of_names():
    missed = [name for text, name in NAMES if name in redact(text)[0]]
    assert 1 - len(missed) / len(NAMES) >= 0.7, missed


@pytest.mark.parametrize(
    "text",
    [
        "It took 3 hours and cost EUR 4,500 on 12.03.2026.", "Order 45012 for model X200, 120 pages, 24/7.",
        "Hi Team, the part 4711-0815 is missing.", "Between 10 and 15 e-mails since 2019.", "Line 3 stood from 08:15 to 11:30.",
    ],
)  # fmt: skip
def test_what_is_no_personal_data_stays(text):
    assert redact(text) == (text, {})
