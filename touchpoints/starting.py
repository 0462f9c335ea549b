"""Starting a journey: a room, its stages from a library of sets, and the usual channels.

Every set begins before the customer knows our name and ends after the purchase, because her journey does.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.models import Organisation, User
from live.models import Room, new_id
from live.values import order_keys
from touchpoints.models import Channel, Journey, Stage

# customer's name for the stage, our name for it, the question she asks herself
STAGE_SETS: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "equipment": (
        "B2B equipment",
        [
            ("We notice a need", "Awareness", "Is this worth changing?"),
            ("We look around", "Research", "Who could solve this?"),
            ("We compare and decide", "Evaluation", "Who will still answer in five years?"),
            ("We order", "Purchase", "Can we sign before the budget closes?"),
            ("We get it running", "Delivery and commissioning", "When do we make the first good part?"),
            ("We use it every day", "Operation", "Does it run as promised?"),
            ("We need help", "Service", "Can this be fixed before the line stops?"),
            ("We renew or stop needing it", "Renewal and end of life", "Would we choose them again?"),
        ],
    ),
    "saas": (
        "B2B SaaS",
        [
            ("We feel the pain", "Awareness", "Is it only us?"),
            ("We look for ways out", "Research", "What do others use?"),
            ("We try it", "Evaluation", "Does it work with our own data?"),
            ("We agree", "Purchase", "Will security and legal say yes?"),
            ("We set it up", "Onboarding", "Is everybody in by Monday?"),
            ("We work with it", "Adoption", "Does it save us time yet?"),
            ("We get stuck", "Support", "Who knows the answer today?"),
            ("We grow, renew or leave", "Renewal", "Is it worth next year's price?"),
        ],
    ),
    "services": (
        "B2B services",
        [
            ("We see that we need help", "Awareness", "Can we do this ourselves?"),
            ("We ask around", "Research", "Whom do our peers trust?"),
            ("We brief and choose", "Proposal", "Did they listen?"),
            ("We agree", "Contract", "Do we know what we get?"),
            ("We start together", "Kick-off", "Who does what by when?"),
            ("We work together", "Delivery", "Are we where we should be?"),
            ("Something goes wrong", "Recovery", "Will they make it good?"),
            ("We look back and go on", "Renewal and referral", "Would we recommend them?"),
        ],
    ),
    "blank": ("Blank", []),
}

# name, icon, whether it is online
CHANNELS = [
    ("E-mail", "mail", True), ("Phone", "phone", False), ("Website", "globe", True), ("Portal", "layout-grid", True),
    ("Video call", "video", True), ("Site visit", "map-pin", False), ("Event", "users", False),
    ("Document", "file-text", False), ("Delivery", "truck", False), ("Training", "graduation-cap", False),
]  # fmt: skip


@transaction.atomic
def start_journey(
    organisation: Organisation,
    owner: User | None,
    name: str,
    stage_set: str = "equipment",
    pk: str = "",
    called: Sequence[str] | None = None,
) -> Journey:
    """A new journey with the stages of a set. Raises KeyError for a set that does not exist.

    `called` are other names for them, one for each; an empty one leaves its stage out.
    """
    _, stages = STAGE_SETS[stage_set]
    if called is not None:
        stages = [
            (other, internal, question) for (_, internal, question), other in zip(stages, called, strict=True) if other
        ]
    room = Room.objects.create(id=pk or new_id("jn"), organisation=organisation)
    journey = Journey.objects.create(id=room.id, room=room, name=name, owner=owner)
    for (title, internal, question), order in zip(stages, order_keys(len(stages)), strict=True):
        Stage.objects.create(
            id=new_id("st"), room=room, name=title, internal_name=internal, question=question, order=order
        )
    for title, icon, online in CHANNELS:
        Channel.objects.create(id=new_id("ch"), room=room, name=title, icon=icon, online=online)
    return journey
