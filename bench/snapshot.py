"""`python -m bench.snapshot ROOM`: the CPU of encoding one snapshot and of compressing it, as JSON."""

from __future__ import annotations

import json
import sys
import time
import zlib
from collections.abc import Callable

import django

django.setup()  # this module is a program: what follows needs the app's models

from journeymap.board import BOARD  # noqa: E402
from live.messages import encode  # noqa: E402
from live.queries import snapshot  # noqa: E402


def cpu_ms(work: Callable[[], object], times: int = 50) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) * 1000 / times


if __name__ == "__main__":
    made = snapshot(BOARD, sys.argv[1])
    assert made is not None
    message = {"t": "snapshot", "seq": made.seq, "records": made.records({"all"})}
    frame = encode(message)
    encoding, compress = cpu_ms(lambda: encode(message)), cpu_ms(lambda: zlib.compress(frame, 6))
    row = {
        "join_cpu_ms_each": encoding + compress,
        "encode_ms": encoding,
        "deflate_ms": compress,
        "join_kb_each": len(frame) / 1000,
    }
    print(json.dumps({name: round(value, 4) for name, value in row.items()}))
