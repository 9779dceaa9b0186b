#!/usr/bin/env node
// A page of another origin, as a booth is, in headless Chromium: it submits to
// a board and reads it, bare and through nginx; nothing else is let through.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import * as kit from '../wasm/kit.mjs';
import { need, stop, visit } from './browser.mjs';

const { test } = kit;

// In the page: what a fetch gives, or that the browser does not tell.
const fetched = (page, url, init = {}, base64 = '') => page.evaluate(
  async ({ url, init, base64 }) => {
    const body = base64 && Uint8Array.from(atob(base64),
      (c) => c.charCodeAt(0));
    try {
      const a = await fetch(url, body ? { ...init, body } : init);
      return { status: a.status, text: await a.text(),
        retry: a.headers.get('retry-after') };
    } catch (e) {
      return { error: e.name };
    }
  }, { url, init, base64 });

const asked = async (board, told, page) => {
  const bytes = { 'Content-Type': 'application/octet-stream' };
  const post = { method: 'POST', headers: bytes };
  const receipt = await fetched(page, board + '/submit', post, told.item);
  assert.equal(receipt.status, 200, JSON.stringify(receipt));
  assert.match(receipt.text, /^c2sp.org\/tlog-proof@v1\n/);
  const refused = await fetched(page, board + '/submit', post, btoa('?'));
  assert.equal(refused.status, 400, JSON.stringify(refused));
  assert.match(refused.text, /an item/, 'the sentence is read, too');
  const note = await fetched(page, board + '/checkpoint');
  assert.match(note.text, /^board.example\/oracle\n1\n/);
  const policy = await fetched(page, board + '/setup/policy',
    { headers: { 'Content-Type': 'text/plain' } });
  assert.equal(policy.text, told.policy);
  for (const wrong of [{ method: 'PUT' }, { method: 'DELETE' },
    { method: 'POST', headers: { ...bytes, 'X-Other': '1' } },
    { method: 'POST', headers: bytes, credentials: 'include' }]) {
    const answer = await fetched(page, board + '/submit', wrong,
      told.item);
    assert.equal(answer.error, 'TypeError', JSON.stringify([wrong, answer]));
  }
};

await test('a booth of another origin', async () => {
  need();
  const site = createServer((_, answer) => answer.end('<!doctype html>'));
  await new Promise((done) => site.listen(0, '127.0.0.1', done));
  const boards = spawn('python3',
    [join(kit.root, 'test', 'web', 'served_board.py')],
    { stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, EVD_SOURCE_ROOT: kit.root } });
  const ended = new Promise((done) => boards.on('exit', done));
  try {
    const lines = createInterface({ input: boards.stdout });
    const { value } = await lines[Symbol.asyncIterator]().next();
    const told = JSON.parse(value);
    const origin = 'http://localhost:' + site.address().port + '/';
    await visit(origin, {}, async (page) => {
      for (const board of told.boards) await asked(board, told, page);
    });
  } finally {
    boards.stdin.end();
    site.close();
    await ended;
  }
});

await stop();
kit.end();
