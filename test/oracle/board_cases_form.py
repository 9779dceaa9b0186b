"""Evidence files in a wrong form, and with parts that are not what their row says."""
import re

import board_make as make
import board_note as notes
import board_tree as tree
from board_cases_log import T, Tree, signed
from board_faultlib import broken
from board_faults import FAULTS
from board_text import Evidence
from board_verdicts import FALSE, NONE, SHOWN, WORD

POLICY = ('policy', make.policy())


def file(code, *parts, origin=make.ORIGIN):
    return Evidence(code, origin, list(parts)).dump()


def crlf(part):
    return part[0], part[1].replace(b'\n', b'\r\n')


def first_lines(good):
    """Changes of an evidence file that shows something."""
    yield 'crlf', good.replace(b'\n', b'\r\n'), NONE
    yield 'crlf-at-first', good.replace(b'\n', b'\r\n', 3), NONE
    yield 'bom', b'\xef\xbb\xbf' + good, NONE
    yield 'line-more', good + b'\n', NONE
    yield 'cut', good[:-1], NONE
    for code in (b'M6', b' M06', b'M00', b'M21', b'M99', b'M12', b'M16', b'M18', b'M19'):
        yield 'code-' + code.decode().strip(), good.replace(b'code M06', b'code ' + code), NONE
    yield 'origin-blank', good.replace(b'origin board', b'origin  board'), NONE


def parts(a, b, t):
    """a and b: the two entries that show M06"""
    yield 'policy-last', file(6, a, b, POLICY), SHOWN
    yield 'policy-twice', file(6, POLICY, POLICY, a, b), NONE
    yield 'no-policy', file(6, a, b), NONE
    yield 'three-entries', file(6, POLICY, a, b, t.entry('setup')), NONE
    for name, more in (('checkpoint', t.point(20)), ('object', ('object', b'x')),
                       ('file', ('file', b'x')), ('place', ('place', b'x\n')),
                       ('proof', ('proof', b'AAAA\n'))):
        yield 'and-' + name, file(6, POLICY, a, b, more), NONE
    yield '65-parts', file(6, POLICY, a, b, *[('object', b'')] * 62), NONE
    yield 'other-origin', file(6, POLICY, a, b, origin=make.ORIGIN + 's'), FALSE
    for origin in ('a' * 256, 'a+b'):
        yield 'origin-%d' % len(origin), file(6, POLICY, a, b, origin=origin), NONE


def policies(a, b):
    mine = make.vkey(make.ORIGIN, notes.LOG).encode()
    other = notes.Key(make.ORIGIN, notes.LOG, make.public('another')).text().encode()
    text = POLICY[1]
    for name, data, shows in (
            ('of-another-log', text.replace(mine, other), FALSE),
            ('of-two-logs', b'log ' + other + b'\n' + text, SHOWN),
            ('without-quorum', text.replace(b'quorum all\n', b''), NONE),
            ('quorum-none', text.replace(b'quorum all', b'quorum none'), SHOWN),
            ('crlf', crlf(POLICY)[1], NONE)):
        yield 'policy-' + name, file(6, ('policy', data), a, b), shows


def receipts(a, b):
    """Changes of the first entry's receipt"""
    def with_(part, shows):
        return file(6, POLICY, part, b), shows

    def edited(pattern, new):
        return 'entry', re.sub(pattern, new, a[1], count=1)

    receipt = notes.Receipt.parse(a[1])
    note = notes.Note.parse(receipt.checkpoint)
    found = note.signatures

    def made(signatures=found, **changes):
        new = dict(extra=receipt.extra, index=receipt.index, proof=receipt.proof)
        new.update(changes, checkpoint=notes.Note(note.text, signatures).dump())
        return 'entry', notes.Receipt(**new).dump()

    foreign = ('x.example/w9', b'abcd', b'x' * 72)
    for name, part, shows in (
            ('crlf', crlf(a), NONE), ('line-more', ('entry', a[1] + b'\n'), NONE),
            ('other-line', edited(rb'\nindex', b'\nx y\nindex'), NONE),
            ('in-a-page', ('entry', b'<p>\n' + a[1] + b'</p>'), NONE),
            ('nothing-extra', edited(rb'extra [^\n]*\n', b'extra \n'), NONE),
            ('no-cosignature', made(found[:1]), SHOWN),
            ('false-cosignature', made([found[0], broken(found[1])]), SHOWN),
            ('log-false', made([broken(found[0])]), FALSE),
            ('log-true-and-false', made([found[0], broken(found[0])]), FALSE),
            ('100-signatures', made(found[:1] + [foreign] * 99), SHOWN),
            ('101-signatures', made(found[:1] + [foreign] * 100), NONE),
            ('index', made(index=10 ** 9), FALSE), ('63-hashes', made(proof=[b'x' * 32] * 63), FALSE),
            ('64-hashes', made(proof=[b'x' * 32] * 64), NONE)):
        yield ('entry-' + name,) + with_(part, shows)


def heads(t):
    fork, empty = ('checkpoint', signed(20, b'f' * 32)), ('checkpoint', signed(0, tree.root([])))
    proof = t.proof(20, 40)
    for name, code, found, shows in (
            ('size-0', 3, [empty, t.point(10), ('proof', b'')], FALSE),
            ('size-0-roots', 3, [empty, ('checkpoint', signed(0, b'z' * 32))], SHOWN),
            ('no-hash', 3, [fork, t.point(40), ('proof', b'')], NONE),
            ('crlf', 3, [fork, t.point(40), crlf(proof)], NONE),
            ('no-end', 3, [fork, t.point(40), ('proof', proof[1][:-1])], NONE),
            ('line-more', 3, [fork, t.point(40), ('proof', proof[1] + b'\n')], NONE),
            ('larger-first', 3, [t.point(40), fork, proof], SHOWN),
            ('M02-one', 2, [t.point(20)], NONE),
            ('M02-three', 2, [t.point(20), t.point(10), t.point(10)], NONE),
            ('M02-and-entry', 2, [t.point(20), t.point(10), t.entry('setup')], NONE),
            ('M01-nothing', 1, [], NONE),
            ('M10-nothing', 10, [], WORD), ('M15-anything', 15, [('object', b'x')], WORD)):
        yield 'head-' + name, file(code, POLICY, *found), shows
    spoilt = notes.Note.parse(t.point(20)[1])
    spoilt.signatures[1] = broken(spoilt.signatures[1])
    yield 'head-M02-false-witness', file(2, POLICY, ('checkpoint', spoilt.dump()), t.point(
        10, times=[T + 9])), WORD


def cases():
    """(name, bytes, what it shows)"""
    twin, t = Tree(FAULTS['L5-id-twice'].plan()), Tree(FAULTS['good-once'].plan())
    a, b = twin.entry('ballot 8'), twin.entry('copy')
    for some in (first_lines(file(6, POLICY, a, b)), parts(a, b, t), policies(a, b),
                 receipts(a, b), heads(t)):
        for name, data, shows in some:
            yield 'form-' + name, data, shows
    cut = Tree(FAULTS['L4-cut'].plan())
    for code in (6, 8, 9):              # entries in no form are M11's
        yield 'form-garbled-M%02d' % code, file(
            code, POLICY, cut.entry('setup'), cut.entry('notice')), NONE
