"""Static files: hashed, compressed and cached for ever once collected; read as they are before that."""

from __future__ import annotations

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports between JavaScript modules, so that a new module is never mixed with an old one."""

    support_js_module_import_aggregation = True


class PlainStorage(StaticFilesStorage):
    """For tests and tools."""
