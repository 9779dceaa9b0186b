// The WebAssembly module as typed functions. Byte layouts: src/wasm/wasm.h.
//
// The page's globals may be altered by extensions or other scripts. What this
// file needs of them it takes when it is loaded; afterwards it calls no method
// of a shared prototype, iterates over nothing, and reads own properties only.
// Bytes are Uint8Array, numbers are integers. Nothing is kept of secrets but in
// the module's memory, which is wiped.

const uncurry = Function.prototype.call.bind(Function.prototype.bind,
                                             Function.prototype.call);
const has = uncurry(Object.prototype.hasOwnProperty);
const getter = (object, name) =>
  uncurry(Object.getOwnPropertyDescriptor(object, name).get);
const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const arrayLength = getter(typedArray, 'length');
const arrayTag = getter(typedArray, Symbol.toStringTag);
const arraySet = uncurry(typedArray.set);
const arrayFill = uncurry(typedArray.fill);
const arraySlice = uncurry(typedArray.slice);
const memoryBuffer = getter(WebAssembly.Memory.prototype, 'buffer');
const memoryGrow = uncurry(WebAssembly.Memory.prototype.grow);
const bufferLength = getter(ArrayBuffer.prototype, 'byteLength');
const globalValue = getter(WebAssembly.Global.prototype, 'value');
const instanceExports = getter(WebAssembly.Instance.prototype, 'exports');
const encodeText = uncurry(TextEncoder.prototype.encode);
const { freeze, create } = Object;
const { isArray } = Array;
const { isInteger } = Number;
const { Module, Instance } = WebAssembly;
const Bytes = Uint8Array;
const Text = TextEncoder;

const PAGE = 65536;
const ALIGN = 64;
const CONTEXT_MIN = 1 << 19;
const CONTEXT_TABLES = 1 << 21; // the tables of g and K, scratch for a ballot
const CONTEXT_MAX = 1 << 29;

// include/evident/err.h
const SPACE = -2;
const errors = freeze({
  __proto__: null,
  [-1]: 'EVD_ERR_RANGE',
  [-2]: 'EVD_ERR_SPACE',
  [-20]: 'EVD_ERR_MEMBER',
  [-34]: 'EVD_ERR_OVERFLOW',
  [-40]: 'EVD_ERR_PARSE',
  [-41]: 'EVD_ERR_FORM',
  [-42]: 'EVD_ERR_RULE',
  [-66]: 'EVD_ERR_USAGE',
});

export class EvidentError extends Error {
  constructor(code) {
    super(errors[code] || 'error ' + code);
    this.code = code;
  }
}

const wrong = (what) => { throw new TypeError('evident: ' + what); };

const own = (object, name) => {
  if (object === null || typeof object !== 'object' || !has(object, name))
    wrong('`' + name + '` is missing');
  return object[name];
};

const number = (value, what) => {
  if (!isInteger(value) || value < 0 || value > 0xFFFFFFFF)
    wrong(what + ' is not a number from 0 to 2^32 - 1');
  return value;
};

const bytes = (value, length, what) => {
  if (typeof value !== 'object' || value === null ||
      arrayTag(value) !== 'Uint8Array')
    wrong(what + ' is not a Uint8Array');
  if (length !== null && arrayLength(value) !== length)
    wrong(what + ' does not have ' + length + ' bytes');
  return value;
};

const list = (value, what) => {
  if (!isArray(value)) wrong(what + ' is not a list');
  return value;
};

// What is sent: a run of bytes that grows.
const writer = () => {
  let held = new Bytes(4096), n = 0;
  const room = (more) => {
    if (n + more <= arrayLength(held)) return;
    const larger = new Bytes(2 * (n + more));
    arraySet(larger, held);
    arrayFill(held, 0);
    held = larger;
  };
  const add = (value) => {
    room(arrayLength(value));
    arraySet(held, value, n);
    n += arrayLength(value);
  };
  const u32 = (value) => {
    room(4);
    for (let shift = 24; shift >= 0; shift -= 8)
      held[n++] = value >>> shift & 0xFF;
  };
  const end = () => {
    const all = arraySlice(held, 0, n);
    arrayFill(held, 0);
    return all;
  };
  return { __proto__: null, add, u32, end };
};

const electionBytes = (election) => {
  const w = writer();
  w.add(bytes(own(election, 'K'), 512, 'K'));
  w.add(bytes(own(election, 'KHat'), 512, 'KHat'));
  w.add(bytes(own(election, 'HE'), 32, 'HE'));
  const contests = list(own(election, 'contests'), 'contests');
  w.u32(contests.length);
  for (let i = 0; i < contests.length; i++) {
    const c = own(contests, i);
    w.u32(number(own(c, 'options'), 'options'));
    w.u32(number(own(c, 'optionLimit'), 'optionLimit'));
    w.u32(number(own(c, 'contestLimit'), 'contestLimit'));
    w.u32(number(own(c, 'writeIns'), 'writeIns'));
    w.u32(number(own(c, 'dataBlocks'), 'dataBlocks'));
    w.u32(own(c, 'overvote') === true ? 1 : 0);
  }
  return w.end();
};

