"""Who is in the demo. Nobody has a password: one signs in by a click, in demo mode only."""

from __future__ import annotations

from accounts.commands import add_member, create_organisation, create_person
from accounts.models import Organisation, User

HARROW = "Harrow Packaging"
NORTHLIGHT = "Northlight"
# First name → name, role, departments, time zone.
MEMBERS = {
    "fiona": ("Fiona Hart", "facilitator", (), "Europe/London"),
    "sam": ("Sam Okoro", "representative", ("SA",), "Europe/London"),
    "sue": ("Sue Baines", "representative", ("CS",), "Europe/London"),
    "finn": ("Finn Larsen", "representative", ("FI",), "Europe/Copenhagen"),
    "pia": ("Pia Moreau", "representative", ("PR",), "Europe/Paris"),
    "leo": ("Leo Brandt", "representative", ("LO",), "Europe/Berlin"),
    "elena": ("Elena Ruiz", "executive", (), "Europe/Madrid"),
    "otto": ("Otto Weiss", "observer", (), "Europe/Vienna"),
}


def harrow() -> tuple[Organisation, dict[str, User]]:
    """Harrow Packaging with its people, by first name."""
    found = {"ada": create_person("ada@harrow.example", "Ada Lind", verified=True)}
    organisation = create_organisation(found["ada"], HARROW)
    departments = {row.code: row for row in organisation.departments.all()}
    for first, (name, role, codes, zone) in MEMBERS.items():
        found[first] = create_person(f"{first}@harrow.example", name, verified=True)
        User.objects.filter(pk=found[first].pk).update(time_zone=zone)
        add_member(organisation, found[first], role, [departments[code] for code in codes])
    return organisation, found


def northlight() -> Organisation:
    """Another firm, so that one can see that nothing of the first is seen."""
    olga = create_person("olga@northlight.example", "Olga Novak", verified=True)
    return create_organisation(olga, NORTHLIGHT)


def forget() -> None:
    """Both firms and their people, with everything they made."""
    for name in (HARROW, NORTHLIGHT):
        Organisation.objects.filter(name=name).delete()
    User.objects.filter(email__endswith="@harrow.example").delete()
    User.objects.filter(email__endswith="@northlight.example").delete()
