"""`run.py --stack`: production's parts on one machine, as children that never outlive their parent.

    python -m journeymap.stacked FOLDER PYTHON RUN.PY [options of run.py]

Starts PostgreSQL and Valkey, then run.py again with their addresses, and beside it a Celery worker and
beat as processes of their own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from journeymap.stack import StackError, die_with_parent, services


def main(folder: str, python: str, script: str, *options: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with services(Path(folder)) as stack:
            env = {**os.environ, **stack.env}
            celery = [python, "-W", "ignore", "-m", "celery", "-A", "journeymap.celery:app", "--quiet"]
            beside = [
                [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
                [*celery, "beat", "--schedule", str(Path(folder) / "beat"), "--loglevel", "WARNING"],
            ]
            server = _start([python, script, *options, "--inside-stack"], env)
            children = [_start(command, env) for command in beside]
            try:
                while server.poll() is None:
                    time.sleep(0.5)
                    for at, child in enumerate(children):
                        if child.poll() is not None:
                            time.sleep(2)  # whatever ended it, do not end with it again and again
                            children[at] = _start(beside[at], env)
                return server.returncode
            except KeyboardInterrupt:
                return 0
            finally:
                for child in (*children, server):
                    child.terminate()
                for child in (*children, server):
                    child.wait(15)
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=env, preexec_fn=die_with_parent)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
