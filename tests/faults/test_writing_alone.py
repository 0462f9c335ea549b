"""F29: the server dies while everybody writes alone. Nothing that was written is lost or doubled, and nothing is shown:
whoever comes back to the new server is sent no more than whoever stayed with the old one."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.faults.load import Client, made_id, settle
from tests.faults.servers import World, killed

EACH, CANARY = 25, "zwitscher"


class Writer(Client):
    """Answers the question, and keeps every frame that it is sent."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.heard: list[str] = []
        self.wrote: list[str] = []

    def _hear(self, message: dict[str, Any]) -> None:
        self.heard.append(json.dumps(message, ensure_ascii=False))
        super()._hear(message)

    async def answer(self, workshop: str) -> None:
        for n in range(EACH):
            answer, text = made_id(self.random, "an"), f"{CANARY} {self.person['identity']} nr {n}"
            self.wrote.append(f"{text}!")
            data = {"id": answer, "workshop": workshop, "of_kind": "learn", "text": text}
            await self.do("answer.add", data)
            await self.do("answer.change", {"id": answer, "text": f"{text}!"})
            await asyncio.sleep(0.2 * self.random.random())


async def there(clients: list[Writer], times: int) -> None:
    """Everybody has come (back) so often and has the map before them."""
    async with asyncio.timeout(40):
        while not all(client.connects >= times and client.socket and client.cursor is not None for client in clients):
            await asyncio.sleep(0.05)


async def twice(clients: list[Writer], site: World, servers: list[int]) -> None:
    """Killed, everybody is back, killed again, everybody is back."""
    for times in (2, 3):
        await killed(site, servers[:1], 1, 0.7, 0.2)
        await there(clients, times)


def test_f29_killed_in_the_middle_of_private_writing(site, servers):
    everybody = site.seeded["people"]
    leader = next(person for person in everybody if person["role"] == "facilitator")
    speak = [person for person in everybody if person["role"] == "representative"][:8]
    workshop = site.ask("writing", leader["identity"], *(person["identity"] for person in speak))["workshop"]

    async def whole() -> tuple[Writer, list[Writer]]:
        clients = [Writer(person, site.seeded, servers[:1], n) for n, person in enumerate([leader, *speak])]
        lines = [asyncio.create_task(client.run()) for client in clients]
        await there(clients, 1)
        writers = [client.answer(workshop) for client in clients[1:]]
        await asyncio.gather(twice(clients, site, servers), *writers)
        await settle(clients)
        for client in clients:
            client.stopping = True
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        return clients[0], clients[1:]

    fiona, writers = asyncio.run(whole())
    assert not any(client.pending or client.refused for client in writers)
    kept = site.ask("said", workshop)["answers"]
    assert sorted(text for text, _, _ in kept) == sorted(text for client in writers for text in client.wrote)
    assert not any(revealed for _, _, revealed in kept), "a restart revealed something"
    for client in (fiona, *writers):
        own = client.person["identity"]
        others = [text for text in client.heard if CANARY in text.replace(f"{CANARY} {own} ", "")]
        assert not others, f"{own} was sent {others[0][:300]}"
    assert CANARY not in json.dumps(site.ask("look", site.seeded["room"])["records"])
    assert CANARY not in site.log.read_text(errors="replace")
    lost = len(writers) * EACH - len(kept)
    print(
        f"\n  F29 on {site.engine}: {len(kept)} private answers over two kills, {lost} lost, 0 seen by others", end=""
    )
