"""`run.py shots FOLDER`: a picture of every page, light and dark, at 390, 1440 and 2560 pixels.

Starts a server of its own on the demo in a temporary folder; your data is not touched. The pictures of one width
are taken side by side with those of the others: most of the time a browser waits for a page or packs a picture.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.pages import Page
    from tests.browser.visitors import Visit

SIZES = ((390, 844), (1440, 900), (2560, 1440))
# A page is ready when its fonts are there, the board is drawn and nothing slides any more.
READY = """async () => {
  await document.fonts.ready;
  const map = document.querySelector("journey-map");
  for (let i = 0; map && i < 100 && !document.querySelector(".stage"); i += 1) await new Promise((go) => setTimeout(go, 50));
  await new Promise((go) => requestAnimationFrame(() => setTimeout(go, 60)));
  const passing = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity);
  await Promise.race([Promise.allSettled(passing.map((one) => one.finished)), new Promise((go) => setTimeout(go, 2000))]);
}"""


def main(folder: Path, only: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jm-shots-") as var:
        os.environ.update(VAR=var, DEMO="1", PLAIN_STATIC="1", DJANGO_ALLOW_ASYNC_UNSAFE="true")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journeymap.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("demo")
        from tests.browser.pages import pages
        from tests.browser.visitors import visit

        there = visit()
        found = [page for page in pages(there) if only in page.label]
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        server = subprocess.Popen([sys.executable, "-m", "journeymap.server", "--port", str(port)])
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            odd = asyncio.run(_take(folder, f"http://127.0.0.1:{port}", there, found))
        finally:
            server.terminate()
            server.wait(15)
    print(f"{len(found) * len(SIZES) * 2} pictures are in {folder} ({time.monotonic() - started:.0f} s)")
    sys.exit("\n".join(odd))


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server for the pictures did not start.")


async def _take(folder: Path, url: str, there: Visit, found: list[Page]) -> list[str]:
    """Everything at every size; returns a line for each answer that was not the expected one."""
    from playwright.async_api import async_playwright

    from tests.browser.conftest import ARGUMENTS, chromium_path

    odd: list[str] = []
    done = iter(range(1, len(found) * len(SIZES) + 1))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)

        async def at(size: tuple[int, int]) -> None:
            for page in found:
                odd.extend(await _one(chromium, folder, url, there, page, size))
                print(f"{next(done):4d} of {len(found) * len(SIZES)}  {size[0]:4d} px  {page.label}", flush=True)

        await asyncio.gather(*(at(size) for size in SIZES))
        await chromium.close()
    return odd


async def _one(chromium: Browser, folder: Path, url: str, there: Visit, page: Page, size: tuple[int, int]) -> list[str]:
    """Both themes of a page at one size."""
    from django.conf import settings

    width, height = size
    context = await chromium.new_context(
        viewport={"width": width, "height": height}, base_url=url, reduced_motion="reduce",
        is_mobile=width < 500, has_touch=width < 500,
    )  # fmt: skip
    if page.who:
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": there.cookies[page.who], "url": url}
        await context.add_cookies([cookie])  # type: ignore[list-item]
    tab = await context.new_page()
    answer = await tab.goto(page.path)
    await tab.evaluate(READY)
    if page.script:
        await tab.evaluate(page.script)
        await tab.wait_for_timeout(150)
    for scheme in ("light", "dark"):
        await tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await tab.screenshot(path=folder / f"{page.label}-{width}-{scheme}.png", full_page=True)
    await context.close()
    status = answer.status if answer else 0
    return [] if status == page.status else [f"{page.path} ({page.label}) answered {status}, not {page.status}"]


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
