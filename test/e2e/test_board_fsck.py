#!/usr/bin/env python3
"""`board fsck` and `board move`: a board that log_drill has filled is sound, a
changed byte of any kind is found, and the same log comes out of the public files
in another database. Prints TAP."""
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab  # noqa: E402
import test_store  # noqa: E402

DRILL = os.path.join(os.path.dirname(os.path.abspath(lab.EVIDENT)), "test",
                     "torture", "log_drill")
STEPS = 40  # of 8 entries: more than one tile
MANY = 400  # more than three chunks of 1024 entries, and 4096 rows


def board(*words):
    return lab.command("board", *words)


def drill(*words, **how):
    return subprocess.run([DRILL] + [str(w) for w in words], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, **how)


def flip(path, at):
    os.chmod(path, 0o644)
    with open(path, "r+b") as f:
        f.seek(at)
        byte = f.read(1)
        f.seek(at)
        f.write(bytes([byte[0] ^ 1]))


def public(folder, path):
    return os.path.join(folder, "public", path)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def one_below(folder, path):
    """A file below this folder, the last one."""
    found = [os.path.join(at, f) for at, _, files in
             os.walk(public(folder, path)) for f in files]
    return sorted(found)[-1]


FILES = (
    ("checkpoint", lambda f: (public(f, "checkpoint"), 24)),
    ("tile", lambda f: (public(f, "tile/0/000"), 5000)),
    ("tile above", lambda f: (one_below(f, "tile/1"), 3)),
    ("tile at the edge", lambda f: (one_below(f, "tile/0/001.p"), 1)),
    ("bundle", lambda f: (public(f, "tile/entries/000"), 9000)),
    ("bundle at the edge", lambda f: (one_below(f, "tile/entries/001.p"), 77)),
    ("object", lambda f: (one_below(f, "obj"), 3)),
    ("index", lambda f: (one_below(f, "index"), 65)),
    ("setup/manifest.json", lambda f: (public(f, "setup/manifest.json"), 30)),
    ("setup/keys", lambda f: (public(f, "setup/keys"), 50)),
    ("setup/policy", lambda f: (public(f, "setup/policy"), 2)),
    ("setup/guardians", lambda f: (one_below(f, "setup/guardians"), 100)),
    ("setup/election_keys.json",
     lambda f: (public(f, "setup/election_keys.json"), 9)),
    ("setup/roll.jsonl", lambda f: (public(f, "setup/roll.jsonl"), 20)),
)

# A byte of a value, by its table. About 1 to 6: rows of the rules; 128: bodies.
CHANGE = ("UPDATE {0} SET {1} = CAST(substr({1}, 1, {2}) || CASE "
          "substr({1}, {2} + 1, 1) WHEN x'5A' THEN x'A5' ELSE x'5A' END || "
          "substr({1}, {2} + 2) AS BLOB) WHERE {3}")


def change(table, column, at, where):
    return CHANGE.format(table, column, at, where)


ROWS = (
    ("entry", change("entries", "bytes", 40, "idx = 100")),
    ("signature of an entry", change("entries", "bytes", 190, "idx = 100")),
    ("state", change("state", "bytes", 60, "one = 1")),
    ("state's end", change("state", "bytes", 400, "one = 1")),
    ("row of a ballot", change("rows", "value", 28, "about = 3")),
    ("place of a choice", change("rows", "value", 8, "about = 3")),
    ("row of a credential", change("rows", "value", 68, "about = 4")),
    ("row of a keyid", change("rows", "value", 9, "about = 5")),
    ("row of a body", change("rows", "value", 7, "about = 128")),
    ("key of an id_B", change("rows", "key", 7, "about = 1 AND key = (SELECT "
                              "min(key) FROM rows WHERE about = 1)")),
    ("missing row", "DELETE FROM rows WHERE about = 2 AND key = (SELECT "
     "min(key) FROM rows WHERE about = 2)"),
    ("row too many", "INSERT INTO rows VALUES (6, zeroblob(32), x'')"),
    ("missing entry", "DELETE FROM entries WHERE idx = 30"),
)


