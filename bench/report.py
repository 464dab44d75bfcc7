"""Measures everything, prints a table, writes var/bench.json."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bench import dashboards, engine, history, imports, intake, redirect, shipping
from bench.measure import Measured

PARTS: dict[str, Callable[[], list[Measured]]] = {
    "redirect": redirect.measure,
    "intake": intake.measure,
    "imports": imports.measure,
    "engine": engine.measure,
    "history": history.measure,
    "shipping": shipping.measure,
    "dashboards": dashboards.measure,
}


def main() -> None:
    """All parts, or those named as arguments."""
    found: list[Measured] = []
    for name in sys.argv[1:] or PARTS:
        print(f"measuring {name}", flush=True)
        found += PARTS[name]()
    print(f"\n{'':<62}{'ours':>11}{'against':>11}{'ratio':>8}{'goal':>7}")
    for one in found:
        mark = "" if one.is_met else "  goal missed"
        figures = f"{one.ours:>11,.2f}{one.against:>11,.2f}{one.ratio:>8.2f}{one.goal:>7.2f}"
        print(f"{one.name:<62}{figures}  {one.unit}{mark}")
    report = Path(os.environ["PRM_BENCH_REPORT"])
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps([asdict(one) for one in found], indent=2))
