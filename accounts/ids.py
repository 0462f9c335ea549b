"""Public ids: two letters for the kind, an underscore, 16 characters of 0-9a-z (80 random bits).

They cannot be guessed or counted, yet an id is never the only check: every door also asks who is there.
"""

import secrets
import string
from hashlib import blake2b

ALPHABET = string.digits + string.ascii_lowercase


def new_id(prefix: str) -> str:
    return f"{prefix}_{_digits(secrets.randbits(128))}"


def id_from(prefix: str, *of: str) -> str:
    """An id that is the same whenever it is made of the same: for requests that may be sent twice."""
    return f"{prefix}_{_digits(int.from_bytes(blake2b(chr(0).join(of).encode()).digest()))}"


def _digits(number: int) -> str:
    """The last 16 digits of a large number, written with ten figures and 26 letters."""
    digits = ""
    while len(digits) < 16:
        number, rest = divmod(number, 36)
        digits += ALPHABET[rest]
    return digits


def organisation_id() -> str:
    return new_id("or")


def department_id() -> str:
    return new_id("dp")


def invitation_id() -> str:
    return new_id("in")


def join_code_id() -> str:
    return new_id("jc")