const requestBytes = (ballot, random) => {
  const w = writer();
  const contests = list(own(ballot, 'contests'), 'contests');
  w.u32(contests.length);
  for (let i = 0; i < contests.length; i++)
    w.u32(number(own(own(contests, i), 'contest'), 'contest'));
  w.add(bytes(own(ballot, 'idB'), 32, 'idB'));
  w.add(bytes(own(ballot, 'BC'), 36, 'BC'));
  for (let i = 0; i < contests.length; i++) {
    const marks = list(own(contests[i], 'marks'), 'marks');
    for (let o = 0; o < marks.length; o++)
      w.u32(number(own(marks, o), 'a mark'));
    const texts = list(own(contests[i], 'writeIns'), 'writeIns');
    w.u32(texts.length);
    for (let j = 0; j < texts.length; j++) {
      const text = encodeText(new Text(), '' + own(texts, j));
      w.u32(arrayLength(text));
      w.add(text);
    }
  }
  if (random) w.add(random);
  return w.end();
};

// Memory: the open election's context first, then what goes in and out.
const machine = (instance) => {
  const x = instanceExports(instance);
  const base = (globalValue(x.__heap_base) + ALIGN - 1) & -ALIGN;
  let context = 0; // bytes

  const view = (at, n) => new Bytes(memoryBuffer(x.memory), at, n);
  const reach = (end) => {
    const have = bufferLength(memoryBuffer(x.memory));
    if (end > have) memoryGrow(x.memory, ((end - have) / PAGE + 1) | 0);
  };
  // Puts the parts behind the context and calls f with their addresses and
  // lengths, and the address of `outBytes` more; returns [code, those bytes].
  const call = (parts, outBytes, f) => {
    const at = create(null);
    let end = base + context;
    const place = (n) => {
      const start = end;
      end = (end + n + ALIGN - 1) & -ALIGN;
      return start;
    };
    for (let i = 0; i < parts.length; i++) {
      at['p' + i] = place(arrayLength(parts[i]));
      at['n' + i] = arrayLength(parts[i]);
    }
    const out = place(outBytes);
    reach(end);
    for (let i = 0; i < parts.length; i++)
      arraySet(view(at['p' + i], at['n' + i]), parts[i]);
    const code = f(at, out);
    const result = arraySlice(view(out, outBytes));
    arrayFill(view(base + context, end - base - context), 0);
    return { __proto__: null, code, result };
  };
  const hold = (n) => { // clears the old context, makes room for the new one
    reach(base + n);
    arrayFill(view(base, context > n ? context : n), 0);
    context = n;
  };
  return { __proto__: null, x, base, call, hold, held: () => context };
};

const done = (r) => {
  if (r.code < 0) throw new EvidentError(r.code);
  return r.result;
};

const openElection = (m, election, tables) => {
  const { x, base } = m;
  const sent = electionBytes(election);
  const open = (size) => {
    for (;; size *= 2) {
      m.hold(size);
      const r = m.call([sent], 0,
        (at) => x.open(base, size, at.p0, at.n0, tables ? 1 : 0));
      if (r.code !== SPACE || size >= CONTEXT_MAX) return done(r);
    }
  };
  // Scratch that is too small for a ballot is made larger.
  const run = (f) => {
    for (;;) {
      const r = f();
      if (r.code !== SPACE || m.held() >= CONTEXT_MAX) {
        done(r);
        return r;
      }
      open(2 * m.held());
    }
  };
  open(tables ? CONTEXT_TABLES : CONTEXT_MIN);

  // How many random bytes `encrypt` takes for this ballot.
  const randomBytes = (ballot) => {
    const request = requestBytes(ballot, null);
    return run(() => m.call([request], 0,
      (at) => x.random_bytes(base, at.p0, at.n0))).code;
  };
  // The sealed ballot. `random` is used up: it is filled with zeros.
  const encrypt = (ballot, random) => {
    bytes(random, null, 'random');
    const request = requestBytes(ballot, random);
    const n = run(() => m.call([request], 0,
      (at) => x.ballot_bytes(base, at.p0, at.n0))).code;
    const r = m.call([request], n,
      (at, out) => x.encrypt(base, out, n, at.p0, at.n0));
    arrayFill(request, 0);
    arrayFill(random, 0);
    return done(r);
  };
  // What of a ballot does not hold, as bits of egds/check.h; 0: all of it does.
  const verify = (ballot) => {
    bytes(ballot, null, 'ballot');
    return run(() => m.call([ballot], 0,
      (at) => x.verify(base, at.p0, at.n0))).code;
  };
  // B_C of a device without chaining.
  const device = (label) => done(m.call([bytes(label, null, 'label')], 36,
    (at, out) => x.device(base, out, at.p0, at.n0)));
  return freeze({ __proto__: null, randomBytes, encrypt, verify, device });
};

const VERDICTS = freeze({ __proto__: null, 0: 'holds', [-67]: 'fails',
  [-68]: 'incomplete' });
