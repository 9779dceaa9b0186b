"""Evidence files and receipts, true and false: cases() gives (name, bytes, what it
shows), receipts() (name, bytes, whether it holds)."""
import board_cases_entries
import board_cases_form
import board_make as make
import board_note as notes
import board_tree as tree
from board_cases_log import T, Tree, signed
from board_verdicts import FALSE, NONE, SHOWN, WORD
from board_faults import FAULTS
from board_text import Evidence, dump_keys


def tree_of(fault='good-once'):
    return Tree(FAULTS[fault].plan())


def heads():
    t = tree_of()
    fork, other = ('checkpoint', signed(20, b'f' * 32)), ('checkpoint', signed(30, b'f' * 32))
    late = [T + 500, T + 501]
    yield 'M02-smaller', 2, [t.point(20), t.point(10, times=late)], WORD
    yield 'M02-two-witnesses', 2, [t.point(20, times=[T]), t.point(10, times=[0, T + 5])], WORD
    yield 'M02-one-of-them', 2, [t.point(20), t.point(10, times=[T - 9, T + 2, T - 9])], WORD
    yield 'M02-same-second', 2, [t.point(20), t.point(10)], WORD
    yield 'M02-larger', 2, [t.point(10), t.point(20, times=late)], FALSE
    yield 'M02-earlier', 2, [t.point(20, times=late), t.point(10)], WORD
    yield 'M02-not-signed', 2, [t.point(20), t.point(10, times=late, key='x')], FALSE
    yield 'M03-same-size', 3, [t.point(20), fork], SHOWN
    yield 'M03-same', 3, [t.point(20), t.point(20)], FALSE
    yield 'M03-proof', 3, [fork, t.point(40), t.proof(20, 40)], SHOWN
    yield 'M03-consistent', 3, [t.point(20), t.point(40), t.proof(20, 40)], FALSE
    yield 'M03-false-proof', 3, [fork, t.point(40), t.proof(20, 41)], FALSE
    yield 'M03-power-of-two', 3, [('checkpoint', signed(16, b'f' * 32)), t.point(40),
                                  t.proof(16, 40)], SHOWN
    yield 'M03-no-proof', 3, [t.point(20), other], NONE
    yield 'M03-not-signed', 3, [t.point(20), ('checkpoint', signed(20, b'f' * 32, key='x'))], FALSE
    yield 'M04-two', 4, [t.point(20, times=[T, T])], WORD
    yield 'M04-three', 4, [t.point(20)], FALSE
    yield 'M17-apart', 17, [t.point(20, times=[T, T + 301, T])], WORD
    yield 'M17-together', 17, [t.point(20, times=[T, T + 300, T])], WORD
    yield 'M01-word', 1, [t.point(20)], WORD


def entries():
    t, twin = tree_of(), tree_of('L5-id-twice')
    yield 'M06-id', 6, [twin.entry('ballot 8'), twin.entry('copy')], SHOWN
    yield 'M06-one-entry', 6, [twin.entry('copy'), twin.entry('copy')], FALSE
    yield 'M06-others', 6, [twin.entry('ballot 7'), twin.entry('copy')], FALSE
    yield 'M06-not-in-tree', 6, [twin.entry('ballot 8'), twin.entry('copy', 3)], FALSE
    choices, casts = tree_of('L5-two-choices'), tree_of('L5-two-casts')
    yield 'M06-choices', 6, [choices.entry('cast 1'), choices.entry('also')], SHOWN
    yield 'M06-choice-of-others', 6, [choices.entry('cast 2'), choices.entry('also')], FALSE
    yield 'M06-seq', 6, [casts.entry('cast 1'), casts.entry('also')], SHOWN
    order = tree_of('L9-order')
    yield 'M08-order', 8, [order.entry('ballot 9'), order.entry('ballot 6')], SHOWN
    yield 'M08-right', 8, [order.entry('ballot 4'), order.entry('ballot 5')], WORD
    for name, fault, label, shows in (('nobody', 'L4-unsigned', 'notice', SHOWN),
                                      ('stranger', 'L4-unknown-key', 'release', WORD),
                                      ('right', 'good-once', 'notice', WORD)):
        made = tree_of(fault)
        yield 'M11-' + name, 11, [made.entry('setup'), made.entry(label),
                                  ('object', dump_keys(make.listed()))], shows
    yield 'M11-other-keys', 11, [t.entry('setup'), t.entry('notice'),
                                 ('object', dump_keys(make.listed()[:5]))], NONE


def cases():
    for name, code, parts, shows in [*heads(), *entries(), *board_cases_entries.cases()]:
        parts = [('policy', make.policy())] + parts
        yield name, Evidence(code, make.ORIGIN, parts).dump(), shows
    yield from board_cases_form.cases()