def changed_files(tap, folder):
    for name, find in FILES:
        path, at = find(folder)
        flip(path, at)
        answer = board("fsck", folder)
        flip(path, at)
        what = os.path.relpath(path, folder)
        good = answer.code == lab.FAILS and (
            what.split("/")[1].split(".")[0] in answer.err)
        tap.say(good, "test_T03_fsck_finds_a_changed_%s" % re.sub(
            r"\W+", "_", name), repr(answer))
        os.rename(path, path + "-away")
        answer = board("fsck", folder)
        os.rename(path + "-away", path)
        tap.say(answer.code in (lab.FAILS, lab.USAGE) and answer.err != "",
                "test_T03_fsck_finds_a_missing_%s" % re.sub(r"\W+", "_", name),
                repr(answer))


def changed_rows(tap, folder):
    db = os.path.join(folder, "log.db")
    for name, sql in ROWS:
        shutil.copy(db, db + ".good")
        with sqlite3.connect(db) as c:
            c.execute(sql)
        c.close()
        answer = board("fsck", folder)
        shutil.move(db + ".good", db)
        for more in ("-wal", "-shm"):
            if os.path.exists(db + more):
                os.remove(db + more)
        tap.say(answer.code == lab.FAILS and answer.err != "",
                "test_T03_fsck_finds_a_changed_%s" % re.sub(r"\W+", "_", name),
                repr(answer))


def changed_wal(tap, folder):
    """A byte in the log of the database, whose frames have sums: what stands
    behind it is gone, and a server that would go on without it does not."""
    wal = os.path.join(folder, "log.db-wal")
    drill("work", folder, 5000, 20, 100)  # killed, so that there is one
    shutil.copytree(folder, folder + "-good")
    size = os.path.getsize(wal)
    for name, at in (("header", 17), ("frame", 32 + 24 + 100),
                     ("sum_of_a_frame", 32 + 17)):
        flip(wal, at)
        answer = board("fsck", folder)
        tap.say(size > 4096 and answer.code == lab.FAILS and answer.err != "",
                "test_T03_fsck_finds_a_changed_WAL_%s" % name, repr(answer))
        shutil.rmtree(folder)
        shutil.copytree(folder + "-good", folder)
        flip(wal, at)
        check = drill("check", folder, input="")
        tap.say(check.returncode != 0 and "old copy" in check.stderr,
                "test_T03_a_changed_WAL_%s_is_not_served" % name, check.stderr)
        shutil.rmtree(folder)
        shutil.copytree(folder + "-good", folder)
    shutil.rmtree(folder + "-good")
    check = drill("check", folder, input="")
    tap.say(check.returncode == 0, "and goes on with its own", check.stderr)


ROW_OF_A_BALLOT = change("rows", "value", 28, "about = 3 AND key = (SELECT "
                         "{0}(key) FROM rows WHERE about = 3)")


def one_processor_or_all(folder):
    """fsck by one thread and by all: they say the same."""
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(mine)})
    alone = board("fsck", folder)
    os.sched_setaffinity(0, mine)
    answer = board("fsck", folder)
    return answer, (answer.code, answer.err) == (alone.code, alone.err)


