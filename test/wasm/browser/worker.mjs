// Opens an election, verifies a ballot and an altered one, encrypts another.
import { load } from './evident.mjs';

const bytes = (hex) => Uint8Array.from(
  hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (b) => Array.from(
  b, (x) => x.toString(16).padStart(2, '0')).join('').toUpperCase();

const work = async (task) => {
  const response = await fetch('evident.wasm');
  const evident = load(await response.arrayBuffer());
  const election = evident.open({
    K: bytes(task.K), KHat: bytes(task.KHat), HE: bytes(task.HE),
    contests: task.contests,
  });
  const sealed = bytes(task.sealed);
  const verified = election.verify(sealed);
  sealed[sealed.length - 1] ^= 1;
  const altered = election.verify(sealed);
  const ballot = {
    contests: task.selections, idB: bytes(task.idB), BC: bytes(task.BC),
  };
  const encrypted = election.encrypt(ballot, bytes(task.random));
  return {
    verified, altered, again: election.verify(encrypted),
    digest: toHex(evident.sha256(encrypted)),
  };
};

onmessage = async (e) => {
  try {
    postMessage(await work(e.data));
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
