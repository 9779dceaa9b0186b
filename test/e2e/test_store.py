#!/usr/bin/env python3
"""The promises of src/store and of the log's keeper on a real PostgreSQL: a
server of its own in a folder, reached by a socket in it, and test_store and
test_log run against that. The same programs on SQLite are unit tests. Prints
TAP."""
import glob
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab  # noqa: E402

UNIT = os.path.join(os.path.dirname(os.path.abspath(lab.EVIDENT)), "test", "unit")
USER = "evident"


def tools():
    """The folder of the server's programs, None if there is none."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1]) if found else None


def as_server(*words):
    """The server refuses to run as root: Debian's package has a user for it."""
    own = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    return subprocess.run(own + list(words), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


class Server:
    def __init__(self, programs):
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="evident-pg-")
        self.data = os.path.join(self.folder, "data")
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")

    def __enter__(self):
        made = as_server(os.path.join(self.programs, "initdb"), "-D", self.data,
                         "-A", "trust", "-U", USER, "-N", "-E", "UTF8",
                         "--locale", "C")
        if made.returncode != 0:
            raise RuntimeError(made.stdout)
        self.start()
        return self

    def start(self):
        done = as_server(os.path.join(self.programs, "pg_ctl"), "-D", self.data,
                         "-w", "-l", os.path.join(self.folder, "log"), "-o",
                         "-c listen_addresses='' -k %s" % self.folder, "start")
        if done.returncode != 0:
            raise RuntimeError(done.stdout)

    def stop(self, how):
        as_server(os.path.join(self.programs, "pg_ctl"), "-D", self.data, "-w",
                  "-m", how, "stop")

    def __exit__(self, *_):
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def where(self, name):
        """A new database."""
        made = as_server(os.path.join(self.programs, "createdb"), "-h",
                         self.folder, "-U", USER, name)
        if made.returncode != 0:
            raise RuntimeError(made.stdout)
        return "postgresql:///%s?host=%s&user=%s" % (name, self.folder, USER)


def run(program, where):
    return subprocess.run([os.path.join(UNIT, program)], env=dict(os.environ, EVD_STORE=where,
                                              CMOCKA_MESSAGE_OUTPUT="TAP"),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)


def main():
    tap = lab.Tap()
    programs = tools()
    if not programs or not os.path.isdir(UNIT):
        tap.skip("PostgreSQL", "it is not installed, or no unit test is built")
        print("1..1")
        return 0
    with Server(programs) as server:
        for program in ("test_store", "test_log"):
            where = server.where(program)
            done = run(program, where)
            for line in done.stdout.splitlines():
                word, _, name = line.partition(" - ")
                if word.startswith(("ok ", "not ok ")):
                    tap.say(word.startswith("ok "), "PostgreSQL: %s" % name,
                            done.stderr)
            tap.say(done.returncode == 0, "PostgreSQL: all of %s" % program,
                    done.stderr)
        server.stop("immediate")  # as a power cut would
        gone = run("test_store", where)
        tap.say(gone.returncode != 0 and "PostgreSQL: " in gone.stderr,
                "PostgreSQL: a server that is gone is said to be", gone.stderr)
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
