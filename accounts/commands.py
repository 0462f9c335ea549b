"""What changes people's rights. Each function is one transaction and raises `ValidationError` with a
sentence when it cannot be done. Whether the actor may do it is asked before, by the door.

Whatever changes a right raises `Organisation.rights_version` in that same transaction: live connections
poll the number and look at their rights again when it has grown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify

from accounts.audit import audit
from accounts.ids import new_id
from accounts.models import (
    COLOURS,
    Department,
    Guest,
    Invitation,
    Membership,
    Organisation,
    Role,
    User,
    standard_departments,
)
from accounts.text import clean_line


def rights_changed(organisation_id: str) -> None:
    """Tell live connections to look again. Call it inside the transaction that changes the right."""
    Organisation.objects.filter(pk=organisation_id).update(rights_version=F("rights_version") + 1)


@transaction.atomic
def create_person(email: str, name: str, password: str | None = None, *, verified: bool, time_zone: str = "") -> User:
    """A person who can sign in; without a password by a code sent to the address.

    `verified` says that we know the address is theirs: they opened a link that was sent to it.
    """
    more = {"time_zone": time_zone} if time_zone else {}
    user = User.objects.create_user(email, password, name=clean_line(name, 80), **more)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    return user


@transaction.atomic
def create_organisation(user: User, name: str) -> Organisation:
    """A new organisation with the eleven standard departments; whoever makes it is its first admin."""
    name = clean_line(name, 120, "name of the organisation")
    organisation = Organisation.objects.create(name=name, slug=_free_slug(name))
    Department.objects.bulk_create(standard_departments(organisation))
    add_member(organisation, user, Role.ADMIN)
    audit("organisation.created", user.identity, organisation.pk)
    return organisation


@transaction.atomic
def add_member(organisation: Organisation, user: User, role: str, departments: Iterable[Department] = ()) -> Membership:
    """Make somebody a member, or bring a former member back, in this role and with these departments."""
    membership, _ = Membership.objects.update_or_create(
        organisation=organisation, user=user, defaults={"role": role, "deactivated_at": None}
    )
    _set_departments(membership, departments)
    rights_changed(organisation.pk)
    audit("member.added", user.identity, organisation.pk, role=role)
    return membership


@transaction.atomic
def change_member(membership: Membership, role: str, departments: Iterable[Department], *, by: str) -> None:
    """Another role, other departments. `by` is the identity of the admin who does it."""
    held = _held(membership)
    if role != Role.ADMIN:
        refuse_last_admin(held)
    held.role = role
    held.save(update_fields=["role"])
    _set_departments(held, departments)
    rights_changed(held.organisation_id)
    audit("member.changed", by, held.organisation_id, member=held.user_id, role=role)


@transaction.atomic
def deactivate_member(membership: Membership, *, by: str) -> None:
    """End somebody's access now. What they wrote stays, under their name."""
    held = _held(membership)
    if held.deactivated_at is not None:
        return
    refuse_last_admin(held)
    held.deactivated_at = timezone.now()
    held.save(update_fields=["deactivated_at"])
    rights_changed(held.organisation_id)
    audit("member.deactivated", by, held.organisation_id, member=held.user_id)


@transaction.atomic
def reactivate_member(membership: Membership, *, by: str) -> None:
    """Let a former member back in, in the role they had."""
    held = _held(membership)
    held.deactivated_at = None
    held.save(update_fields=["deactivated_at"])
    rights_changed(held.organisation_id)
    audit("member.reactivated", by, held.organisation_id, member=held.user_id)


@transaction.atomic
def add_department(organisation: Organisation, name: str, code: str = "", *, by: str = "") -> Department:
    """One more department. Its code is made from the name when none is given; colours repeat after twelve."""
    name = clean_line(name, 60, "name of the department")
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)  # two at once would take one position
    code = _department_code(organisation, name, code)
    _refuse_same_name(organisation, name)
    last = Department.objects.filter(organisation=organisation).aggregate(last=Max("position"))["last"] or 0
    used = list(Department.objects.filter(organisation=organisation).values_list("colour", flat=True))
    colour = min(range(1, COLOURS + 1), key=lambda c: (used.count(c), c))
    rights_changed(organisation.pk)  # connected browsers offer it at once
    row = Department.objects.create(
        id=new_id("dp"), organisation=organisation, name=name, code=code, colour=colour, position=last + 1
    )
    audit("department.added", by, organisation.pk, department=row.pk)
    return row


