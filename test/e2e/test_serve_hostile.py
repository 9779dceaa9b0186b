#!/usr/bin/env python3
"""What nobody should send: to the bare socket of `evident serve`, and through
nginx with the configuration that is shipped. Prints TAP."""
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from board_lab import Entries, Server, ask  # noqa: E402
from lab import ROOT, Tap, command, good, read, write  # noqa: E402

IDLE = 10000
HEAD = b"POST /submit HTTP/1.1\r\nHost: b\r\n"
GET = b"GET /checkpoint HTTP/1.1\r\nHost: b\r\n"
INNER = b"GET /checkpoint HTTP/1.1\r\nHost: b\r\n\r\n"


def pairs(item):
    """(name, request): each could be one request to one reader and another,
    or two, to another reader. `item` would be taken if it came alone."""
    n = b"%d" % len(item)
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(item), item)
    yield "CL and TE", HEAD + b"Content-Length: " + n + \
        b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk
    yield "TE and CL", HEAD + b"Transfer-Encoding: chunked\r\n" \
        b"Content-Length: 4\r\n\r\n" + chunk
    yield "two lengths", HEAD + b"Content-Length: " + n + \
        b"\r\nContent-Length: 0\r\n\r\n" + item
    yield "a list of lengths", HEAD + b"Content-Length: " + n + b", " + n + \
        b"\r\n\r\n" + item
    yield "length with a sign", HEAD + b"Content-Length: +" + n + \
        b"\r\n\r\n" + item
    yield "length in hex", HEAD + b"Content-Length: 0x%x\r\n\r\n" % len(item) \
        + item
    yield "negative length", HEAD + b"Content-Length: -1\r\n\r\n" + item
    yield "space before the colon", HEAD + b"Content-Length : " + n + \
        b"\r\n\r\n" + item
    yield "odd coding", HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + chunk
    yield "coding with a tab", HEAD + b"Transfer-Encoding:\tchunked\r\n\r\n" \
        + chunk
    yield "coding in a fold", HEAD + b"Transfer-Encoding:\r\n chunked\r\n" \
        b"Content-Length: " + n + b"\r\n\r\n" + item
    for name, fold in ("space", b" c"), ("tab", b"\tc"), ("host", b" Host: c"):
        yield "folded header, " + name, HEAD + b"A: b\r\n" + fold + \
            b"\r\nContent-Length: " + n + b"\r\n\r\n" + item
    yield "fold behind the first line", HEAD.replace(b"\r\n", b"\r\n A: b\r\n", 1) \
        + b"Content-Length: " + n + b"\r\n\r\n" + item
    yield "NUL in a header", HEAD + b"A: \0\r\nContent-Length: " + n + \
        b"\r\n\r\n" + item
    yield "bare CR", HEAD + b"A: b\rContent-Length: " + n + b"\r\n\r\n" + item
    yield "two hosts", HEAD + b"Host: c\r\nContent-Length: " + n + \
        b"\r\n\r\n" + item
    yield "no host", b"POST /submit HTTP/1.1\r\nContent-Length: " + n + \
        b"\r\n\r\n" + item
    yield "huge header", HEAD + b"A: " + b"a" * 40000 + \
        b"\r\nContent-Length: " + n + b"\r\n\r\n" + item
    yield "no version", b"POST /submit\r\nContent-Length: " + n + \
        b"\r\n\r\n" + item
    yield "version 2", HEAD.replace(b"1.1", b"2.0") + b"Content-Length: " + \
        n + b"\r\n\r\n" + item
    yield "method", HEAD.replace(b"POST", b"PUT") + b"Content-Length: " + n + \
        b"\r\n\r\n" + item
    yield "dots", HEAD.replace(b"/submit", b"/../submit") + \
        b"Content-Length: " + n + b"\r\n\r\n" + item


def lone(item):
    """What nginx makes one clean request of; the bare socket refuses it."""
    n = b"%d" % len(item)
    yield "bare LF", (HEAD + b"Content-Length: " + n + b"\r\n\r\n").replace(
        b"\r\n", b"\n") + item
    yield "control character", HEAD + b"A: \x01\r\nContent-Length: " + n + \
        b"\r\n\r\n" + item
    yield "chunked", HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + \
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(item), item)
    yield "whole URL", HEAD.replace(b"/submit", b"http://b/submit") + \
        b"Content-Length: " + n + b"\r\n\r\n" + item
    yield "escaped", HEAD.replace(b"/submit", b"/%73ubmit") + \
        b"Content-Length: " + n + b"\r\n\r\n" + item
    yield "query", HEAD.replace(b"/submit", b"/submit?a") + \
        b"Content-Length: " + n + b"\r\n\r\n" + item


