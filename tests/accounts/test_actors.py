"""Who may act now: `load_actor` and the number that tells live connections to look again."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts import commands, joining
from accounts.actors import identities_of, load_actor, load_actors, organisations_of
from accounts.models import Guest, Membership, User

pytestmark = pytest.mark.django_db


def version(organisation):
    organisation.refresh_from_db()
    return organisation.rights_version


def test_a_member_is_loaded_with_role_and_departments(people, harrow, departments):
    actor = load_actor(people["sam"].identity, harrow.pk)
    assert (actor.key, actor.name, actor.role) == (f"u{people['sam'].pk}", "Sam Okoro", "representative")
    assert actor.departments == {departments["SA"].pk}
    assert actor.audiences == {"all", actor.key, departments["SA"].pk}
    assert actor.room_id is None


def test_facilitators_hear_what_is_said_to_facilitators(people, harrow):
    assert "facilitators" in load_actor(people["fiona"].identity, harrow.pk).audiences
    assert "facilitators" in load_actor(people["ada"].identity, harrow.pk).audiences
    assert "facilitators" not in load_actor(people["elena"].identity, harrow.pk).audiences


@pytest.mark.parametrize("identity", [None, "", "u", "g", "u-1", "x1", "u1.0", "u٣", "u99999999999999999999", "u0"])
def test_what_is_not_an_identity_is_nobody(people, harrow, identity):
    assert load_actor(identity, harrow.pk) is None


def test_a_whole_room_is_known_by_its_sessions_in_two_queries(
    people, gus, session_of, settings, django_assert_num_queries
):
    """Members and guests; not who changed their password, was switched off, or whose session ran out."""
    keys = {name: session_of(people[name]) for name in ("fiona", "sam", "sue", "elena")} | {
        "gus": session_of(gus.guest)
    }
    people["sue"].set_password("another one entirely")
    people["sue"].save()
    User.objects.filter(pk=people["elena"].pk).update(is_active=False)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    asked = [keys["fiona"], keys["sam"], keys["gus"], "nobody"]
    with django_assert_num_queries(2):
        found = identities_of(asked)
    assert found == {
        keys["fiona"]: people["fiona"].identity, keys["sam"]: people["sam"].identity, keys["gus"]: f"g{gus.guest.pk}"
    }  # fmt: skip
    assert identities_of([keys["sue"], keys["elena"]]) == {}
    Session.objects.filter(pk=keys["sam"]).update(expire_date=timezone.now())
    assert identities_of([keys["sam"]]) == {}
    settings.SECRET_KEY = "another key, the old one is still honoured" * 2
    assert identities_of([keys["fiona"]]) == {keys["fiona"]: people["fiona"].identity}


def test_outsiders_and_leavers_are_nobody(people, harrow):
    assert load_actor(people["olga"].identity, harrow.pk) is None
    sam = Membership.objects.get(user=people["sam"])
    commands.deactivate_member(sam, by="u1")
    assert load_actor(people["sam"].identity, harrow.pk) is None
    commands.reactivate_member(sam, by="u1")
    assert load_actor(people["sam"].identity, harrow.pk) is not None
    people["sam"].is_active = False
    people["sam"].save()
    assert load_actor(people["sam"].identity, harrow.pk) is None


def test_a_guest_is_an_actor_of_one_room_from_admission_to_removal(gus, room, harrow, departments):
    actor = load_actor(gus.guest.identity, harrow.pk, room.id)
    assert (actor.role, actor.room_id, actor.departments) == ("guest", room.id, {departments["SA"].pk})
    assert load_actor(gus.guest.identity, harrow.pk, "jn_another") is None
    joining.remove(Guest.objects.filter(pk=gus.guest.pk), by="u1")
    assert load_actor(gus.guest.identity, harrow.pk, room.id) is None


def test_a_guest_who_waits_or_whose_time_is_over_is_nobody(join_code, harrow, room, departments):
    guest = joining.ask_to_join(join_code, "Mia", departments["CS"])
    assert load_actor(guest.identity, harrow.pk, room.id) is None
    joining.admit(Guest.objects.filter(pk=guest.pk), by="u1")
    assert load_actor(guest.identity, harrow.pk, room.id) is not None
    Guest.objects.filter(pk=guest.pk).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert load_actor(guest.identity, harrow.pk, room.id) is None


@pytest.mark.parametrize("several", [1, 3])
def test_many_are_loaded_with_two_queries(
    people, harrow, room, join_code, departments, several, django_assert_num_queries
):
    guests = [joining.ask_to_join(join_code, f"Guest {n}", departments["SA"]) for n in range(several)]
    joining.admit(Guest.objects.all(), by="u1")
    members = [people[who].identity for who in ("ada", "sam", "sue")[:several]]
    asked = [*members, *(guest.identity for guest in guests), people["olga"].identity]
    with django_assert_num_queries(2):
        found = load_actors(asked, harrow.pk, room.id)
    assert set(found) == set(asked) - {people["olga"].identity}


def test_locked_loading_gives_the_same_people(people, gus, harrow, room):
    asked = [people["sam"].identity, gus.guest.identity]
    with transaction.atomic():
        assert load_actors(asked, harrow.pk, room.id, lock=True) == load_actors(asked, harrow.pk, room.id)


def test_organisations_of(people, gus, harrow):
    assert organisations_of(people["sam"].identity) == [harrow]
    assert organisations_of(gus.guest.identity) == []
    assert organisations_of(None) == []


def test_whatever_changes_a_right_raises_the_version(people, harrow, departments, join_code, gus):
    sam = Membership.objects.get(user=people["sam"])
    changes = [
        lambda: commands.change_member(sam, "observer", [], by="u1"),
        lambda: commands.deactivate_member(sam, by="u1"),
        lambda: commands.reactivate_member(sam, by="u1"),
        lambda: commands.add_member(harrow, people["olga"], "observer"),
        lambda: commands.rename_department(departments["SA"], "Selling", "SL"),
        lambda: joining.admit(Guest.objects.filter(pk=joining.ask_to_join(join_code, "Mia", None).pk), by="u1"),
        lambda: joining.remove(Guest.objects.filter(pk=gus.guest.pk), by="u1"),
        lambda: joining.open_code(harrow, join_code.room_id, by="u1"),
        lambda: joining.end_code(join_code.room_id, by="u1"),
    ]
    for number, change in enumerate(changes):
        before = version(harrow)
        change()
        assert version(harrow) > before, f"change {number}"


def test_a_change_that_is_rolled_back_is_not_told(people, harrow):
    before = version(harrow)
    with pytest.raises(RuntimeError), transaction.atomic():
        commands.add_member(harrow, people["olga"], "observer")
        raise RuntimeError
    assert version(harrow) == before