const FOUND = 136, ROOM = 1 << 19; // bytes of the answer and of scratch
const CHECKS = freeze(['inLog', 'log', 'quorum', 'times', 'code',
  'credential']);

const receiptQuestion = (text, asked) => {
  const w = writer();
  const given = (name) => has(asked, name) ? asked[name] : null;
  const u64 = (value) => {
    if (!isInteger(value) || value < 0 || value > 2 ** 53)
      wrong('a time is not a number of seconds');
    w.u32((value / 2 ** 32) >>> 0);
    w.u32(value % 2 ** 32);
  };
  const hash = (value, what) => {
    w.u32(value === null ? 0 : 1);
    w.add(value === null ? new Bytes(32) : bytes(value, 32, what));
  };
  const policy = given('policy') === null ? new Bytes(0)
    : bytes(asked.policy, null, 'policy');
  w.u32(arrayLength(policy));
  w.add(policy);
  hash(given('code'), 'code');
  hash(given('credential'), 'credential');
  u64(given('notBefore') === null ? 0 : asked.notBefore);
  u64(given('notAfter') === null ? 0 : asked.notAfter);
  w.add(bytes(text, null, 'receipt'));
  return w.end();
};

const receipt = (m, text, asked) => {
  if (typeof asked !== 'object' || asked === null) wrong('nothing is asked');
  const question = receiptQuestion(text, asked);
  const { code, result } = m.call([new Bytes(ROOM), question], FOUND,
    (at, out) => m.x.receipt(at.p0, at.n0, out, at.p1, at.n1));
  if (!has(VERDICTS, code)) throw new EvidentError(code);
  let at = 0;
  const u32 = () => {
    let v = 0;
    for (let i = 0; i < 4; i++) v = v * 256 + result[at++];
    return v;
  };
  const u64 = () => u32() * 2 ** 32 + u32();
  const checks = create(null);
  for (let i = 0; i < 6; i++) {
    const word = u32();
    checks[CHECKS[i]] = word === 0 ? null : word === 1;
  }
  return freeze({
    __proto__: null, verdict: VERDICTS[code], checks: freeze(checks),
    type: u32(), slot: u32(), ofBallot: u32() === 1, witnesses: u32(),
    index: u64(), size: u64(), first: u64(), last: u64(),
    HC: arraySlice(result, at, at + 32),
    policy: arraySlice(result, at + 32, at + 64),
  });
};

// source: the module's bytes or a WebAssembly.Module. An election that is
// opened takes the place of the one before.
export const load = (source) => {
  const module = source instanceof Module ? source : new Module(source);
  const m = machine(new Instance(module, create(null)));
  const { x } = m;
  return freeze({
    __proto__: null,
    open: (election, tables = true) => openElection(m, election, tables),
    // H_P, H_B and H_E from n, k, K, KHat and the manifest's bytes.
    hashes: (keys) => {
      const w = writer();
      w.u32(number(own(keys, 'n'), 'n'));
      w.u32(number(own(keys, 'k'), 'k'));
      w.add(bytes(own(keys, 'K'), 512, 'K'));
      w.add(bytes(own(keys, 'KHat'), 512, 'KHat'));
      w.add(bytes(own(keys, 'manifest'), null, 'manifest'));
      const all = done(m.call([w.end()], 96,
        (at, out) => x.hashes(out, at.p0, at.n0)));
      return freeze({
        __proto__: null,
        HP: arraySlice(all, 0, 32),
        HB: arraySlice(all, 32, 64),
        HE: arraySlice(all, 64, 96),
      });
    },
    // H_C from H_I, the chi of all contests one after the other, and B_C.
    code: (HI, chi, BC) => {
      const w = writer();
      w.add(bytes(HI, 32, 'HI'));
      w.u32(arrayLength(bytes(chi, null, 'chi')) / 32);
      w.add(chi);
      w.add(bytes(BC, 36, 'BC'));
      return done(m.call([w.end()], 32,
        (at, out) => x.code(out, at.p0, at.n0)));
    },
    sha256: (data) => done(m.call([bytes(data, null, 'data')], 32,
      (at, out) => x.sha256(out, at.p0, at.n0))),
    digest: (kind, data) => done(m.call(
      [encodeText(new Text(), '' + kind), bytes(data, null, 'data')], 32,
      (at, out) => x.digest(out, at.p0, at.n0, at.p1, at.n1))),
    // What the receipt of a board shows, its text or what a QR code holds (a
    // policy is needed then). `asked` has the policy's text, and may
    // have code, credential, notBefore, notAfter (seconds since 1970). The
    // verdict is holds, fails or incomplete (no policy was given); each check
    // is null (not asked), true or false.
    receipt: (text, asked) => receipt(m, text, asked),
    // Is this the message's Ed25519 signature under this key?
    signed: (key, signature, message) => {
      const w = writer();
      w.add(bytes(key, 32, 'key'));
      w.add(bytes(signature, 64, 'signature'));
      w.add(bytes(message, null, 'message'));
      return m.call([w.end()], 0,
        (at) => x.signed(at.p0, at.n0)).code === 0;
    },
  });
};
