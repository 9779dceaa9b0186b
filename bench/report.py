#!/usr/bin/env python3
"""Runs the benchmarks and prints one report of the goals.

    bench/report.py BENCH_GOALS [--format json] [--rounds N] [--wait MINUTES]
                    [--large]

BENCH_GOALS is the built program; bench_batch beside it measures goals 7, 8 and
15, and a record of reference ballots made by the program itself (kept in the
build folder) goals 6, 9 and 17. bench_board, bench_witness and receipts.py
measure the board: goals 21 to 29, with --large over a log of 2,000,000 entries
(ten minutes, 3 GB of memory for its files), else over a small one, and without
goals 23, 25 and 29. The goals of the WebAssembly module are added from
bench/wasm if node and the built module are there.

Goal 9, two threads against one, means something only where nothing else runs:
the load of the last minute has to be below 0.2 when this begins, else the goal
is listed as not measured. Building alone lifts it for three minutes; --wait
waits up to so many for the load to fall. All of it takes two minutes.

Exit code 0: every goal that was measured is met; 1: one is not; 2: wrong usage;
3: a program failed.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import records  # noqa: E402

BALLOTS, ROUNDS = 40, 2
BOARD = {21: "entries a second taken for good / rows of SQLite",
         22: "entries a second, one thread, signatures verified",
         23: "seconds to start, 2000000 entries",
         24: "milliseconds to check a receipt",
         25: "seconds of fsck, 2000000 entries, no signatures",
         26: "seconds to a cosigned receipt, p99",
         27: "checkpoints a second of a witness, over HTTP",
         28: "entries a second to cosigned receipts",
         29: "seconds of the log check, no signatures"}
LARGE = (23, 25, 29)  # they hold of a large log, or say nothing
IDLE = 0.2  # of one processor, as load average
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


FAILED = []  # programs that did not run to their end


def run(command):
    how = "could not be started"
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        how = f"failed with code {done.returncode}"
        if done.returncode == 0:
            return json.loads(done.stdout)
    except (OSError, json.JSONDecodeError):
        pass
    print(f"bench: {command[0]} {how}", file=sys.stderr)
    FAILED.append(command[0])
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


def merge(report, goals):
    """Measured goals take the place of those not measured."""
    for new in goals:
        for i, old in enumerate(report["goals"]):
            if new and old["n"] == new["n"] and old["met"] is None:
                report["goals"][i] = new


def add_batch(report, build):
    batch = run([os.path.join(build, "bench", "bench_batch")])
    if batch is None:
        return
    merge(report, batch["goals"])
    report["context"]["us"].update(batch["context"]["us"])


def goal(n, what, ratio, must, aim, at_least=False):
    met = ratio >= must if at_least else ratio <= must
    return {"n": n, "what": what, "ratio": round(ratio, 3), "must": must,
            "aim": aim, "at_least": at_least, "met": met}


def add_record(report, build, load):
    """Goals 6, 9, 17 on a record of BALLOTS ballots; runs take turns."""
    evident = os.path.join(build, "evident")
    try:
        record, hints = records.record_of(
            evident, os.path.join(build, "records"), BALLOTS)
        runs = [(records.verify(evident, record),
                 records.verify(evident, record, jobs=2),
                 records.verify(evident, record, hints, jobs=2))
                for _ in range(ROUNDS)]
    except (RuntimeError, OSError) as e:
        print(f"bench: {e}", file=sys.stderr)
        FAILED.append(evident)
        return
    us = report["context"]["us"]
    M, S = us["M: product mod p"], us["S: square mod p"]
    limit = records.PROOFS * (512 * S + 383 * M) / 1e6
    cpu = min(one.cpu for one, _, _ in runs) / BALLOTS
    bytes_max = max(x.bytes_max for row in runs for x in row)
    merge(report, [
        goal(6, f"file to verdict, {BALLOTS} ballots / 62 x limit of 4",
             cpu / limit, 1.20, 1.10),
        goal(17, f"resident MB, {BALLOTS} ballots, 2 threads, with hints",
             bytes_max / 1e6, 128, 64)])
    if load < IDLE:
        ratio = (min(one.wall for one, _, _ in runs)
                 / min(two.wall for _, two, _ in runs))
        merge(report, [goal(9, "two threads / one, one by one", ratio, 1.85,
                            1.95, True)])
    else:
        for old in report["goals"]:
            if old["n"] == 9:
                old["reason"] = f"needs two idle cores; the load is {load:.2f}"


def add_board(report, build, large):
    """Goals 21 to 29: a board's log, its receipts, its witnesses."""
    program = os.path.join(build, "bench", "bench_board")
    shm = "/dev/shm"
    files = ["--files", shm] if os.access(shm, os.W_OK) else []
    more = ["--entries", "2000000"] if large else []
    log = run([program] + files + more)
    with tempfile.TemporaryDirectory() as folder:
        witness = run([os.path.join(build, "bench", "bench_witness"),
                       os.path.join(folder, "witness")])
    receipts = run([sys.executable, os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "receipts.py"),
        os.path.join(build, "evident")])
    goals = []
    if log:
        last = log["appends_per_s"][-1]
        goals += [
            goal(21, f"entries a second taken for good, {last['batch']} at once"
                 " / rows of SQLite", last["ratio"], 0.5, 0.7, True),
            goal(22, "entries a second, one thread, signatures verified",
                 last["checked"], 5000, 7000, True),
            goal(23, f"seconds to start, {log['entries']} entries",
                 log["restart_s"], 2, 1),
            goal(24, "milliseconds to check a receipt",
                 log["receipt_check_s"] * 1e3, 5, 1),
            goal(25, f"seconds of fsck, {log['entries']} entries, no "
                 "signatures", log["fsck_s"], 10, 5),
            goal(29, f"seconds of the log check, {log['entries']} entries, no "
                 "signatures", log["log_check_unsigned_s"], 10, 7)]
    if receipts:
        goals.append(goal(26, "seconds to a cosigned receipt, p99, tick "
                          f"{receipts['tick_s']} s", receipts["p99_s"], 3,
                          2.5))
        bulk = receipts["bulk"]
        goals.append(goal(28, "entries a second to cosigned receipts, "
                          f"{bulk['signers']} signers", bulk["per_s"], 1000,
                          3000, True))
    if witness:
        goals.append(goal(27, "checkpoints a second of a witness, over HTTP",
                          witness["http_per_s"], 500, 1000, True))
    if not large:
        goals = [g for g in goals if g["n"] not in LARGE]
    here = {g["n"] for g in goals}
    report["goals"] += goals + [
        {"n": n, "what": what, "met": None,
         "reason": "needs --large" if n in LARGE and log and not large
         else "its program failed"}
        for n, what in BOARD.items() if n not in here]
    report["context"]["board"] = {"log": log, "receipts": receipts,
                                  "witness": witness}


