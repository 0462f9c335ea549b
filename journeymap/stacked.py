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
from pathlib import Path

from journeymap.stack import StackError, die_with_parent, services


def main(folder: str, python: str, script: str, *options: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with services(Path(folder)) as stack:
            env = {**os.environ, **stack.env}
            celery = [python, "-m", "celery", "-A", "journeymap.celery:app", "--quiet"]
            schedule = str(Path(folder) / "beat")
            children = [
                subprocess.Popen([python, script, *options, "--inside-stack"], env=env, preexec_fn=die_with_parent),
                _start([*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"], env),
                _start([*celery, "beat", "--schedule", schedule, "--loglevel", "WARNING"], env),
            ]
            try:
                return children[0].wait()
            except KeyboardInterrupt:
                return 0
            finally:
                for child in children:
                    child.terminate()
                for child in children:
                    child.wait(15)
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=env, preexec_fn=die_with_parent)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
