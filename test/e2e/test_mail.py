#!/usr/bin/env python3
"""Ballots by mail: printed, sent back, recorded, counted with those of a
booth, opened where nobody cast them, verified. EVIDENT names the program.
Prints TAP."""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab  # noqa: E402
from lab import (FAILS, OK, USAGE, Lab, cached, command,  # noqa: E402
                 good, read, tree, write)

ORACLE = os.path.join(lab.ROOT, "test", "oracle")
sys.path.insert(0, ORACLE)
import interpreter  # noqa: E402

# A booth and the mail share contests: the first has what mail ballots lack.
CONTESTS = [
    {"label": "Mayor", "notes": "For four years, <b>not bold</b> & so on",
     "rule": "plurality", "seats": 1,
     "options": ["Ann O'Neil", "Świętosława <i>B</i>", "Cyd نعم"],
     "option_limit": 1, "contest_limit": 1, "overvote": True, "write_ins": 1,
     "data_blocks": 5},
    {"label": "Council", "rule": "plurality", "seats": 2,
     "options": ["X", "Y", "Z", "W"], "option_limit": 1, "contest_limit": 2,
     "overvote": False, "write_ins": 0, "data_blocks": 0},
    {"label": "Hamlet", "rule": "plurality", "seats": 1,
     "options": ["H1", "H2"], "option_limit": 1, "contest_limit": 1,
     "overvote": False, "write_ins": 0, "data_blocks": 0}]
STYLES = [{"label": "Town", "contests": [1, 2]},
          {"label": "Hamlet", "contests": [1, 2, 3]}]
BOOTH, MAIL = 1, 2


