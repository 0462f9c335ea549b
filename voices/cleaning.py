"""Words before they are saved: letters that came through the wrong encoding, and personal data in them."""

from __future__ import annotations

import contextlib
import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# -- letters -----------------------------------------------------------------------------------
_BYTE = {chr(code): code for code in range(256)}
for _code in range(0x80, 0xA0):
    with contextlib.suppress(UnicodeDecodeError):
        _BYTE[bytes((_code,)).decode("cp1252")] = _code
_tail = "[" + "".join(re.escape(c) for c, code in _BYTE.items() if 0x80 <= code <= 0xBF) + "]"
# UTF-8 read as Windows' letters: a lead byte shown as one of these, then its tail bytes.
_BROKEN = re.compile(f"(?:[ÂÃ]{_tail}|â{_tail}{{2}}|ð{_tail}{{3}}|[ÄÅÎÏÐÑ]{_tail}(?=.*[ÂÃâ]{_tail}))", re.DOTALL)


def repair(text: str) -> str:
    """“FÃ¼r 45 â‚¬” as it was meant: “Für 45 €”. Text that is in order comes back as it is."""
    if not any(c in text for c in "ÂÃâð"):
        return text
    for _ in range(2):  # some texts went through it twice
        fixed = _BROKEN.sub(_decode, text)
        if fixed == text:
            break
        text = fixed
    return text


def _decode(match: re.Match[str]) -> str:
    try:
        return bytes(_BYTE[c] for c in match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def tidy(text: str) -> str:
    """Spaces folded, control characters and marks that turn the reading direction left out, HTML signs as letters."""
    text = html.unescape(text.replace("\r\n", "\n").replace("\r", "\n")) if "&" in text or "\r" in text else text
    if not text.isascii() or not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or _keep(c))
        text = unicodedata.normalize("NFC", text)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _keep(c: str) -> bool:
    return unicodedata.category(c) not in ("Cc", "Cs", "Co") and not (
        0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069
    )


_NOTHING = re.compile(r"[\s!-/:-@\[-`{-~–—…]*(?:n\s*/?\s*a|no comment|k\.?\s?a\.?)?[\s!-/:-@\[-`{-~–—…]*", re.I)


def is_empty(text: str) -> bool:
    """True when nothing is said: blank, only punctuation, or “n/a”."""
    return _NOTHING.fullmatch(text) is not None


# “Nothing”, and what stands beside it where nothing else is said.
_NO = """
    no none nothing nil na n nope nah not nowt unsure dunno above don't dont can't cant
    nichts nix nein keine keinen keiner kein k
    rien aucun aucune néant ras
    nada ninguno ninguna ningún
"""
_BESIDE = """
    a absolutely all any anything applicable as at be been better can comes comment comments complain complaints concerns
    could currently done else far feedback for from further have honestly i idea ideas improve improved improvements in is
    issues just know me mention mind moment more much now of other particular present problems really relevant remarks
    report same say see so sorry specific suggestions sure thank thanks that the there think this time to add was
    whatsoever yet you about
    angabe angaben anmerkung anmerkungen beanstandungen derzeit einfällt gar hinzuzufügen ist kommentar kommentare leider
    mir sagen überhaupt vorschläge weiter weitere weiteren weiteres zu ahnung danke
    ajouter à autre autres commentaire commentaires de dire du merci pas redire remarque remarques signaler suggestion tout
    añadir comentar comentario decir gracias más por que aplica sé
"""
_SAY_NO, _MAY_STAND_BESIDE = frozenset(_NO.split()), frozenset(_BESIDE.split())
_SET_PHRASES = ({"sans", "objet"}, {"sin", "comentarios"})


def says_nothing(text: str) -> bool:
    """True for “Nothing to add”, “None, thanks”, “Keine Angabe”: an answer, and no word about what happened."""
    if len(text) > 80 or _DIGIT.search(text):
        return False
    words = set(re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.lower().replace("’", "'")))
    rest = words - _SAY_NO
    return is_empty(text) or words in _SET_PHRASES or (rest <= _MAY_STAND_BESIDE and len(rest) < len(words))


