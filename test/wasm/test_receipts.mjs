#!/usr/bin/env node
// Receipts in the module: the ones the native tests keep, and each byte of
// them altered.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from '../../web/evident.mjs';
import * as kit from './kit.mjs';

const { test } = kit;
const kept = (name) => new Uint8Array(readFileSync(
  join(kit.root, 'test', 'vector', 'board', name)));
const evident = load(kit.moduleBytes());
const policy = kept('receipt-policy.txt');
const cast = kept('receipt-cast.txt'), ballot = kept('receipt-ballot.txt');
const code = new Uint8Array(32).fill(0xC0);
const TIME = 1700000000;

const assertBad = (receipt, what) => {
  let verdict;
  try {
    verdict = evident.receipt(receipt, { policy, code }).verdict;
  } catch (e) {
    verdict = e.message;
  }
  assert.ok(verdict === 'fails' || verdict === 'EVD_ERR_FORM',
            `${what}: ${verdict}`);
};

await test('receipt: a CAST that holds', () => {
  const r = evident.receipt(cast, { policy, code, notBefore: TIME,
                                    notAfter: TIME });
  assert.equal(r.verdict, 'holds');
  assert.deepEqual({ ...r.checks }, { inLog: true, log: true, quorum: true,
    times: true, code: true, credential: null });
  assert.deepEqual([r.type, r.slot, r.ofBallot, r.witnesses, r.index, r.size,
    r.first, r.last], [5, 3, true, 3, 10, 21, TIME, TIME]);
  assert.deepEqual(r.HC, code);
  assert.equal(kit.toHex(r.policy), kit.toHex(createHash('sha256')
    .update('Evident/policy/v1\0').update(policy).digest()));
});

await test('receipt: a BALLOT is type 4', () => {
  const r = evident.receipt(ballot, { policy });
  assert.deepEqual([r.verdict, r.type], ['holds', 4]);
});

await test('receipt: what does not fit, and what was not given', () => {
  const other = new Uint8Array(code);
  other[31] ^= 1;
  const checks = (asked) => evident.receipt(cast, { policy, ...asked });
  assert.equal(evident.receipt(cast, {}).verdict, 'incomplete');
  assert.equal(checks({ code: other }).checks.code, false);
  assert.equal(checks({ code: other }).verdict, 'fails');
  assert.equal(checks({ credential: other }).verdict, 'fails');
  assert.equal(checks({ notBefore: TIME + 1 }).verdict, 'fails');
  assert.equal(checks({ notAfter: TIME - 1 }).checks.times, false);
});

await test('receipt: no byte can be another one', () => {
  for (let i = 0; i < cast.length; i++) {
    const bad = new Uint8Array(cast);
    bad[i] ^= 1;
    assertBad(bad, `byte ${i}`);
  }
});

await test('receipt: out of a QR code', () => {
  const packed = kept('receipt-cast.packed').slice(0, -1); // its LF
  const { policy: digest, ...r } = evident.receipt(packed, { policy, code });
  const { policy: same, ...t } = evident.receipt(cast, { policy, code });
  assert.deepEqual(r, t);
  assert.deepEqual(digest, same);
  assert.throws(() => evident.receipt(packed, { code }), /RULE/);
  assert.throws(() => evident.receipt(packed.subarray(0, 99), { policy }),
                /FORM/);
  for (let i = 0; i < packed.length; i += 7) {
    const bad = new Uint8Array(packed);
    bad[i] = bad[i] === 0x41 ? 0x42 : 0x41; // A, B
    assertBad(bad, `character ${i}`);
  }
});

await test('receipt: what cannot be read is an error', () => {
  const text = (s) => new TextEncoder().encode(s);
  assert.throws(() => evident.receipt(text('x'), { policy }), /FORM/);
  assert.throws(() => evident.receipt(new Uint8Array(0), { policy }), /FORM/);
  assert.throws(() => evident.receipt(cast, { policy: text('quorum') }),
                /RULE/);
  assert.throws(() => evident.receipt(cast, { code: code.subarray(1) }),
                /32 bytes/);
  assert.throws(() => evident.receipt(cast, { notBefore: -1 }), /seconds/);
});

kit.end();
