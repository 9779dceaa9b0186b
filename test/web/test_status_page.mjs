#!/usr/bin/env node
// The status page of `evident monitor --page` in headless Chromium: axe-core
// finds nothing, by day and night, on a desk and at 400 %; what is on is seen,
// heard and read; nothing runs and nothing is loaded.
//
// test_status_page.mjs --shoot QUIET ALARM: screenshots of both, as PNG.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as kit from '../wasm/kit.mjs';
import { EVIDENT, clean, folder, missing, need, stop, visit }
  from './browser.mjs';

const { test } = kit;
const FAULTS = join(kit.root, 'test', 'oracle', 'board_faults.py');
const FAR = '4000000000'; // seconds: these boards stand still
const QUIET = 'good-once', ALARM = 'L5-two-choices';
// A page that renews itself is what a watch room needs; who needs one that
// does not has still.html.
const RENEWS = ['meta-refresh'];

const made = spawnSync('python3',
  [FAULTS, '--out', folder, '--code', QUIET, ALARM]);
assert.equal(made.status, 0, String(made.stderr));

const pageOf = (name, file = 'index.html') => join(folder, name, 'page', file);
const words = (name, ...more) => ['monitor', '--board',
  join(folder, name, 'board'), '--policy', join(folder, name, 'policy'),
  '--state', join(folder, name, 'state'), '--max-age', FAR, '--page',
  join(folder, name, 'page'), ...more];
const looked = (name, code) => {
  const run = spawnSync(EVIDENT, words(name, '--once'));
  assert.equal(run.status, code, String(run.stderr));
};
const lookedFor = async (name, seconds) => {
  const child = spawn(EVIDENT, words(name, '--interval', '1'));
  const ended = new Promise((done) => child.on('exit', done));
  await sleep(seconds * 1000);
  return { end: () => (child.kill('SIGTERM'), ended) };
};

if (process.argv[2] === '--shoot') {
  assert.equal(missing, null);
  for (const [name, path] of [[QUIET, process.argv[3]],
    [ALARM, process.argv[4]]]) {
    const watch = await lookedFor(name, 3);
    await visit(pageOf(name, 'still.html'),
      { viewport: { width: 1280, height: 1080 } },
      (page) => page.screenshot({ path }));
    await watch.end();
  }
  await stop();
  process.exit(0);
}

await test('a quiet board', async () => {
  looked(QUIET, 0);
  await clean(pageOf(QUIET, 'still.html'));
  await clean(pageOf(QUIET), RENEWS);
});

await test('a board with alarms', async () => {
  looked(ALARM, 1);
  await clean(pageOf(ALARM, 'still.html'));
});

await test('the verdict is the largest writing, and the title', async () => {
  need();
  for (const [name, verdict] of [[QUIET, /^All is well$/],
    [ALARM, /^2 alarms: M06 same ballot or credential twice, M09 /]])
    await visit(pageOf(name, 'still.html'), {
      viewport: { width: 1280, height: 900 },
    }, async (page) => {
      const line = page.locator('#verdict');
      assert.match(await line.textContent(), verdict);
      assert.ok((await page.title()).startsWith(await line.textContent()));
      const sizes = await page.evaluate(() => [...document.querySelectorAll(
        'main *')].map((e) => parseFloat(getComputedStyle(e).fontSize)));
      const size = await line.evaluate(
        (e) => parseFloat(getComputedStyle(e).fontSize));
      assert.equal(size, Math.max(...sizes));
      assert.ok(size >= 40, String(size));
    });
});

await test('a lamp has a colour, a sign and words', async () => {
  need();
  await visit(pageOf(ALARM, 'still.html'), {}, async (page) => {
    const lamps = await page.locator('.lamp').evaluateAll((all) => all.map(
      (e) => ({
        text: e.querySelector('.state').textContent,
        sign: e.querySelector('svg path').getAttribute('d'),
        colour: getComputedStyle(e.querySelector('svg')).color,
      })));
    const told = [/^quiet$/, /^ALARM$/, /^not watched: ./].map((words) => {
      const some = lamps.filter((l) => words.test(l.text));
      assert.ok(some.length > 0, String(words));
      assert.equal(new Set(some.map((l) => l.sign + l.colour)).size, 1);
      return some[0];
    });
    assert.equal(new Set(told.map((l) => l.sign)).size, 3);
    assert.equal(new Set(told.map((l) => l.colour)).size, 3);
    assert.equal(lamps.filter((l) => l.text === 'has not signed').length, 1);
  });
});

await test('landmarks, one h1, a heading for each part', async () => {
  need();
  await visit(pageOf(ALARM, 'still.html'), {}, async (page) => {
    for (const role of ['banner', 'main', 'contentinfo'])
      assert.equal(await page.getByRole(role).count(), 1, role);
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
    const parts = await page.getByRole('heading', { level: 2 })
      .allTextContents();
    assert.deepEqual(parts.slice(1), ['What is wrong', 'Alarms', 'Witnesses',
      'Numbers', 'Who attests and raises alarms in the log', 'Over time',
      'The last good checkpoint']);
    assert.equal(await page.getByRole('article').count(), 2);
  });
});

await test('index.html renews itself, still.html does not; ended, it says so',
  async () => {
    need();
    const watch = await lookedFor(QUIET, 1);
    const seen = (page) => page.locator('.verdict p').textContent();
    const follow = (file) => visit(pageOf(QUIET, file), {}, async (page) => {
      const first = await seen(page);
      await sleep(3500);
      return [first, await seen(page)];
    });
    try {
      const [renewed, still] = await Promise.all(
        [follow('index.html'), follow('still.html')]);
      assert.notEqual(renewed[0], renewed[1]);
      assert.equal(still[0], still[1]);
    } finally {
      await watch.end();
    }
    await visit(pageOf(QUIET), {}, async (page) => {
      assert.equal(await page.locator('#verdict').textContent(),
        'Nobody is watching');
      assert.equal(await page.locator('.verdict.good').count(), 0);
    });
    await clean(pageOf(QUIET, 'still.html'));
  });

// A policy that names a witness so that a page could take it for markup.
const named = (name, line) => {
  const key = Buffer.from(line.split('+').slice(2).join('+'), 'base64');
  const id = createHash('sha256').update(name + '\n').update(key).digest();
  return `witness w4 ${name}+${id.toString('hex', 0, 4)}+` +
    key.toString('base64');
};

await test('D01: names neither run nor move the page', async () => {
  need();
  const evil = '<img/src=x/onerror=window.hit=1>\u202E</title><script>';
  cpSync(join(folder, QUIET), join(folder, 'evil'), { recursive: true });
  const path = join(folder, 'evil', 'policy');
  writeFileSync(path, readFileSync(path, 'utf8').split('\n').map(
    (x) => (x.startsWith('witness w4') ? named(evil, x) : x)).join('\n'));
  looked('evil', 1);
  await clean(pageOf('evil', 'still.html'));
  await visit(pageOf('evil', 'still.html'), {}, async (page, asked) => {
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.equal(asked.length, 1, asked.join(' '));
    assert.equal(await page.locator('script, img').count(), 0);
    const text = await page.locator('body').textContent();
    assert.ok(text.includes('<img/src=x/onerror=window.hit=1>'));
    assert.ok(!text.includes('\u202E'));
  });
  const status = readFileSync(pageOf('evil', 'status.json'), 'utf8');
  assert.ok(!status.includes('\u202E'));
  JSON.parse(status);
});

await stop();
kit.end();
