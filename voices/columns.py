"""Which column holds what: the header row, and a first guess at the mapping from exports we know."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence

FIELDS: dict[str, str] = {
    "text": "The comment", "date": "Date", "account": "Account", "contact": "Contact", "contact_role": "Contact's role",
    "score": "Score", "touchpoint": "Touchpoint", "stage": "Stage", "source": "Source or channel",
    "external_id": "Their own id", "revenue": "Yearly revenue", "tier": "Tier", "manager": "Account manager",
    "segment": "Segment", "link": "Link",
}  # fmt: skip
# Several columns may make up one comment (subject and description); of the others the first one counts.
SEVERAL = {"text"}

# Headers as they are written in known exports, in small letters and without punctuation.
_HEADERS: dict[str, str] = {
    "text": "comment|comments|verbatim|comment verbatim|feedback|review|description|subject|response|answer|note|notes|"
    "text|message|body|customer comment|what customers said|areas for improvement|rückmeldung|kommentar|bemerkung|"
    "commentaire|avis|comentario|open ended response|case description|narrative|suppliedcomment|customer feedback",
    "date": "date|created at|created date|createddate|response date|responsedate|response received at|recordeddate|"
    "recorded date|submitted|submitted at|timestamp|closed date|date time opened|opened|sent date|startdate|start date|"
    "end date|enddate|datum|fecha|date received|request sent at|updated at|closeddate",
    "account": "account|account name|accountname|company|company name|organization|organisation|customer|client|"
    "suppliedcompany|customer name|parent account|kunde|firma|client name|société|empresa|contact company|"
    "buyer|sold to",
    "contact": "contact|contact name|contact e mail|contact email|e mail|email|requester|requester email|person name|"
    "full name|first name|last name|respondent|suppliedname|suppliedemail|ansprechpartner|recipient|name",
    "contact_role": "contact role|job title|job level|title|position|role|rolle|buying role",
    "score": "score|nps|nps score|rating|csat|ces|satisfaction score|star rating|sentiment|weiterempfehlung|"
    "how likely are you to recommend us 0 10|likelihood to recommend|rating 1good 5bad|overall rating|note sur 10",
    "touchpoint": "touchpoint|touch point|interaction|moment|event",
    "stage": "stage|journey stage|phase|step",
    "source": "channel|source|origin|via|case origin|survey name|survey name type|survey type|medium|kanal|quelle",
    "external_id": "id|response id|responseid|comment id|case number|casenumber|ticket id|survey response id|"
    "respondent id|request id|note id|unique identifier|external id|no|nr|number|reference|record id",
    "revenue": "annual value|yearly revenue|revenue|arr|acv|value|wert|contract value|account value|umsatz|"
    "annual revenue|mrr|wert €",
    "tier": "tier|account tier|customer tier|class|category of account|priority account",
    "manager": "account manager|account owner|owner|csm|assignee|key account manager|sales rep",
    "segment": "segment|industry|company size|market|region|customer segment|branche",
    "link": "link|url|ticket url|permalink",
}  # fmt: skip
KNOWN = {header: field for field, headers in _HEADERS.items() for header in headers.split("|")}
# A header that makes the source certain, and what we then call it, its scale.
_EXPORTS = [
    ({"nps score", "response date", "follow up request"}, "CustomerGauge", "nps"),
    ({"casenumber", "description"}, "Salesforce cases", ""),
    ({"case number", "case origin"}, "Salesforce cases", ""),
    ({"requester", "subject", "satisfaction score"}, "Zendesk tickets", ""),
    ({"survey response id", "score"}, "Delighted", "nps"),
    ({"request id", "star rating"}, "Medallia", "csat"),
    ({"recordeddate", "startdate"}, "Qualtrics", ""),
    ({"respondent id", "collector id"}, "SurveyMonkey", ""),
    ({"note id", "author", "column"}, "scrumlr", ""),
    ({"verbatim", "stage", "score"}, "customer-journey.app", "nps"),
    ({"sentiment", "rating", "survey name"}, "HubSpot feedback", ""),
]


def plain(header: str) -> str:
    """A header without case, punctuation and marks: "E-mail " and "e mail" are one."""
    return " ".join(re.sub(r"[^\w€]+", " ", header.casefold().replace("_", " ")).split())


def find_header(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Where the header stands among the first rows, and how many rows stand before the data (both from the top).

    A title above it and Qualtrics' or SurveyMonkey's second and third header rows are passed over.
    """
    best, best_score = 0, -1.0
    width = max((sum(1 for cell in row if cell.strip()) for row in rows), default=0)
    for number, row in enumerate(rows[:15]):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells:
            continue
        known = sum(plain(cell) in KNOWN for cell in cells)
        short = sum(len(cell) < 60 and not re.fullmatch(r"[\d.,:/\s-]+", cell) for cell in cells)
        score = 2.0 * known + short / len(cells) + len(cells) / max(width, 1) - 0.2 * number
        if score > best_score:
            best, best_score = number, score
    skip = best + 1
    while skip < min(len(rows), best + 3) and _belongs_to_header(rows[best], rows[skip]):
        skip += 1
    return best, skip


