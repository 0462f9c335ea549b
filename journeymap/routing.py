"""Every socket."""

from __future__ import annotations

from channels.routing import URLRouter
from django.urls import path

from journeymap.board import BOARD
from live import door
from live.hub import Hub
from live.socket import RoomSocket

HUB = Hub(BOARD)
door.open_with(BOARD, HUB)

websocket = URLRouter([path("ws/journeys/<str:room>/", RoomSocket(HUB))])  # type: ignore[arg-type]
