#!/usr/bin/env python3
"""Runs the benchmarks and prints one report of the goals.

    bench/report.py BENCH_GOALS [--format json] [--rounds N]

BENCH_GOALS is the built program. The goals of the WebAssembly module are added
from bench/wasm if node and the built module are there. Exit code 0: every goal
that was measured is met; 1: one is not; 2: wrong usage; 3: a program failed.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    try:
        if done.returncode == 0:
            return json.loads(done.stdout)
    except json.JSONDecodeError:
        pass
    print(f"bench: {command[0]} failed with code {done.returncode}",
          file=sys.stderr)
    return None


def why_not_wasm():
    """None if bench/wasm can run, else the reason."""
    folder = os.environ.get("EVIDENT_WASM") or os.path.join(ROOT, "build-wasm")
    if not shutil.which("node"):
        return "node is not installed"
    if not os.path.exists(os.path.join(folder, "bench.wasm")):
        return "the module is not built (./run wasm)"
    return None


def reason_given(goals, reason):
    for goal in goals:
        if goal["met"] is None and goal["what"].startswith("wasm"):
            goal["reason"] = reason


def merge(report, wasm):
    """Measured goals of the module take the place of those not measured."""
    for new in wasm["goals"]:
        for i, old in enumerate(report["goals"]):
            if old["n"] == new["n"] and old["met"] is None:
                report["goals"][i] = new
    report["context"]["wasm"] = wasm["context"]


def verdict(goal):
    if goal["met"] is None:
        return "not measured: " + goal["reason"]
    text = f"{goal['ratio']:6.2f} {goal['must']:6.2f} {goal['aim']:6.2f}  "
    if not goal["met"]:
        return text + "MISSED"
    return text + ("aim" if goal["ratio"] <= goal["aim"] else "must")


def print_table(report):
    context = report["context"]
    us = context.pop("us")
    product = next(iter(us.values()))
    for key, value in context.items():
        print(f"{key}: {value}")
    print()
    for name, value in us.items():
        print(f"  {name:<34} {value:9.2f} us {value / product:7.1f} M")
    print(f"\n  goal  {'':<60} {'ratio':>6} {'must':>6} {'aim':>6}")
    for goal in report["goals"]:
        print(f"  {goal['n']:4}  {goal['what']:<60} {verdict(goal)}")


def main():
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("program")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    parser.add_argument("--rounds", type=int, default=60)
    args = parser.parse_args()
    rounds = ["--rounds", str(args.rounds)]
    report = run([args.program, "--format", "json"] + rounds)
    if report is None:
        return 3
    reason, wasm = why_not_wasm(), None
    if reason is None:
        script = os.path.join(ROOT, "bench", "wasm", "bench.mjs")
        wasm = run(["node", script, "--format", "json"])
        reason = "bench/wasm failed"
    if wasm is None:
        reason_given(report["goals"], reason)
    else:
        merge(report, wasm)
    if args.format == "json":
        print(json.dumps(report, indent=1))
    else:
        print_table(report)
    return 1 if any(g["met"] is False for g in report["goals"]) else 0


if __name__ == "__main__":
    sys.exit(main())
