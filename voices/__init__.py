"""Voices: what customers say, from a file of comments to a ranked list of let-downs."""

import os

# Before numpy is loaded anywhere: more than one thread makes its products of small matrices slower, and on a busy
# machine many times slower.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
