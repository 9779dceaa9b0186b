#!/usr/bin/env python3
"""From a request to the cosigned receipt, over real processes.

    bench/receipts.py EVIDENT [--tick S] [--rate N] [--seconds S]

starts four witnesses, of which three have to sign, and `evident serve`; sends
attestations of as many keys at moments that follow no clock, N in a second, and
measures how long each waits for its receipt; then notices, which have no
objects, in four requests of 256 at once: how many entries a second get into the
log and back as receipts, with the time that passes until the next tick. Prints a
line of JSON. What is sent is signed before it is measured.
"""
import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
PER_REQUEST = 256
BULK = 4 * PER_REQUEST  # of one signer no more are taken at a time


def options():
    parser = argparse.ArgumentParser(prog="receipts")
    parser.add_argument("evident")
    parser.add_argument("--tick", type=float, default=2)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    return parser.parse_args()


def submit(server, body, n, spent, wrong):
    """Asks again where the server asks for that."""
    import board_lab
    start = time.monotonic()
    status = 503
    while status == 503:
        status, text = server.submit(body)
        if status == 503:
            wrong.append("503")
            time.sleep(0.2)
    spent.append(time.monotonic() - start)
    if status != 200 or text.count(b"c2sp.org/tlog-proof@v1\n") != n:
        wrong.append("%d %s" % (status, text[:200]))
    elif len(spent) == 1:  # of the oracle, too slow to judge all
        board_lab.receipts(text, server.policy)


def all_of(threads):
    for t in threads:
        t.join()


def one_by_one(server, items, rate):
    spent, wrong, threads = [], [], []
    choose = random.Random(1)
    for item in items:
        threads.append(threading.Thread(target=submit, args=(
            server, item, 1, spent, wrong)))
        threads[-1].start()
        time.sleep(choose.expovariate(rate))
    all_of(threads)
    return sorted(spent), wrong


def at_once(server, items):
    spent, wrong, threads = [], [], []
    start = time.monotonic()
    for i in range(0, len(items), PER_REQUEST):
        part = items[i:i + PER_REQUEST]
        threads.append(threading.Thread(target=submit, args=(
            server, b"".join(part), len(part), spent, wrong)))
        threads[-1].start()
    all_of(threads)
    return time.monotonic() - start, wrong


def notices(board_lab, entries):
    out = []
    for i in range(BULK):
        item = board_lab.make.Item(
            "", board_lab.form.NOTICE, board_lab.make.ADMINS, 0, void_after=0,
            supersedes=board_lab.form.NEVER, text="Notice %d.\n" % i)
        item.opened = board_lab.form.NONE
        out.append(entries.pack(entries.plan.make(item)))
    return out


def measure(o, board_lab):
    with tempfile.TemporaryDirectory() as folder:
        witnesses = board_lab.Witnesses(folder)
        try:
            policy = witnesses.policy()
            e = board_lab.Entries(policy)
            n = int(o.rate * o.seconds)
            items = [e.attest("bench %d" % i) for i in range(n)]
            bulk = notices(board_lab, e)
            with board_lab.Server(policy=policy, tick=o.tick) as server:
                server.policy = policy
                server.start()
                assert server.submit(e.item["setup"])[0] == 200, server.said()
                spent, wrong = one_by_one(server, items[:n], o.rate)
                took, more = at_once(server, bulk)
                assert server.size() == 1 + n + BULK, server.said()
                assert server.stop() == 0, server.said()
        finally:
            witnesses.close()
    print(json.dumps({
        "witnesses": 4, "needed": 3, "tick_s": o.tick, "requests": n,
        "per_s": o.rate, "p50_s": round(spent[n // 2], 3),
        "p99_s": round(spent[n * 99 // 100], 3), "max_s": round(spent[-1], 3),
        "bulk": BULK, "bulk_s": round(took, 3),
        "bulk_per_s": round(BULK / took), "wrong": (wrong + more)[:5]}))
    return 3 if wrong or more else 0


def main():
    o = options()
    os.environ["EVIDENT"] = os.path.abspath(o.evident)
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path.insert(0, os.path.join(root, "test", "e2e"))
    import board_lab
    return measure(o, board_lab)


if __name__ == "__main__":
    sys.exit(main())
