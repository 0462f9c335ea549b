"""`run.py shots FOLDER`: a picture of every page, light and dark, at 390, 1440 and 2560 pixels.

Starts a server of its own on the demo in a temporary folder; your data is not touched.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

SIZES = ((390, 844), (1440, 900), (2560, 1440))


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="jm-shots-") as var:
        os.environ.update(VAR=var, DEMO="1", PLAIN_STATIC="1", DJANGO_ALLOW_ASYNC_UNSAFE="true")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journeymap.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("demo")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        server = subprocess.Popen([sys.executable, "-m", "journeymap.server", "--port", str(port)])
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            _take(folder, f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait(15)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server for the pictures did not start.")


def _take(folder: Path, url: str) -> None:
    from django.conf import settings
    from django.test import Client
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGUMENTS, chromium_path
    from tests.browser.pages import places

    cookies = {}
    for place in (found := places()):
        if place.who and place.who.pk not in cookies:
            client = Client()
            client.force_login(place.who)
            cookies[place.who.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for width, height in SIZES:
            for scheme in ("light", "dark"):
                for place in found:
                    context = chromium.new_context(
                        viewport={"width": width, "height": height}, color_scheme=scheme, base_url=url,
                        is_mobile=width < 500, has_touch=width < 500,
                    )  # fmt: skip
                    if place.who:
                        value = cookies[place.who.pk]
                        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])
                    page = context.new_page()
                    answer = page.goto(place.path)
                    page.wait_for_timeout(500)
                    who = place.who.name.split()[0].lower() if place.who else "nobody"
                    path = folder / f"{place.name}-{who}-{width}-{scheme}.png"
                    page.screenshot(path=path, full_page=True)
                    context.close()
                    print(f"{answer.status if answer else '?'} {path.name}", flush=True)
        chromium.close()
    print(f"{len(found) * len(SIZES) * 2} pictures are in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
