"""How fast is the live core, against its peers, on this machine, right now?

Only ratios are worth keeping: every figure is taken next to a peer's, in the same minutes, on the same
cores, in interleaved rounds. Nothing in here is imported by the app. `python -m bench --help` tells the
shapes; `docs/benchmarks.md` holds the results of one run.
"""
