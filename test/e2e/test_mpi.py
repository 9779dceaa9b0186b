#!/usr/bin/env python3
"""`evident-mpi verify`: shards on several ranks, one killed, hosts of their
own. Prints TAP. Skips without Open MPI; the hosts need root."""
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import lab
from lab import EVIDENT, FAILS, OK, ROOT, USAGE, command, read, tree

sys.path.insert(0, os.path.join(ROOT, "test", "vector"))
import faults  # noqa: E402

MPI = os.path.join(os.path.dirname(EVIDENT), "evident-mpi")
RECORDS = os.path.join(ROOT, "test", "vector", "records")
RECORD = os.path.join(RECORDS, "visible-1", "record")
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1",
                   OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                   OMPI_MCA_rmaps_base_oversubscribe="1")
LOCAL = ["--oversubscribe", "--mca", "btl", "self,vader,tcp"]


def start(ranks, *arguments, where=LOCAL, **more):
    return subprocess.Popen(
        ["mpirun", *where, "-n", str(ranks), MPI, "verify",
         *map(str, arguments)], env=ENVIRONMENT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def run(ranks, *arguments, **more):
    p = start(ranks, *arguments, **more)
    out, err = p.communicate(timeout=240)
    return p.returncode, out, err


class Place:
    """A folder for parts and more, gone at the end."""

    def __enter__(self):
        self.dir = tempfile.mkdtemp()
        self.parts = os.path.join(self.dir, "parts")
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.dir, ignore_errors=True)


def judged(text):
    """What a report says, without on whose word."""
    report = json.loads(text)
    return (report["verdict"], report["record_digest"], report["ballots"],
            report["tally"], [(c["id"], c["status"], c["count"], c["failed"],
                               c["failures"]) for c in report["checks"]])


def alone(record):
    a = command("verify", record, "--format", "json")
    return a.code, judged(a.out)


def spread(ranks, record, parts, *more, **where):
    code, out, err = run(ranks, record, "--parts", parts, "--jobs", "1",
                         "--format", "json", *more, **where)
    assert out, (code, err)
    return code, judged(out)


def test_four_ranks_say_what_one_machine_says():
    with Place() as x:
        assert spread(4, RECORD, x.parts) == alone(RECORD)
        assert sorted(os.listdir(x.parts)) == [
            "part_%d_of_3.jsonl" % i for i in (1, 2, 3)]
    with Place() as x, faults.Work() as work:
        bad = work.path("bad")
        faults.build_bad(RECORDS, "6B-c-plus-q", bad)
        want = alone(bad)
        assert want[0] == FAILS and spread(4, bad, x.parts) == want


def test_one_rank_makes_all_shards():
    with Place() as x:
        assert spread(1, RECORD, x.parts, "--shards", "2") == alone(RECORD)
        assert len(os.listdir(x.parts)) == 2