def statuses(s, request, ends=True):
    """Of all answers that come; ends: nothing follows, and is said so."""
    data = b""
    try:
        s.sendall(request)
        if ends:
            s.shutdown(socket.SHUT_WR)
        while True:
            more = s.recv(65536)
            data += more
            if not more:
                break
    except OSError:
        pass
    s.close()
    return [int(x[1:4]) for x in (b"\n" + data).split(b"\nHTTP/1.1")[1:]]


def alive(s, e):
    assert s.get("checkpoint")[0] == 200
    assert s.submit(e.item["setup"])[0] == 200


def test_bare_socket():
    """Everything is refused, and by one answer."""
    e = Entries()
    with Server(tick=0.05).start() as s:
        assert s.submit(e.item["setup"])[0] == 200
        for name, request in [*pairs(e.item["notice"]),
                              *lone(e.item["notice"])]:
            got = statuses(s.socket(), request)
            assert len(got) == 1 and 400 <= got[0] < 600, (name, got)
        # a second request behind the first is none
        got = statuses(s.socket(), GET + b"\r\n" + INNER)
        assert got == [400], got
        n = len(e.item["notice"])
        got = statuses(s.socket(), HEAD + b"Content-Length: %d\r\n\r\n" % n +
                       e.item["notice"] + INNER)
        assert got == [400], got
        got = statuses(s.socket(), HEAD + b"Content-Length: 67108865\r\n\r\n")
        assert got == [413], got
        alive(s, e)
        assert s.size() == 1
        assert s.stop() == 0 and s.said() == "", s.said()


READS = ("checkpoint", "setup/policy", "tile/0/000", "obj/ab/cd/e",
         "index/A0", "record.tar.zst")


def asks_first(socket_):
    """What browsers ask for pages of other origins."""
    def ask_for(path):
        return ask(socket_(), b"OPTIONS /%s HTTP/1.1\r\nHost: b\r\n"
                   b"Origin: https://booth.example\r\n"
                   b"Access-Control-Request-Method: POST\r\n"
                   b"Access-Control-Request-Headers: content-type\r\n"
                   b"Connection: close\r\n\r\n" % path.encode())

    for path, method in (("submit", "POST"), *((x, "GET") for x in READS)):
        status, headers, body = ask_for(path)
        assert (status, body) == (204, b""), (path, status, body)
        assert {n: v for n, v in headers.items()
                if n.startswith("access-control")} == {
            "access-control-allow-origin": "*",
            "access-control-allow-methods": method,
            "access-control-allow-headers": "Content-Type",
            "access-control-max-age": "86400"}, (path, headers)


def test_other_origins_ask_first():
    with Server(tick=0.05).start() as s:
        asks_first(s.socket)
        assert s.submit(b"?")[0] == 400
        # the rest stays as strict: no answer but a refusal
        for request in (b"OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n",
                        b"OPTIONS /submit HTTP/1.1\r\nHost: b\r\n"
                        b"Content-Length: 0\r\n\r\n",
                        b"OPTIONS /submit HTTP/1.1\r\nHost: b\r\n"
                        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        b"OPTIONS /submit HTTP/1.1\r\nHost: b\r\n\r\n" +
                        INNER,
                        b"OPTIONSX /submit HTTP/1.1\r\nHost: b\r\n\r\n",
                        b"options /submit HTTP/1.1\r\nHost: b\r\n\r\n"):
            got = statuses(s.socket(), request)
            assert len(got) == 1 and got[0] >= 400, (request, got)
        with socket.socket(socket.AF_UNIX) as m:  # nobody's business
            m.connect(s.metrics)
            m.sendall(b"OPTIONS /metrics HTTP/1.1\r\nHost: b\r\n\r\n")
            assert b" 405 " in m.recv(4096)
        assert s.numbers()['evident_http_answers_total{status="204"}'] == \
            1 + len(READS)


