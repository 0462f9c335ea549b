"""Whose journey it is at Harrow Packaging's customers: three people in one account, and how it is for each of them."""

from __future__ import annotations

from typing import NamedTuple


class Who(NamedTuple):
    """A persona; `way`: touchpoint, felt, intended, what she needs there."""

    name: str
    basis: str
    aim: str
    first_channel: str
    contact_when: str
    goals: str
    expectations: str
    who: str
    way: tuple[tuple[str, int, int, str], ...]


CUSTOMERS = (
    Who(
        "She keeps the line running", "expectation", "Never stop the line", "Phone",
        "At once, when it stands. By phone, from the floor, with gloves on.",
        "A line that runs three shifts. To know before it stands.",
        "Whoever answers can decide something. Nobody asks her for the serial number a second time.",
        "Maintenance lead of a dairy with four lines.",
        (
            ("Sees it run for the first time", 2, 2, "Her own people in front, not ours"),
            ("Trains the operators", -1, 1, "The night shift, at night"),
            ("Changes over to another format", -1, 1, "A film she can watch at the machine"),
            ("Orders change parts", -1, 1, "To find the part by its place in the machine"),
            ("Reports that the line stands still", -2, 1, "A person who knows this machine within two minutes"),
            ("Waits for the spare part", -2, 0, "The hour it comes, so that she can let the fitter sleep"),
            ("Reaches her account manager", -2, 2, ""),
        ),
    ),
    Who(
        "She answers for the budget", "preconceived", "Pay once, and know for what", "E-mail",
        "Twice a year before the budget closes, and whenever an invoice does not fit the order.",
        "No surprise after the signature.", "Terms that her lawyer need not translate.",
        "Head of finance of the same dairy. Signs, and never sees the machine.",
        (
            ("Reads the offer", -1, 1, "One page with everything it will cost"),
            ("Compares total cost over ten years", 0, 1, "The sheet filled in, with cells she may change"),
            ("Gets the contract through legal", -2, 0, "Somebody who may decide on liability"),
            ("Gets the invoice", -2, 0, "Her order number on it"),
            ("Gets the renewal of the service contract", -1, 1, "What she got for last year's money"),
        ),
    ),
    Who(
        "She runs it at night", "preconceived", "", "Training", "", "To get home on time.", "", "Operator, night shift.",
        (("Trains the operators", -2, 1, "Once more, when it is dark and nobody is there"),),
    ),
)  # fmt: skip
