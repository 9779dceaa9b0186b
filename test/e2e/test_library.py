#!/usr/bin/env python3
"""libevident as it is installed: C, C++ and Python programs over it.
Prints TAP. Skips what needs a compiler for C++, pkg-config or cffi where
those are not there."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

import lab
from lab import EVIDENT, ROOT, USAGE, good, command

sys.path.insert(0, os.path.join(ROOT, "test", "vector"))
import faults  # noqa: E402

BUILD = os.path.dirname(EVIDENT)
RECORDS = os.path.join(ROOT, "test", "vector", "records")
RECORD = os.path.join(RECORDS, "visible-1", "record")
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def run(*arguments, **more):
    return subprocess.run(list(map(str, arguments)), text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=300, **more)


def done(*arguments, **more):
    p = run(*arguments, **more)
    assert p.returncode == 0, (arguments, p.stdout, p.stderr)
    return p.stdout


class Installed:
    """The build, installed below a folder of its own; once."""
    folder = None

    def __init__(self):
        if Installed.folder is None:
            Installed.folder = tempfile.TemporaryDirectory()
            done("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir",
                 Installed.folder.name)
        self.top = Installed.folder.name
        self.files = {}
        for at, _, names in os.walk(self.top):
            for name in names:
                self.files[name] = os.path.join(at, name)
        self.lib = os.path.dirname(self.files["libevident.so.0"])
        self.environment = dict(os.environ, LD_LIBRARY_PATH=self.lib)

    def flags(self, *options):
        pc = os.path.dirname(self.files["evident.pc"])
        environment = dict(os.environ, PKG_CONFIG_PATH=pc,
                           PKG_CONFIG_SYSROOT_DIR=self.top)
        return done("pkg-config", *options, "evident", env=environment).split()


def bad_record(work, name="10C-t"):
    out = work.path(name)
    faults.build_bad(RECORDS, name, out)
    return out


def judges_records(program, **more):
    """Ends with the verdict, for a good record, a bad one, and none."""
    p = run(*program, RECORD, **more)
    assert p.returncode == 0 and "#overvote" in p.stdout, p
    with faults.Work() as work:
        p = run(*program, bad_record(work), **more)
        assert p.returncode == 1, p
        assert "10.C fails (printed tallies" in p.stdout, p
        assert "#overvote" not in p.stdout, p
    p = run(*program, "/nonexistent", **more)
    assert p.returncode == USAGE and "/nonexistent" in p.stderr, p


def test_example_in_c():
    if not shutil.which("pkg-config"):
        return "pkg-config is not installed"
    x = Installed()
    out = os.path.join(x.top, "example")
    done("cc", *STRICT, os.path.join(ROOT, "examples", "c", "verify.c"),
         *x.flags("--cflags", "--libs"), "-o", out)
    needed = done("readelf", "-d", out)
    assert "[libevident.so.0]" in needed and "jansson" not in needed, needed
    judges_records([out], env=x.environment)


def test_static_library_shows_no_other_names():
    if not shutil.which("pkg-config"):
        return "pkg-config is not installed"
    x = Installed()
    out = os.path.join(x.top, "example-static")
    flags = x.flags("--static", "--cflags", "--libs")
    done("cc", *STRICT, os.path.join(ROOT, "examples", "c", "verify.c"),
         *[x.files["libevident.a"] if f == "-levident" else f for f in flags],
         "-o", out)
    assert "evident" not in done("readelf", "-d", out)
    assert run(out, RECORD).returncode == 0
    names = {}
    for which, library in (("-g", "libevident.a"), ("-D", "libevident.so.0")):
        lines = done("nm", which, "--defined-only", x.files[library])
        names[library] = {w.split("@")[0] for w in
                          re.findall(r" T (\S+)", lines)}
    assert names["libevident.a"] == names["libevident.so.0"], names
    assert "evd_verify_dir" in names["libevident.a"]


def test_headers_in_c_and_cpp():
    if not shutil.which("g++"):
        return "g++ is not installed"
    x = Installed()
    folder = os.path.dirname(x.files["evident.h"])
    headers = sorted(os.listdir(folder))
    assert headers == sorted(os.listdir(os.path.join(
        ROOT, "include", "evident"))) and len(headers) <= 12, headers
    for name in headers:
        text = "#include <evident/%s>\nint main(void) { return 0; }\n" % name
        for compiler in (["cc", "-std=c99", "-x", "c"],
                         ["g++", "-std=c++11", "-x", "c++"]):
            done(*compiler, *STRICT, "-fsyntax-only", "-I",
                 os.path.dirname(folder), "-", input=text)


def test_cpp_program():
    if not shutil.which("g++"):
        return "g++ is not installed"
    x = Installed()
    out = os.path.join(x.top, "example-cpp")
    done("g++", *STRICT, "-x", "c++", "-", "-x", "none",
         *x.flags("--cflags", "--libs"), "-o", out,
         input='#include <evident/evident.h>\n#include <string>\n'
         'int main() { return std::string(evd_version()) == EVD_VERSION '
         '? 0 : 1; }\n')
    done(out, env=x.environment)


# ---- Python ----

def python_path(x):
    return os.path.dirname(os.path.dirname(x.files["_library.py"]))


def no_cffi():
    try:
        import cffi  # noqa: F401
    except ImportError:
        return "python3-cffi is not installed"
    return None


def python(x, *arguments, **environment):
    return dict(program=[sys.executable] + list(arguments), env=dict(
        x.environment, PYTHONPATH=python_path(x), PYTHONDONTWRITEBYTECODE="1",
        **environment))


def package(x):
    """The installed package, imported here."""
    os.environ["EVIDENT_LIBRARY"] = x.files["libevident.so.0"]
    sys.path.insert(0, python_path(x))
    import evident
    return evident


def test_example_in_python():
    if no_cffi():
        return no_cffi()
    x = Installed()
    example = os.path.join(ROOT, "examples", "python", "verify.py")
    judges_records(**python(x, example))
    p = python(x, "-c", "import evident", EVIDENT_LIBRARY="/nonexistent.so")
    p = run(*p["program"], env=p["env"])
    assert p.returncode == 1 and "EVIDENT_LIBRARY" in p.stderr, p


def test_python_reads_the_report():
    if no_cffi():
        return no_cffi()
    evident = package(Installed())
    o = evident.verify(RECORD)
    assert o.passed and not o.failed
    a = good(command("verify", RECORD, "--format", "json"))
    assert o.json == a.out
    report = o.report()
    assert [c["id"] for c in report["checks"]] == [c.id for c in o.checks]
    assert [c["count"] for c in report["checks"]] == \
        [c.count for c in o.checks]
    assert o.digest.hex().upper() == report["record_digest"]
    assert o.text == good(command("verify", RECORD)).out
    assert [[f["t"] for f in c["fields"]] for c in report["tally"]] == \
        [[f.votes for f in c.cells] for c in o.tally]
    assert o.check("6.D").status == evident.Status.PASS
    with faults.Work() as work:
        o = evident.verify(bad_record(work), stage=evident.Stage.FINAL)
    assert o.verdict == evident.Verdict.FAIL
    assert [c.id for c in o.failed] == ["10.C"]
    assert o.failed[0].failures[0].where.startswith("tally.json")


def raised(kind, function, *arguments, **more):
    try:
        function(*arguments, **more)
    except kind as e:
        return e
    raise AssertionError("%s was not raised" % kind.__name__)


def test_python_errors_are_exceptions():
    if no_cffi():
        return no_cffi()
    evident = package(Installed())
    e = raised(evident.MissingError, evident.verify, "/nonexistent")
    assert "/nonexistent" in str(e) and e.code == -62
    assert isinstance(e, FileNotFoundError)
    e = raised(evident.RangeError, evident.verify, RECORD, jobs=257)
    assert "jobs" in str(e) and isinstance(e, ValueError)
    raised(evident.RangeError, evident.verify, RECORD, memory_bytes=5)
    raised(evident.RangeError, evident.verify, RECORD, stage=7)
    raised(ValueError, evident.verify, RECORD, jobs=-1)
    raised(TypeError, evident.verify, None)
    raised(evident.StoppedError, evident.verify, RECORD, watch=lambda n: True)
    raised(ZeroDivisionError, evident.verify, RECORD, watch=lambda n: n // 0)


def test_python_threads():
    if no_cffi():
        return no_cffi()
    evident = package(Installed())
    reports = []

    def work():
        reports.append(evident.verify(RECORD, jobs=1).json)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(reports) == 2 and reports[0] == reports[1]


def test_python_declares_what_the_headers_do():
    if no_cffi():
        return no_cffi()
    x = Installed()
    evident = package(x)
    ffi = evident._library.ffi
    fields, main = [], []
    for name in sorted(set(ffi.list_types()[0]) - {"evd_watch"}):
        kind = ffi.typeof(name)
        if kind.kind != "struct" or not kind.fields:
            continue
        for field, place in [("", None)] + list(kind.fields):
            mine = place.offset if field else ffi.sizeof(kind)
            fields.append((name, field, mine))
            main.append('printf("%%zu\\n", %s);' % (
                "offsetof(%s, %s)" % (name, field) if field else
                "sizeof(%s)" % name))
    assert len(fields) > 30, fields
    out = os.path.join(x.top, "layout")
    done("cc", "-x", "c", "-", *x.flags("--cflags"), "-o", out,
         input="#include <evident/evident.h>\n#include <stdio.h>\n"
         "int main(void) { %s return 0; }\n" % "".join(main))
    theirs = [int(n) for n in done(out).split()]
    assert [f[2] for f in fields] == theirs, list(zip(fields, theirs))


if __name__ == "__main__":
    if not shutil.which("meson"):
        print("1..0 # SKIP meson is not installed")
        raise SystemExit(0)
    raise SystemExit(lab.Tap().run([
        test_example_in_c, test_static_library_shows_no_other_names,
        test_headers_in_c_and_cpp, test_cpp_program, test_example_in_python,
        test_python_reads_the_report, test_python_errors_are_exceptions,
        test_python_threads, test_python_declares_what_the_headers_do]))