def more_descriptors(n):
    """Lets this process have so many and some more: (how many it may have,
    what gives them back)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    n = min(n, hard - 1000)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, n + 1000), hard))
    return n, lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def flood(s, n):
    """n connections that say nothing, every tenth a bit."""
    out = []
    for i in range(n):
        c = s.socket()
        if i % 10 == 0:
            c.sendall(b"POST /sub")
        out.append(c)
    return out


def front_holds(s):
    """How many descriptors the process has that speaks HTTP."""
    pids = read("/proc/%d/task/%d/children" % (
        s.process.pid, s.process.pid)).decode().split()
    front = [p for p in pids if read("/proc/%s/comm" % p) == b"front\n"]
    return len(os.listdir("/proc/%s/fd" % front[0]))


def test_many_idle_connections():
    """10^4 of them; who asks is served all the same."""
    n, back = more_descriptors(IDLE)
    e = Entries()
    try:
        with Server(tick=0.05).start() as s:
            assert s.submit(e.item["setup"])[0] == 200
            held = flood(s, n)
            for _ in range(100):
                if os.getuid() or front_holds(s) >= n:
                    break
                time.sleep(0.1)
            assert os.getuid() or front_holds(s) >= n  # they are there
            start = time.monotonic()
            alive(s, e)
            assert time.monotonic() - start < 2
            # and those who send a body byte by byte: more of them than there
            # are places, and each announces half of all the bytes there are
            slow = [s.socket() for _ in range(700)]
            for c in slow:
                c.sendall(HEAD + b"Content-Length: 67108864\r\n\r\nx")
            start = time.monotonic()
            alive(s, e)
            assert time.monotonic() - start < 2
            for c in held + slow:
                c.close()
            assert s.stop() == 0 and s.said() == "", s.said()
    finally:
        back()
    return None if n == IDLE else "held with %d only, a limit of this user" % n


def test_many_readers():
    """Hundreds ask for files at one moment; whoever is served gets all of
    it."""
    e = Entries()
    with Server(tick=0.05).start() as s:
        assert s.submit(e.item["setup"])[0] == 200
        want = s.read("setup/manifest.json")
        held = [s.socket() for _ in range(450)]
        for c in held:
            c.sendall(b"GET /setup/manifest.json HTTP/1.1\r\nHost: b\r\n\r\n")
        for c in held:
            status, _, body = ask(c, b"")
            assert status == 503 or (status, body) == (200, want), status
        alive(s, e)
        assert s.stop() == 0 and s.said() == "", s.said()


def told(conf):
    """What the configuration says that the main one needs."""
    lines = conf.split("# nginx.conf needs, too:\n")[1].split("#\n")[0]
    return lines.replace("#   ", "")


class Nginx:
    """The configuration that is shipped, with other paths."""

    def __init__(self, s):
        self.s = s
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        conf = read(ROOT, "etc", "nginx", "evident-board.conf").decode()
        for old, new in (("unix:/run/evident-board/submit.sock", s.where),
                         ("/var/lib/evident-board/board", s.path("board")),
                         ("listen 8080", "listen 127.0.0.1:%d" % self.port),
                         ("/var/log/nginx/evident-board.log", s.path("ngx")),
                         ("rate=5r/s", "rate=1000r/s")):
            assert conf.count(old) == 1, old
            conf = conf.replace(old, new)
        os.mkdir(s.path("n"))
        write(conf.encode(), s.path("board.conf"))
        self.more = self.more_of(s)
        write(("%sdaemon off;\nworker_processes 1;\npid %s/pid;\n"
               "error_log %s emerg;\n%s%s\n"
               "http {\n%s\ninclude %s;\n}\n" % (
                   "user root;\n" if os.getuid() == 0 else "", s.path("n"),
                   s.path("ngx"), self.more, told(conf), "".join(
                       "%s_temp_path %s/%s;\n" % (x, s.path("n"), x)
                       for x in ("client_body", "proxy", "fastcgi", "uwsgi",
                                 "scgi")), s.path("board.conf"))).encode(),
              s.path("nginx.conf"))
        self.process = subprocess.Popen(
            [shutil.which("nginx") or "/usr/sbin/nginx", "-c",
             s.path("nginx.conf"), "-e", s.path("ngx")],
            stderr=subprocess.PIPE, text=True)
        for _ in range(100):
            try:
                self.socket().close()
                return
            except OSError:
                assert self.process.poll() is None, self.process.stderr.read()
                time.sleep(0.05)
        raise AssertionError("nginx does not listen")

    def more_of(self, _):
        return ""

    def socket(self, source="127.0.0.1"):
        return socket.create_connection(("127.0.0.1", self.port), 30,
                                        (source, 0))

    def submit(self, body, source="127.0.0.1"):
        return ask(self.socket(source), HEAD + b"Connection: close\r\nContent-Length"
                   b": %d\r\n\r\n" % len(body) + body)

    def get(self, path):
        return ask(self.socket(), b"GET /%s HTTP/1.1\r\nHost: b\r\nConnection:"
                   b" close\r\n\r\n" % path.encode())

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stderr.close()


class Stream(Nginx):
    """With the configuration that hands on every byte, too; asked are its
    sockets."""
    MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"

    def more_of(self, s):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        conf = read(ROOT, "etc", "nginx", "evident-submit.conf").decode()
        for old, new in (("unix:/run/evident-board/submit.sock", s.where),
                         ("listen 8081", "listen 127.0.0.1:%d" % self.port),
                         ("/var/log/nginx/evident-board.log", s.path("ngx"))):
            assert conf.count(old) == 1, old
            conf = conf.replace(old, new)
        write(conf.encode(), s.path("submit.conf"))
        return "load_module %s;\nstream {\ninclude %s;\n}\n" % (
            self.MODULE, s.path("submit.conf"))


def have_nginx():
    return shutil.which("nginx") or os.path.exists("/usr/sbin/nginx")


def test_through_nginx():
    """Reads, writes, headers; and what is malformed is refused, or comes out
    as one clean request."""
    if not have_nginx():
        return "nginx is not installed"
    e = Entries()
    with Server(tick=0.05) as s:
        s.start(listen="unix:" + s.path("sock"))
        x = Nginx(s)
        try:
            assert x.submit(e.range("setup", "ceremony 3 1"))[0] == 200
            assert x.submit(b"?")[0] == 400
            status, headers, body = x.get("checkpoint")
            assert status == 200 and body == s.read("checkpoint")
            assert headers["cache-control"] == "no-store", headers
            status, headers, body = x.get("setup/policy")
            assert (status, body) == (200, e.policy)
            assert "immutable" in headers["cache-control"], headers
            assert headers["access-control-allow-origin"] == "*", headers
            assert x.get("record.tar.zst")[0] == 404
            write(b"packed", s.path("board", "public", "record.tar.zst"))
            assert x.get("record.tar.zst")[2] == b"packed"
            for path in ("", "log.db", "sign.head", "../log.db", "tile/",
                         "submit", "metrics"):
                assert x.get(path)[0] in (400, 403, 404, 405), path
            asks_first(x.socket)
            for path in (b"/", b"/metrics", b"/log.db", b"/submit/", b"/tile"):
                got = statuses(x.socket(), b"OPTIONS " + path + b" HTTP/1.1\r\n"
                               b"Host: b\r\nConnection: close\r\n\r\n")
                assert got and got[0] >= 400, (path, got)
            size = s.size()
            for name, request in pairs(e.item["ceremony 1 2"]):
                got = statuses(x.socket(), request)
                assert len(got) <= 1, (name, got)
                assert not got or 400 <= got[0] < 600, (name, got)
            assert s.size() == size
            taken = s.numbers()["evident_entries_repeated_total"]
            for name, request in lone(e.item["setup"]):
                end = b"\n" if name == "bare LF" else b"\r\n"
                request = request.replace(b"Host: b", b"Host: b" + end +
                                          b"Connection: close", 1)
                got = statuses(x.socket(), request, ends=False)
                taken += got == [200]
                assert got == [200] or got == [400], (name, got)
                n = s.numbers()["evident_entries_repeated_total"]
                assert n == taken, (name, n, taken)
            assert s.size() == size
            # requests whose client hung up are still under way for a while
            status = 503
            for _ in range(50):
                if status == 503:
                    time.sleep(0.1)
                    status = x.submit(e.item["setup"])[0]
            assert status == 200, status
            assert s.faults() == [] and s.said() == "", s.said()
            assert read(s.path("ngx")) == b""
            assert s.stop() == 0
            assert x.submit(e.item["setup"])[0] == 502
            assert x.get("checkpoint")[0] == 200  # reads go on
        finally:
            x.close()


def test_silent_and_slow_through_nginx():
    """From one address: ten thousand connections that say nothing, heads and
    bodies that come by the byte. Another address does not notice."""
    if not have_nginx():
        return "nginx is not installed"
    n, back = more_descriptors(IDLE)
    e = Entries()
    with Server(tick=0.05) as s:
        s.start(listen="unix:" + s.path("sock"))
        x = Nginx(s)
        held = []
        try:
            for i in range(n):
                held.append(x.socket())
                part = (b"", b"POST /sub", HEAD + b"Content-Length: 1000\r\n"
                        b"\r\nx")[i % 3]
                held[-1].sendall(part)
            start = time.monotonic()
            got = x.submit(e.item["setup"], "127.0.0.2")[0]
            assert got == 200, got
            assert time.monotonic() - start < 2
            # of the slow ones some are refused at once, none is an entry
            assert s.size() == 1 and s.faults() == [], s.faults()
        finally:
            for c in held:
                c.close()
            x.close()
            back()
    return None if n == IDLE else "held with %d only, a limit of this user" % n


def test_nothing_malformed_through_nginx():
    """Where nginx hands on every byte, the filter refuses what nginx would
    mend; more connections than one address may have stop nobody else."""
    if not have_nginx() or not os.path.exists(Stream.MODULE):
        return "nginx or its stream module is not installed"
    e = Entries()
    with Server(tick=0.05) as s:
        s.start(listen="unix:" + s.path("sock"))
        x = Stream(s)
        held, heard = [], 0
        try:
            assert x.submit(e.item["setup"])[0] == 200
            for name, request in [*pairs(e.item["notice"]),
                                  *lone(e.item["notice"])]:
                got = statuses(x.socket(), request, ends=False)
                assert len(got) <= 1, (name, got)
                assert not got or 400 <= got[0] < 600, (name, got)
                heard += len(got)
            n = len(e.item["notice"])
            got = statuses(x.socket(), HEAD + b"Content-Length: %d\r\n\r\n" % n
                           + e.item["notice"] + INNER, ends=False)
            assert got in ([400], []), got
            assert heard > 20, heard
            for i in range(300):
                held.append(x.socket())
                part = (b"", b"POST /sub", HEAD + b"Content-Length: 67108864"
                        b"\r\n\r\nx")[i % 3]
                try:
                    held[-1].sendall(part)
                except OSError:
                    pass
            start = time.monotonic()
            assert x.submit(e.item["setup"], "127.0.0.2")[0] == 200
            assert time.monotonic() - start < 2
            assert s.size() == 1 and s.said() == "", s.said()
            assert read(s.path("ngx")) == b""
        finally:
            for c in held:
                c.close()
            x.close()
    return None


def words_of(unit):
    """What it starts: program, verb, options."""
    text = read(unit).decode().replace("\\\n", " ")
    line = [x for x in text.split("\n") if x.startswith("ExecStart=/")][-1]
    return line.split("=", 1)[1].split()


def test_units_start_what_there_is():
    """Verbs and options of the units are those of the program; users are made,
    and nginx can read what the board's user writes."""
    etc = os.path.join(ROOT, "etc")
    made = read(etc, "sysusers.d", "evident-board.conf").decode()
    found = 0
    for at, _, names in os.walk(os.path.join(etc, "systemd")):
        for name in names:
            text = read(at, name).decode()
            program, verb, *more = words_of(os.path.join(at, name))
            assert os.path.basename(program) == "evident-board", name
            said = good(command(verb, "--help")).out
            options = [x for x in more if x.startswith("--")]
            for x in options:
                assert x + " " in said, (name, x)
            user = [x.split("=")[1] for x in text.split("\n")
                    if x.startswith("User=")][0]
            assert user == "root" or "u %s " % user in made, (name, user)
            assert "DynamicUser=yes" not in text, name  # /var/lib/private
            found += 1
    assert found == 6, found
    root = [x for x in read(etc, "nginx", "evident-board.conf").decode().split(
        "\n") if x.strip().startswith("root ")]
    unit = read(etc, "systemd", "evident-board.service").decode()
    assert "StateDirectory=evident-board\nStateDirectoryMode=0755\n" in unit
    assert root == ["  root /var/lib/evident-board/board/public;"], root


def test_units():
    """systemd understands the units that are shipped, with and without users
    for each process."""
    if not shutil.which("systemd-analyze"):
        return "systemd-analyze is not installed"
    units = os.path.join(ROOT, "etc", "systemd")
    for users in (False, True):
        with tempfile.TemporaryDirectory() as at:
            for name in os.listdir(units):
                if name.endswith(".service"):
                    shutil.copy(os.path.join(units, name), at)
                elif users:
                    shutil.copytree(os.path.join(units, name),
                                    os.path.join(at, name))
            p = subprocess.run(
                ["systemd-analyze", "verify", "--man=no"] +
                [os.path.join(at, x) for x in sorted(os.listdir(at))
                 if x.endswith(".service")],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                check=False)
        bad = [x for x in p.stdout.splitlines()
               if "evident" in x and "is not executable" not in x]
        assert not bad, bad


if __name__ == "__main__":
    sys.exit(Tap().run([test_bare_socket, test_other_origins_ask_first,
                        test_many_idle_connections,
                        test_many_readers,
                        test_through_nginx,
                        test_silent_and_slow_through_nginx,
                        test_nothing_malformed_through_nginx,
                        test_units_start_what_there_is, test_units]))