def rank_pid(launcher, rank):
    """The process of a rank of this launcher."""
    for name in os.listdir("/proc"):
        try:
            data = read("/proc", name, "environ").split(b"\0")
            with open("/proc/%s/stat" % name, encoding="utf-8") as f:
                parent = int(f.read().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
        if parent == launcher and b"OMPI_COMM_WORLD_RANK=%d" % rank in data:
            return int(name)
    raise AssertionError("rank %d is not there" % rank)


def parts_of(folder):
    return os.listdir(folder) if os.path.isdir(folder) else []


def test_a_rank_killed_is_no_verdict_and_the_next_run_goes_on():
    with Place() as x:
        p = start(4, RECORD, "--parts", x.parts, "--shards", "24", "--jobs",
                  "1", "--format", "json")
        end = time.monotonic() + 60
        while len(parts_of(x.parts)) < 2 and time.monotonic() < end:
            time.sleep(0.005)
        os.kill(rank_pid(p.pid, 2), signal.SIGKILL)
        out, _ = p.communicate(timeout=120)
        assert p.returncode != OK and out == "", (p.returncode, out)
        there = tree(x.parts)
        assert 2 <= len(there) < 24, sorted(there)
        first = {n: os.stat(os.path.join(x.parts, n)).st_ino for n in there}
        assert spread(4, RECORD, x.parts, "--shards", "24") == alone(RECORD)
        assert len(parts_of(x.parts)) == 24
        for name, number in first.items():
            at = os.path.join(x.parts, name)
            assert os.stat(at).st_ino == number and read(at) == there[name]


def test_parts_of_another_record_give_no_verdict():
    with Place() as x, faults.Work() as work:
        bad = work.path("bad")
        faults.build_bad(RECORDS, "10C-t", bad)
        assert spread(3, bad, x.parts)[0] == FAILS
        os.unlink(os.path.join(x.parts, "part_1_of_2.jsonl"))
        code, out, err = run(3, RECORD, "--parts", x.parts)
        assert code == USAGE and out == "" and "part_" in err, (code, out, err)


def test_bad_usage_is_exit_2():
    for arguments in ((), (RECORD,), (RECORD, "--parts"),
                      (RECORD, "--parts", "/tmp/x", "--shards", "0"),
                      ("/nonexistent", "--parts", "/proc/none")):
        code, out, err = run(2, *arguments)
        assert code in (USAGE, 3) and out == "", (arguments, code, out)
        assert "evident: " in err, err
    inside = os.path.join(RECORD, "parts")
    code, out, err = run(2, RECORD, "--parts", inside)
    assert code == USAGE and "must not lie in the record" in err, err
    assert not os.path.exists(inside)


# ---- hosts of their own ----

class Hosts:
    """Network namespaces on a bridge, each with a host name and processes of
    its own, for mpirun to start ranks in."""
    BRIDGE, NET = "evbr0", "10.213.77"

    def __init__(self, folder, n):
        self.n = n
        self.hosts = ["%s.%d" % (self.NET, 10 + i) for i in range(n)]
        self.agent = os.path.join(folder, "agent")
        self.called = os.path.join(folder, "called")
        with open(self.agent, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\nhost=$1; shift\necho $host >>%s\nexec ip "
                    "netns exec evmpi${host##*.} unshare --uts sh -c "
                    "\"hostname node${host##*.}; $*\"\n" % self.called)
        os.chmod(self.agent, os.stat(self.agent).st_mode | stat.S_IXUSR)

    def sh(self, text, check=True):
        p = subprocess.run(["sh", "-ec", text], check=False, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if check and p.returncode != 0:
            raise OSError(p.stdout)

    def __enter__(self):
        self.__exit__()
        try:
            self.sh("ip link add %s type bridge; ip addr add %s.1/24 dev %s;"
                    "ip link set %s up" % (self.BRIDGE, self.NET, self.BRIDGE,
                                           self.BRIDGE))
            for i in range(10, 10 + self.n):
                self.sh("ip netns add evmpi%d; ip link add evv%d type veth "
                        "peer name eth0 netns evmpi%d; ip link set evv%d "
                        "master %s up; ip -n evmpi%d addr add %s.%d/24 dev "
                        "eth0; ip -n evmpi%d link set eth0 up; ip -n evmpi%d "
                        "link set lo up" % (i, i, i, i, self.BRIDGE, i,
                                            self.NET, i, i, i))
        except OSError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        for i in range(10, 10 + self.n):
            self.sh("ip netns del evmpi%d" % i, check=False)
        self.sh("ip link del %s" % self.BRIDGE, check=False)

    def where(self):
        net = self.NET + ".0/24"
        return ["--host", ",".join(h + ":1" for h in self.hosts),
                "--mca", "plm_rsh_agent", self.agent,
                "--mca", "plm_rsh_no_tree_spawn", "1",
                "--mca", "btl", "self,tcp", "--mca", "btl_tcp_if_include", net,
                "--mca", "oob_tcp_if_include", net]


def test_network_namespaces_as_hosts():
    if os.getuid() != 0 or not shutil.which("ip") or \
            not shutil.which("unshare"):
        return "needs root, ip and unshare"
    with Place() as x:
        try:
            hosts = Hosts(x.dir, 4).__enter__()
        except OSError as e:
            return "no network namespaces: %s" % str(e).strip()
        try:
            assert spread(4, RECORD, x.parts, where=hosts.where()) == \
                alone(RECORD)
            assert sorted(read(hosts.called).decode().split()) == hosts.hosts
        finally:
            hosts.__exit__()


if __name__ == "__main__":
    if not shutil.which("mpirun") or not os.path.exists(MPI):
        print("1..0 # SKIP Open MPI is not installed")
        raise SystemExit(0)
    raise SystemExit(lab.Tap().run([
        test_four_ranks_say_what_one_machine_says,
        test_one_rank_makes_all_shards,
        test_a_rank_killed_is_no_verdict_and_the_next_run_goes_on,
        test_parts_of_another_record_give_no_verdict,
        test_bad_usage_is_exit_2, test_network_namespaces_as_hosts]))
