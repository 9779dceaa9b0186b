#!/usr/bin/env node
// Encrypting and verifying ballots in the module, against the sample record,
// the native program with the same random bytes, and known answers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EvidentError, load } from '../../web/evident.mjs';
import * as kit from './kit.mjs';

const { test, hex, toHex } = kit;
const r = kit.record();
const evident = load(kit.moduleBytes());
const native = process.env.EVIDENT_WASM_NATIVE ||
  join(kit.root, 'build-test', 'test', 'wasm', 'wasm_native');
let election;

// egds/check.h
const F = { SUM: 8, NONCE: 32, DATA: 128, HI: 256, CHI: 512, HC: 1024 };

// A ballot of the record, encrypted again from its selections and xi_B.
const again = (i) => {
  const b = r.ballots[i];
  const s = r.nonces.find((n) => n.id_B === b.id_B);
  const plain = r.plain.find((p) => p.serial === s.serial);
  const ballot = {
    contests: kit.selections(plain), idB: hex(b.id_B), BC: hex(b.B_C),
  };
  const random = kit.seeded('ballot ' + i, election.randomBytes(ballot));
  random.set(hex(s.xi_B));
  return { ballot, random, sealed: b };
};

const nativeRun = (request) => {
  if (!existsSync(native)) throw new kit.Skip(native + ' is not built');
  const e = kit.electionBytes(r.election);
  return new Uint8Array(execFileSync(native, {
    input: Buffer.concat([kit.u32(e.length), e, request]),
    maxBuffer: 1 << 26,
  }));
};

await test('open: the election of the sample record', () => {
  election = evident.open(r.election);
});

await test('hashes: H_P, H_B, H_E as in the record', () => {
  const h = evident.hashes({
    n: r.n, k: r.k, K: r.election.K, KHat: r.election.KHat,
    manifest: r.manifestBytes,
  });
  assert.equal(toHex(h.HP), r.keys.H_P);
  assert.equal(toHex(h.HB), r.keys.H_B);
  assert.equal(toHex(h.HE), r.keys.H_E);
});

await test('code and device: H_C and B_C as in the record', () => {
  for (const b of r.ballots) {
    const chi = hex(b.contests.map((c) => c.chi).join(''));
    assert.equal(toHex(evident.code(hex(b.H_I), chi, hex(b.B_C))), b.H_C);
  }
  const label = new TextEncoder().encode(r.manifest.devices[1].label);
  assert.equal(toHex(election.device(label)),
               '00000000' + r.devices[1].H_DI);
});

await test('sha256 and digest', () => {
  for (const n of [0, 1, 55, 56, 63, 64, 65, 1000, 100000]) {
    const data = kit.seeded('hash', n);
    assert.deepEqual(Buffer.from(evident.sha256(data)), kit.sha256(data));
    assert.deepEqual(Buffer.from(evident.digest('texts', data)), kit.sha256(
      Buffer.concat([Buffer.from('Evident/texts/v1\0'), data])));
  }
});

// What test/unit/test_sign.c compares with libsodium case by case.
await test('signed: 43 of the 914 cases of C2SP/CCTV', () => {
  const all = JSON.parse(readFileSync(join(
    kit.root, 'test', 'vector', 'cctv', 'ed25519vectors.json'), 'utf8'));
  assert.equal(all.length, 914);
  const good = all.filter((v) => evident.signed(
    hex(v.key), hex(v.sig), Buffer.from(v.msg)));
  assert.equal(good.length, 43);
});

await test('signed: what node signs, and nothing that was changed', () => {
  for (let n = 0; n < 20; n++) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
    const message = kit.seeded('message ' + n, 17 * n);
    const signature = sign(null, message, privateKey);
    assert.ok(evident.signed(key, signature, message));
    signature[n] ^= 1;
    assert.ok(!evident.signed(key, signature, message));
  }
});

await test('verify: every ballot of the record passes', () => {
  for (const b of r.ballots)
    assert.equal(election.verify(kit.ballotBytes(b).bytes), 0);
});

await test('verify: without tables too', () => {
  const plain = evident.open(r.election, false);
  assert.equal(plain.verify(kit.ballotBytes(r.ballots[4]).bytes), 0);
  election = evident.open(r.election);
});

