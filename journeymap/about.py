"""What the rooms below need to know of the rooms above, said here because only here everything is known."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import RoomInfo
from touchpoints.models import Journey


def about_room(room_id: str) -> RoomInfo | None:
    """For the pages of joining: the journey behind a room, or None when there is none (any more)."""
    journey = Journey.objects.filter(pk=room_id, removed_at=None).select_related("room").first()
    if journey is None:
        return None
    return RoomInfo(journey.room.organisation_id, journey.name, reverse("journey", args=[journey.pk]), journey.archived)
