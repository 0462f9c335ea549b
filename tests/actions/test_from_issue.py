"""A quick win becomes a promise before anybody meets."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils import timezone

from actions.models import ActionItem
from live.door import execute
from live.models import new_id


def test_a_promise_is_made_from_a_let_down(journey, client, sam):
    pk = new_id("is")
    execute(journey.pk, sam.identity, "issue.add", {"id": pk, "title": "Invoices without our order number"})
    execute(journey.pk, sam.identity, "issue.change", {"id": pk, "quick_win": True})
    client.force_login(sam)
    url = reverse("action_new", args=[journey.pk]) + f"?issue={pk}"
    page = client.get(url)
    assert "Invoices without our order number" in page.content.decode()
    assert page.context["form"]["effort"].value() == ActionItem.Effort.SMALL
    due = timezone.localdate() + datetime.timedelta(days=20)
    sent = {
        "title": "Their number on every invoice", "customer_change": "They pay without a call", "owner": sam.pk,
        "due": due.isoformat(), "of_kind": "fix", "effort": ActionItem.Effort.SMALL,
    }  # fmt: skip
    assert client.post(url, sent).status_code == 302
    assert ActionItem.objects.get().issue_id == pk


def test_a_let_down_of_another_journey_is_not_shown(journey, client, sam):
    client.force_login(sam)
    page = client.get(reverse("action_new", args=[journey.pk]) + "?issue=is_0000000000000000")
    assert page.status_code == 200 and page.context["issue"] is None
