"""What a run says: a table of medians for each load, and the ratios with their floors and targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.generator import Row
from bench.goals import GOALS, Results, lost
from bench.peers import PEERS, WHERE

Absent = Mapping[tuple[str, str], str]  # load and peer → why it did not run

COLUMNS = (
    ("edits/s", "edits_s", "{:,.0f}"), ("µs CPU a delivery", "cpu_us_per_delivery", "{:.2f}"), ("core share", "cpu_share", "{:.0%}"),
    ("p50 ms", "delivery_p50_ms", "{:.1f}"), ("p99 ms", "delivery_p99_ms", "{:.1f}"), ("unfinished", "incomplete", "{:.0f}"),
    ("kB a person", "rss_kb_per_person", "{:.0f}"),
)  # fmt: skip
JOINING = (
    ("everybody in, s", "join_s", "{:.2f}"), ("ms CPU each", "join_cpu_ms_each", "{:.2f}"), ("kB each", "join_kb_each", "{:.0f}"),
    ("p50 ms", "join_p50_ms", "{:.0f}"), ("p99 ms", "join_p99_ms", "{:.0f}"),
)  # fmt: skip
DRAWING = (
    ("first paint, ms", "first_paint_ms", "{:.0f}"), ("all cards painted, ms", "built_ms", "{:.0f}"),
    ("second visit, ms", "built_again_ms", "{:.0f}"), ("another's edit until painted, ms", "seen_p50_ms", "{:.0f}"),
    ("of that in the browser, ms", "drawn_p50_ms", "{:.0f}"), ("own key until painted, ms", "own_key_ms", "{:.0f}"),
    ("empty page, ms", "empty_paint_ms", "{:.0f}"), ("frames/s scrolling", "frames_s", "{:.0f}"), ("on an empty page", "empty_frames_s", "{:.0f}"),
    ("PDF, s", "pdf_s", "{:.1f}"), ("PNG, s", "png_s", "{:.1f}"), ("XLSX, s", "xlsx_s", "{:.1f}"),
)  # fmt: skip
UNDERSTANDING = (
    ("brought in and understood, s", "import_s", "{:.0f}"), ("memory, MB", "memory_mb", "{:.0f}"),
    ("the server grows by, MB", "grown_mb", "{:.0f}"), ("suggested anew, s", "again_s", "{:.1f}"),
    ("Comments page p50, ms", "page_p50_ms", "{:.0f}"), ("p95, ms", "page_p95_ms", "{:.0f}"),
)  # fmt: skip
REPORTS = (
    ("ready with all files, s", "ready_s", "{:.1f}"), ("its page, ms", "report_page_ms", "{:.0f}"),
    ("pages on A4", "pages", "{:.0f}"),
)  # fmt: skip
MEETINGS = (
    ("edits", "done", "{:.0f}"), ("acknowledged p50, ms", "ack_p50_ms", "{:.0f}"), ("p95, ms", "ack_p95_ms", "{:.0f}"),
    ("on every screen p50, ms", "all_p50_ms", "{:.0f}"), ("p95, ms", "all_p95_ms", "{:.0f}"),
    ("lost or doubled", "incomplete", "{:.0f}"), ("screens behind", "holes", "{:.0f}"),
)  # fmt: skip
OPENINGS = (
    ("half of the screens, ms", "middle_ms", "{:.0f}"), ("the last screen, ms", "last_ms", "{:.0f}"),
    ("painted, ms", "painted_ms", "{:.0f}"), ("who comes then: first paint, ms", "paint_ms", "{:.0f}"),
    ("all answers painted, ms", "drawn_ms", "{:.0f}"), ("the map's first paint, ms", "map_ms", "{:.0f}"),
)  # fmt: skip
SPECIAL = {
    "opening": OPENINGS,
    "meetings": MEETINGS,
    "reports": REPORTS,
    "join": JOINING,
    "render": DRAWING,
    "comments": UNDERSTANDING,
}
OTHERS = {
    **{f"raw-{kind}": f"{where}, one edit per commit, no server" for kind, where in WHERE.items()},
    "raw-snapshot": "encoding and compressing one snapshot, no server",
}


def ratio_table(results: Results, *, measured_only: bool = False) -> list[str]:
    lines = ["| what | against | ratio | floor | target | |", "|---|---|---|---|---|---|"]
    for goal in GOALS:
        ratio = goal.ratio(results)
        if ratio is None and measured_only:
            continue
        sign = "≤" if goal.most else "≥"
        said = "–" if ratio is None else _ratio(ratio)
        lines.append(
            f"| {goal.what} | {goal.against} | {said} | {sign} {_ratio(goal.floor)} | {sign} {_ratio(goal.target)} "
            f"| {goal.verdict(results)} |"
        )
    gone = lost(results)
    verdict = "BELOW FLOOR" if gone else "target"
    lines.append(f"| edits lost, doubled, out of order or skipped, all our runs | – | {gone} | 0 | 0 | {verdict} |")
    return lines


def _ratio(value: float) -> str:
    return f"1/{1 / value:.0f}" if 0 < value < 0.05 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def case_table(results: Results, case: str) -> list[str]:
    """Median over the rounds, and from lowest to highest in brackets where the rounds differ."""
    columns = next((known for start, known in SPECIAL.items() if case.startswith(start)), COLUMNS)
    lines = ["| server | " + " | ".join(name for name, _, _ in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for peer in results.peers(case):
        cells = [_cell(results.values(case, peer, figure), form) for _, figure, form in columns]
        what = PEERS[peer].what if peer in PEERS else OTHERS[peer]
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    return lines


def _cell(values: Sequence[float], form: str) -> str:
    if not values:
        return "–"
    ordered = sorted(values)
    middle, low, high = (form.format(ordered[at]) for at in (len(ordered) // 2, 0, -1))
    return middle if low == high else f"{middle} ({low}–{high})"


def below_floor(results: Results, absent: Absent) -> list[str]:
    below = [f"{g.what}, against {g.against}" for g in GOALS if g.verdict(results) == "BELOW FLOOR"]
    below += ["edits lost, doubled or out of order"] if lost(results) else []
    return below + [f"{peer} did not run in “{case}”" for case, peer in absent if peer.startswith("journeymap")]


def page(machine: Row, rows: Sequence[Row], cases: dict[str, str], absent: Absent) -> str:
    """docs/benchmarks.md."""
    results = Results(rows)
    loads = [row["load_average"] for row in rows]
    lines = [
        "# Benchmarks",
        "",
        "Written by `python3 run.py bench --docs`; how it measures stands in `bench/__init__.py` and `bench/loadgen.c`.",
        "Only the ratios mean anything on another machine: each is taken in the same minutes, on the same cores, in",
        "interleaved rounds. CPU is of the whole server process, read from /proc. Latency is from when an edit was due to",
        "each person's receipt; where it is missing, the machine was too busy to believe it. Our server commits every edit",
        "before it tells anybody; of the others only those that say so store anything.",
        "",
        "Two things to know. Where the disk flushes in a tenth of a millisecond, as some machines do, one edit per commit is",
        "nearly free, sharing a commit gains nothing, and the ratio to it says nothing about an ordinary disk. So the same load",
        "also runs with every flush made to take 3 ms (`bench/slowdisk.c`), for the bare rate and the servers alike; the goal is",
        "judged there. And Hocuspocus 4 asks for Node 22 and gathers updates before it sends them, as we do; the goals were",
        "set against 3, so 4 is shown for the record.",
        "",
        "How good and how fast the understanding of comments is stands in [understanding.md](understanding.md).",
        "",
        f"Machine: {machine['cores']} cores, {machine['memory_gb']} GB. Load average during the run: "
        f"{min(loads):.1f} to {max(loads):.1f}. {max(row['round'] for row in rows)} rounds, medians (lowest–highest).",
        "Versions: "
        + ", ".join(f"{name} {version}" for name, version in machine.items() if isinstance(version, str))
        + ".",
        "",
        "## Against our goals",
        "",
        *ratio_table(results),
        "",
    ]
    for case, what in cases.items():
        if results.peers(case):
            lines += [f"## {what[0].upper()}{what[1:]}", "", *case_table(results, case), ""]
    if absent:
        lines += [
            "## Left out",
            "",
            *(f"* {peer} in “{case}”: {why.splitlines()[-1]}" for (case, peer), why in absent.items()),
            "",
        ]
    return "\n".join(lines)
