#!/usr/bin/env python3
"""What an election publishes: no secret of the run in any encoding, and no
value that nobody checks. Prints TAP."""
import base64
import json
import os

import lab
from lab import FAILS, H, Lab, b4, bp, cached, command, good, load, read, \
    tree, write


@cached
def finished():
    """A whole election, contest data too, with copies of the secrets that are
    erased on the way."""
    x = Lab().new()
    for verb in ("new", "reveal", "share"):
        x.all(verb)
    os.mkdir(x.path("kept"))
    keep(x, "guardian_1.ceremony.json", "a")
    x.all("accept")
    good(x.finish())
    x.vote()
    x.rounds("1,3", last=2)
    keep(x, "round_1", "b")
    x.rounds("1,3", last=1)
    good(x.result("1,3"))
    x.rounds("1,3", "--contest-data", xd="data")
    good(x.result("1,3", "--contest-data", xd="data"))
    return x


def keep(x, name, as_name):
    write(read(x.path("s1", name)), x.path("kept", as_name))


def ballots(x):
    text = read(x.path("rec", "ballots", "device_1.jsonl")).decode()
    return [json.loads(line) for line in text.splitlines()]


# ---- B11: nothing secret is published ----------------------------------------

def joint_secret(x):
    """s^ of K^ from the shares of guardians 1 and 3, which no single person
    ever holds."""
    p, q, g = x.group()
    z = {i: int(load(x.path("s%d" % i, "guardian_%d.key.json" % i))["z_hat"],
                16) for i in (1, 3)}
    half = pow(2, -1, q)
    s = (z[1] * 3 * half - z[3] * half) % q
    K_hat = int(load(x.path("rec", "election_keys.json"))["K_hat"], 16)
    assert pow(g, s, p) == K_hat
    return s


def nonces(x, ballot, s):
    """xi_B of a ballot, and every xi_i,j with the alpha it belongs to."""
    p, q, _ = x.group()
    H_I = bytes.fromhex(ballot["H_I"])
    C0 = int(ballot["nonce"]["C0"], 16)
    key = H(H_I, b"\x22", bp(C0), bp(pow(C0, s, p)))
    pad = H(key, b"\x01ballot_nonce\0ballot_nonce_encrypt\x01\0")
    xi_B = bytes(a ^ b for a, b in
                 zip(pad, bytes.fromhex(ballot["nonce"]["C1"])))
    out = []
    for c in ballot["contests"]:
        for o, field in enumerate(c["fields"], 1):
            xi = int.from_bytes(H(H_I, b"\x21", b4(c["contest"]), b4(o),
                                  xi_B), "big") % q
            out.append((xi, int(field["alpha"], 16)))
        if "data" in c:
            xi = int.from_bytes(H(H_I, b"\x25", b4(c["contest"]), xi_B),
                                "big") % q
            out.append((xi, int(c["data"]["C0"], 16)))
    return xi_B, out


def scalars(value):
    """All 64-digit hex strings in a private object."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [s for v in value for s in scalars(v)]
    return [bytes.fromhex(value)] if isinstance(value, str) and \
        len(value) == 64 else []


def guardian_secrets(x):
    H_E = bytes.fromhex(load(x.path("rec", "election_keys.json"))["H_E"])
    out = scalars(load(x.path("kept", "a")))
    for i in (1, 2, 3):
        out += scalars(load(x.path("s%d" % i, "guardian_%d.key.json" % i)))
    state = read(x.path("kept", "b"))
    items = int.from_bytes(state[16:20], "big")
    u = state[-32 * items:]
    out += [u[32 * t:32 * t + 32] for t in range(items)]
    return [s for s in out if s != H_E]


def encodings(secret):
    number = int.from_bytes(secret, "big")
    return (secret, secret[::-1], secret.hex().encode(),
            secret.hex().upper().encode(), b"%x" % number, b"%d" % number,
            base64.b64encode(secret)[:42], base64.urlsafe_b64encode(
                secret)[:42])


def test_B11_no_secret_in_the_record():
    x = finished()
    p, _, g = x.group()
    s = joint_secret(x)
    secrets = guardian_secrets(x) + [s.to_bytes(32, "big")]
    states = dict((v["id_B"], v["state"]) for v in map(json.loads, read(
        x.path("rec", "states.jsonl")).splitlines()))
    for ballot in ballots(x):
        xi_B, pairs = nonces(x, ballot, s)
        assert all(pow(g, xi, p) == alpha for xi, alpha in pairs[:2])
        secrets.append(xi_B)
        if states[ballot["id_B"]] != "challenged":
            secrets += [xi.to_bytes(32, "big") for xi, _ in pairs]
    assert len(secrets) > 60
    texts = {name: data for at in ("rec", "xd", "out", "data")
             for name, data in tree(x.path(at)).items()}
    for secret in secrets:
        for form in encodings(secret):
            for name, data in texts.items():
                assert form not in data, name


def test_B11_that_the_scan_finds():
    """The opened ballot's nonces are published: the scan above sees them."""
    x = finished()
    s = joint_secret(x)
    published = read(x.path("rec", "challenged.jsonl"))
    id_B = json.loads(published)["id_B"]
    ballot, = [b for b in ballots(x) if b["id_B"] == id_B]
    for xi, _ in nonces(x, ballot, s)[1]:
        assert encodings(xi.to_bytes(32, "big"))[3] in published


# ---- A14: nothing published is only informational ----------------------------

def changed(value):
    """Another value of the same form."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value and set(value) <= set("0123456789ABCDEF"):
        return value[:-1] + ("1" if value[-1] != "1" else "2")
    return value + "x"


def places(value, path=(), pattern=()):
    """One (pattern, path) for each kind of value in an object."""
    if isinstance(value, dict):
        for key, v in value.items():
            yield from places(v, path + (key,), pattern + (key,))
    elif isinstance(value, list):
        for n, v in enumerate(value):
            yield from places(v, path + (n,), pattern + ("[]",))
    else:
        yield pattern, path


def with_change(value, path):
    if not path:
        return changed(value)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_change(value[path[0]], path[1:])
    return copy


# The time slot of a ballot is in no hash of the record: the board's digest of
# the whole line binds it (record-format 3.5). Which quorum was present does not
# show in what it decrypted.
UNBOUND = {("ballots/device_1.jsonl", "slot"), ("tally.json", "[]")}


def test_A14_every_published_value_is_checked():
    x = finished()
    good(command("verify", x.path("rec")))
    tried, passed = 0, []
    for name, data in sorted(tree(x.path("rec")).items()):
        lines = data.decode().splitlines()
        seen = set()
        for pattern, path in places(json.loads(lines[0])):
            if pattern in seen:
                continue
            seen.add(pattern)
            first = json.dumps(with_change(json.loads(lines[0]), path),
                               separators=(",", ":"), ensure_ascii=False)
            end = "\n" if data.endswith(b"\n") else ""
            write(("\n".join([first] + lines[1:]) + end).encode(),
                  x.path("rec", name))
            tried += 1
            if command("verify", x.path("rec")).code != FAILS:
                passed.append((name, pattern[-1]))
        write(data, x.path("rec", name))
    assert tried > 100, tried
    assert set(passed) == UNBOUND, passed
    good(command("verify", x.path("rec")))


if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
