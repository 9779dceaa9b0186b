#!/usr/bin/env python3
"""From a request to the cosigned receipt, over real processes.

    bench/receipts.py EVIDENT [--tick S] [--rate N] [--seconds S]
                      [--signers N] [--per-request N]

starts four witnesses, of which three have to sign, and `evident serve`; sends
attestations of as many keys at moments that follow no clock, N in a second, and
measures how long each waits for its receipt. What is sent is signed before it
is measured.

Then bench_load, in the build folder of EVIDENT, has four requests of each of N
signers (8) under way all the time, of N notices (256) each: how many entries a
second get into the log, through the witnesses, and back as receipts. Client,
server and witnesses share this machine's processors. Prints a line of JSON.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
ADMINS = 3  # of the oracle's election


def options():
    parser = argparse.ArgumentParser(prog="receipts")
    parser.add_argument("evident")
    parser.add_argument("--tick", type=float, default=2)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--signers", type=int, default=8)
    parser.add_argument("--per-request", type=int, default=256)
    return parser.parse_args()


def submit(server, body, spent, wrong):
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
    if status != 200 or text.count(b"c2sp.org/tlog-proof@v1\n") != 1:
        wrong.append("%d %s" % (status, text[:200]))
    elif len(spent) == 1:  # of the oracle, too slow to judge all
        board_lab.receipts(text, server.policy)


def one_by_one(server, items, rate):
    spent, wrong, threads = [], [], []
    choose = random.Random(1)
    for item in items:
        threads.append(threading.Thread(target=submit, args=(
            server, item, spent, wrong)))
        threads[-1].start()
        time.sleep(choose.expovariate(rate))
    for t in threads:
        t.join()
    return sorted(spent), wrong


def many_admins(make, n):
    """Lists so many, each of whom may sign alone."""
    names = ["admin %d" % (i + 1) for i in range(max(n, ADMINS))]
    make.ROLE_INDEX[:ADMINS] = [(name, 0) for name in names]

    def change(plan):
        plan["setup"].signers = names[:1]
        plan["setup"].fields.update(admin_k=1)
    return names[:n], change


def cpu_of(pid):
    """Seconds that a process and its children have computed for."""
    ticks = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % name) as f:
                of = f.read().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if pid in (int(name), int(of[1])):
            ticks += int(of[11]) + int(of[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def load(o, server, make, names, folder):
    """What bench_load prints, and what it cost the server's processes."""
    seeds = os.path.join(folder, "seeds")
    with open(seeds, "w") as f:
        f.writelines(make.seed(name).hex().upper() + "\n" for name in names)
    before, size = cpu_of(server.process.pid), server.size()
    done = subprocess.run(
        [os.path.join(os.path.dirname(os.environ["EVIDENT"]), "bench",
                      "bench_load"), "http://%s/submit" % server.where,
         make.ORIGIN, seeds, "--per-request", str(o.per_request)],
        stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise RuntimeError("bench_load failed; the server: " + server.said())
    spent = cpu_of(server.process.pid) - before
    return dict(json.loads(done.stdout), server_cpu_us=round(
        1e6 * spent / (server.size() - size)))


def measure(o, board_lab):
    names, change = many_admins(board_lab.make, o.signers)
    with tempfile.TemporaryDirectory() as folder:
        witnesses = board_lab.Witnesses(folder)
        try:
            policy = witnesses.policy()
            e = board_lab.Entries(policy, change)
            n = int(o.rate * o.seconds)
            items = [e.attest("bench %d" % i) for i in range(n)]
            with board_lab.Server(policy=policy, tick=o.tick) as server:
                server.policy = policy
                server.start()
                assert server.submit(e.item["setup"])[0] == 200, server.said()
                spent, wrong = one_by_one(server, items, o.rate)
                bulk = load(o, server, board_lab.make, names, folder)
                assert server.stop() == 0, server.said()
        finally:
            witnesses.close()
    print(json.dumps({
        "witnesses": 4, "needed": 3, "tick_s": o.tick, "requests": n,
        "per_s": o.rate, "p50_s": round(spent[n // 2], 3),
        "p99_s": round(spent[n * 99 // 100], 3), "max_s": round(spent[-1], 3),
        "bulk": bulk, "wrong": wrong[:5]}))
    return 3 if wrong else 0


def main():
    o = options()
    os.environ["EVIDENT"] = os.path.abspath(o.evident)
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path.insert(0, os.path.join(root, "test", "e2e"))
    import board_lab
    return measure(o, board_lab)


if __name__ == "__main__":
    sys.exit(main())
