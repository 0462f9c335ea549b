"""One process serves everything: pages through eight fixed threads, sockets natively."""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journeymap.settings")
http: Any = get_wsgi_application()

from journeymap.routing import websocket  # noqa: E402 needs Django to be ready

pages: Any = WSGIMiddleware(http, workers=8)
application = ProtocolTypeRouter({"http": pages, "websocket": websocket})