def many_entries(tap, folder):
    """Threads look ahead while entries are judged: what they find is told, all
    of it, wherever it is."""
    os.mkdir(folder)
    db = os.path.join(folder, "log.db")
    drill("work", folder, 1, MANY, 0)
    answer, same = one_processor_or_all(folder)
    tap.say(answer.code == lab.OK and same, "many entries are sound",
            repr(answer))
    ballots = sorted(path for path in (
        os.path.join(at, f) for at, _, files in
        os.walk(public(folder, "obj")) for f in files)
        if read(path).startswith(b"ballot "))
    gone = ballots[::len(ballots) // 40][:40]
    for path in gone:
        os.rename(path, path + "-away")
    answer, same = one_processor_or_all(folder)
    for path in gone:
        os.rename(path + "-away", path)
    told = [p for p in gone if os.path.relpath(p, folder) in answer.err]
    tap.say(answer.code == lab.FAILS and same and told == gone,
            "test_T03_fsck_finds_every_missing_object", repr(answer))
    for name, sql, sentence in (
            ("hole", "DELETE FROM entries WHERE idx = 1500",
             "there is no entry 1500"),
            ("hole_where_a_chunk_begins",
             "DELETE FROM entries WHERE idx = 2048",
             "there is no entry 2048"),
            ("broken_entry", change("entries", "bytes", 0, "idx = 2600"),
             "entry 2600 is none: expected EVB1"),
            ("first_row", ROW_OF_A_BALLOT.format("min"), "a row about 3 is"),
            ("last_row", ROW_OF_A_BALLOT.format("max"), "a row about 3 is")):
        shutil.copy(db, db + ".good")
        with sqlite3.connect(db) as c:
            c.execute(sql)
        c.close()
        answer, same = one_processor_or_all(folder)
        shutil.move(db + ".good", db)
        tap.say(answer.code == lab.FAILS and same and
                answer.err.count(sentence) == 1,
                "test_T03_fsck_finds_a_%s_far_behind" % name, repr(answer))


def between_files_and_checkpoint(tap, folder):
    """A server that ended there: tiles that were not full in the published
    checkpoint are, and only the full ones are there."""
    old = read(public(folder, "checkpoint"))
    part = os.path.dirname(one_below(folder, "tile/0/001.p"))
    more = drill("work", folder, 20000, 24, 0)
    with open(public(folder, "checkpoint"), "wb") as f:
        f.write(old)
    answer = board("fsck", folder)
    tap.say(more.returncode == 0 and not os.path.exists(part) and
            answer.code == lab.OK, "between files and checkpoint",
            more.stderr + repr(answer))


def moved(tap, folder, where, name, told):
    answer = board("move", folder, "--db", where)
    tap.say(answer.code == lab.OK, "a board is moved to %s" % name,
            repr(answer))
    again = board("move", folder, "--db", where)
    tap.say(again.code == lab.USAGE, "%s: not twice" % name, repr(again))
    env = dict(os.environ, EVD_STORE=where)
    check = drill("check", folder, input=told, env=env)
    tap.say(check.returncode == 0, "%s: every ballot is there" % name,
            check.stderr)
    more = drill("work", folder, 9000, 2, 0, env=env)
    answer = board("fsck", folder, "--db", where)
    tap.say(more.returncode == 0 and answer.code == lab.OK,
            "%s: and the log goes on" % name, more.stderr + repr(answer))


def main():
    tap = lab.Tap()
    if not os.path.exists(DRILL):
        tap.skip("test_board_fsck", "log_drill is not built")
        print("1..1")
        return 0
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as at:
        folder = os.path.join(at, "board")
        os.mkdir(folder)
        told = drill("work", folder, 1, STEPS, 0).stdout
        answer = board("fsck", folder)
        tap.say(answer.code == lab.OK and "entries" in answer.out,
                "a sound board", repr(answer))
        answer = board("fsck", folder, "--signatures")
        tap.say(answer.code == lab.OK, "with signatures", repr(answer))
        changed_files(tap, folder)
        changed_rows(tap, folder)
        changed_wal(tap, folder)
        answer = board("fsck", folder)
        tap.say(answer.code == lab.OK, "and sound again", repr(answer))
        many_entries(tap, os.path.join(at, "many"))
        spare = os.path.join(at, "spare")
        shutil.copytree(folder, spare)
        late = os.path.join(at, "late")
        shutil.copytree(folder, late)
        between_files_and_checkpoint(tap, late)
        moved(tap, folder, os.path.join(at, "other.db"), "SQLite", told)
        programs = test_store.tools()
        if programs:
            with test_store.Server(programs) as server:
                moved(tap, spare, server.where("moved"), "PostgreSQL", told)
        else:
            tap.skip("a board is moved to PostgreSQL", "it is not installed")
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