def load_after(minutes):
    """The load of the last minute, once it is low or the time is over."""
    end = time.monotonic() + 60 * minutes
    while os.getloadavg()[0] >= IDLE and time.monotonic() < end:
        time.sleep(5)
    return os.getloadavg()[0]


def verdict(goal):
    if goal["met"] is None:
        return "not measured: " + goal["reason"]
    text = f"{goal['ratio']:6.2f} {goal['must']:6.2f} {goal['aim']:6.2f}  "
    if not goal["met"]:
        return text + "MISSED"
    aim = (goal["ratio"] >= goal["aim"] if goal.get("at_least")
           else goal["ratio"] <= goal["aim"])
    return text + ("aim" if aim else "must")


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
    parser.add_argument("--wait", type=float, default=0)
    parser.add_argument("--large", action="store_true")
    args = parser.parse_args()
    rounds = ["--rounds", str(args.rounds)]
    load = load_after(args.wait)
    report = run([args.program, "--format", "json"] + rounds)
    if report is None:
        return 3
    build = os.path.dirname(os.path.dirname(os.path.abspath(args.program)))
    add_batch(report, build)
    add_record(report, build, load)
    add_board(report, build, args.large)
    reason, wasm = why_not_wasm(), None
    if reason is None:
        script = os.path.join(ROOT, "bench", "wasm", "bench.mjs")
        wasm = run(["node", script, "--format", "json"])
        reason = "bench/wasm failed"
    if wasm is None:
        reason_given(report["goals"], reason)
    else:
        merge(report, wasm["goals"])
        report["context"]["wasm"] = wasm["context"]
    if args.format == "json":
        print(json.dumps(report, indent=1))
    else:
        print_table(report)
    if any(g["met"] is False for g in report["goals"]):
        return 1
    return 3 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
