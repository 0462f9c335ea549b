"""Members, departments, mailbox: every door with the whole ladder of people, and what goes wrong."""

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts import commands, invitations, queries
from accounts.actors import load_actor
from accounts.mail import ORGANISATION_HEADER
from accounts.models import Membership, SentMail
from actions.tasks import drain_outbox
from tests.accounts.conftest import membership

pytestmark = pytest.mark.django_db
BASE = "/organisations/harrow-packaging"
INSIDERS = ("ada", "fiona", "sam", "elena", "otto")

# Door, the method that works, then what each insider gets: ada, fiona, sam, elena, otto.
DOORS = [
    ("members/", "get", (200, 200, 403, 403, 403)),
    ("members/{sue}/", "get", (200, 403, 403, 403, 403)),
    ("members/{sue}/access/", "post", (302, 403, 403, 403, 403)),
    ("invite/", "get", (200, 200, 403, 403, 403)),
    ("departments/", "get", (200, 200, 200, 200, 200)),
    ("departments/", "post", (422, 422, 403, 403, 403)),
    ("departments/{it}/", "get", (200, 200, 403, 403, 403)),
    ("mailbox/", "get", (200, 403, 403, 403, 403)),
    ("mailbox/{mail}/", "get", (200, 403, 403, 403, 403)),
]


@pytest.fixture
def ids(people, harrow, departments):
    mail = SentMail.objects.create(organisation=harrow, sender="a@b.example", recipient="c@d.example", subject="Hello")
    return {"sue": membership(harrow, people["sue"]).pk, "it": departments["IT"].pk, "mail": mail.pk}


@pytest.mark.parametrize(("door", "method", "expected"), DOORS)
def test_the_ladder_of_each_door(as_, ids, gus, door, method, expected):
    url = f"{BASE}/{door.format(**ids)}"
    for who, status in zip(INSIDERS, expected, strict=True):
        assert getattr(as_(who), method)(url).status_code == status, who
    assert getattr(as_("olga"), method)(url).status_code == 404
    assert getattr(gus.phone, method)(url).status_code == 403
    nobody = getattr(as_(None), method)(url)
    assert nobody.status_code == 302
    assert nobody.url.startswith("/sign-in/?next=")
    assert as_("ada").put(url).status_code == 405


@pytest.mark.parametrize("door", ["members/0/", "members/99999999999999999999/", "departments/dp_x/", "mailbox/0/"])
def test_ids_of_nothing_and_of_others_are_404(as_, people, door):
    assert as_("ada").get(f"{BASE}/{door}").status_code == 404
    elsewhere = membership(
        queries.members_of(people["olga"].memberships.get().organisation)[0].organisation, people["olga"]
    )
    assert as_("ada").get(f"{BASE}/members/{elsewhere.pk}/").status_code == 404
    assert as_("ada").get("/organisations/nowhere/members/").status_code == 404


def test_without_the_csrf_token_nothing_changes(people, harrow, ids):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people["ada"])
    assert browser.post(f"{BASE}/members/{ids['sue']}/access/", {"access": "end"}).status_code == 403
    assert load_actor(people["sue"].identity, harrow.pk)


def test_an_admin_changes_role_and_departments(as_, people, harrow, departments, ids):
    data = {"role": "facilitator", "departments": [departments["FI"].pk, departments["LE"].pk]}
    assert as_("ada").post(f"{BASE}/members/{ids['sue']}/", data).status_code == 302
    actor = load_actor(people["sue"].identity, harrow.pk)
    assert actor.role == "facilitator"
    assert actor.departments == {departments["FI"].pk, departments["LE"].pk}


def test_a_representative_speaks_for_a_department_of_this_organisation(as_, people, harrow, ids):
    page = as_("ada").post(f"{BASE}/members/{ids['sue']}/", {"role": "representative"})
    assert page.status_code == 422
    assert "Choose the departments this representative speaks for." in page.content.decode()
    foreign = people["olga"].memberships.get().organisation.departments.first()
    page = as_("ada").post(f"{BASE}/members/{ids['sue']}/", {"role": "representative", "departments": [foreign.pk]})
    assert page.status_code == 422
    assert load_actor(people["sue"].identity, harrow.pk).role == "representative"


def test_ending_and_restoring_access(as_, people, harrow, ids):
    as_("ada").post(f"{BASE}/members/{ids['sue']}/access/", {"access": "end"})
    assert load_actor(people["sue"].identity, harrow.pk) is None
    assert as_("sue").get(f"{BASE}/departments/").status_code == 404
    as_("ada").post(f"{BASE}/members/{ids['sue']}/access/", {"access": "restore"})
    assert load_actor(people["sue"].identity, harrow.pk)


def test_the_last_admin_stays(as_, people, harrow):
    ada = membership(harrow, people["ada"])
    page = as_("ada").post(f"{BASE}/members/{ada.pk}/access/", {"access": "end"})
    assert "This is the only admin." in page.content.decode()
    page = as_("ada").post(f"{BASE}/members/{ada.pk}/", {"role": "observer"})
    assert "This is the only admin." in page.content.decode()
    assert load_actor(people["ada"].identity, harrow.pk).role == "admin"
    commands.change_member(membership(harrow, people["fiona"]), "admin", [], by="u1")
    assert as_("ada").post(f"{BASE}/members/{ada.pk}/", {"role": "observer"}).status_code == 302


