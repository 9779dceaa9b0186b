// What the tests of the module share: TAP, the sample record, its ballots as
// the module's bytes (src/wasm/wasm.h).
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const moduleFolder = process.env.EVIDENT_WASM || join(root, 'build-wasm');
const vectors = join(root, 'test', 'vector', 'records', 'visible-1');

// ---- TAP ----

let count = 0, failed = 0;

export class Skip extends Error {}

export const test = async (name, run) => {
  count++;
  try {
    await run();
    console.log(`ok ${count} - ${name}`);
  } catch (e) {
    if (e instanceof Skip) {
      console.log(`ok ${count} - ${name} # SKIP ${e.message}`);
      return;
    }
    failed++;
    console.log(`not ok ${count} - ${name}`);
    console.log(String(e.stack || e).replace(/^/gm, '# '));
  }
};

export const end = () => {
  console.log(`1..${count}`);
  process.exitCode = failed ? 1 : 0;
};

export const moduleBytes = (name = 'evident.wasm') => {
  const path = join(moduleFolder, name);
  if (!existsSync(path))
    throw new Error(`${path} is missing: run tools/build-wasm`);
  return readFileSync(path);
};

// ---- bytes ----

export const hex = (text) => new Uint8Array(Buffer.from(text, 'hex'));
export const toHex = (b) => Buffer.from(b).toString('hex').toUpperCase();
export const u32 = (v) => {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(v);
  return b;
};
export const join_ = (...parts) => new Uint8Array(Buffer.concat(parts));
export const sha256 = (b) => createHash('sha256').update(b).digest();

// The same bytes in every run.
export const seeded = (seed, n) => {
  const blocks = [];
  for (let i = 0; 32 * i < n; i++)
    blocks.push(sha256(Buffer.concat([Buffer.from(seed), u32(i)])));
  return new Uint8Array(Buffer.concat(blocks).subarray(0, n));
};

// ---- the sample record ----

const text = (path) => readFileSync(join(vectors, path), 'utf8');
const lines = (path) => text(path).split('\n').filter(Boolean).map(JSON.parse);

export const record = () => {
  const manifestBytes = new Uint8Array(
    readFileSync(join(vectors, 'record', 'manifest.json')));
  const manifest = JSON.parse(Buffer.from(manifestBytes).toString());
  const keys = JSON.parse(text('record/election_keys.json'));
  const { n, k } = JSON.parse(text('record/parameters.json'));
  const contests = manifest.contests.map((c) => ({
    options: c.options.length,
    optionLimit: c.option_limit,
    contestLimit: c.contest_limit,
    writeIns: c.write_ins,
    dataBlocks: c.data_blocks,
    overvote: c.overvote,
  }));
  const election = {
    K: hex(keys.K), KHat: hex(keys.K_hat), HE: hex(keys.H_E), contests,
  };
  const ballots = [...lines('record/ballots/device_1.jsonl'),
                   ...lines('record/ballots/device_2.jsonl')];
  return {
    manifest, manifestBytes, keys, n, k, election, ballots,
    devices: JSON.parse(text('record/devices.json')).devices,
    plain: lines('private/plain.jsonl'),
    nonces: lines('private/test_nonces.jsonl'),
  };
};

// A ballot of the record as the module's bytes. `fields` names what lies where:
// [kind, first byte, length].
export const ballotBytes = (ballot) => {
  const parts = [], fields = [];
  let at = 0;
  const put = (kind, b) => {
    fields.push([kind, at, b.length]);
    parts.push(Buffer.from(b));
    at += b.length;
  };
  const proof = (kind, p) => {
    for (const c of p.c) put(kind + ' c', hex(c));
    for (const v of p.v) put(kind + ' v', hex(v));
  };
  put('list', join_(u32(ballot.contests.length),
                    ...ballot.contests.map((c) => u32(c.contest))));
  put('id_B', hex(ballot.id_B));
  put('H_I', hex(ballot.H_I));
  for (const name of ['C0', 'C1', 'c', 'v'])
    put('nonce ' + name, hex(ballot.nonce[name]));
  for (const c of ballot.contests) {
    for (const f of c.fields) {
      put('alpha', hex(f.alpha));
      put('beta', hex(f.beta));
      proof('field', f.proof);
    }
    proof('limit', c.limit);
    if (c.data)
      for (const name of ['C0', 'C1', 'c', 'v'])
        put('data ' + name, hex(c.data[name]));
    put('chi', hex(c.chi));
  }
  put('B_C', hex(ballot.B_C));
  put('H_C', hex(ballot.H_C));
  return { bytes: join_(...parts), fields };
};

// The same fields out of a ballot that the module sealed: kind -> [bytes].
export const fieldsOf = (bytes, like) => {
  const { fields } = ballotBytes(like), found = new Map();
  for (const [kind, at, n] of fields) {
    if (!found.has(kind)) found.set(kind, []);
    found.get(kind).push(bytes.slice(at, at + n));
  }
  return found;
};

// The selections of plain.jsonl as `encrypt` takes them.
export const selections = (plain) => plain.contests.map((c) => ({
  contest: c.contest, marks: c.marks, writeIns: c.write_ins,
}));

// The layout of a request, written here once more and on its own.
export const requestBytes = (ballot, random) => join_(
  u32(ballot.contests.length), ...ballot.contests.map((c) => u32(c.contest)),
  ballot.idB, ballot.BC,
  ...ballot.contests.flatMap((c) => [
    ...c.marks.map(u32), u32(c.writeIns.length),
    ...c.writeIns.flatMap((t) => [u32(Buffer.byteLength(t)), Buffer.from(t)]),
  ]),
  random);

export const electionBytes = (e) => join_(
  e.K, e.KHat, e.HE, u32(e.contests.length),
  ...e.contests.flatMap((c) => [c.options, c.optionLimit, c.contestLimit,
    c.writeIns, c.dataBlocks, c.overvote ? 1 : 0].map(u32)));
