"""One process serves everything: pages through eight fixed threads, sockets natively."""

import os

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journeymap.settings")
http = get_wsgi_application()

from journeymap.routing import websocket  # noqa: E402 needs Django to be ready

application = ProtocolTypeRouter({"http": WSGIMiddleware(http, workers=8), "websocket": websocket})
