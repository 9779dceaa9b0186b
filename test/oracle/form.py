"""The one byte form of record-format section 1: reader and writer.

A type knows how to read itself from canonical bytes and how to write itself.
The reader is driven by the schema and accepts no byte that the writer would not
produce, so nothing is parsed loosely and compared afterwards.  Values: P, Q, N
are int; H and X are bytes; S is str; B is bool; objects are dicts in order.
"""
import re
import unicodedata

N_BIG, N_INDEX = 2 ** 53 - 1, 2 ** 31 - 1


class FormError(Exception):
    """Bytes that are not in the one form (X.1)."""


# Characters that became assigned after Unicode 14.0 (15.0 and 15.1), for Pythons
# with newer tables than the format's.
_NEWER = ((0xCF3, 0xCF3), (0xECE, 0xECE), (0x2FFC, 0x2FFF), (0x31EF, 0x31EF),
          (0x10EFD, 0x10EFF), (0x1123F, 0x11241), (0x11B00, 0x11B09), (0x11F00, 0x11F59),
          (0x1342F, 0x1342F), (0x13439, 0x13455), (0x1B132, 0x1B132), (0x1B155, 0x1B155),
          (0x1D2C0, 0x1D2D3), (0x1DF25, 0x1DF2A), (0x1E030, 0x1E08F), (0x1E4D0, 0x1E4F9),
          (0x1F6DC, 0x1F6DC), (0x1F774, 0x1F776), (0x1F77B, 0x1F77F), (0x1F7D9, 0x1F7D9),
          (0x1FA75, 0x1FA77), (0x1FA87, 0x1FA88), (0x1FAAD, 0x1FAAF), (0x1FABB, 0x1FABD),
          (0x1FABF, 0x1FABF), (0x1FACE, 0x1FACF), (0x1FADA, 0x1FADB), (0x1FAE8, 0x1FAE8),
          (0x1FAF7, 0x1FAF8), (0x2EBF0, 0x2EE5D), (0x31350, 0x323AF))


def bad_character(text):
    """The first reason why text is not an S (1.3, 1.5), or None."""
    if text.isascii():
        for ch in text:
            if ch < ' ' or ch == '\x7f':
                return 'forbidden character U+%04X' % ord(ch)
        return None
    for ch in text:
        x = ord(ch)
        if (x < 0x20 or 0x7F <= x <= 0x9F or 0x202A <= x <= 0x202E or 0x2028 <= x <= 0x2029
                or 0x2066 <= x <= 0x2069 or x == 0xFEFF or 0xD800 <= x <= 0xDFFF
                or x & 0xFFFE == 0xFFFE or 0xFDD0 <= x <= 0xFDEF):
            return 'forbidden character U+%04X' % x
        if unicodedata.category(ch) == 'Cn' or any(a <= x <= b for a, b in _NEWER):
            return 'unassigned character U+%04X' % x
    if not unicodedata.is_normalized('NFC', text):
        return 'not NFC'
    return None


_HEX = re.compile(rb'[0-9A-F]*')
_NUMBER = re.compile(rb'0|[1-9][0-9]{0,15}')
_STRING = re.compile(rb'(?:[^"\\]|\\["\\])*')


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def fail(self, what):
        raise FormError('byte %d: %s' % (self.at, what))

    def literal(self, text):
        if not self.data.startswith(text, self.at):
            self.fail('expected ' + text.decode('ascii', 'replace'))
        self.at += len(text)

    def try_literal(self, text):
        if self.data.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def hex(self, digits):
        self.literal(b'"')
        match = _HEX.match(self.data, self.at, min(self.at + digits, len(self.data)))
        if match.end() - self.at != digits:
            self.fail('expected %d upper-case hex digits' % digits)
        self.at = match.end()
        self.literal(b'"')
        return match.group().decode()

    def hex_any(self):
        self.literal(b'"')
        match = _HEX.match(self.data, self.at)
        if len(match.group()) % 2:
            self.fail('odd number of hex digits')
        self.at = match.end()
        self.literal(b'"')
        return match.group().decode()

    def number(self, top):
        match = _NUMBER.match(self.data, self.at)
        if not match:
            self.fail('expected a number')
        if self.data[match.end():match.end() + 1].isdigit() or int(match.group()) > top:
            self.fail('number out of range or with a leading zero')
        self.at = match.end()
        return int(match.group())

    def string(self):
        self.literal(b'"')
        match = _STRING.match(self.data, self.at)
        raw = match.group()
        self.at = match.end()
        self.literal(b'"')
        try:
            text = raw.decode('utf-8')
        except UnicodeDecodeError:
            self.fail('not UTF-8')
        if '\\' in text:
            text = re.sub(r'\\(.)', r'\1', text)
        reason = bad_character(text)
        if reason:
            self.fail(reason)
        return text


