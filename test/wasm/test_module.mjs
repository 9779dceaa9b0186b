#!/usr/bin/env node
// What the shipped module is: its imports and exports, its size, that anyone
// gets the same bytes, and that the taint test looks at the same code.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as kit from './kit.mjs';

const { test } = kit;
const SIZE_MAX = 84 * 1024;
const EXPORTS = ['__heap_base', 'ballot_bytes', 'code', 'device', 'digest',
  'encrypt', 'hashes', 'memory', 'open', 'random_bytes', 'receipt', 'sha256',
  'signed', 'verify'];
const shipped = kit.moduleBytes();

await test('no imports', () => {
  const module = new WebAssembly.Module(shipped);
  assert.deepEqual(WebAssembly.Module.imports(module), []);
});

await test('the exports of wasm.h and no others', () => {
  const module = new WebAssembly.Module(shipped);
  const names = WebAssembly.Module.exports(module).map((e) => e.name).sort();
  assert.deepEqual(names, EXPORTS);
});

await test(`no more than ${SIZE_MAX} bytes: ${shipped.length}`, () => {
  assert.ok(shipped.length <= SIZE_MAX);
});

// ---- the parts of a module ----

const leb = (b, at) => {
  let value = 0, shift = 0, byte;
  do {
    byte = b[at++];
    value += (byte & 0x7F) * 2 ** shift;
    shift += 7;
  } while (byte & 0x80);
  return [value, at];
};

// id -> bytes of each section
const sections = (b) => {
  const found = new Map();
  for (let at = 8; at < b.length;) {
    const id = b[at];
    const [n, from] = leb(b, at + 1);
    found.set(id, b.subarray(from, from + n));
    at = from + n;
  }
  return found;
};

const bodies = (code) => {
  const list = [];
  let [n, at] = leb(code, 0);
  while (n-- > 0) {
    const [length, from] = leb(code, at);
    list.push(code.subarray(from, from + length).toString('hex'));
    at = from + length;
  }
  return list;
};

const CODE = 10, DATA = 11, GLOBAL = 6, MEMORY = 5, TABLE = 4, ELEMENT = 9;

await test('the tainted module differs in evd_declassify_bytes only', () => {
  const tainted = kit.moduleBytes('tainted.wasm');
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(tainted));
  assert.deepEqual(imports.map((i) => [i.module, i.name, i.kind]),
                   [['env', 'evd_declassify_bytes', 'function']]);
  const a = sections(shipped), b = sections(tainted);
  for (const id of [DATA, GLOBAL, MEMORY, TABLE, ELEMENT])
    assert.deepEqual(a.get(id), b.get(id), `section ${id}`);
  const own = bodies(a.get(CODE)), theirs = bodies(b.get(CODE));
  // function 0 is evd_declassify_bytes in both: here a body, there the import
  assert.equal(own.length, theirs.length + 1);
  assert.deepEqual(own.slice(1), theirs);
});

await test('built again elsewhere, the same bytes', () => {
  const clang = process.env.WASM_CLANG || 'clang-19';
  if (spawnSync(clang, ['--version']).status !== 0)
    throw new kit.Skip(clang + ' is not installed');
  const away = mkdtempSync(join(tmpdir(), 'evident-wasm-'));
  try {
    for (const part of ['include', 'src', 'tools', 'bench/wasm'])
      cpSync(join(kit.root, part), join(away, 'tree', part),
             { recursive: true });
    const run = spawnSync(join(away, 'tree', 'tools', 'build-wasm'),
                          [join(away, 'out')], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    const again = readFileSync(join(away, 'out', 'evident.wasm'));
    assert.ok(again.equals(shipped));
    const digest = kit.sha256(again).toString('hex');
    assert.equal(run.stdout, `${digest}  evident.wasm\n`);
    console.log(`# sha256 ${digest}`);
  } finally {
    rmSync(away, { recursive: true });
  }
});

kit.end();
