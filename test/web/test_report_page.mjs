#!/usr/bin/env node
// The page of `evident verify --html` in headless Chromium: axe-core finds
// nothing, by day and night, on a desk and on a telephone; nothing runs and
// nothing is loaded. Skips where Chromium or the packages are missing.
//
// test_report_page.mjs --shoot FILE: a screenshot of the page that passes.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync }
  from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as kit from '../wasm/kit.mjs';

const { test } = kit;
const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run',
  '--disable-background-networking', '--disable-component-update'];
const built = (...path) => join(kit.root, 'build-test', ...path);
const EVIDENT = process.env.EVIDENT || built('evident');
const PAGES = process.env.EVIDENT_REPORT_PAGE ||
  built('test', 'web', 'report_page');
const RECORD = join(kit.root, 'test', 'vector', 'records', 'visible-1',
  'record');

// ---- the pages ----

const folder = mkdtempSync(join(tmpdir(), 'evident-page-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const pageOf = (name) => join(folder, name + '.html');

const verified = (name, record, code) => {
  const run = spawnSync(EVIDENT, ['verify', record, '--html', pageOf(name)]);
  assert.equal(run.status, code, String(run.stderr));
};
const printed = (name) =>
  writeFileSync(pageOf(name), execFileSync(PAGES, [name]));

const damaged = () => {
  const record = join(folder, 'record');
  cpSync(RECORD, record, { recursive: true });
  const path = join(record, 'tally.json');
  const tally = JSON.parse(readFileSync(path, 'utf8'));
  tally.contests[1].fields[0].t += 100;
  writeFileSync(path, JSON.stringify(tally));
  return record;
};

// ---- the browser ----

let browser = null, missing = null, axe = null;
const start = async () => {
  if (!existsSync(CHROMIUM)) {
    missing = CHROMIUM + ' is not installed';
    return;
  }
  const core = await import('playwright-core').catch(() => null);
  try {
    axe = createRequire(import.meta.url).resolve('axe-core');
  } catch {
    missing = 'axe-core is not installed (npm ci)';
  }
  if (!core) missing = 'playwright-core is not installed (npm ci)';
  if (missing) return;
  browser = await core.chromium.launch({
    executablePath: CHROMIUM, args: FLAGS, headless: true,
  });
};
await start();

const open = async (name, options, f) => {
  const page = await browser.newPage(options);
  const asked = [];
  page.on('request', (q) => asked.push(q.url()));
  try {
    await page.goto(pathToFileURL(pageOf(name)).href);
    return await f(page, asked);
  } finally {
    await page.close();
  }
};

// Left to people by axe itself; looked at by hand: one letter on a plain
// ground.
const BY_HAND = ['color-contrast'];

const looks = [];
for (const colorScheme of ['light', 'dark'])
  for (const width of [1280, 320])
    looks.push({ colorScheme, viewport: { width, height: 900 } });

const clean = async (name) => {
  if (missing) throw new kit.Skip(missing);
  for (const look of looks)
    await open(name, { ...look, bypassCSP: true }, async (page) => {
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth);
      assert.ok(wide <= look.viewport.width, `${wide} wide on ` +
        look.viewport.width);
      await page.addScriptTag({ path: axe });
      const found = await page.evaluate(() => window.axe.run(document));
      const at = JSON.stringify(look);
      assert.ok(found.passes.length > 20, 'axe did look');
      assert.deepEqual(found.violations.map(
        (v) => `${v.id}: ${v.nodes[0].html}`), [], at);
      assert.deepEqual(found.incomplete.map((v) => v.id).filter(
        (id) => !BY_HAND.includes(id)), [], at);
    });
};

if (process.argv[2] === '--shoot') {
  assert.equal(missing, null);
  verified('pass', RECORD, 0);
  await open('pass', { viewport: { width: 1120, height: 1500 } },
    (page) => page.screenshot({ path: process.argv[3] }));
  await browser.close();
  process.exit(0);
}

await test('a record that passes', async () => {
  verified('pass', RECORD, 0);
  await clean('pass');
});

await test('a record that fails', async () => {
  verified('fail', damaged(), 1);
  await clean('fail');
});

await test('a record that could not be examined', async () => {
  printed('incomplete');
  await clean('incomplete');
});

await test('D01: what a record holds neither runs nor moves the page',
  async () => {
    printed('hostile');
    await clean('hostile');
    await open('hostile', {}, async (page, asked) => {
      assert.equal(await page.evaluate(() => window.hit), undefined);
      assert.equal(asked.length, 1, asked.join(' '));
      assert.equal(await page.locator('script, img, svg[onload]').count(), 0);
      const title = await page.title();
      assert.ok(title.startsWith('Failed: </style></title><script>'), title);
    });
  });

await test('landmarks, one h1, a heading for each part, rows with heads',
  async () => {
    if (missing) throw new kit.Skip(missing);
    await open('fail', {}, async (page) => {
      for (const role of ['banner', 'main', 'contentinfo'])
        assert.equal(await page.getByRole(role).count(), 1, role);
      assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
      const parts = await page.getByRole('heading', { level: 2 })
        .allTextContents();
      assert.deepEqual(parts, ['The record does not hold', 'Ballots',
        'What does not hold', 'Tally', 'Every check', 'How this was checked']);
      const row = page.getByRole('row').filter({ hasText: '10.C' });
      assert.match(await row.getByRole('rowheader').textContent(), /10\.C/);
      assert.match(await row.textContent(), /FAILED/);
    });
  });

await test('on paper everything is there', async () => {
  if (missing) throw new kit.Skip(missing);
  await open('fail', {}, async (page) => {
    await page.emulateMedia({ media: 'print' });
    const pdf = await page.pdf({ format: 'A4' });
    assert.ok(pdf.length > 10000);
    assert.ok(await page.getByText('Record digest').isVisible());
    assert.ok(await page.locator('.checks').last().isVisible());
  });
});

if (browser) await browser.close();
kit.end();
