"""A live room as the Channels tutorial teaches it: a consumer per socket in a group of the channel layer.

With DATABASE_URL set it saves each edit first, in a transaction, through `database_sync_to_async`.
The layer's capacity is raised, because the default of 100 silently drops what it cannot hold.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
import environ
from django.conf import settings

SAVES = "DATABASE_URL" in os.environ
DATABASE = environ.Env().db("DATABASE_URL", default="sqlite://:memory:")
if DATABASE["ENGINE"].endswith("sqlite3"):
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    DATABASE["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}

settings.configure(
    ALLOWED_HOSTS=["*"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 100_000}}},
    DATABASES={"default": {**DATABASE, "CONN_MAX_AGE": None}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["channels"],
    SECRET_KEY="bench",
    USE_TZ=True,
)
django.setup()

from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.urls import re_path  # noqa: E402


class Room(models.Model):
    seq = models.BigIntegerField(default=0)

    class Meta:
        app_label = "textbook"


class Touchpoint(models.Model):
    room = models.ForeignKey(Room, on_delete=models.CASCADE)
    name = models.CharField(max_length=24)
    title = models.CharField(max_length=200)

    class Meta:
        app_label = "textbook"


class Event(models.Model):
    room = models.ForeignKey(Room, on_delete=models.CASCADE)
    seq = models.BigIntegerField()
    command_id = models.CharField(max_length=80, unique=True)
    body = models.JSONField()

    class Meta:
        app_label = "textbook"


def save(room_id: int, edit: dict[str, Any]) -> int:
    with transaction.atomic():
        room, _ = Room.objects.select_for_update().get_or_create(pk=room_id)
        touchpoint, _ = Touchpoint.objects.get_or_create(room=room, name=edit["target"])
        touchpoint.title = edit["value"]
        touchpoint.save()
        room.seq += 1
        room.save()
        Event.objects.create(room=room, seq=room.seq, command_id=edit["id"], body=edit)
        return room.seq


class Consumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        self.room = int(self.scope["url_route"]["kwargs"]["room"])
        await self.channel_layer.group_add(f"room{self.room}", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(f"room{self.room}", self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        if SAVES:
            content["seq"] = await database_sync_to_async(save)(self.room, content)
        await self.channel_layer.group_send(f"room{self.room}", {"type": "edit", "edit": content})

    async def edit(self, message: dict[str, Any]) -> None:
        await self.send_json(message["edit"])


def make_tables() -> None:
    have = connection.introspection.table_names()
    with connection.schema_editor() as editor:
        for model in (Room, Touchpoint, Event):
            if model._meta.db_table not in have:
                editor.create_model(model)
    connection.close()


if SAVES:  # in a thread, because uvicorn imports this inside its event loop
    with ThreadPoolExecutor(1) as pool:
        pool.submit(make_tables).result()

application = ProtocolTypeRouter({"websocket": URLRouter([re_path(r"^room(?P<room>\d+)$", Consumer.as_asgi())])})
