#!/usr/bin/env python3
"""Start, test and look at Journeymap with nothing but Python 3.11 or later.

python3 run.py                 start it with the demo       --host --port --no-demo --reset-demo --stack
python3 run.py test [--fast]   every test; --fast leaves out the browser and the fault runs
python3 run.py lint            style and types
python3 run.py shots FOLDER    pictures of every page
python3 run.py bench           how fast it is, as ratios
"""

from __future__ import print_function

import sys

if sys.version_info < (3, 11):  # noqa: UP036 this line must run on the Python that is too old
    sys.exit(
        "Journeymap needs Python 3.11 or later. This is Python %d.%d. Install a newer one, then run it again."
        % sys.version_info[:2]
    )

import argparse
import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import time
import xml.etree.ElementTree as xml
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
VAR = Path(os.environ.get("VAR") or ROOT / "var")


def say(text=""):
    print(text, flush=True)


def stop(text):
    sys.exit("\n" + text)


# -- the environment -------------------------------------------------------------------------
def install(lock):
    """Make .venv hold exactly what the lock file names. Does nothing when it does already."""
    want, stamp = wanted(lock), install_stamp(lock)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == want:
        return
    started = time.monotonic()
    if not PYTHON.exists():
        say("Making the environment in .venv …")
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
        if made.returncode:
            shutil.rmtree(str(VENV), ignore_errors=True)  # half an environment would look like a whole one next time
            if "No space left" in made.stdout + made.stderr:
                stop("The disk is full. Free about 1 GB, then run this again.")
            last = (made.stderr or made.stdout).strip().splitlines()[-1:]
            stop("Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv\n" + "".join(last))
    say("Installing what {} names (about a minute the first time) …".format(lock))
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--python", str(PYTHON), "--require-hashes", "-r", str(ROOT / lock)]
    else:
        command = [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            str(ROOT / lock),
        ]
    if not install_with(command):
        stop("Some packages could not be installed; the lines above say which.")
    stamp.write_text(want)
    if lock == "requirements-dev.lock":  # it holds the other one, pin for pin
        install_stamp("requirements.lock").write_text(wanted("requirements.lock"))
    say("Installed in {:.0f} s.".format(time.monotonic() - started))


def wanted(lock):
    return hashlib.sha256((ROOT / lock).read_bytes() + sys.version.encode()).hexdigest()


def install_stamp(lock):
    return VENV / ".installed-{}".format(lock)