await test('verify: every byte field, altered, fails by its check', () => {
  const expected = (kind) => {
    if (kind.startsWith('nonce')) return F.NONCE;
    if (kind.startsWith('data')) return F.DATA | F.CHI;
    return { id_B: F.HI, H_I: F.HI, chi: F.CHI | F.HC, B_C: F.HC,
             H_C: F.HC, alpha: F.SUM | F.CHI, beta: F.SUM | F.CHI }[kind] ||
      F.SUM;
  };
  // the smallest ballot has every kind of field
  const { bytes, fields } = kit.ballotBytes(r.ballots[4]);
  const kinds = new Set();
  fields.slice(1).forEach(([kind, at, n], i) => {
    const altered = bytes.slice();
    altered[at + i * 7 % n] ^= 1 << i % 8;
    const flags = election.verify(altered);
    assert.equal(flags & expected(kind), expected(kind),
                 `${kind} at ${at}: ${flags}`);
    kinds.add(kind);
  });
  assert.equal(kinds.size, 19);
});

await test('encrypt: ciphertexts of the record from selections and xi_B', () => {
  r.ballots.forEach((_, i) => {
    const { ballot, random, sealed } = again(i);
    const have = kit.fieldsOf(election.encrypt(ballot, random), sealed);
    const want = kit.fieldsOf(kit.ballotBytes(sealed).bytes, sealed);
    for (const kind of ['list', 'id_B', 'H_I', 'alpha', 'beta', 'B_C'])
      assert.deepEqual(have.get(kind), want.get(kind), kind);
    const without = sealed.contests.map((c, at) => c.data ? -1 : at);
    for (const at of without.filter((x) => x >= 0))
      assert.deepEqual(have.get('chi')[at], want.get('chi')[at]);
  });
});

await test('encrypt: the result verifies, the random bytes are used up', () => {
  const { ballot, random } = again(0);
  assert.equal(election.verify(election.encrypt(ballot, random)), 0);
  assert.ok(random.every((b) => b === 0));
});

await test('encrypt: every byte as the native kernel has it', () => {
  r.ballots.forEach((_, i) => {
    const { ballot, random } = again(i);
    const want = nativeRun(kit.requestBytes(ballot, random));
    assert.deepEqual(election.encrypt(ballot, random), want);
  });
});

await test('encrypt: known answer', () => {
  const known = readFileSync(
    join(kit.root, 'test', 'wasm', 'known-ballot.txt'), 'utf8').trim();
  const { ballot, random } = again(1);
  assert.equal(toHex(evident.sha256(election.encrypt(ballot, random))), known);
});

await test('encrypt: overvotes and blank contests verify', () => {
  const cases = [[[1, 1, 1], []], [[9, 0, 0], ['a']], [[0, 0, 0], []],
                 [[0, 0, 0], ['a', 'b']], [[0, 1, 0], ['\u00e9"\\']]];
  for (const [marks, writeIns] of cases) {
    const ballot = {
      contests: [{ contest: 1, marks, writeIns }],
      idB: kit.seeded('id', 32), BC: new Uint8Array(36),
    };
    const random = kit.seeded('overvote', election.randomBytes(ballot));
    assert.equal(election.verify(election.encrypt(ballot, random)), 0);
  }
});

const refused = (name, run) => assert.throws(run, (e) => {
  assert.ok(e instanceof EvidentError || e instanceof TypeError, String(e));
  if (e instanceof EvidentError) assert.equal(e.message, name);
  return true;
});

await test('refused: requests that do not fit', () => {
  const good = () => ({
    contests: [{ contest: 3, marks: [1, 2], writeIns: [] }],
    idB: kit.seeded('id', 32), BC: new Uint8Array(36),
  });
  const random = () => kit.seeded('r', election.randomBytes(good()));
  assert.equal(election.verify(election.encrypt(good(), random())), 0);
  const parse = (change, code = 'EVD_ERR_PARSE') => {
    const b = good();
    change(b);
    refused(code, () => election.encrypt(b, random()));
  };
  parse((b) => { b.contests = []; });
  parse((b) => { b.contests[0].contest = 0; });
  parse((b) => { b.contests[0].contest = 6; });
  parse((b) => { b.contests.push(b.contests[0]); });
  parse((b) => { b.contests[0].marks = [1]; });
  parse((b) => { b.contests[0].marks = [1, 2, 3]; });
  parse((b) => { b.contests[0].marks = [1, -1]; });
  parse((b) => { b.contests[0].marks = [1, 0.5]; });
  parse((b) => { b.idB = new Uint8Array(31); });
  parse((b) => { b.idB = '00'; });
  parse((b) => { delete b.BC; });
  parse((b) => { b.contests[0].writeIns = ['']; }, 'EVD_ERR_RULE');
  parse((b) => { b.contests[0].writeIns = ['x'.repeat(65)]; }, 'EVD_ERR_RULE');
  const short = random().slice(1), long = kit.join_(random(), new Uint8Array(1));
  refused('EVD_ERR_PARSE', () => election.encrypt(good(), short));
  refused('EVD_ERR_PARSE', () => election.encrypt(good(), long));
});