class Integer:
    """P and Q: fixed width; the range is judged by the checks, not by the form."""

    def __init__(self, size):
        self.size = size

    def read(self, r, env, path):
        return int(r.hex(2 * self.size), 16)

    def write(self, value):
        return '"%0*X"' % (2 * self.size, value)


class Bytes:
    """H and X(n); size None takes any length (used only if the manifest does not say)."""

    def __init__(self, size):
        self.size = size

    def read(self, r, env, path):
        return bytes.fromhex(r.hex_any() if self.size is None else r.hex(2 * self.size))

    def write(self, value):
        return '"' + value.hex().upper() + '"'


class Number:
    def __init__(self, top=N_INDEX):
        self.top = top

    def read(self, r, env, path):
        return r.number(self.top)

    def write(self, value):
        return str(value)


class Text:
    def read(self, r, env, path):
        return r.string()

    def write(self, value):
        return '"' + value.replace('\\', '\\\\').replace('"', '\\"') + '"'


class Word(Text):
    """A string of a fixed set whose other values are X.1 (state words)."""

    def __init__(self, *words):
        self.words = words

    def read(self, r, env, path):
        value = r.string()
        if value not in self.words:
            r.fail('unknown word')
        return value


class Bool:
    def read(self, r, env, path):
        if r.try_literal(b'true'):
            return True
        r.literal(b'false')
        return False

    def write(self, value):
        return 'true' if value else 'false'


class List:
    """length(env, path) gives the number of members that X.1 demands, or None."""

    def __init__(self, item, length=None):
        self.item, self.length = item, length

    def read(self, r, env, path):
        r.literal(b'[')
        out = []
        if not r.try_literal(b']'):
            while True:
                out.append(self.item.read(r, env, path + [len(out)]))
                if r.try_literal(b']'):
                    break
                r.literal(b',')
        want = self.length(env, path) if self.length else None
        if want is not None and len(out) != want:
            r.fail('list of %d, expected %d' % (len(out), want))
        return out

    def write(self, value):
        return '[' + ','.join(map(self.item.write, value)) + ']'


class Obj:
    """Properties in order: (name, type[, when]); when(env, path) says whether the
    property is there, None meaning that the manifest does not tell.  A type may be
    a function of (env, path).  path is the list of enclosing objects and positions."""

    def __init__(self, *props):
        self.props = [p if len(p) == 3 else p + (None,) for p in props]

    def read(self, r, env, path):
        r.literal(b'{')
        out, first = {}, True
        for name, kind, when in self.props:
            here = path + [out]
            wanted = True if when is None else when(env, here)
            start = (b'' if first else b',') + b'"' + name.encode() + b'":'
            if wanted is False or (wanted is None and not r.data.startswith(start, r.at)):
                continue
            r.literal(start)
            first = False
            if callable(kind):
                kind = kind(env, here)
            out[name] = kind.read(r, env, here + [name])
        r.literal(b'}')
        return out

    def write(self, value):
        parts = []
        for name, kind, _ in self.props:
            if name in value:
                writer = ANY_BYTES if callable(kind) else kind
                parts.append('"%s":%s' % (name, writer.write(value[name])))
        return '{' + ','.join(parts) + '}'


P_, Q_, H_ = Integer(512), Integer(32), Bytes(32)
N_, BIG, S_, B_ = Number(), Number(N_BIG), Text(), Bool()
ANY_BYTES = Bytes(None)


def parse(schema, data, env=None):
    """One object, all of data; FormError otherwise."""
    reader = Reader(data)
    value = schema.read(reader, env, [])
    if reader.at != len(data):
        reader.fail('bytes after the object')
    return value


def dump(schema, value):
    """Canonical bytes."""
    return schema.write(value).encode()
