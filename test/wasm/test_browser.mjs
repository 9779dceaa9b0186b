#!/usr/bin/env node
// The module in headless Chromium, in a worker, under a strict
// content-security policy. Skips where Chromium or playwright-core is missing.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { load } from '../../web/evident.mjs';
import * as kit from './kit.mjs';

const { test, hex, toHex } = kit;
const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const NO_WASM = "default-src 'self'; script-src 'self'";
const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic',
  '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

const here = join(kit.root, 'test', 'wasm', 'browser');
const files = {
  '/': [join(here, 'index.html'), 'text/html; charset=utf-8'],
  '/page.mjs': [join(here, 'page.mjs'), 'text/javascript'],
  '/worker.mjs': [join(here, 'worker.mjs'), 'text/javascript'],
  '/evident.mjs': [join(kit.root, 'web', 'evident.mjs'), 'text/javascript'],
  '/evident.wasm': [join(kit.moduleFolder, 'evident.wasm'),
                    'application/wasm'],
};

const serve = (policy) => new Promise((resolve) => {
  const server = createServer((request, response) => {
    const [path, type] = files[request.url] || [];
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (!path) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': type }).end(readFileSync(path));
  });
  server.listen(0, '127.0.0.1', () => resolve(server));
});

const r = kit.record();
const b = r.ballots[4];
const secret = r.nonces.find((n) => n.id_B === b.id_B);
const plain = r.plain.find((p) => p.serial === secret.serial);
const election = load(kit.moduleBytes()).open(r.election);
const ballot = {
  contests: kit.selections(plain), idB: hex(b.id_B), BC: hex(b.B_C),
};
const random = kit.seeded('browser', election.randomBytes(ballot));
const task = {
  K: toHex(r.election.K), KHat: toHex(r.election.KHat),
  HE: toHex(r.election.HE), contests: r.election.contests,
  sealed: toHex(kit.ballotBytes(b).bytes), selections: ballot.contests,
  idB: b.id_B, BC: b.B_C, random: toHex(random),
};

let browser = null, missing = null;
const start = async () => {
  if (!existsSync(CHROMIUM)) {
    missing = CHROMIUM + ' is not installed';
    return;
  }
  const core = await import('playwright-core').catch(() => null);
  if (!core) {
    missing = 'playwright-core is not installed (npm ci)';
    return;
  }
  browser = await core.chromium.launch({
    executablePath: CHROMIUM, args: FLAGS, headless: true,
  });
};
await start();

// Opens the page under a policy and calls f with it; returns f's result and
// every address that was asked for.
const visit = async (policy, f) => {
  if (missing) throw new kit.Skip(missing);
  const server = await serve(policy), origin =
    `http://127.0.0.1:${server.address().port}`;
  const page = await browser.newPage(), asked = [];
  page.on('request', (q) => asked.push(q.url()));
  try {
    await page.goto(origin + '/');
    await page.waitForFunction(() => window.ready);
    return { result: await f(page), asked, origin };
  } finally {
    await page.close();
    server.close();
  }
};

await test('chromium: verifies, refuses, encrypts as node does', async () => {
  const { result } = await visit(STRICT, (page) =>
    page.evaluate((t) => window.run(t), task));
  assert.equal(result.error, undefined);
  assert.equal(result.verified, 0);
  assert.equal(result.altered, 1024);
  assert.equal(result.again, 0);
  const here = kit.sha256(election.encrypt(ballot, random.slice()));
  assert.equal(result.digest, toHex(here));
});

await test('chromium: the policy stands, nothing else is fetched', async () => {
  const { result, asked, origin } = await visit(STRICT, (page) =>
    page.evaluate(() => window.evaluated));
  assert.equal(result, false);
  for (const url of asked)
    assert.ok(url.startsWith(origin + '/') || url === 'data:,', url);
});

await test('chromium: control, without wasm-unsafe-eval it fails', async () => {
  const { result } = await visit(NO_WASM, (page) =>
    page.evaluate((t) => window.run(t), task));
  assert.match(result.error, /CompileError|Content Security Policy/);
});

if (browser) await browser.close();
kit.end();