def _belongs_to_header(header: Sequence[str], row: Sequence[str]) -> bool:
    if any('"ImportId"' in cell or "'ImportId'" in cell for cell in row):
        return True
    cells = {cell.strip().casefold() for cell in row if cell.strip()}
    if cells and cells <= {"response", "open-ended response", "text", "other (please specify)"}:
        return True
    names = {plain(cell) for cell in header}
    # Qualtrics' second row repeats the names as questions: "Start Date" under "StartDate".
    joined = {name.replace(" ", "") for name in names}
    return len(names) > 2 and sum(plain(cell).replace(" ", "") in joined for cell in row if cell.strip()) >= 2


def labels(header: Sequence[str]) -> list[str]:
    """A name for every column; one that comes twice is numbered, one without a name is called by its place."""
    seen: dict[str, int] = {}
    found = []
    for place, cell in enumerate(header, start=1):
        name = " ".join(cell.split()) or f"Column {place}"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def signature(header: Sequence[str]) -> str:
    """Equal for two files from the same export, so that a mapping is remembered."""
    return hashlib.sha256(json.dumps([plain(cell) for cell in header]).encode()).hexdigest()


def guess(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """Column number → field, from the header; when no column is named like a comment, the wordiest is taken."""
    found: dict[int, str] = {}
    for place, cell in enumerate(header):
        field = KNOWN.get(plain(cell)) or _near(plain(cell))
        same = [p for p, f in found.items() if f == field]
        if field is None or (same and field not in SEVERAL and plain(cell) != "last name"):
            continue
        if same and plain(header[same[0]]) == plain(cell):  # the same header twice: the first one counts
            continue
        found[place] = field
    if "text" not in found.values():
        words = [(_words(rows, place), place) for place in range(len(header)) if place not in found]
        most, place = max(words, default=(0.0, 0))
        if most >= 3:
            found[place] = "text"
    return found


def _near(header: str) -> str | None:
    """Headers that say more than they need: "Comment / verbatim (optional)", "0-10 how likely …"."""
    patterns = [
        ("date", r"\bdate\b|\bdatum\b"), ("score", r"\bnps\b|recommend|\brating\b|\bscore\b|sentiment"),
        ("text", r"comment|verbatim|feedback|what could|tell us|why did you|improve"),
        ("account", r"\baccount\b|\bcompany\b"), ("contact", r"e ?mail|\bcontact\b"), ("revenue", r"revenue|value"),
    ]  # fmt: skip
    return next((field for field, pattern in patterns if re.search(pattern, header)), None)


def _words(rows: Sequence[Sequence[str]], place: int) -> float:
    cells = [row[place] for row in rows if place < len(row) and row[place].strip()]
    return sum(len(cell.split()) for cell in cells) / len(cells) if cells else 0.0


def recognise_export(header: Sequence[str]) -> tuple[str, str]:
    """The name of the export this header belongs to and its score's scale; both "" when it is none we know."""
    names = {plain(cell) for cell in header}
    return next(((name, scale) for marks, name, scale in _EXPORTS if marks <= names), ("", ""))


def guess_scale(header: Sequence[str], columns: dict[int, str], rows: Sequence[Sequence[str]]) -> str:
    """The scale of the score column, from its name, else from the numbers in it; "" when it stays open."""
    place = next((place for place, field in columns.items() if field == "score"), None)
    if place is None:
        return ""
    name = plain(header[place])
    if re.search(r"\bnps\b|recommend|weiterempfehl|0 10", name):
        return "nps"
    if re.search(r"1good 5bad", name):
        return "csat_down"
    if re.search(r"\bces\b", name):
        return "ces"
    if re.search(r"csat|star|satisf", name):
        return "csat"
    values = [float(v) for row in rows if place < len(row) and re.fullmatch(r"-?\d+(\.\d+)?", v := row[place].strip())]
    if not values:
        return ""
    low, high = min(values), max(values)
    if low < 0:
        return "sentiment"
    return (
        "csat"
        if low >= 1 and high <= 5
        else "nps"
        if high <= 10 and (high > 7 or low == 0)
        else "percent"
        if high > 10
        else ""
    )