@transaction.atomic
def rename_department(department: Department, name: str, code: str, *, by: str = "") -> None:
    """Another name and code; everything that refers to the department follows."""
    name = clean_line(name, 60, "name of the department")
    _refuse_same_name(department.organisation, name, but=department)
    department.code = _department_code(department.organisation, name, code, but=department)
    department.name = name
    department.save(update_fields=["name", "code"])
    # Not a right, but shown next to people: connected browsers fetch it afresh with their rights.
    rights_changed(department.organisation_id)
    audit("department.changed", by, department.organisation_id, department=department.pk)


@transaction.atomic
def retire_department(department: Department, heir: Department, *, by: str) -> None:
    """It is offered nowhere any more; who speaks for it, or is invited to, speaks for `heir`. What it said stays."""
    Organisation.objects.select_for_update(no_key=True).get(pk=department.organisation_id)
    rows = Department.objects.filter(organisation=department.organisation_id, pk__in=[department.pk, heir.pk])
    here = set(rows.values_list("pk", flat=True))
    if department.pk not in here:
        return
    if heir.pk not in here or heir == department:
        raise ValidationError("Choose a department from the list.")
    held: list[Membership | Invitation] = [*Membership.objects.filter(departments=department)]
    held += Invitation.objects.filter(departments=department)
    for row in held:
        row.departments.add(heir)
        row.departments.remove(department)
    Guest.objects.filter(department=department, expires_at__gt=timezone.now()).update(department=heir)
    department.retired_at = timezone.now()
    department.save(update_fields=["retired_at"])
    rights_changed(department.organisation_id)
    audit("department.removed", by, department.organisation_id, department=department.pk, heir=heir.pk)


@transaction.atomic
def change_organisation(organisation: Organisation, values: dict[str, Any], *, by: str) -> None:
    """Its settings: `values` by the names of the model's fields, checked by the form."""
    changed = sorted(name for name, value in values.items() if getattr(organisation, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(organisation, name, values[name])
    organisation.save(update_fields=changed)
    audit("organisation.changed", by, organisation.pk, settings=changed)


def _held(membership: Membership) -> Membership:
    """The membership as it is now, kept from changing until we are done (see `load_actors`)."""
    # The organisation comes first, always: two admins who demote each other must not both succeed.
    Organisation.objects.select_for_update(no_key=True).get(pk=membership.organisation_id)
    return Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)


def refuse_last_admin(membership: Membership) -> None:
    """An organisation without an admin could let nobody in any more."""
    if membership.role != Role.ADMIN:
        return
    others = Membership.objects.filter(
        organisation=membership.organisation_id, role=Role.ADMIN, deactivated_at=None, user__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise ValidationError("This is the only admin. Make somebody else an admin first.")


def _set_departments(membership: Membership, departments: Iterable[Department]) -> None:
    chosen = list(departments)
    if any(department.organisation_id != membership.organisation_id for department in chosen):
        raise ValidationError({"departments": "Choose departments of this organisation."})
    membership.departments.set(chosen)


def _refuse_same_name(organisation: Organisation, name: str, but: Department | None = None) -> None:
    if Department.objects.filter(organisation=organisation, name__iexact=name).exclude(pk=but and but.pk).exists():
        raise ValidationError({"name": f"There is a department called {name} already."})


def _department_code(organisation: Organisation, name: str, wanted: str, but: Department | None = None) -> str:
    """Two capital letters or digits that no other department has."""
    taken = set(
        Department.objects.filter(organisation=organisation).exclude(pk=but and but.pk).values_list("code", flat=True)
    )
    wanted = wanted.strip().upper()
    if wanted:
        if len(wanted) != 2 or not wanted.isalnum() or not wanted.isascii():
            raise ValidationError({"code": "A code has two letters or digits, for example OP."})
        if wanted in taken:
            raise ValidationError({"code": f"{wanted} stands for another department."})
        return wanted
    letters = [c for c in slugify(name).replace("-", "").upper() if c.isalnum()] or ["D"]
    from_name = (letters[0] + second for second in letters[1:])
    numbered = (letters[0] + digit for digit in "23456789")
    anything = (a + b for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for code in (*from_name, *numbered, *anything):
        if code not in taken:
            return code
    raise ValidationError({"code": "All two-letter codes are taken."})


def _free_slug(name: str) -> str:
    base = slugify(name)[:48] or "organisation"
    if not Organisation.objects.filter(slug=base).exists():
        return base
    return f"{base}-{new_id('x')[2:8]}"
