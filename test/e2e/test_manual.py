#!/usr/bin/env python3
"""The manual: a page for every verb, every function and the record, without
complaints of mandoc. Prints TAP."""
import os
import re
import shutil
import subprocess

import lab
from lab import EVIDENT, ROOT, command, good, read

MAN = os.path.join(os.path.dirname(EVIDENT), "doc", "man")
BOARD = os.path.join(os.path.dirname(EVIDENT), "evident-board")


def verbs_of(program):
    return re.findall(r"^  evident (\S.*?\S)  ", subprocess.run(
        [program, "--help"], check=True, text=True,
        stdout=subprocess.PIPE).stdout, re.M)


CLIENT, SERVED = verbs_of(EVIDENT), verbs_of(BOARD)
VERBS = CLIENT + SERVED


def pages(section):
    folder = os.path.join(MAN, "man%d" % section)
    return {name: os.path.join(folder, name) for name in os.listdir(folder)}


def shown(path):
    out = subprocess.run(["mandoc", "-Tutf8", path], check=True,
                         stdout=subprocess.PIPE).stdout.decode()
    return re.sub(".\x08", "", out).replace("\u2010", "-")


def test_mandoc_finds_nothing_wrong():
    if not shutil.which("mandoc"):
        return "mandoc is not installed"
    written = [os.path.join(ROOT, "doc", "man", n)
               for n in ("evident-record.5", "evident-mpi.1")]
    paths = [p for s in (1, 3) for n, p in sorted(pages(s).items())
             if not n.startswith("evd_")] + written
    p = subprocess.run(["mandoc", "-Tlint", "-Wwarning"] + paths, text=True,
                       stdout=subprocess.PIPE, check=False)
    assert p.returncode == 0 and p.stdout == "", p.stdout


def test_every_verb_has_a_page_with_its_options():
    if not shutil.which("mandoc"):
        return "mandoc is not installed"
    assert len(CLIENT) > 15 and len(SERVED) > 4
    want = {"evident-%s.1" % v.replace(" ", "-") for v in VERBS}
    assert set(pages(1)) == want | {"evident.1", "evident-board.1"}, \
        set(pages(1)) ^ want
    overview = {v: shown(pages(1)[page]) for page, verbs in (
        ("evident.1", CLIENT), ("evident-board.1", SERVED)) for v in verbs}
    for verb in VERBS:
        name = "evident-" + verb.replace(" ", "-")
        page = shown(pages(1)[name + ".1"])
        usage = good(command(*verb.split(), "--help")).out
        for option in set(re.findall(r"--[a-z-]+", usage)):
            assert option in page, (verb, option)
        for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS",
                        "FILES", "EXAMPLES", "SEE ALSO"):
            assert "\n" + section + "\n" in page, (verb, section)
        assert name + "(1)" in overview[verb], verb


def test_the_page_of_evident_mpi_has_its_options():
    source = read(ROOT, "src", "cmd", "verify_mpi.c").decode()
    page = read(ROOT, "doc", "man", "evident-mpi.1").decode()
    for option in re.findall(r'"\\n  --(\w+)', source):
        assert ".B \\-\\-%s" % option in page, option


def test_what_pages_say_besides_is_of_a_verb():
    table = "".join(read(ROOT, "src", folder, "verbs.def").decode()
                    for folder in ("cmd", "serve"))
    for verb in re.findall(r"^MORE\((\w+)", read(
            ROOT, "doc", "man", "more.def").decode(), re.M):
        assert re.search(r"^VERB\(%s," % verb, table, re.M), verb


def test_every_function_has_a_page():
    exported = re.findall(r"^    (evd_\w+);$", read(
        ROOT, "src", "lib", "libevident.map").decode(), re.M)
    assert len(exported) > 10
    for name in exported:
        link = read(pages(3)[name + ".3"]).decode()
        to = re.fullmatch(r"\.so man3/(evident_\w+\.3)\n", link)
        assert to, (name, link)
        page = read(pages(3)[to.group(1)]).decode()
        assert re.search(r"\b%s\(" % name, page), name
    assert {n for n in pages(3) if n.startswith("evd_")} == \
        {n + ".3" for n in exported}


if __name__ == "__main__":
    raise SystemExit(lab.Tap().run([
        test_mandoc_finds_nothing_wrong,
        test_every_verb_has_a_page_with_its_options,
        test_the_page_of_evident_mpi_has_its_options,
        test_what_pages_say_besides_is_of_a_verb,
        test_every_function_has_a_page]))