def receipts():
    t = tree_of('good-long')
    files, size = t.plan.files(), len(t.leaves)
    point = files['checkpoint']
    note = notes.Note.parse(point)
    signed_by, foreign = note.signatures, ('x.example/w9', b'abcd', b'x' * 72)

    def receipt(at=27, proof=None, point=point, entry=None):
        return notes.Receipt(t.plan.entries[at] if entry is None else entry, at,
                             tree.inclusion(t.leaves, at) if proof is None else proof,
                             point).dump()

    def having(*signatures):
        return receipt(point=notes.Note(note.text, signatures).dump())

    def broken(at, byte=20):
        name, key, value = signed_by[at]
        return name, key, value[:byte] + bytes([value[byte] ^ 1]) + value[byte + 1:]

    log, w1, w2, w3 = signed_by
    for at in (0, 26, 27, 255, 256, size - 1):
        yield 'good-%d' % at, receipt(at), True
    yield 'another-index', receipt().replace(b'index 27', b'index 26'), False
    yield 'another-entry', receipt(entry=t.plan.entries[28]), False
    yield 'hash-less', receipt(proof=tree.inclusion(t.leaves, 27)[:-1]), False
    yield 'hash-more', receipt(proof=tree.inclusion(t.leaves, 27) + [b'x' * 32]), False
    yield 'log-missing', having(w1, w2, w3), False
    yield 'log-false', having(broken(0), w1, w2, w3), False
    yield 'two-witnesses', having(log, w1, w2), False
    yield 'false-witness', having(log, w1, w2, broken(3)), False
    yield 'false-time', having(log, w1, w2, broken(3, 7)), False
    yield 'one-thrice', having(log, w1, w1, w1), False
    yield 'foreign-instead', having(log, w1, w2, foreign), False
    yield 'foreign-besides', having(foreign, log, w1, w2, w3), True
    yield 'other-order', having(w3, w2, w1, log), True
    yield 'many-foreign', having(log, w1, w2, w3, *[foreign] * 12), True
    for name, old, new in (('version', b'@v1', b'@v2'), ('index-0', b'index 27', b'index 027'),
                           ('index-large', b'index 27', b'index 99999999999999999999'),
                           ('blank-line', b'\n\n', b'\n\n\n'), ('no-extra', b'extra ', b'extr '),
                           ('size-0', b'\n301\n', b'\n0301\n')):
        yield name, receipt().replace(old, new, 1), False
    yield '63-hashes', receipt(proof=[b'x' * 32] * 63), False
    yield '64-hashes', receipt(proof=[b'x' * 32] * 64), False
    yield 'size-2^63', receipt().replace(b'\n301\n', b'\n9223372036854775808\n'), False
    yield 'no-entry', receipt(entry=b'no entry'), False
    yield 'nothing-extra', receipt(entry=b''), False
    for name, old, new in (('line-before-index', b'\nindex', b'\nfoo bar\nindex'),
                           ('two-extras', b'\nextra ', b'\nextra AAAA\nextra '),
                           ('index-plus', b'index 27', b'index +27'),
                           ('index-blanks', b'index 27', b'index  27'),
                           ('blank-in-extra', b'extra ', b'extra A A'),
                           ('other-origin', b'example/oracle\n', b'example/oracls\n'),
                           ('cr-in-the-middle', b'\nindex', b'\r\nindex')):
        yield name, receipt().replace(old, new, 1), False
    yield from pages(receipt(), receipt(28), receipt().replace(b'index 27', b'index 26'))


def pages(good, other, false):
    """Receipts in something else; false: one that does not hold."""
    page = b'<html>\n<pre>\n%s</pre>\n</html>\n'

    def crlf(data, end=b'\r\n'):
        return data.replace(b'\n', end)

    yield 'page', page % good, True
    yield 'page-crlf', crlf(page % good), True
    yield 'page-cr', crlf(page % good, b'\r'), True
    yield 'page-mixed', page % (good[:200] + crlf(good[200:])), True
    yield 'page-same-line', b'<pre>' + good[:-1] + b'</pre>', True
    yield 'page-blanks', page % (good + b' \n\n'), True
    yield 'page-references', page % good.replace('\u2014'.encode(), b'&mdash;').replace(
        b'+', b'&#43;'), True
    yield 'page-of-two', page % (good + b'\n' + other), True
    yield 'page-of-two-one-false', page % (false + good), False
    yield 'page-of-two-no-form', page % (good.replace(b'index 27', b'index 027') + good), False
    yield 'page-words-behind', page % (good + b'words\n'), False
    yield 'page-indented', page % good.replace(b'\n', b'\n  '), False
    yield 'letter', b'Dear voter,\n\n' + good, True
    yield 'letter-crlf', crlf(b'Dear voter,\n\n' + good), True
    yield 'letter-words-behind', b'Dear voter,\n\n' + good + b'\nYours\n', False
    yield 'receipt-crlf', crlf(good), True
    yield 'receipt-cr', crlf(good, b'\r'), True
    yield 'receipt-crlf-at-the-end', good[:-1] + b'\r\n', False
    yield 'receipt-bom', b'\xef\xbb\xbf' + good, True
    yield 'receipt-blank-line-behind', good + b'\n', False
    yield 'receipt-no-end', good[:-1], False
    yield 'receipt-and-another', good + other, False
    yield 'receipt-nul', page % (good + b'\0\n'), False
