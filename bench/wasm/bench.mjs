// The module against V8's BigInt, and a ballot against its count of products:
// node bench/wasm/bench.mjs [--format json] [--rounds N]
//
// Rounds of all subjects take turns and the least time of each counts, as the
// machine's speed drifts: only ratios within one run mean something.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpus, loadavg } from 'node:os';
import { load } from '../../web/evident.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = process.env.EVIDENT_WASM || join(root, 'build-wasm');
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const json = process.argv.includes('--format') &&
  process.argv[process.argv.indexOf('--format') + 1] === 'json';
const rounds = process.argv.includes('--rounds') ?
  Number(process.argv[process.argv.indexOf('--rounds') + 1]) : 40;

// The reference ballot: 12 contests, 50 selections, L = 1, 62 range proofs.
const PROOFS = 62, POWERS = 6, POWER_M = 270;
const options = [5, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4];

// ---- the subjects ----

const bench = new WebAssembly.Instance(
  new WebAssembly.Module(read('bench.wasm')), {}).exports;
const size = bench.bench_zp_bytes();
const at = (bench.__heap_base.value + 63) & -64;
const view = (from, n) => new Uint8Array(bench.memory.buffer, from, n);
const A = at, B = at + size, IN = B + size;
bench.memory.grow(1);

const big = (b) => BigInt('0x' + Buffer.from(b).toString('hex'));
const bytes = (v) => Buffer.from(v.toString(16).padStart(1024, '0'), 'hex');
const parameters = readFileSync(join(root, 'test', 'vector', 'records',
  'visible-1', 'record', 'parameters.json'), 'utf8');
const p = BigInt('0x' + JSON.parse(parameters).p);
const g = BigInt('0x' + JSON.parse(parameters).g);

const put = (to, v) => {
  view(IN, 512).set(bytes(v));
  bench.bench_load(to, IN);
};
const get = (from) => {
  bench.bench_store(IN, from);
  return big(view(IN, 512));
};

// Is it a product at all? The element that stands at A is a b mod p.
const power = (base, e) => {
  let r = 1n;
  for (let x = base; e > 0n; e >>= 1n, x = x * x % p)
    if (e & 1n) r = r * x % p;
  return r;
};
const a = power(g, 0x1234567n), b = power(g, 0x7654321n);
put(A, a);
put(B, b);
bench.bench_mul(A, B, 3);
if (get(A) !== a * power(b, 3n) % p) throw new Error('the product is wrong');
bench.bench_sqr(A, 1);
if (get(A) !== power(a * power(b, 3n) % p, 2n))
  throw new Error('the square is wrong');

const fill = (n, seed) => Uint8Array.from({ length: n },
  (_, i) => i * 131 + seed & 0xFF);
const election = {
  K: bytes(a), KHat: bytes(b), HE: fill(32, 1),
  contests: options.map((n) => ({
    options: n, optionLimit: 1, contestLimit: 1, writeIns: 0, dataBlocks: 0,
    overvote: false,
  })),
};
for (const name of ['K', 'KHat']) election[name] = new Uint8Array(election[name]);
const evident = load(read('evident.wasm'));
const ballot = {
  contests: options.map((n, i) => ({
    contest: i + 1, writeIns: [],
    marks: Array.from({ length: n }, (_, o) => o === i % n ? 1 : 0),
  })),
  idB: fill(32, 2), BC: new Uint8Array(36),
};
let opened = evident.open(election);
const need = opened.randomBytes(ballot);
if (opened.verify(opened.encrypt(ballot, fill(need, 3))) !== 0)
  throw new Error('the ballot does not verify');
const sealed = opened.encrypt(ballot, fill(need, 3));

let z = a;
const subjects = {
  M: [100, () => bench.bench_mul(A, B, 100)],
  S: [100, () => bench.bench_sqr(A, 100)],
  bigint: [100, () => {
    for (let i = 0; i < 100; i++) z = z * b % p;
  }],
  tables: [1, () => { opened = evident.open(election); }],
  ballot: [1, () => opened.encrypt(ballot, fill(need, 3))],
};

const best = {};
// Processor time, user and system together: only their sum is exact.
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const run = (name) => {
  const [times, f] = subjects[name];
  const from = cpu();
  f();
  best[name] = Math.min(best[name] ?? Infinity, (cpu() - from) / times);
};
for (let i = 0; i < rounds; i++) {
  for (let j = 0; j < 10; j++)
    for (const name of ['M', 'bigint', 'S']) run(name);
  if (i % 4 === 0) for (const name of ['tables', 'ballot']) run(name);
}
let verify = Infinity;
for (let i = 0; i < 3; i++) {
  const from = cpu();
  opened.verify(sealed);
  verify = Math.min(verify, cpu() - from);
}

// ---- what came out ----

const counted = PROOFS * POWERS * POWER_M * best.M;
const round2 = (x) => Math.round(x * 1000) / 1000;
const goal = (n, what, ratio, must, aim) =>
  ({ n, what, ratio: round2(ratio), must, aim, met: ratio <= must });
const goals = [
  goal(3, 'wasm M against V8 BigInt a*b%p', best.M / best.bigint, 1.1, 0.8),
  goal(16, 'wasm ballot of 62 proofs, tables included, against 62 x 6 x 270 M',
       (best.tables + best.ballot) / counted, 0.30, 0.22),
];

if (json) {
  console.log(JSON.stringify({
    goals,
    context: {
      cpu: cpus()[0].model, node: process.version, v8: process.versions.v8,
      load: loadavg()[0], M_us: round2(best.M), S_us: round2(best.S),
      bigint_us: round2(best.bigint), tables_ms: round2(best.tables / 1000),
      ballot_ms: round2(best.ballot / 1000),
    },
  }));
} else {
  const row = (name, value, unit, m) => console.log(
    name.padEnd(44) + value.toFixed(2).padStart(10) + ' ' + unit.padEnd(3) +
    (m === undefined ? '' : m.toFixed(2).padStart(10) + ' M'));
  row('M: product', best.M, 'us', 1);
  row('S: square', best.S, 'us', best.S / best.M);
  row('V8 BigInt a*b%p', best.bigint, 'us', best.bigint / best.M);
  row('tables of g and K, w = 6', best.tables / 1000, 'ms',
      best.tables / best.M);
  row('ballot of 62 proofs', best.ballot / 1000, 'ms', best.ballot / best.M);
  row('the same, verified', verify / 1000, 'ms', verify / best.M);
  for (const x of goals)
    console.log(`goal ${x.n}: ${x.what}: ${x.ratio} ` +
      `(must ${x.must}, aim ${x.aim}): ${x.met ? 'met' : 'NOT MET'}`);
}
