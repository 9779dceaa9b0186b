"""The two texts of the board's own: the object `keys` and evidence files (sections 4 and 6)."""
import re

from board_form import NONE, ROLE, ROLES, demand, good_index, good_text, keyid

KEYS_HEAD, EVIDENCE_HEAD = b'Evident keys v1', b'Evident evidence v1'
PARTS = ('policy', 'checkpoint', 'entry', 'object', 'proof', 'place', 'file')
_LINE = re.compile(rb'([a-z-]+) (0|[1-9][0-9]{0,9}) ([0-9A-F]{64}) ([0-9A-F]{64}|-) ([^\n]+)')


class Listed:
    """One key in force or once in force: role (number), index, key, x25519, name."""

    def __init__(self, role, index, key, x25519=NONE, name=''):
        self.role, self.index, self.key, self.x25519 = role, index, key, x25519
        self.name, self.keyid, self.revoked = name, keyid(key), False

    def line(self):
        x = '-' if self.x25519 == NONE else self.x25519.hex().upper()
        return '%s %d %s %s %s\n' % (ROLES[self.role], self.index, self.key.hex().upper(), x,
                                     self.name)


def dump_keys(listed):
    ordered = sorted(listed, key=lambda x: (x.role, x.index, x.key))
    return KEYS_HEAD + b'\n' + ''.join(x.line() for x in ordered).encode()


def parse_keys(data):
    demand(data.endswith(b'\n'), 'every line of the keys ends in LF')
    lines, out = data[:-1].split(b'\n'), []
    demand(lines.pop(0) == KEYS_HEAD, 'the first line of the keys')
    for line in lines:
        m = _LINE.fullmatch(line)
        demand(m is not None, 'a line of the keys')
        role, index = ROLE.get(m.group(1).decode(), 0), int(m.group(2))
        demand(role and index < 1 << 32 and good_index(role, index), 'role and index')
        x = NONE if m.group(4) == b'-' else bytes.fromhex(m.group(4).decode())
        demand((m.group(4) != b'-') == (role == ROLE['opener']), 'X25519 key of the opener')
        name = good_text(m.group(5))
        demand(len(m.group(5)) <= 200, 'a name has 1 to 200 bytes')
        out.append(Listed(role, index, bytes.fromhex(m.group(3).decode()), x, name))
    order = [(x.role, x.index, x.key) for x in out]
    demand(order == sorted(order), 'lines ascend')
    for values in ([x.key for x in out], [x.keyid for x in out]):
        demand(len(set(values)) == len(values), 'a key twice')
    return out


def dump_parts(parts):
    """Several files in one: [(name, bytes)]"""
    return b''.join(b'%s %d\n%s\n' % (name.encode(), len(data), data) for name, data in parts)


_PART = re.compile(rb'([0-9A-Za-z_-][0-9A-Za-z_.-]{0,63}) (0|[1-9][0-9]{0,9})\n')


def parse_parts(data):
    at, parts = 0, []
    while at < len(data):
        head = _PART.match(data, at)
        demand(head is not None, 'the first line of a part')
        start, size = head.end(), int(head.group(2))
        demand(data[start + size:start + size + 1] == b'\n', 'the end of a part')
        parts.append((head.group(1).decode(), data[start:start + size]))
        at = start + size + 1
    return parts


class Evidence:
    """code (1-20), origin, parts [(word, bytes)]"""

    def __init__(self, code, origin, parts):
        self.code, self.origin, self.parts = code, origin, parts

    def dump(self):
        head = EVIDENCE_HEAD + b'\ncode M%02d\norigin %s\n' % (self.code, self.origin.encode())
        return head + dump_parts(self.parts)

    @staticmethod
    def parse(data):
        m = re.match(EVIDENCE_HEAD + rb'\ncode M([0-9]{2})\norigin ([!-*,-~]{1,255})\n', data)
        demand(m is not None and 1 <= int(m.group(1)) <= 20, 'the first lines of evidence')
        parts = parse_parts(data[m.end():])
        demand(all(word in PARTS for word, _ in parts), 'a part of evidence')
        demand(len(parts) <= 64, 'at most 64 parts')
        return Evidence(int(m.group(1)), m.group(2).decode(), parts)
