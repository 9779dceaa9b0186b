#!/usr/bin/env node
// The page of `evident verify --html` in headless Chromium: axe-core finds
// nothing, by day and night, on a desk and on a telephone; nothing runs and
// nothing is loaded. Skips where Chromium or the packages are missing.
//
// test_report_page.mjs --shoot FILE: a screenshot of the page that passes.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as kit from '../wasm/kit.mjs';
import { EVIDENT, built, clean, folder, missing, need, open, pageOf, stop }
  from './browser.mjs';

const { test } = kit;
const PAGES = process.env.EVIDENT_REPORT_PAGE ||
  built('test', 'web', 'report_page');
const RECORD = join(kit.root, 'test', 'vector', 'records', 'visible-1',
  'record');

// ---- the pages ----

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

if (process.argv[2] === '--shoot') {
  assert.equal(missing, null);
  verified('pass', RECORD, 0);
  await open('pass', { viewport: { width: 1120, height: 1500 } },
    (page) => page.screenshot({ path: process.argv[3] }));
  await stop();
  process.exit(0);
}

await test('a record that passes', async () => {
  verified('pass', RECORD, 0);
  await clean(pageOf('pass'));
});

await test('a record that fails', async () => {
  verified('fail', damaged(), 1);
  await clean(pageOf('fail'));
});

await test('a record that could not be examined', async () => {
  printed('incomplete');
  await clean(pageOf('incomplete'));
});

await test('D01: what a record holds neither runs nor moves the page',
  async () => {
    printed('hostile');
    await clean(pageOf('hostile'));
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
    need();
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
  need();
  await open('fail', {}, async (page) => {
    await page.emulateMedia({ media: 'print' });
    const pdf = await page.pdf({ format: 'A4' });
    assert.ok(pdf.length > 10000);
    assert.ok(await page.getByText('Record digest').isVisible());
    assert.ok(await page.locator('.checks').last().isVisible());
  });
});

await stop();
kit.end();