def install_with(command):
    """Run the installer, showing one line of progress a package; explain the two usual failures."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seen, count = [], 0
    for line in process.stdout:
        seen.append(line.rstrip())
        if line.startswith(("Collecting ", " + ")):
            count += 1
            name = line.replace("Collecting ", "").strip(" +\n").split("==")[0].split(" ")[0]
            if sys.stdout.isatty():
                print("\r  {:3d}  {:<40}".format(count, name[:40]), end="", flush=True)
    if sys.stdout.isatty():
        print("\r" + " " * 50 + "\r", end="")
    if process.wait() == 0:
        return True
    text = "\n".join(seen[-15:])
    if "No space left" in text:
        stop("The disk is full. Free about 1 GB, then run this again.")
    if any(
        sign in text
        for sign in (
            "Failed to establish",
            "NewConnectionError",
            "error sending request",
            "Name or service",
            "name resolution",
            "dns error",
            "Max retries",
        )
    ):
        stop(
            "The package index cannot be reached. Connect to the internet for the first start (later starts need none), or set the usual proxy variables."
        )
    say(text)
    return False


def environment(**more):
    env = dict(os.environ, DJANGO_SETTINGS_MODULE="journeymap.settings", PYTHONUNBUFFERED="1")
    env.update({name: str(value) for name, value in more.items()})
    return env


def manage(env, *arguments):
    done = subprocess.run([str(PYTHON), "manage.py", *arguments], cwd=str(ROOT), env=env)
    if done.returncode:
        stop("“manage.py {}” failed; the lines above say why.".format(" ".join(arguments)))


# -- serving ---------------------------------------------------------------------------------
def serve(asked):
    check_port(asked.host, asked.port)
    try:
        install("requirements.lock")
        env = environment(DEMO="" if asked.no_demo else "1")
        env.setdefault("LOCAL_URL", "http://{}:{}".format(address_for_others(asked.host), asked.port))
        if asked.stack and not asked.inside_stack:
            stacked(asked, env)
        else:
            run_server(asked, env)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            stop("The disk is full. Free some space, then run this again; nothing was lost.")
        raise


def address_for_others(host):
    """Where other devices reach us: in QR codes and mails. Nothing is sent: connecting a datagram socket only
    picks a route."""
    if host not in ("0.0.0.0", "::"):
        return host
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]


def check_port(host, port):
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                stop(
                    "Port {0} is taken by another program. Choose another: python3 run.py --port {1}".format(
                        port, port + 1
                    )
                )
            if error.errno == errno.EACCES:
                stop(
                    "Port {} needs more rights than you have. Choose one above 1024: python3 run.py --port 8000".format(
                        port
                    )
                )
            stop("Cannot listen on {}:{}: {}".format(host, port, error.strerror or error))


def prepare(asked, env):
    """Bring the database up to date; skipped when neither migrations nor demo changed since the last start."""
    parts = sorted(ROOT.glob("*/migrations/*.py")) + [ROOT / "requirements.lock"]
    parts += sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    state = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    state += " empty" if asked.no_demo else " demo"
    # Another database than the last time is prepared as well; its address may hold a password, so only its digest is kept.
    state += " " + hashlib.sha256(os.environ.get("DATABASE_URL", "").encode()).hexdigest()[:12]
    stack, database = asked.inside_stack, VAR / "journeymap.sqlite3"
    VAR.mkdir(parents=True, exist_ok=True)
    stamp = VAR / ("prepared-stack" if stack else "prepared")
    fresh = stamp.exists() and stamp.read_text() == state and (stack or database.exists())
    if not fresh:
        say("Preparing the database …")
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "collectstatic", "--noinput", "--clear", "--verbosity", "0")
    if asked.reset_demo:
        manage(env, "demo", "--reset")
    elif not asked.no_demo and not fresh:
        manage(env, "demo")
    stamp.write_text(state)


def run_server(asked, env):
    prepare(asked, env)
    become([str(PYTHON), "-m", "journeymap.server", "--hello", "--host", asked.host, "--port", str(asked.port)], env)


def become(command, env):
    """Turn into that program: one process, which hears Ctrl+C itself and leaves nothing behind when it is killed."""
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.run(command, cwd=str(ROOT), env=env).returncode)
    os.chdir(str(ROOT))
    os.execve(command[0], command, env)


def stacked(asked, env):
    """--stack: PostgreSQL, Valkey, a Celery worker and its clock as child processes of one parent."""
    command = [str(PYTHON), "-m", "journeymap.stacked", str(VAR / "stack"), str(PYTHON), str(Path(__file__))]
    inner = ["--host", asked.host, "--port", str(asked.port)]
    inner += ["--no-demo"] if asked.no_demo else []
    inner += ["--reset-demo"] if asked.reset_demo else []
    become(command + inner, env)


# -- testing ---------------------------------------------------------------------------------
def find_chromium():
    for name in ("CHROMIUM_PATH", "CHROME_PATH"):
        if os.environ.get(name):
            return os.environ[name]
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if shutil.which(name):
            return shutil.which(name)
    shipped = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    found = subprocess.run([str(PYTHON), "-c", shipped], capture_output=True, text=True).stdout.strip()
    return found if found and Path(found).exists() else None


def chromium():
    """The browser the tests use; installed when it is missing and that is possible."""
    found = find_chromium()
    if not found:
        say("No Chromium here: trying playwright's download …")
        subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], capture_output=True, timeout=300)
        found = find_chromium()
    if not found and shutil.which("apt-get") and hasattr(os, "getuid") and os.getuid() == 0:
        say("… and now the system's package …")
        subprocess.run(["apt-get", "update", "-qq"], stdout=subprocess.DEVNULL)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu-core"], stdout=subprocess.DEVNULL)
        found = find_chromium()
    if not found:
        stop(
            "The browser tests need Chromium. Install it (for example: apt install chromium) or set CHROMIUM_PATH to one."
        )
    return found


def leg(name, arguments, env):
    """One pytest run. Returns (passed, failed)."""
    report = VAR / "reports" / (name.replace(" ", "-") + ".xml")
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    say("\n=== {} ===".format(name))
    started = time.monotonic()
    done = subprocess.run(
        [str(PYTHON), "-m", "pytest", "-rs", "--junitxml={}".format(report), *arguments],
        cwd=str(ROOT),
        env=env,
        stdin=subprocess.DEVNULL,
    )
    passed, failed, skipped = count(report)
    if (done.returncode and not failed) or not passed:
        failed += 1  # a leg that collected nothing, crashed or was interrupted has failed
    said = "--- {}: {} passed, {} failed, {:.0f} s".format(name, passed, failed, time.monotonic() - started)
    say(said + (", {} left out for the reasons above".format(skipped) if skipped else ""))
    return passed, failed


def count(report):
    if not report.exists():
        return 0, 0, 0
    suites = xml.parse(str(report)).getroot().iter("testsuite")
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return total - failed - skipped, failed, skipped


def javascript():
    node = shutil.which("node")
    if not node:
        say(
            "\n=== JavaScript ===\nNode is not installed, so the JavaScript unit tests did not run here; the browser tests did."
        )
        return 0, 0
    say("\n=== JavaScript ===")
    files = sorted(str(path) for path in (ROOT / "tests" / "js").glob("*.test.js"))
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", *files], cwd=str(ROOT), capture_output=True, text=True
    )
    numbers = {
        line.split()[1]: int(line.split()[2])
        for line in done.stdout.splitlines()
        if line.startswith(("# pass", "# fail"))
    }
    if done.returncode or not numbers.get("pass"):
        say(done.stdout[-6000:] + done.stderr[-2000:])
    passed, failed = numbers.get("pass", 0), numbers.get("fail", 0) or int(bool(done.returncode))
    say("--- JavaScript: {} passed, {} failed".format(passed, failed))
    return passed, failed


def test(asked):
    install("requirements-dev.lock")
    env = environment(SECRET_KEY="only-for-tests-" + secrets.token_hex(24), DEMO="1", PLAIN_STATIC="1")
    env.pop("DATABASE_URL", None)
    env.pop("REDIS_URL", None)
    unit = ["tests", "--ignore=tests/browser", "--ignore=tests/faults", "-n", "2"]
    stack = ["-p", "tests.plugin_services"]
    own = ["--ignore=tests/test_run.py"]  # it starts its own databases, both kinds; once is enough
    legs = [javascript(), leg("SQLite", unit, env), leg("PostgreSQL and Valkey", [*stack, *unit, *own], env)]
    if not asked.fast:
        env["CHROMIUM_PATH"] = chromium()
        env["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        legs.append(leg("Chromium", ["tests/browser"], env))
        legs.append(leg("Chromium on PostgreSQL", [*stack, "tests/browser", "-m", "smoke"], env))
        legs.append(leg("faults", ["tests/faults", "-s"], env))
    passed, failed = sum(a for a, _ in legs), sum(b for _, b in legs)
    say("\n{} passed, {} failed".format(passed, failed))
    sys.exit(1 if failed else 0)


def lint(asked):
    install("requirements-dev.lock")
    env = environment(SECRET_KEY="only-for-lint")
    templates = sorted(str(path) for path in (ROOT / "templates").rglob("*.html"))
    checks = [
        [str(BIN / "ruff"), "check", "."],
        [str(BIN / "ruff"), "format", "--check", "."],
        [
            str(BIN / "mypy"),
            "accounts",
            "live",
            "touchpoints",
            "personas",
            "voices",
            "workshops",
            "actions",
            "journeymap",
        ],
        [str(BIN / "djangofmt"), "--check", "--quiet", *templates],
    ]
    if shutil.which("node"):
        scripts = sorted(str(path) for path in (ROOT / "static" / "js").rglob("*.js"))
        checks += [["node", "--check", script] for script in scripts]
    failed = [command for command in checks if subprocess.run(command, cwd=str(ROOT), env=env).returncode]
    for command in failed:
        say("Failed: {}".format(" ".join(command[:3])))
    sys.exit(1 if failed else 0)


def shots(asked):
    install("requirements-dev.lock")
    env = environment(SECRET_KEY="only-for-pictures-" + secrets.token_hex(24), DEMO="1", CHROMIUM_PATH=chromium())
    sys.exit(
        subprocess.run([str(PYTHON), "-m", "tests.browser.shots", asked.folder], cwd=str(ROOT), env=env).returncode
    )


def bench(asked):
    install("requirements-dev.lock")
    sys.exit(
        subprocess.run([str(PYTHON), "-m", "bench", *asked.arguments], cwd=str(ROOT), env=environment()).returncode
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.set_defaults(do=serve)
    parser.add_argument(
        "--host", default="0.0.0.0", help="address to listen on (default: all, so that phones can join)"
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-demo", action="store_true", help="start empty")
    parser.add_argument("--reset-demo", action="store_true", help="put the demo back as it was")
    parser.add_argument("--stack", action="store_true", help="real PostgreSQL and Valkey as child processes")
    parser.add_argument("--inside-stack", action="store_true", help=argparse.SUPPRESS)
    commands = parser.add_subparsers()
    one = commands.add_parser("test")
    one.add_argument("--fast", action="store_true")
    one.set_defaults(do=test)
    commands.add_parser("lint").set_defaults(do=lint)
    one = commands.add_parser("shots")
    one.add_argument("folder")
    one.set_defaults(do=shots)
    one = commands.add_parser("bench")
    one.set_defaults(do=bench)
    asked, asked.arguments = parser.parse_known_args()  # the bench knows its own words
    if asked.arguments and asked.do is not bench:
        parser.error("unrecognized arguments: {}".format(" ".join(asked.arguments)))
    asked.do(asked)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("Stopped.")