# -- personal data -----------------------------------------------------------------------------
EMAIL = re.compile(r"\b[\w.+%'-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+\b", re.I)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?\b", re.I)
CARD = re.compile(r"(?<![\d.,-])\d(?:[ -]?\d){12,18}(?![\d-])")
PHONE = re.compile(
    r"(?<![\w.,/€£$-])(?:\+|00)\d{1,3}[ ./-]?(?:\(0?\d{1,5}\)|\d)[\d ./-]{5,16}\d(?!\w)|"  # international
    r"(?<![\w.,/€£$-])\(?0\d{1,5}\)?(?: ?[./-] ?| )\(?\d[\d ./-]{4,12}\d(?![\w%])|"  # national with a gap
    r"(?<![\w.,/€£$-])0[1-9]\d{8,10}(?!\w)|"  # national in one piece
    r"(?<![\w.,/€£$-])\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[ .-]\d{4}(?!\w)"  # North America
)
_name = r"[A-ZÀ-ÞŠŽ][\w'’-]+(?:[ ]+(?:[A-ZÀ-ÞŠŽ]\.|(?:van|von|de|der|den|da|di|la|le)\b|[A-ZÀ-ÞŠŽ][\w'’-]+)){0,3}"
SALUTATION = re.compile(
    rf"\b(?i:dear|hi|hello|hey|hallo|liebe[rs]?|sehr geehrte[r]?|bonjour|estimad[oa])\s+"
    rf"(?P<title>(?i:mrs?|ms|miss|dr|prof|herr|frau|m|mme|madame|monsieur|señora?)\b\.?\s+)?(?P<name>{_name})(?=\s*[,!:\n–-])"
)
SIGNATURE = re.compile(
    r"(?i:\b(?:kind|best|warm|many)?\s*(?:regards|wishes)|\byours\s+(?:sincerely|faithfully|truly)|\bsincerely|\bcheers|"
    r"\bthanks(?:\s+and\s+(?:kind|best)\s+regards)?|\bthank\s+you|\bmit\s+freundlichen\s+grüßen|\bviele\s+grüße|\bmfg|"
    rf"\bcordialement|\bsaludos)\s*[,.!]?\s*(?:\n+\s*|(?<=,)\s+)[–-]?\s*(?P<name>{_name})(?=\s*(?:$|\n|,|\.))"
)
TITLED = re.compile(rf"\b(?:Mrs?|Ms|Miss|Dr|Prof|Herr|Frau|Mme)\b\.?\s+(?P<name>{_name})")

_DIGIT = re.compile(r"\d")
_GENERAL = frozenset(
    ["all", "team", "there", "sir", "sirs", "madam", "support", "customer", "everyone", "both", "service", "sales"]
)
PLACEHOLDERS = {"email": "[e-mail]", "iban": "[IBAN]", "card": "[card number]", "phone": "[phone]", "name": "[name]"}


def redact(text: str, names: Sequence[str] = ()) -> tuple[str, dict[str, int]]:
    """The text with personal data replaced by what it was, and how many of each kind there were. `names`: words that
    somebody wants taken out as well."""
    found: dict[str, int] = {}

    def swap(kind: str, match: re.Match[str], group: str | int = 0) -> str:
        found[kind] = found.get(kind, 0) + 1
        start, end = match.start(group) - match.start(), match.end(group) - match.start()
        return match[0][:start] + PLACEHOLDERS[kind] + match[0][end:]

    if "@" in text or "(at)" in text.lower() or "[at]" in text.lower():
        text = EMAIL.sub(lambda m: swap("email", m), text)
    if _DIGIT.search(text):
        text = IBAN.sub(lambda m: _cut_iban(m[0], found), text)
        text = CARD.sub(lambda m: swap("card", m) if _is_card(m[0]) else m[0], text)
        text = PHONE.sub(lambda m: swap("phone", m) if _is_phone(m[0]) else m[0], text)
    text = SALUTATION.sub(lambda m: swap("name", m, "name") if _is_name(m) else m[0], text)
    text = SIGNATURE.sub(lambda m: swap("name", m, "name"), text)
    text = TITLED.sub(lambda m: swap("name", m, "name"), text)
    if names:
        text = _any_of(tuple(names)).sub(lambda m: swap("name", m), text)
    return text, found


@lru_cache(16)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in longest_first)})(?!\w)", re.I)


def _cut_iban(text: str, found: dict[str, int]) -> str:
    """The longest beginning that is an IBAN goes; the next word may look like its last digits."""
    for end in range(len(text), 14, -1):
        whole = end == len(text) or not (text[end].isalnum() and text[end - 1].isalnum())
        if whole and text[end - 1].isalnum() and _is_iban(text[:end]):
            found["iban"] = found.get("iban", 0) + 1
            return PLACEHOLDERS["iban"] + text[end:]
    return text


def _is_iban(text: str) -> bool:
    """ISO 7064: country and check digits go to the end, letters become numbers, and the whole leaves 1 by 97."""
    packed = re.sub(r"[ -]", "", text).upper()
    if not 15 <= len(packed) <= 34:
        return False
    digits = "".join(str(int(c, 36)) for c in packed[4:] + packed[:4])
    return int(digits) % 97 == 1


def _is_card(text: str) -> bool:
    """Luhn: every second digit from the right doubled, the sum of digits divides by ten."""
    digits = [int(c) for c in reversed(text) if c.isdigit()]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return 13 <= len(digits) <= 19 and total % 10 == 0 and len(set(digits)) > 1


def _is_phone(text: str) -> bool:
    digits = sum(c.isdigit() for c in text)
    return 7 <= digits <= 15 and not re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", text.strip())


def _is_name(match: re.Match[str]) -> bool:
    """“Hi Team,” and “Dear Support,” greet nobody in person."""
    return match["name"].split()[0].casefold() not in _GENERAL
