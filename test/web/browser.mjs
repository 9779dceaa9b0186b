// Pages in headless Chromium, for the tests beside this file. Skips where
// Chromium or the packages are missing.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as kit from '../wasm/kit.mjs';

const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run',
  '--disable-background-networking', '--disable-component-update'];

export const built = (...path) => join(kit.root, 'build-test', ...path);
export const EVIDENT = process.env.EVIDENT || built('evident');

// What the tests make; gone with them.
export const folder = mkdtempSync(join(tmpdir(), 'evident-page-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
export const pageOf = (name) => join(folder, name + '.html');

let browser = null, axe = null;
export let missing = null;
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

export const stop = async () => {
  if (browser) await browser.close();
};

export const need = () => {
  if (missing) throw new kit.Skip(missing);
};

// `path`, or a URL, in a page of its own; `f` gets it and what it asked for.
export const visit = async (path, options, f) => {
  const page = await browser.newPage(options);
  const asked = [];
  page.on('request', (q) => asked.push(q.url()));
  try {
    await page.goto(/^https?:/.test(path) ? path : pathToFileURL(path).href);
    return await f(page, asked);
  } finally {
    await page.close();
  }
};
export const open = (name, options, f) => visit(pageOf(name), options, f);

// Left to people by axe itself; looked at by hand: one letter on a plain
// ground.
const BY_HAND = ['color-contrast'];

// 320 wide is what a screen of 1280 has left at 400 %.
const looks = [];
for (const colorScheme of ['light', 'dark'])
  for (const width of [1280, 320])
    looks.push({ colorScheme, viewport: { width, height: 900 } });

// axe-core finds nothing, and nothing is wider than the screen. `off`: rules
// that are not asked.
export const clean = async (path, off = []) => {
  need();
  const rules = Object.fromEntries(off.map((id) => [id, { enabled: false }]));
  for (const look of looks)
    await visit(path, { ...look, bypassCSP: true }, async (page) => {
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth);
      assert.ok(wide <= look.viewport.width, `${wide} wide on ` +
        look.viewport.width);
      await page.addScriptTag({ path: axe });
      const found = await page.evaluate(
        (options) => window.axe.run(document, options), { rules });
      const at = JSON.stringify(look);
      assert.ok(found.passes.length > 20, 'axe did look');
      assert.deepEqual(found.violations.map(
        (v) => `${v.id}: ${v.nodes[0].html}`), [], at);
      assert.deepEqual(found.incomplete.map((v) => v.id).filter(
        (id) => !BY_HAND.includes(id)), [], at);
    });
};
