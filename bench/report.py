"""Measures everything, prints a table, writes var/bench.json."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bench import dashboards, engine, history, imports, intake, pages, redirect, shipping
from bench.measure import Measured, settle

PARTS: dict[str, Callable[[], list[Measured]]] = {
    "redirect": redirect.measure,
    "intake": intake.measure,
    "imports": imports.measure,
    "engine": engine.measure,
    "history": history.measure,
    "shipping": shipping.measure,
    "dashboards": dashboards.measure,
    "pages": pages.measure,
}


def main() -> None:
    """All parts, or those named as arguments; each is printed and written when it is measured."""
    found: list[Measured] = []
    for name in sys.argv[1:] or PARTS:
        print(f"\n{name:<76}{'ours':>12}{'against':>12}{'ratio':>7}{'goal':>7}", flush=True)
        settle()
        measured = PARTS[name]()
        for one in measured:
            print(_row(one), flush=True)
        found += measured
        _write(found)


def _row(one: Measured) -> str:
    figures = f"{one.ours:>12,.2f}{one.against:>12,.2f}{one.ratio:>7.2f}{one.goal:>7.2f}"
    return f"{one.name:<76}{figures}  {one.unit}{'' if one.is_met else '  goal missed'}"


def _write(found: list[Measured]) -> None:
    report = Path(os.environ["PRM_BENCH_REPORT"])
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps([asdict(one) for one in found], indent=2))