def omega(kind, psi):
    """The short code, from section 4.6 alone."""
    x = int(psi[-2:], 16)
    return {1: psi[-2:], 2: psi[-4:],
            3: chr(65 + x // 10) + str(x % 10),
            4: str(x // 26) + chr(65 + x % 26),
            5: str(x), 6: str(x + 1), 7: str(x + 100),
            8: str(x + 101)}[kind]


class Post(Lab):
    """post: the private folder of the mail ballots."""

    def pre(self, *more, device=MAIL, style=2, count=1, out="post", **how):
        return command("preencrypt", self.path("rec"), "--device", device,
                       "--style", style, "--count", count, "--out",
                       self.path(out), "--plain-secrets", *more, **how)

    def back(self, text, *more, name="returned.csv", out=("post",), **how):
        write(text.encode(), self.path(name))
        folders = [w for o in out for w in ("--secret", self.path(o))]
        return command("record-mail", self.path("rec"), "--in",
                       self.path(name), *folders, "--plain-secrets", *more,
                       **how)

    def ballots(self, device=MAIL):
        text = read(self.path("rec", "ballots", "device_%d.jsonl" % device))
        return [json.loads(line) for line in text.splitlines()]

    def lines(self, name):
        return [json.loads(line)
                for line in read(self.path("rec", name)).splitlines()]

    def copy(self):
        other = Post()
        shutil.copytree(self.dir, other.dir, dirs_exist_ok=True)
        other.secret, other.stdin = self.secret, self.stdin
        other.n, other.k = self.n, self.k
        return other

    def vote_booth(self, marks=((1, 0, 0), (0, 1, 0)), close=()):
        plain = "".join(json.dumps(
            {"serial": str(i), "style": 1, "weight": 1, "contests": [
                {"contest": 1, "marks": list(m), "write_ins": []},
                {"contest": 2, "marks": [1, 0, 0, 1], "write_ins": []}]},
            separators=(",", ":")) + "\n" for i, m in enumerate(marks))
        return good(command("encrypt", self.path("rec"), "--device", BOOTH,
                            "--in", "-", stdin=plain))

    def listed(self, name, codes):
        write("".join(c + "\n" for c in codes).encode(), self.path(name))
        return ["--" + name, self.path(name)]

    def close(self, *more, **how):
        return command("close", self.path("rec"), *more, **how)

    def finish_count(self, present="1,3"):
        good(command("tally", self.path("rec")))
        self.rounds(present)
        good(self.result(present))
        return self


def unchanged(x, before, answer, code, *words):
    """Refused with these words, and nothing was written."""
    assert answer.code == code, answer
    assert answer.out == "", answer
    for word in words:
        assert word in answer.err, "expected `%s`\n%s" % (word, answer)
    assert tree(x.path("rec")) == before, "something was written"


@cached
def fresh():
    return Post().new(short_code=1, privacy_floor=1, contests=CONTESTS,
                      styles=STYLES, devices=[
        {"label": "lab;hall;1", "mode": "booth", "chaining": 1},
        {"label": "lab;post;1", "mode": "mail", "chaining": 1},
        {"label": "lab;post;2", "mode": "mail", "chaining": 0}]).ceremony()


# ---- the sheets, as a voter sees them ----------------------------------------

def pages(pdf):
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return [p for p in text.split("\f") if p.strip()]


def sheets(pdf):
    """[{code, contests: {label: [(short code, option)]}}] of a PDF."""
    out = []
    for page in pages(pdf):
        if "Page 1 of" in page:
            groups = re.findall(r"^\s*((?:[0-9A-F]{4} ){3}[0-9A-F]{4})\s*$",
                                page, re.M)
            out.append({"code": "".join(groups).replace(" ", ""),
                        "rows": [], "slip": False})
        if re.search(r"^\s*Return slip", page, re.M):
            out[-1]["slip"] = True
        if out[-1]["slip"]:
            continue
        out[-1]["rows"] += re.findall(r"^ {1,3}(\w{2,4}) {4,}(\S.*?)\s*$", page,
                                      re.M)
    return out


def has(program):
    return shutil.which(program) is not None


# ---- the whole election ------------------------------------------------------

def chosen(sheet, *options):
    codes = dict((option, code) for code, option in sheet["rows"])
    return " ".join(codes[o] for o in options)


@cached
def sent():
    x = fresh()
    x.vote_booth()
    good(x.pre(count=3))
    good(x.pre("--append", style=1, count=2))
    good(x.pre(device=3, style=1, count=2, out="other"))
    return x


@cached
def returned():
    """Three of device 2 and one of device 3 come back; codes as printed."""
    x = sent()
    s = sheets(x.path("post", "sheets_2_1.pdf"))
    t = sheets(x.path("post", "sheets_2_4.pdf"))
    u = sheets(x.path("other", "sheets_3_1.pdf"))
    good(x.back("ballot,1,2,3\n%s,%s,%s,%s\n%s,,%s,\n" % (
        s[0]["code"], chosen(s[0], "Ann O'Neil"), chosen(s[0], "Y", "X"),
        chosen(s[0], "H2"), t[1]["code"], chosen(t[1], "Z"))))
    good(x.back('{"ballot":"%s","contests":[{"contest":1,"marks":[0,1,0]},'
                '{"contest":2,"codes":[]}]}\n' % u[1]["code"],
                name="returned.jsonl", out=("post", "other")))
    good(x.back("ballot,1.1,1.2,1.3,2.1,2.2,2.3,2.4,3.1,3.2\n"
                "%s,0,0,1,1,,,1,,\n" % x.ballots()[2]["id_B"]))
    return x


@cached
def closed():
    x = returned()
    good(x.close(*x.listed("challenged", [x.ballots()[1]["H_C"],
                                          x.ballots(3)[0]["H_C"],
                                          x.ballots(1)[1]["H_C"]])))
    return x


@cached
def done():
    return closed().finish_count()


def test_whole_election():
    x = done()
    states = {s["id_B"]: s["state"] for s in x.lines("states.jsonl")}
    assert [states[b["id_B"]] for b in x.ballots()] == [
        "cast", "challenged", "cast", "spoiled", "cast"]
    assert [states[b["id_B"]] for b in x.ballots(3)] == ["challenged", "cast"]
    assert len(x.lines("mail_cast.jsonl")) == 4
    assert len(x.lines("mail_open.jsonl")) == 2
    assert len(x.lines("challenged.jsonl")) == 1
    # booth: Ann; X, W. By mail: Ann, YX, H2; Z; B; C, XW
    assert x.totals() == [[2, 1, 1, 0, 0], [3, 1, 1, 2], [0, 1]], x.totals()
    answer = x.verify()
    assert answer.code == OK, answer
    for code in ("15.A", "16.A", "16.F", "16.H", "17.A", "18.A", "19.D",
                 "X.17"):
        assert re.search(r"^%s +pass" % re.escape(code), answer.out, re.M), \
            (code, answer.out)


def test_the_other_verifier_agrees():
    """test/oracle, written from the texts alone, finds nothing."""
    x = done()
    r = subprocess.run([interpreter.best(), os.path.join(ORACLE, "verify.py"),
                        x.path("rec")],
                       stdout=subprocess.PIPE, text=True, check=False)
    assert r.returncode == OK, r.stdout
    for code in ("15.A", "16.A", "17.A", "18.A", "19.D", "X.17"):
        assert re.search(r"^%s +pass" % re.escape(code), r.stdout, re.M), code


def test_contest_data_beside_mail_ballots():
    """An overvote in the booth: the data of booth ballots is opened, mail
    ballots have none."""
    x = fresh()
    x.vote_booth(marks=((1, 1, 0), (0, 1, 0)))
    good(x.pre(style=1, count=1))
    good(x.back("ballot,1,2,3\n%s,,,\n" % x.ballots()[0]["H_C"]))
    good(x.close())
    x.finish_count()
    x.rounds("1,3", "--contest-data", xd="data")
    good(x.result("1,3", "--contest-data", xd="data"))
    assert len(x.lines("contest_data.jsonl")) == 2
    assert x.totals()[0] == [0, 1, 0, 1, 0], x.totals()
    good(x.verify())


def test_printed_codes_are_those_of_the_record():
    """Every code of the record stands on the sheet; what an opened ballot
    says of its codes is what its sheet says."""
    x = done()
    for device, folder, first, count in ((2, "post", 1, 3), (2, "post", 4, 2),
                                         (3, "other", 1, 2)):
        pdf = x.path(folder, "sheets_%d_%d.pdf" % (device, first))
        printed = sheets(pdf)
        lines = x.ballots(device)[first - 1:first - 1 + count]
        assert [s["code"] for s in printed] == [b["H_C"] for b in lines]
        for sheet, line in zip(printed, lines):
            want = sorted(omega(1, psi) for c in line["contests"]
                          for psi in c["psi"])
            assert sorted(code for code, _ in sheet["rows"]) == want, sheet
    opened = {o["id_B"]: o for o in x.lines("mail_open.jsonl")}
    line = x.ballots()[1]
    rows = sheets(x.path("post", "sheets_2_1.pdf"))[1]["rows"]
    said = [(v["code"], v["label"].replace("#null", "No choice"))
            for c in opened[line["id_B"]]["contests"] for v in c["vectors"]]
    assert [c for c, _ in rows] == [c for c, _ in said], (rows, said)
    for (_, a), (_, b) in zip(rows, said):
        assert a == b or "Cyd" in a and "Cyd" in b, (a, b)


def test_qr_is_the_confirmation_code():
    if not has("zbarimg") or not has("pdftoppm"):
        return "zbarimg or pdftoppm is not installed"
    x = sent()
    with tempfile.TemporaryDirectory() as d:
        subprocess.run(["pdftoppm", "-r", "110", "-png",
                        x.path("post", "sheets_2_4.pdf"), d + "/p"],
                       check=True)
        found = []
        for name in sorted(os.listdir(d)):
            r = subprocess.run(["zbarimg", "-q", "--raw", d + "/" + name],
                               stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL, check=False)
            found += r.stdout.split()
    want = [b["H_C"] for b in x.ballots()[3:5] for _ in range(2)]
    assert found == want, (found, want)


def test_the_sheet_reads_well():
    x = sent()
    first, *_ = pages(x.path("post", "sheets_2_1.pdf"))
    text = " ".join(first.split())
    for words in ("Lab", "Ballot by mail no. 1, style: Hamlet", "Page 1 of",
                  "For four years, <b>not bold</b> & so on", "Choose 1.",
                  "Świętosława <i>B</i>", "Confirmation code"):
        assert words in text, (words, text)
    slip = pages(x.path("post", "sheets_2_1.pdf"))[-1]
    assert "Return slip" in slip and "Ann" not in slip, slip
    for label in ("Mayor", "Council", "Hamlet"):
        assert label in slip
    info = subprocess.run(["pdfinfo", x.path("post", "sheets_2_1.pdf")],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    assert re.search(r"Tagged: +yes", info), info
    assert os.stat(x.path("post", "sheets_2_1.pdf")).st_mode & 0o077 == 0
    assert sorted(os.listdir(x.path("post"))) == [
        "mail_2_1.json", "mail_2_4.json", "sheets_2_1.pdf", "sheets_2_4.pdf"]


# ---- secrets -----------------------------------------------------------------

def test_B11_no_nonce_of_a_mail_ballot_is_published():
    x = done()
    record = b"".join(tree(x.path("rec")).values()).upper()
    raw = b"".join(tree(x.path("rec")).values())
    n = 0
    for folder in ("post", "other"):
        for name in os.listdir(x.path(folder)):
            if not name.endswith(".json"):
                continue
            for ballot in lab.load(x.path(folder, name))["ballots"]:
                xi = ballot["xi_B"]
                assert ballot["id_B"].encode() in record
                assert xi.encode() not in record
                assert bytes.fromhex(xi) not in raw
                assert base64.b64encode(bytes.fromhex(xi)) not in raw
                n += 1
    assert n == 7
    # the nonces of opened ballots alone are there
    nonces = sum(len(v["nonces"]) for o in x.lines("mail_open.jsonl")
                 for c in o["contests"] for v in c["vectors"])
    text = b"".join(read(x.path("rec", f)) for f in (
        "mail_cast.jsonl", "states.jsonl"))
    assert nonces == 4 * 3 + 6 * 4 + 3 * 2 + 4 * 3 + 6 * 4
    assert b"nonce" not in text


def test_C12_every_mail_ciphertext_is_its_own():
    """No element occurs twice, but where a contest has one vector, which is
    its sum; two ballots do not differ by one factor."""
    x = done()
    p = x.group()[0]
    lines, seen = x.lines("mail_cast.jsonl"), set()
    rows = []
    for line in lines:
        for c in line["contests"][:2]:
            for v in c["selected"]:
                for pair in v["vector"]:
                    for name in ("alpha", "beta"):
                        assert pair[name] not in seen
                        seen.add(pair[name])
            rows.append([int(f["alpha"], 16) for f in c["fields"]])
    for i, a in enumerate(rows):
        for b in rows[:i]:
            if len(a) == len(b):
                factors = {u * pow(v, -1, p) % p for u, v in zip(a, b)}
                assert len(factors) == len(a)


def test_an_undervote_looks_like_a_vote():
    x = done()
    lines = {c["id_B"]: c for c in x.lines("mail_cast.jsonl")}
    for b in x.ballots():
        if b["id_B"] in lines:
            for c in lines[b["id_B"]]["contests"]:
                limit = CONTESTS[c["contest"] - 1]["contest_limit"]
                assert len(c["selected"]) == limit
                psi = [v["psi"] for v in c["selected"]]
                assert psi == sorted(psi)


def test_sealed_nonces():
    x = fresh()
    how = {"stdin": "only for this test\n"}
    secret = ["--passphrase-fd", 0, "--kdf", "interactive"]
    good(command("preencrypt", x.path("rec"), "--device", MAIL, "--style", 1,
                 "--count", 1, "--out", x.path("post"), *secret, **how))
    assert sorted(os.listdir(x.path("post"))) == ["mail_2_1.json.sealed",
                                                  "sheets_2_1.pdf"]
    s = sheets(x.path("post", "sheets_2_1.pdf"))[0]
    write(("ballot,1,2,3\n%s,%s,,\n" % (s["code"], chosen(
        s, "Ann O'Neil"))).encode(), x.path("returned.csv"))
    before = tree(x.path("rec"))
    arguments = ["record-mail", x.path("rec"), "--in", x.path("returned.csv"),
                 "--secret", x.path("post")] + secret
    unchanged(x, before, command(*arguments, stdin="wrong\n"), USAGE,
              "passphrase")
    good(command(*arguments, **how))


# ---- short codes -------------------------------------------------------------

def many(options, kind, limit=1):
    contest = {"label": "Many", "rule": "plurality", "seats": 1,
               "options": ["O%d" % i for i in range(1, options + 1)],
               "option_limit": 1, "contest_limit": limit, "overvote": False,
               "write_ins": 0, "data_blocks": 0}
    return Post().new(short_code=kind, contests=[contest], styles=[
        {"label": "All", "contests": [1]}], devices=[
        {"label": "b", "mode": "booth", "chaining": 1},
        {"label": "m", "mode": "mail", "chaining": 0}]).ceremony()


def test_B17_collisions_end_and_codes_stay_apart():
    """25 codes out of 256: three ballots of four are thrown away. Codes are
    looked up inside one ballot alone, so the same one may stand on others."""
    x = many(24, 1)
    answer = good(x.pre(style=1, count=4))
    assert "thrown away" in answer.out, answer
    codes = []
    for b in x.ballots():
        mine = [omega(1, psi) for psi in b["contests"][0]["psi"]]
        assert len(set(mine)) == 25, mine
        codes += mine
    assert len(set(codes)) < len(codes)
    s = sheets(x.path("post", "sheets_2_1.pdf"))
    text = "ballot,1\n" + "".join("%s,%s\n" % (one["code"], one["rows"][i][0])
                                  for i, one in enumerate(s))
    good(x.back(text))
    by_id = {c["id_B"]: c for c in x.lines("mail_cast.jsonl")}
    for i, b in enumerate(x.ballots()):
        got = by_id[b["id_B"]]["contests"][0]["selected"][0]
        assert got["code"] == s[i]["rows"][i][0]
        assert got["psi"] in b["contests"][0]["psi"]


def test_B17_what_cannot_end_is_refused():
    for options, kind, words in (
            (256, 1, ("more options than there are", "short_code 2")),
            (80, 5, ("hardly ever", "short_code 2"))):
        x = many(options, kind)
        before = tree(x.path("rec"))
        unchanged(x, before, x.pre(style=1, count=1), USAGE, *words)
        assert not os.path.exists(x.path("post"))


def test_every_kind_of_short_code():
    x = fresh()
    for kind in range(2, 9):
        x = Post().new(short_code=kind, contests=[CONTESTS[2]], styles=[
            {"label": "All", "contests": [1]}], devices=[
            {"label": "b", "mode": "booth", "chaining": 1},
            {"label": "m", "mode": "mail", "chaining": 0}], n=1, k=1)
        x.ceremony()
        good(x.pre(style=1, count=1))
        s = sheets(x.path("post", "sheets_2_1.pdf"))[0]
        want = sorted(omega(kind, p) for p in x.ballots()[0]["contests"][0][
            "psi"])
        printed = sorted(re.findall(
            r"^ {1,3}(\w{1,4}) {4,}(?:H1|H2|No choice)",
            pages(x.path("post", "sheets_2_1.pdf"))[0], re.M))
        assert printed == want, (kind, printed, want)
        assert s["code"] == x.ballots()[0]["H_C"]


def test_an_election_by_mail_from_a_table():
    x = Post()
    write(b"contest,rule,seats,limit,option\nMayor,plurality,1,1,Ann\n"
          b"Mayor,plurality,1,1,Ben\n", x.path("contests.csv"))

    def new(*more):
        return command("election", "new", "--from", x.path("contests.csv"),
                       "--guardians", 3, "--quorum", 2, "--out",
                       x.path("rec"), "--device", "post:mail", *more)
    lab.refused(new(), USAGE, "short_code")
    lab.refused(new("--short-code", 9), USAGE, "--short-code")
    good(new("--short-code", 2))
    assert lab.load(x.path("rec", "manifest.json"))["short_code"] == 2


# ---- wrong input -------------------------------------------------------------

def test_preencrypt_input_that_does_not_fit():
    x = sent()
    before = tree(x.path("rec"))
    for answer, code, words in (
            (x.pre(device=BOOTH), USAGE, ["mode booth"]),
            (x.pre(device=9), USAGE, ["--device"]),
            (x.pre(style=3), USAGE, ["--style"]),
            (x.pre(count=0), USAGE, ["--count"]),
            (x.pre(), USAGE, ["--append"]),
            (x.pre("--append", out="rec/post"), USAGE, ["inside the record"]),
            (command("preencrypt", x.path("rec"), "--device", 2), USAGE,
             ["--style"])):
        unchanged(x, before, answer, code, *words)
    write(b"", x.path("post", "mail_2_6.json"))
    unchanged(x, before, x.pre("--append"), USAGE, "mail_2_6.json")


def test_marks_above_one_cannot_go_by_mail():
    x = Post().new(short_code=1, devices=[
        {"label": "b", "mode": "booth", "chaining": 1},
        {"label": "m", "mode": "mail", "chaining": 0}]).ceremony()
    unchanged(x, tree(x.path("rec")), x.pre(style=1), USAGE, "contest 2",
              "marks above 1")


def test_returns_that_do_not_fit():
    x = sent()
    s = sheets(x.path("post", "sheets_2_1.pdf"))
    t = sheets(x.path("post", "sheets_2_4.pdf"))
    before = tree(x.path("rec"))
    code, town = s[0]["code"], t[0]["code"]
    free = next(c for c in ("%02X" % i for i in range(256))
                if c not in [r[0] for r in s[0]["rows"]])
    three = " ".join(c for c, _ in s[0]["rows"][4:7])
    head = "ballot,1,2,3\n"
    for text, words in (
            ("", ["header line"]), ("ballot,1,2\n", ["header line"]),
            (head, ["at least one ballot"]),
            (head + "%s,%s,,\n" % (code, free), [":2: contest 1", free]),
            (head + "%s,%s,,\n" % (code, s[0]["rows"][4][0]),
             ["contest 1: this ballot has no code"]),
            (head + "%s,,%s,\n" % (code, three), ["3 codes, but only 2"]),
            (head + "%s,,%s %s,\n" % ((code,) + (s[0]["rows"][4][0],) * 2),
             ["stands there twice"]),
            (head + "%s,,,%s\n" % (town, free), ["contest 3", "style 1"]),
            (head + "%s,,\n" % code, ["expected 4 cells"]),
            (head + "%s,,,\n%s,,,\n" % (code, code), [":3:", "in line 2"]),
            (head + "%s,,,\n%s,,,\n" % (code, x.ballots()[0]["id_B"]),
             ["in line"]),
            (head + "%s,,,\n" % ("0" * 64), ["no mail ballot"]),
            (head + "%s,,,\n" % x.ballots(1)[0]["H_C"], ["no mail ballot"]),
            (head + "%s,\"x,,\n" % code, ["closing quote"]),
            (head + "12,,,\n", ["64 hex digits"]),
            ("ballot,1.1,1.2,1.3,2.1,2.2,2.3,2.4,3.1,3.2\n"
             "%s,1,1,0,0,0,0,0,0,0\n" % code, ["2 options marked", "only 1"]),
            ("ballot,1.1,1.2,1.3,2.1,2.2,2.3,2.4,3.1,3.2\n"
             "%s,2,0,0,0,0,0,0,0,0\n" % code, ["column 1.1"])):
        unchanged(x, before, x.back(text), USAGE, *words)
    for contests, words in (
            ([{"contest": 1, "codes": []}], ["contest 2", "missing"]),
            ([{"contest": 2, "codes": []}, {"contest": 1, "codes": []}],
             ["not the next contest"]),
            ([{"contest": 1, "marks": [1]}, {"contest": 2, "codes": []},
              {"contest": 3, "codes": []}], ["expected 3 marks"]),
            ([{"contest": 1, "codes": [], "x": 1}], ["x"])):
        text = json.dumps({"ballot": code, "contests": contests},
                          separators=(",", ":")) + "\n"
        unchanged(x, before, x.back(text, name="returned.jsonl"), USAGE,
                  *words)
    # every fault is told, one sentence each
    answer = x.back(head + "%s,%s,,\n%s,,%s,\n" % (
        code, free, s[1]["code"], " ".join(c for c, _ in s[1]["rows"][4:8])))
    assert answer.err.count("\n") == 3 and "2 faults" in answer.err, answer
    unchanged(x, before, x.back(head + "%s,,,\n" % code, out=("other",)),
              USAGE, "--secret", code)


def test_a_ballot_is_recorded_once():
    x = returned()
    before = tree(x.path("rec"))
    for name in ("H_C", "id_B"):
        unchanged(x, before, x.back("ballot,1,2,3\n%s,,,\n" %
                                    x.ballots()[0][name]), USAGE,
                  "recorded before")


def test_nonces_of_another_batch_are_refused():
    x = sent()
    name = x.path("post", "mail_2_1.json")
    whole = lab.load(name)
    before = tree(x.path("rec"))
    text = "ballot,1,2,3\n%s,,,\n" % x.ballots()[0]["H_C"]

    def put(change):
        secret = json.loads(json.dumps(whole))
        change(secret)
        lab.save(secret, name)
        return x.back(text)

    def swap(s):
        s["ballots"][0]["xi_B"] = s["ballots"][1]["xi_B"]

    unchanged(x, before, put(swap), FAILS, "does not give the hashes")
    unchanged(x, before, put(lambda s: s.update(H_E="0" * 64)), USAGE,
              "another election")
    unchanged(x, before, put(lambda s: s.update(device=3)), USAGE,
              "another election or device")
    unchanged(x, before, put(lambda s: s.update(more=1)), USAGE,
              "not in the form")


def test_close_knows_what_came_back():
    x = returned()
    before = tree(x.path("rec"))
    for name in ("challenged", "spoiled", "refused"):
        unchanged(x, before, x.close(*x.listed(
            name, [x.ballots()[0]["H_C"]])), USAGE, "came back by mail")
    good(x.close(*x.listed("refused", [x.ballots()[1]["H_C"]])))
    states = {s["id_B"]: s["state"] for s in x.lines("states.jsonl")}
    assert states[x.ballots()[1]["id_B"]] == "refused"
    assert states[x.ballots()[3]["id_B"]] == "spoiled"
    after = tree(x.path("rec"))
    unchanged(x, after, x.back("ballot,1,2,3\n%s,,,\n" % x.ballots()[3][
        "H_C"]), USAGE, "closed")
    unchanged(x, after, x.pre("--append"), USAGE, "closed")


def edit(x, name, change):
    lines = x.lines(name)
    change(lines)
    write("".join(json.dumps(v, separators=(",", ":"), ensure_ascii=False) +
                  "\n" for v in lines).encode(), x.path("rec", name))


def test_close_and_tally_want_the_lines_to_fit():
    for change, words in (
            (lambda v: v.reverse(), "ascending"),
            (lambda v: v[0].update(id_B="0" * 64), "no mail ballot"),
            (lambda v: v[0]["contests"].pop(), "style"),
            (lambda v: v[0]["contests"][1]["selected"].pop(), "mail_cast")):
        x = returned()
        edit(x, "mail_cast.jsonl", change)
        answer = x.close()
        assert answer.code in (FAILS, USAGE) and words in answer.err, answer
    for change, words in (
            (lambda v: v.pop(), "have no line"),
            (lambda v: v[0].update(id_B="0" * 64), "not the line of a cast")):
        x = closed()
        edit(x, "mail_cast.jsonl", change)
        answer = command("tally", x.path("rec"))
        assert answer.code == FAILS and words in answer.err, answer


def test_B05_an_opened_mail_ballot_is_not_counted_and_a_cast_one_not_opened():
    """A changed vector, a product of other vectors, an opened cast ballot:
    the guardians refuse to decrypt, the verifier says which check fails."""
    def wrong_vector(v):
        a = v[0]["contests"][1]["selected"][0]["vector"]
        a[0], a[1] = a[1], a[0]

    x = closed()
    edit(x, "mail_cast.jsonl", wrong_vector)
    good(command("tally", x.path("rec")))
    answer = x.decrypt(1, "1,3")
    assert answer.code == FAILS and "16.A" in answer.err + "16.A", answer
    assert "does not verify" in answer.err, answer


def test_printing_that_cannot_be():
    x = fresh()
    before = tree(x.path("rec"))
    # no program beside this one
    with tempfile.TemporaryDirectory() as d:
        alone = os.path.join(d, "evident")
        shutil.copy(lab.EVIDENT, alone)
        r = subprocess.run([alone, "preencrypt", x.path("rec"), "--device",
                            "2", "--style", "1", "--count", "1", "--out",
                            x.path("post"), "--plain-secrets"], text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           check=False)
    assert r.returncode == USAGE and "evident-sheets" in r.stderr, r
    assert tree(x.path("rec")) == before
    assert not os.path.exists(x.path("post"))
    # a script that no font here has
    y = Post().new(short_code=1, contests=[dict(CONTESTS[2], options=[
        "H1", "\U00012000\U00012001"])], styles=[
        {"label": "All", "contests": [1]}], devices=[
        {"label": "b", "mode": "booth", "chaining": 1},
        {"label": "m", "mode": "mail", "chaining": 0}]).ceremony()
    before = tree(y.path("rec"))
    answer = y.pre(style=1)
    if answer.code == OK:
        return "a font here has cuneiform"
    unchanged(y, before, answer, USAGE, "no installed font")
    assert os.listdir(y.path("post")) == []


def test_the_printing_program_alone():
    sheets_program = os.path.join(os.path.dirname(os.path.abspath(
        lab.EVIDENT)), "evident-sheets")
    with tempfile.TemporaryDirectory() as d:
        def run(text):
            with open(d + "/in", "wb") as f:
                f.write(text)
            return subprocess.run(
                [sheets_program, d + "/in", d + "/out.pdf"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        head = b"election\tE\nballot\t1\tAB\tS\ncontest\t1\tC\t\n"
        for text in (b"", b"x\n", b"election\tE\n", b"election\tE\t2\n",
                     head, head + b"end\n", head + b"option\t1\nend\n",
                     head + b"option\t1\tA\0B\nend\n",
                     head.replace(b"contest\t1", b"contest\tx") +
                     b"option\t1\tA\nend\n"):
            r = run(text)
            assert r.returncode == USAGE and r.stderr.count(b"\n") == 1, (
                text, r)
            assert sorted(os.listdir(d)) == ["in"], text
        r = run(head + b"option\t1\tA\nnull\t2\nend\n")
        assert r.returncode == 0 and read(d, "out.pdf")[:5] == b"%PDF-", r
        first = read(d, "out.pdf")
        os.unlink(d + "/out.pdf")
        assert run(head + b"option\t1\tA\nnull\t2\nend\n").returncode == 0
        assert read(d, "out.pdf") == first, "the same sheets, other bytes"
        # long and many: pages break, nothing is lost
        os.unlink(d + "/out.pdf")
        rows = b"".join(b"option\tC%d\t%s\n" % (i, b"long name " * 20)
                        for i in range(120))
        r = run(head + rows + b"null\tN1\nend\n")
        assert r.returncode == 0, r
        text = "".join(pages(d + "/out.pdf"))
        assert all(re.search(r"\bC%d\b" % i, text) for i in range(120))
        assert "(continued)" in text


CASES = [v for k, v in sorted(globals().items()) if k.startswith("test_")]

if __name__ == "__main__":
    if not has("pdftotext"):
        print("1..0 # SKIP pdftotext is not installed")
        sys.exit(0)
    lab.main(CASES)
