#!/usr/bin/env python3
"""The core (layers L0 to L3) under MSan: no decision and no output depends on
memory that was never written. Compiles the core with clang 14 and runs the
unit tests of egds/, which need no foreign library but cmocka. The control must
be reported. What has gone through evd_ct_barrier counts as written: MSan does
not follow values through assembly. Prints TAP; no clang 14 is a skip."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.environ.get("EVD_SOURCE_ROOT") or os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.join(ROOT, "test", "msan")
UNIT = os.path.join(ROOT, "test", "unit")
LAYERS = ("base", "hash", "mp", "group", "egds")
TESTS = ("hashes", "keys", "ballot", "data", "check", "decrypt", "preenc")
CC = "clang-14"
FLAGS = ["-std=c17", "-D_GNU_SOURCE", "-DEVD_PORTABLE_HASH", "-O1", "-g",
         "-fsanitize=memory",
         "-fno-omit-frame-pointer", "-I" + ROOT + "/include",
         "-I" + ROOT + "/src", "-I" + UNIT]
REPORTED = 9
OPTIONS = {"MSAN_OPTIONS": "exitcode=%d" % REPORTED, "EVD_SOURCE_ROOT": ROOT}


def sources():
    out = [HERE + "/portable_only.c"]
    for layer in LAYERS:
        with open("%s/src/%s/meson.build" % (ROOT, layer)) as f:
            names = re.search(r"files\((.*?)\)", f.read(), re.S).group(1)
        out += ["%s/src/%s/%s" % (ROOT, layer, name)
                for name in re.findall(r"'(\w+\.c)'", names)
                if name != "adx.c"]
    return out


def build(at, name, files):
    program = os.path.join(at, name)
    objects = sorted(glob.glob(at + "/core/*.o"))
    p = subprocess.run([CC] + FLAGS + files + objects +
                       ["-lcmocka", "-o", program], stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True, check=False)
    return program if p.returncode == 0 else None, p.stdout


def run(program):
    p = subprocess.run([program], stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True, check=False,
                       errors="replace", env=dict(os.environ, **OPTIONS),
                       timeout=600)
    return p.returncode, p.stdout


class Tap:
    n = bad = 0

    def say(self, good, name, detail):
        self.n += 1
        self.bad += not good
        print("%sok %d - %s" % ("" if good else "not ", self.n, name),
              flush=True)
        for line in detail.splitlines()[-40:] if not good else ():
            print("# " + line)


def main():
    tap = Tap()
    if not shutil.which(CC):
        print("ok 1 - the core under MSan # SKIP no %s\n1..1" % CC)
        return 0
    with tempfile.TemporaryDirectory() as at:
        os.mkdir(at + "/core")
        p = subprocess.run([CC] + FLAGS + ["-c"] + sources(), cwd=at + "/core",
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, check=False)
        tap.say(p.returncode == 0, "the core compiles for MSan", p.stdout)
        for test in TESTS if p.returncode == 0 else ():
            program, told = build(at, test, [
                "%s/test_egds_%s.c" % (UNIT, test), UNIT + "/egds_kit.c"])
            code, out = run(program) if program else (None, told)
            tap.say(code == 0, "egds_%s under MSan" % test, out)
        program, told = build(at, "control", [HERE + "/control.c"])
        code, out = run(program) if program else (None, told)
        tap.say(code == REPORTED and "use-of-uninitialized-value" in out,
                "the control is reported", "exit %s\n%s" % (code, out))
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
