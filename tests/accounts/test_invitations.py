"""Invitations: by whom, once, for fourteen days, and never by a GET."""

import datetime
import re
from html import unescape
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import commands, invitations
from accounts.actors import load_actor
from accounts.models import Invitation, Membership, SentMail, User
from accounts.tokens import make_token
from actions.tasks import drain_outbox

pytestmark = pytest.mark.django_db
BASE = "/organisations/harrow-packaging"


@pytest.fixture(autouse=True)
def mailbox(settings):
    settings.EMAIL_BACKEND = "accounts.mail.MailboxBackend"
    settings.EMAIL_HOST = ""


@pytest.fixture
def invited(as_, departments) -> str:
    """Finn is invited for Finance; the path of the link in his mail."""
    data = {"email": " Finn@Harrow.example ", "role": "representative", "departments": [departments["FI"].pk]}
    assert as_("ada").post(f"{BASE}/invite/", data).status_code == 302
    return latest_link()


def latest_link() -> str:
    """What the mail says that the outbox's clock sends now."""
    drain_outbox()
    return re.search(r"http://127.0.0.1:8000(/invitations/\S+)", SentMail.objects.latest("pk").text).group(1)


def test_the_mail_says_who_invites_and_belongs_to_the_organisation(invited, harrow):
    mail = SentMail.objects.get()
    assert mail.organisation == harrow
    assert mail.recipient == "finn@harrow.example"
    assert mail.subject == "Ada Lind invites you to Harrow Packaging"
    assert invited in mail.html


def test_opening_the_link_changes_nothing(invited):
    before = Invitation.objects.values().get()
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(invited).status_code == 200
    assert Invitation.objects.values().get() == before
    assert not User.objects.filter(email="finn@harrow.example").exists()


def test_a_name_is_enough_on_the_first_visit(invited, harrow, departments):
    finn = Client()
    answer = finn.post(invited, {"name": "Finn O'Neil", "password": ""})
    assert (answer.status_code, answer.url) == (302, "/")
    user = User.objects.get(email="finn@harrow.example")
    assert finn.session["_auth_user_id"] == str(user.pk)
    actor = load_actor(user.identity, harrow.pk)
    assert (actor.name, actor.role, actor.departments) == ("Finn O'Neil", "representative", {departments["FI"].pk})
    assert EmailAddress.objects.get(user=user).verified
    assert not user.has_usable_password()


def test_the_link_works_once(invited):
    assert Client().post(invited, {"name": "Finn"}).status_code == 302
    for method in ("get", "post"):
        page = getattr(Client(), method)(invited, {"name": "Somebody else"})
        assert page.status_code == 410
        assert "This invitation has been used." in page.content.decode()
    assert User.objects.filter(email="finn@harrow.example").count() == 1


def test_of_two_presses_at_once_one_wins(invited, harrow):
    invitation = Invitation.objects.get()
    invitations.accept(invitation, None, "Finn")
    with pytest.raises(Exception, match="has been used"):
        invitations.accept(invitation, User.objects.get(email="finn@harrow.example"))


def test_it_expires_and_can_be_withdrawn(invited, as_):
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    page = Client().get(invited)
    assert page.status_code == 410
    assert "This invitation has expired: it was open for 14 days. Ask Ada Lind for a new one." in page.content.decode()
    assert Client().post(invited, {"name": "Finn"}).status_code == 410
    Invitation.objects.update(expires_at=timezone.now() + datetime.timedelta(days=1))
    as_("ada").post(f"{BASE}/invite/{Invitation.objects.get().pk}/withdraw/")
    assert "was withdrawn" in Client().get(invited).content.decode()


@pytest.mark.parametrize(
    "change", [lambda t: t[:-2] + "/", lambda t: t.replace("in_", "in-"), lambda t: "/invitations/x/"]
)
def test_a_link_that_was_changed_is_404(invited, change):
    page = Client().get(change(invited))
    assert page.status_code == 404
    assert "This link is not complete." in page.content.decode()


def test_sending_again_makes_the_old_link_useless(invited, as_):
    again = as_("fiona").post(f"{BASE}/invite/{Invitation.objects.get().pk}/again/", {"email": "finn@harrow.example"})
    assert again.status_code == 302
    assert Client().get(invited).status_code == 410
    assert Client().get(latest_link()).status_code == 200


def test_a_member_of_another_firm_signs_in_and_accepts(as_, people, harrow):
    as_("ada").post(f"{BASE}/invite/", {"email": people["olga"].email, "role": "observer"})
    link = latest_link()
    assert unquote(Client().get(link).url) == f"/sign-in/?next={link}"
    assert Client().post(link, {"name": "Not Olga"}).status_code == 302  # to signing in, not in
    assert load_actor(people["olga"].identity, harrow.pk) is None
    browser = as_("olga")
    assert "Accept" in browser.get(link).content.decode()
    assert load_actor(people["olga"].identity, harrow.pk) is None
    assert browser.post(link).status_code == 302
    assert load_actor(people["olga"].identity, harrow.pk).role == "observer"


