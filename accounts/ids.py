"""Public ids: two letters for the kind, an underscore, 16 characters of 0-9a-z (80 random bits).

They cannot be guessed or counted, yet an id is never the only check: every door also asks who is there.
"""

import secrets
import string

ALPHABET = string.digits + string.ascii_lowercase


def new_id(prefix: str) -> str:
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(16))}"


def organisation_id() -> str:
    return new_id("or")


def department_id() -> str:
    return new_id("dp")


def invitation_id() -> str:
    return new_id("in")


def join_code_id() -> str:
    return new_id("jc")