def test_a_new_department_gets_a_code_a_colour_and_the_last_place(as_, harrow):
    as_("fiona").post(f"{BASE}/departments/", {"name": "  Field \n service "})
    row = harrow.departments.get(name="Field service")
    assert (row.code, row.colour, row.position) == ("FE", 12, 12)


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("", "", "This field is required."),
        ("sales", "", "There is a department called sales already."),
        ("Quality", "SA", "SA stands for another department."),
        ("Quality", "Q", "A code has two letters or digits"),
        ("Qual\u202eity", "", "holds a character that cannot be shown"),
        ("Q" * 61, "", "Keep the name of the department to 60 characters; this one has 61."),
    ],
)
def test_what_a_department_cannot_be_called(as_, harrow, name, code, sentence):
    page = as_("ada").post(f"{BASE}/departments/", {"name": name, "code": code})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert harrow.departments.count() == 11


def test_renaming_a_department(as_, departments):
    url = f"{BASE}/departments/{departments['IT'].pk}/"
    assert as_("ada").post(url, {"name": "Digital", "code": "dg"}).status_code == 302
    departments["IT"].refresh_from_db()
    assert (departments["IT"].name, departments["IT"].code) == ("Digital", "DG")
    assert as_("ada").post(url, {"name": "Digital", "code": "DG"}).status_code == 302  # itself is no clash


@pytest.mark.parametrize("several", [1, 3])
def test_the_members_page_takes_a_fixed_number_of_queries(
    as_, harrow, people, departments, several, django_assert_num_queries
):
    for n in range(several):
        user = commands.create_person(f"more{n}@harrow.example", f"More {n}", verified=True)
        commands.add_member(harrow, user, "representative", departments.values())
        actor = load_actor(people["ada"].identity, harrow.pk)
        invitations.invite(harrow, actor, f"new{n}@harrow.example", "observer", departments.values())
    drain_outbox()
    browser = as_("ada")
    with django_assert_num_queries(11):
        assert browser.get(f"{BASE}/members/").status_code == 200


def post(to, subject, organisation=None):
    headers = {ORGANISATION_HEADER: organisation.pk} if organisation else {}
    EmailMessage(subject, "Body", "from@here.example", [to], headers=headers).send()


@pytest.fixture
def mail_server_off(settings):
    settings.EMAIL_BACKEND = "accounts.mail.MailboxBackend"
    settings.EMAIL_HOST = ""


def test_the_mailbox_shows_ones_own_organisation_only(as_, people, harrow, mail_server_off):
    elsewhere = people["olga"].memberships.get().organisation
    post("x@y.example", "For Harrow", harrow)
    post("x@y.example", "For Elsewhere", elsewhere)
    page = as_("ada").get(f"{BASE}/mailbox/").content.decode()
    assert "For Harrow" in page
    assert "For Elsewhere" not in page
    foreign = SentMail.objects.get(subject="For Elsewhere")
    assert as_("ada").get(f"{BASE}/mailbox/{foreign.pk}/").status_code == 404


def test_sign_in_codes_show_only_without_a_mail_server_and_for_ones_own_people(
    people, harrow, mail_server_off, settings
):
    post(people["sam"].email, "Code for Sam")
    post(people["olga"].email, "Code for Olga")
    post("stranger@nowhere.example", "Code for nobody here")
    assert [mail.subject for mail in queries.mailbox_of(harrow)] == ["Code for Sam"]
    # Somebody who also belongs elsewhere could be impersonated there.
    commands.add_member(people["olga"].memberships.get().organisation, people["sam"], "observer")
    assert not queries.mailbox_of(harrow).exists()
    Membership.objects.filter(user=people["sam"]).exclude(organisation=harrow).delete()
    settings.EMAIL_HOST = "mail.example"
    assert not queries.mailbox_of(harrow).exists()


def test_a_message_is_kept_with_its_id_and_never_carries_our_header(harrow, mail_server_off):
    post("x@y.example", "Hello", harrow)
    mail = SentMail.objects.get()
    assert mail.message_id.startswith("<")
    assert (mail.organisation, mail.recipient, mail.text, mail.handed_over_at) == (harrow, "x@y.example", "Body", None)


def test_with_a_mail_server_the_message_leaves_and_is_kept(harrow, sink):
    post("x@y.example", "Hello", harrow)
    mail = SentMail.objects.get()
    assert mail.handed_over_at
    assert sink.ids == [mail.message_id]
    assert ORGANISATION_HEADER not in sink.messages[0]


def test_a_refused_message_is_kept_with_the_reason(harrow, sink):
    with pytest.raises(OSError, match="no such person"):
        post("refused@y.example", "Hello", harrow)
    mail = SentMail.objects.get()
    assert (mail.handed_over_at, "no such person" in mail.error) == (None, True)


def test_a_mail_server_that_refuses_costs_nobody_the_page(as_, people, harrow, sink):
    refused = commands.create_person("refused@harrow.example", "Rita", verified=True)
    page = Client().post("/sign-in/code/", {"email": refused.email}, follow=True)
    assert page.status_code == 200
    assert "Our mail server did not take the mail." in page.content.decode()
