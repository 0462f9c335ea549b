"""The app's own settings, with the one limit lifted that a person meets and a load generator must not."""

from journeymap.settings import *  # noqa: F403

LIVE_COMMANDS = {"rate": 1e9, "burst": 1e9}
