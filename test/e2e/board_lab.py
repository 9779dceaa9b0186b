"""A board that is served: keys and entries of the second implementation
(test/oracle), which has seen neither the server nor its client."""
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from lab import EVIDENT, ROOT, read, write  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, "test", "oracle"))
import board_form as form  # noqa: E402
import board_log as judging  # noqa: E402
import board_make as make  # noqa: E402
import board_note as notes  # noqa: E402
import board_tree as merkle  # noqa: E402

ORIGIN = make.ORIGIN


def key_files(path, name, kind=notes.LOG):
    """What `evident key new --plain-secrets` writes."""
    line = make.vkey(name, notes.LOG).encode() + b"\n"
    write(line, path + ".pub")
    write(make.seed(name).hex().upper().encode() + b" " + line, path + ".key")
    os.chmod(path + ".key", 0o600)


def unwatched():
    return ("log %s\nquorum none\n" % make.vkey(ORIGIN, notes.LOG)).encode()


class Witnesses:
    """`evident witness`, four times, with the keys of the oracle's."""

    def __init__(self, dir_, program=(EVIDENT,), before=lambda: None):
        self.dir, self.running, self.where = dir_, {}, {}
        self.program = program
        key_files(os.path.join(dir_, "wlog"), ORIGIN)
        for i in range(1, 5):
            key_files(self.path(i), make.WITNESSES[i - 1])
        before()
        for i in range(1, 5):
            self.start(i)

    def path(self, i):
        return os.path.join(self.dir, "w%d" % i)

    def start(self, i, env=None):
        p = self.running[i] = subprocess.Popen(
            [*self.program, "witness", "--listen", self.where.get(i, "127.0.0.1:0"),
             "--key", self.path(i), "--state", self.path(i) + ".state",
             "--log", os.path.join(self.dir, "wlog.pub"), "--plain-secrets"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=dict(os.environ, **(env or {})))
        self.where[i] = p.stdout.readline().split()[-1]

    def stop(self, i):
        p = self.running.pop(i)
        p.kill()
        p.wait(10)
        p.stdout.close()

    def close(self):
        for i in list(self.running):
            self.stop(i)

    def policy(self):
        return ("log %s\n" % make.vkey(ORIGIN, notes.LOG) + "".join(
            "witness w%d %s http://%s\n" % (i, make.vkey(
                make.WITNESSES[i - 1]), self.where[i]) for i in range(1, 5)) +
            "group all 3 w1 w2 w3 w4\nquorum all\n").encode()


FIRST_USER = 64001


def users_apart(folder, names):
    """A program as `evident`, in the folder, that finds users of these names, which
    are made up, in a table it alone sees: the first is FIRST_USER, and so on."""
    table, program = (os.path.join(folder, x) for x in ("passwd", "apart"))
    write(b"".join(b"%s:x:%d:%d::/:/bin/false\n" % x for x in (
        (b"root", 0, 0), *((name.encode(), FIRST_USER + i, FIRST_USER + i)
                           for i, name in enumerate(names)))), table)
    write(("#!/bin/sh\nexec unshare -m -- sh -c 'mount --bind \"$0\" "
           "/etc/passwd && exec \"$@\"' %s %s \"$@\"\n" % (
               table, EVIDENT)).encode(), program)
    os.chmod(program, 0o755)
    os.chmod(folder, 0o755)
    return program


def no_users_apart():
    """Why there are none here; None: there are."""
    if os.getuid() != 0:
        return "only root can make processes of several users"
    if subprocess.run(["unshare", "-m", "true"], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        return "no mounts of our own"
    return None


class Entries:
    """The entries of the oracle's election, as items of POST /submit."""

    def __init__(self, policy=None, change=None):
        self.plan = p = make.plan()
        self.policy = policy or unwatched()
        p["setup"].fields.update(policy=self.policy,
                                 profile=1 if policy else 3)
        if change:
            change(p)
        p.build()
        leaf = merkle.leaf_hash(p.entries[0])
        self.first = 1, merkle.root([leaf])
        self.labels = [x.label for x in p.items]
        self.item = {x.label: self.pack(e)
                     for x, e in zip(p.items, p.entries)}

    def pack(self, entry):
        out = len(entry).to_bytes(4, "big") + entry
        for kind, digest, size in form.objects(form.decode(entry)):
            out += size.to_bytes(4, "big") + self.plan.objects[digest]
        return out

    def range(self, first, last):
        a, b = self.labels.index(first), self.labels.index(last)
        return b"".join(self.item[x] for x in self.labels[a:b + 1])

    def attest(self, who):
        """Anyone may say something of the first head, once."""
        return self.extra(form.ATTEST, who, key=make.public(who),
                          head=self.first, attestation=b"seen")

    def release(self, n):
        return self.extra(form.RELEASE, "release", release=b"release %d" % n)

    def extra(self, kind, signer, **fields):
        """An entry that is not in the plan, before OPEN."""
        item = make.Item("", kind, [signer], 0, **fields)
        item.opened = form.NONE
        return self.pack(self.plan.make(item))


class Server:
    """`evident serve` in a folder of its own."""

    def __init__(self, policy=None, tick=0.1, **env):
        self.temporary = tempfile.TemporaryDirectory()
        self.process, self.tick, self.env = None, tick, env
        self.program = [EVIDENT]
        self.metrics, self.secrets = self.path("metrics"), ["--plain-secrets"]
        write(make.dump_keys(make.listed()), self.path("keys"))
        write(policy or unwatched(), self.path("policy"))
        key_files(self.path("log"), ORIGIN)

    def path(self, *parts):
        return os.path.join(self.temporary.name, *map(str, parts))

    def start(self, *more, listen="127.0.0.1:0", stdin=""):
        self.log = open(self.path("stderr"), "ab")
        self.process = subprocess.Popen(
            [*self.program, "serve", self.path("board"), "--listen", listen,
             "--origin", ORIGIN, "--key", self.path("log"), "--keys",
             self.path("keys"), "--policy", self.path("policy"), "--tick",
             str(self.tick), "--metrics", "unix:" + self.metrics,
             *self.secrets, *more], stdout=subprocess.PIPE, stderr=self.log,
            stdin=subprocess.PIPE, text=True,
            env=dict(os.environ, **self.env))
        self.process.stdin.write(stdin)
        self.process.stdin.close()
        line = self.process.stdout.readline()
        if line.startswith("serving http://"):
            self.where = line.split("//")[1].strip()
        elif line.startswith("serving unix:"):
            self.where = line.split()[1]
        else:
            self.process.wait(20)
            self.where = None
        return self

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def said(self):
        return read(self.path("stderr")).decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()
        if self.process:
            self.process.stdout.close()
            self.log.close()
        self.temporary.cleanup()

    # ---- asking ----

    def socket(self, source=None):
        if self.where.startswith("unix:"):
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(30)
            s.connect(self.where[5:])
            return s
        host, port = self.where.rsplit(":", 1)
        return socket.create_connection((host, int(port)), 30,
                                        source and (source, 0))

    def submit(self, body, source=None):
        """(status, text)"""
        return ask(self.socket(source), post(body))[::2]

    def get(self, path):
        return ask(self.socket(), b"GET /%s HTTP/1.1\r\nHost: b\r\n\r\n"
                   % path.encode())

    def read(self, path):
        return read(self.path("board", "public", path))

    def size(self):
        return int(self.read("checkpoint").split(b"\n")[1])

    def numbers(self):
        """The metrics, by name."""
        s = socket.socket(socket.AF_UNIX)
        s.connect(self.metrics)
        status, _, text = ask(s, b"GET /metrics HTTP/1.1\r\nHost: b\r\n\r\n")
        assert status == 200, text
        return {line.split()[0]: int(line.split()[1])
                for line in text.decode().splitlines()
                if not line.startswith("#")}

    def faults(self):
        """What the other implementation finds wrong with the public files."""
        return judging.judge(self.path("board", "public"),
                             read(self.path("policy"))).faults


def post(body):
    return b"POST /submit HTTP/1.1\r\nHost: b\r\nContent-Length: %d\r\n\r\n" \
        % len(body) + body


def ask(s, request):
    """Sends and hears the whole answer: (status, headers, body); status 0:
    there was none."""
    data = b""
    try:
        s.sendall(request)
    except (BrokenPipeError, ConnectionResetError):
        pass
    try:
        while True:
            more = s.recv(65536)
            if not more:
                break
            data += more
    except ConnectionResetError:
        pass
    s.close()
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    if not lines[0].startswith("HTTP/1."):
        return 0, {}, b""
    headers = {n.lower(): v.strip() for n, v in
               (line.split(":", 1) for line in lines[1:])}
    return int(lines[0].split()[1]), headers, body


def family(pid):
    """The process and those it has started."""
    return [pid] + [int(p) for p in read("/proc/%d/task/%d/children" % (
        pid, pid)).split()]


def holders(pid, name):
    """By name of process: is the secret of the key of this name in its memory,
    as bytes or as either hexadecimal? For root."""
    seed = make.seed(name)
    forms = seed, seed.hex().encode(), seed.hex().upper().encode()
    out = {}
    for p in family(pid):
        memory = memory_of(p)
        out[read("/proc/%d/comm" % p).decode().strip()] = [
            f in memory for f in forms]
    return out


def memory_of(pid):
    out = b""
    with open("/proc/%d/mem" % pid, "rb", buffering=0) as f:
        for line in read("/proc/%d/maps" % pid).decode().splitlines():
            ends, rights = line.split()[:2]
            if "w" not in rights:
                continue
            start, end = (int(x, 16) for x in ends.split("-"))
            try:
                f.seek(start)
                out += f.read(end - start)
            except (OSError, OverflowError):
                pass
    return out


def cached_entries(cache={}):
    if "e" not in cache:
        cache["e"] = Entries()
    return cache["e"]


def receipts(text, policy):
    """Those of an answer, checked by the oracle."""
    out, mark = [], b"c2sp.org/tlog-proof@v1\n"
    for part in text.split(b"\n" + mark):
        part = part if part.startswith(mark) else mark + part
        r = notes.Receipt.parse(part)
        r.check(notes.Policy.parse(policy))
        out.append(r)
    return out


def refused(answer, status, words):
    assert answer[0] == status and words in answer[1].decode(), answer
    assert answer[1].count(b"\n") == 1, answer