def test_somebody_else_cannot_take_the_place(invited, as_, people, harrow):
    page = as_("olga").get(invited)
    assert "This invitation is for" in page.content.decode()
    assert as_("olga").post(invited).status_code == 422
    assert load_actor(people["olga"].identity, harrow.pk) is None


def test_an_address_that_a_stranger_typed_first_is_taken_back(invited):
    """Signing up does not prove an address where there is no mail server; the invitation's link does."""
    stranger = commands.create_person("finn@harrow.example", "Not Finn", "strangers-own-password", verified=False)
    make_token(stranger, "way back in")
    their_browser = Client()
    their_browser.force_login(stranger)
    assert their_browser.get("/you/").status_code == 200
    assert Client().post(invited, {"name": "Finn", "password": ""}).status_code == 302
    assert their_browser.get("/you/").status_code == 302
    stranger.refresh_from_db()
    assert (stranger.name, stranger.has_usable_password(), stranger.tokens.count()) == ("Finn", False, 0)


def test_facilitators_invite_the_people_of_a_workshop_but_nobody_above(as_, departments):
    fiona = as_("fiona")
    for role, status in (("representative", 302), ("executive", 302), ("admin", 422), ("facilitator", 422)):
        data = {"email": f"{role}@harrow.example", "role": role, "departments": [departments["FI"].pk]}
        assert fiona.post(f"{BASE}/invite/", data).status_code == status, role
    assert Invitation.objects.count() == 2


def test_a_facilitator_cannot_renew_an_admins_invitation(as_, harrow):
    as_("ada").post(f"{BASE}/invite/", {"email": "boss@harrow.example", "role": "admin"})
    pk = Invitation.objects.get().pk
    assert as_("fiona").post(f"{BASE}/invite/{pk}/again/").status_code == 403
    assert as_("fiona").post(f"{BASE}/invite/{pk}/withdraw/").status_code == 403
    assert as_("olga").post(f"{BASE}/invite/{pk}/withdraw/").status_code == 404
    assert as_("ada").get(f"{BASE}/invite/{pk}/withdraw/").status_code == 405


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("sam@harrow.example", "is already here as representative"),
        ("SAM@harrow.example", "is already here as representative"),
        ("nonsense", "“nonsense” is not an e-mail address."),
        ("a@b.example Bcc: c@d.example", "is not an e-mail address."),
        ("", "This field is required."),
    ],
)
def test_whom_one_cannot_invite(as_, email, sentence):
    page = as_("ada").post(f"{BASE}/invite/", {"email": email, "role": "observer"})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not SentMail.objects.exists()


def test_a_former_member_comes_back_by_invitation(as_, people, harrow):
    sam = Membership.objects.get(user=people["sam"])
    commands.deactivate_member(sam, by="u1")
    as_("ada").post(f"{BASE}/invite/", {"email": people["sam"].email, "role": "observer"})
    as_("sam").post(latest_link())
    assert load_actor(people["sam"].identity, harrow.pk).role == "observer"


def test_two_hundred_a_day_are_enough(as_, people, harrow):
    fiona = load_actor(people["fiona"].identity, harrow.pk)
    for n in range(200):
        invitations.invite(harrow, fiona, f"n{n}@harrow.example", "observer")
    page = as_("ada").post(f"{BASE}/invite/", {"email": "one.more@harrow.example", "role": "observer"})
    assert "200 invitations went out today." in page.content.decode()


def test_many_at_once_by_paste(as_, harrow, departments, people):
    """Who can be invited is; what cannot stays in the field with the reason."""
    pasted = f"Ann Bee <ann@x.example>; ben@x.example,\nnot an address\nBEN@x.example\n{people['sam'].email}"
    data = {"email": pasted, "role": "representative", "departments": [departments["SA"].pk]}
    answer = as_("ada").post(f"{BASE}/invite/", data)
    assert answer.status_code == 422
    rows = Invitation.objects.filter(organisation=harrow, withdrawn_at=None)
    assert sorted(row.email for row in rows) == ["ann@x.example", "ben@x.example"]
    assert [department.code for department in rows[0].departments.all()] == ["SA"]
    page = unescape(" ".join(answer.content.decode().split()))
    assert "2 invitations are on their way." in page
    assert "“not an address” is not an e-mail address." in page
    assert "is already here as representative" in page
    field = page.split("<textarea")[1].split("</textarea>")[0]
    assert "ann@x.example" not in field
    assert f"not an address {people['sam'].email}" in field


def test_a_column_of_addresses_that_are_all_fine(as_, harrow):
    answer = as_("ada").post(f"{BASE}/invite/", {"email": "a@x.example\nb@x.example", "role": "observer"}, follow=True)
    assert "2 invitations are on their way." in answer.content.decode()
    assert Invitation.objects.filter(organisation=harrow).count() == 2