await test('refused: ballots and elections that do not fit', () => {
  const { bytes } = kit.ballotBytes(r.ballots[4]);
  for (const n of [0, 3, 4, 11, 12, 100, bytes.length - 1])
    refused('EVD_ERR_PARSE', () => election.verify(bytes.slice(0, n)));
  refused('EVD_ERR_PARSE',
          () => election.verify(kit.join_(bytes, new Uint8Array(1))));
  const e = r.election, zero = new Uint8Array(512), other = e.K.slice();
  other[511] ^= 1;
  refused('EVD_ERR_MEMBER', () => evident.open({ ...e, K: zero }));
  refused('EVD_ERR_MEMBER', () => evident.open({ ...e, KHat: other }));
  refused('EVD_ERR_PARSE', () => evident.open({ ...e, contests: [] }));
  for (const change of [{ options: 0 }, { options: 1001 }, { optionLimit: 0 },
    { optionLimit: 256 }, { contestLimit: 1001 }, { writeIns: 101 },
    { dataBlocks: 1025 }])
    refused('EVD_ERR_RANGE', () => evident.open(
      { ...e, contests: [{ ...e.contests[0], ...change }] }));
  // what was open is gone
  refused('EVD_ERR_USAGE', () => election.verify(bytes));
  election = evident.open(e);
});

await test('a large election makes its own room', () => {
  const contests = Array.from({ length: 40 }, () => ({
    options: 1000, optionLimit: 255, contestLimit: 1000, writeIns: 100,
    dataBlocks: 1024, overvote: true,
  }));
  const large = evident.open({ ...r.election, contests }, false);
  const ballot = {
    contests: [{ contest: 40, marks: Array(1000).fill(0), writeIns: [] }],
    idB: new Uint8Array(32), BC: new Uint8Array(36),
  };
  assert.equal(large.randomBytes(ballot), 32 + 2 * 48 +
    96 * (1000 * 256 + 2 + 101 + 1001) + 48);
  election = evident.open(r.election);
});

await test('the glue stands in a hostile page', () => {
  const { ballot, random } = again(4);
  const want = toHex(election.encrypt(ballot, random.slice()));
  const wrong = () => { throw new Error('polluted'); };
  const typed = Object.getPrototypeOf(Uint8Array.prototype);
  const spoils = [];
  const spoil = (object, names, descriptor) => names.forEach((name) =>
    spoils.push({
      object, name, old: Object.getOwnPropertyDescriptor(object, name),
      descriptor: { __proto__: null, configurable: true, ...descriptor },
    }));
  const call = { value: wrong, writable: true };
  spoil(Object.prototype, ['K', 'idB', 'BC', 'contests', 'writeIns', 'value',
    'get', 'set', 'p0', 'n0', '0', '1', 'overvote'], { get: wrong, set: wrong });
  spoil(Array.prototype, ['push', 'map', 'forEach', 'slice', Symbol.iterator],
        call);
  spoil(typed, ['set', 'fill', 'slice', 'subarray', Symbol.iterator], call);
  spoil(Function.prototype, ['call', 'apply', 'bind'], call);
  const { defineProperty, setPrototypeOf } = Object;
  spoils.forEach((x) => x.old && setPrototypeOf(x.old, null));
  let have, flags;
  try {
    for (let i = 0; i < spoils.length; i++)
      defineProperty(spoils[i].object, spoils[i].name, spoils[i].descriptor);
    have = election.encrypt(ballot, random);
    flags = election.verify(have);
  } finally {
    for (let i = 0; i < spoils.length; i++) {
      const { object, name, old } = spoils[i];
      if (old) defineProperty(object, name, old);
      else delete object[name];
    }
  }
  assert.equal(toHex(have), want);
  assert.equal(flags, 0);
});

await test('the names of errors are those of err.h', () => {
  const h = readFileSync(join(kit.root, 'include', 'evident', 'err.h'), 'utf8');
  const js = readFileSync(join(kit.root, 'web', 'evident.mjs'), 'utf8');
  const pairs = [...js.matchAll(/\[(-\d+)\]: '(EVD_ERR_\w+)'/g)];
  assert.ok(pairs.length > 5);
  for (const [, number, name] of pairs)
    assert.ok(h.includes(`X(${name}, ${number},`), name);
});

kit.end();
