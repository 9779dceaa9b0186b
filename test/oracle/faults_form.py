"""Faults of form: X.1 in all its kinds, with B10 (files deleted, doubled, truncated)."""
import json

import hashes as hs
import schemas as sc
from faultlib import build, fault, record_of
from check_ballots import limit_product
from form import dump
from protocol import range_proof

BOX = 'ballots/device_1.jsonl'


def _raw(name, base, change, codes='X.1', note='', readings=()):
    """A change of the files themselves: change(files) -> None or new files."""
    fault(name, base, codes, note, readings, raw=True)(change)


def _swap(path, old, new, count=1):
    """Replace bytes in a file; the old bytes must be there."""
    old, new = (x.encode() if isinstance(x, str) else x for x in (old, new))

    def change(files):
        if old not in files[path]:
            raise ValueError('%s does not contain %r' % (path, old))
        files[path] = files[path].replace(old, new, count)
    return change


def _edit(path, make):
    def change(files):
        files[path] = make(files[path])
    return change


# B10: presence

for _path in ('parameters.json', 'manifest.json', 'election_keys.json', 'devices.json',
              'tally_encrypted.json', 'tally.json', 'guardians/guardian_1.json'):
    _raw('B10-deleted-' + _path.replace('/', '-').replace('.json', ''), 'mixed',
         lambda f, path=_path: f.pop(path) and None)
_raw('B10-deleted-states', 'mixed', lambda f: f.pop('states.jsonl') and None,
     note='every ballot has a line, so the file must exist', readings=['X.11', 'X.1 X.11'])
_raw('B10-deleted-challenged', 'mixed', lambda f: f.pop('challenged.jsonl') and None, 'X.11',
     'a challenged ballot without its opening', ['X.1', 'X.1 X.11'])
_raw('B10-deleted-texts', 'texts', lambda f: f.pop('texts.json') and None,
     note='named by the manifest')
_raw('B10-deleted-roll', 'webbare', lambda f: f.pop('roll.jsonl') and None)
_raw('B10-deleted-ballots', 'tiny', lambda f: f.pop('ballots/device_1.jsonl') and None,
     '9.A 9.B X.11 X.14 X.15', 'all ballots of the only device',
     ['8.G 9.A 9.B X.11 X.14 X.15'])
_raw('B10-deleted-ballot', 'mixed',
     _edit('ballots/device_2.jsonl', lambda d: d[d.index(b'\n') + 1:]),
     '9.A 9.B X.11 X.14 X.15', 'one cast ballot of an unchained device')
_raw('B10-empty-file', 'tiny', _edit('devices.json', lambda d: b''))
_raw('B10-empty-lines-file', 'tiny', lambda f: f.update({'contest_data.jsonl': b''}),
     note='a file that holds no object does not exist')


def _double(files):
    files['ballots/device_1b.jsonl'] = files['ballots/device_1.jsonl']


_raw('B10-doubled-ballots', 'tiny', _double, '5.A 8.E 9.A 9.B X.10 X.14 X.15',
     'the ballot file once more under another name: the closing hash fits')
_raw('B10-doubled-line', 'tiny',
     _edit(BOX, lambda d: d + d.split(b'\n')[1] + b'\n'),
     '5.A 8.E 9.A 9.B X.10 X.14 X.15', 'the last ballot twice: the closing hash fits')


def raw_zstd(data):
    """A Zstandard frame of raw blocks with a window of 1 MiB."""
    out, at = b'\x28\xb5\x2f\xfd' + bytes([0, 10 << 3]), 0
    while True:
        block = data[at:at + 65536]
        at += 65536
        out += (len(block) << 3 | (at >= len(data))).to_bytes(3, 'little') + block
        if at >= len(data):
            return out


_raw('B10-packed-and-unpacked', 'tiny', lambda f: f.update(
    {'states.jsonl.zst': raw_zstd(f['states.jsonl'])}))
_raw('B10-zst-of-json', 'tiny', lambda f: f.update(
    {'tally.json.zst': raw_zstd(f['tally.json'])}), note='only .jsonl may be packed')
_raw('B10-zst-truncated', 'tiny', lambda f: f.update(
    {'ballots/device_1.jsonl.zst': raw_zstd(f.pop('ballots/device_1.jsonl'))[:-9]}))
_raw('B10-zst-garbage', 'tiny', lambda f: f.update(
    {'states.jsonl.zst': b'\x00' * 64}) or f.pop('states.jsonl') and None)
_raw('B10-zst-two-frames', 'tiny', lambda f: f.update(
    {'states.jsonl.zst': raw_zstd(f['states.jsonl'][:94]) + raw_zstd(f.pop('states.jsonl')[94:])}))
_raw('B10-zst-window', 'tiny', lambda f: f.update(
    {'states.jsonl.zst': b'\x28\xb5\x2f\xfd\x00\x71' + raw_zstd(f.pop('states.jsonl'))[6:]}),
    note='window above 8 MiB')
for _name in ('extra.json', 'manifest.json~', 'ballots/device_1.txt', 'ballots/a.b.jsonl',
              'guardians/guardian_01.json', 'guardians/guardian_2.json',
              'guardians/guardian_0.json', 'MANIFEST.json', 'ballots/x/y.jsonl', 'README',
              'private/guardian_1.key.json'):
    _raw('X1-file-' + _name.replace('/', '-'), 'tiny',
         lambda f, name=_name: f.update({name: f['guardians/guardian_1.json']}))
_raw('X1-file-texts', 'tiny', lambda f: f.update(
    {'texts.json': b'{"languages":[]}'}), note='not named by the manifest')
_raw('X1-file-roll', 'tiny', lambda f: f.update({'roll.jsonl': dump(sc.ROLL, {
    'credential': bytes(32), 'style': 1, 'weight': 1, 'state': 'active'}) + b'\n'}),
    note='no device is remote')
_raw('X1-file-mail', 'tiny', lambda f: f.update({'mail_cast.jsonl': b'{}\n'}),
     note='no device is mail')

# B10: truncation

for _path in ('parameters.json', 'manifest.json', 'election_keys.json', 'guardians/guardian_1.json',
              'ballots/device_1.jsonl', 'states.jsonl', 'devices.json', 'tally_encrypted.json',
              'tally.json', 'challenged.jsonl'):
    _name = _path.replace('/', '-').replace('.jsonl', '').replace('.json', '')
    _raw('B10-truncated-' + _name, 'mixed', _edit(_path, lambda d: d[:len(d) // 2 - 3]))
_raw('B10-truncated-contest-data', 'data', _edit('contest_data.jsonl', lambda d: d[:-9]))
_raw('B10-truncated-roll', 'webbare', _edit('roll.jsonl', lambda d: d[:-1]), note='last LF')
_raw('B10-truncated-texts', 'texts', _edit('texts.json', lambda d: d[:-1]))
_raw('B10-last-line', 'tiny', _edit(BOX, lambda d: d[:-1]),
     note='last line without LF')

# Byte form

_raw('X1-lower-hex', 'tiny', _edit('devices.json', lambda d: d[:-70] + d[-70:].lower()))
_raw('X1-short-hex', 'tiny', _edit('devices.json', lambda d: d[:-5] + d[-4:]))
_raw('X1-long-hex', 'tiny', _edit('devices.json', lambda d: d[:-4] + b'0' + d[-4:]))
_raw('X1-hex-prefix', 'tiny', _swap('tally.json', '"c":"', '"c":"0x'))
_raw('X1-space', 'tiny', _swap('tally.json', '"contests":', '"contests": '))
_raw('X1-space-end', 'tiny', _edit('tally.json', lambda d: d + b' '))
_raw('X1-final-newline', 'tiny', _edit('tally.json', lambda d: d + b'\n'))
_raw('X1-two-objects', 'tiny', _edit('tally.json', lambda d: d + d))
_raw('X1-bom', 'tiny', _edit('tally.json', lambda d: b'\xef\xbb\xbf' + d))
_raw('X1-crlf', 'tiny', _edit('states.jsonl', lambda d: d.replace(b'\n', b'\r\n')))
_raw('X1-empty-line', 'tiny', _edit('states.jsonl', lambda d: d + b'\n'))
_raw('X1-unknown-property', 'tiny', _edit('tally.json', lambda d: d[:-1] + b',"note":1}'))
_raw('X1-unknown-property-ballot', 'tiny',
     _swap(BOX, '"slot":', '"time":1,"slot":'))
_raw('X1-missing-property', 'tiny', _swap(BOX, '"slot":0,', ''))
_raw('B10-duplicate-key', 'tiny',
     _swap('tally.json', '{"guardians":[1],', '{"guardians":[1],"guardians":[1],'))
_raw('B10-duplicate-key-inner', 'tiny', _swap('tally.json', '"field":1,', '"field":1,"field":1,'))
_raw('X1-property-order', 'tiny',
     _swap('devices.json', '"device":1,"ballots":2', '"ballots":2,"device":1'))
_raw('X1-escape-slash', 'tiny', _swap('tally.json', '"Ada"', '"\\u0041da"'))
_raw('X1-escape-tab', 'tiny', _swap('tally.json', '"Ada"', '"A\\tda"'))
_raw('X1-control', 'tiny', _swap('tally.json', '"Ada"', b'"A\x01da"'))
_raw('X1-utf8', 'tiny', _swap('tally.json', '"Ada"', b'"A\xc3da"'))
_raw('X1-surrogate', 'tiny', _swap('tally.json', '"Ada"', b'"A\xed\xa0\x80da"'))
_raw('X1-overlong', 'tiny', _swap('tally.json', '"Ada"', b'"\xc1\x81da"'))
_raw('X1-nfd', 'tiny', _swap('tally.json', '"Ada"', 'Ae\u0301'.join('""')))
_raw('X1-bidi', 'tiny', _swap('tally.json', '"Ada"', '"A\u202eda"'))
_raw('X1-line-separator', 'tiny', _swap('tally.json', '"Ada"', '"A\u2028da"'))
_raw('X1-c1-control', 'tiny', _swap('tally.json', '"Ada"', '"A\u0085da"'))
_raw('X1-feff', 'tiny', _swap('tally.json', '"Ada"', '"A\ufeffda"'))
_raw('X1-noncharacter', 'tiny', _swap('tally.json', '"Ada"', '"A\U0001fffeda"'))
_raw('X1-unassigned', 'tiny', _swap('tally.json', '"Ada"', '"A\u0378da"'))
_raw('X1-unicode-15', 'tiny', _swap('tally.json', '"Ada"', '"A\U0001fae8da"'),
     note='assigned in Unicode 15.0 only')
_raw('X1-null', 'tiny', _swap('tally.json', '"t":1', '"t":null'))
_raw('X1-string-for-number', 'tiny', _swap('tally.json', '"t":1', '"t":"1"'))
_raw('X1-number-for-hex', 'tiny', _edit(
    'states.jsonl', lambda d: b'{"id_B":0' + d[d.index(b'",'):][1:]))
_raw('X1-bool-for-number', 'tiny', _swap('tally_encrypted.json', '"ballots":2', '"ballots":true'))

# Numbers

for _name, _text in (('leading-zero', '01'), ('plus', '+1'), ('minus', '-1'), ('minus-zero', '-0'),
                     ('fraction', '1.0'), ('exponent', '1e0'), ('2-53', str(2 ** 53)),
                     ('digits', '9' * 100000), ('infinity', '1e999'), ('nan', 'NaN')):
    _raw(('B10' if _name in ('digits', 'infinity') else 'X1') + '-number-' + _name, 'tiny',
         _swap('tally.json', '"t":1', '"t":' + _text))
_raw('B10-number-index', 'tiny',
     _swap(BOX, '"contest":1', '"contest":2147483648'))
_raw('B10-number-weight', 'tiny',
     _swap(BOX, '"weight":1', '"weight":2147483648'))

# Nesting

for _name, _text in (('arrays', '[' * 100000), ('objects', '{"a":' * 100000),
                     ('closed', '[' * 50000 + ']' * 50000)):
    _raw('B10-nesting-' + _name, 'tiny', _edit('tally.json', lambda d, t=_text: t.encode()))
_raw('B10-nesting-inside', 'tiny',
     _swap('tally.json', '"guardians":[', '"guardians":[' + '[' * 100000))
_raw('B10-nesting-ballot', 'tiny',
     _swap(BOX, '"contests":[', '"contests":[' + '[' * 100000))

# Conditions, words, order, lengths

_raw('X1-position-missing', 'tiny', _swap(BOX, '"position":2,', ''))
_raw('X1-position-unchained', 'mixed',
     _swap('ballots/device_2.jsonl', '"device":2,', '"device":2,"position":1,'))
_raw('X1-binding-missing', 'web', lambda f: _cut(f, BOX, b'"binding":', b'},'))
_raw('X1-binding-booth', 'tiny',
     _swap(BOX, '"nonce":', '"binding":{"credential":"%s","salt":"%s"},"nonce":' % (
         '0' * 64, '0' * 64)))
_raw('X1-data-missing', 'data', lambda f: _cut(f, BOX, b',"data":', b'}'))
_raw('X1-data-too-much', 'tiny',
     _swap(BOX, ',"chi"', ',"data":{"C0":"%s","C1":"%s","c":"%s","v":"%s"},"chi"' % (
         '0' * 1024, '0' * 64, '0' * 64, '0' * 64)))
_raw('X1-opened-data-missing', 'data', lambda f: _cut(f, 'challenged.jsonl', b',"data":', b'}'))
_raw('X1-H0-unchained', 'mixed', lambda f: _copy_closing(f))
_raw('X1-H0-missing', 'tiny', lambda f: _cut(f, 'devices.json', b',"H_0":', b'",'))
_raw('X1-state-word', 'tiny', _swap('states.jsonl', '"cast"', '"counted"'))
_raw('X1-state-case', 'tiny', _swap('states.jsonl', '"cast"', '"Cast"'))
_raw('X1-roll-word', 'web', _swap('roll.jsonl', '"active"', '"paused"'))
_raw('X1-states-order', 'mixed', _edit('states.jsonl', lambda d: b''.join(
    sorted(d.splitlines(True), reverse=True))))
_raw('X1-roll-order', 'web', _edit('roll.jsonl', lambda d: b''.join(
    sorted(d.splitlines(True), reverse=True))))
_raw('X1-roll-twice', 'web', _edit('roll.jsonl', lambda d: d + d.splitlines(True)[-1]))


def _cut(files, path, start, end):
    data = files[path]
    a = data.index(start)
    b = data.index(end, a) + len(end)
    keep = b',' if start.startswith(b',') and end.endswith(b',') else b''
    files[path] = data[:a] + keep + data[b:]


def _copy_closing(files):
    data = files['devices.json']
    part = data[data.index(b',"H_0":'):data.index(b'}')]
    files['devices.json'] = data[:-3] + part + data[-3:]


@fault('X1-challenged-order', 'mixed', 'X.1')
def _(e):
    e.info[3]['state'] = 'challenged'
    e.finish()
    e.challenged.reverse()


@fault('X1-contest-data-order', 'webdata', 'X.1')
def _(e):
    e = build('webdata', privacy_floor=1)
    e.contest_data.reverse()
    assert len(e.contest_data) > 1
    return e


def _wider(e, j):
    sealed, H_I = e.sealed(0, 1), e.ballots[0]['H_I']
    value, xi = e.limit_secret(0, 1) if j is None else e.info[0]['fields'][1][j - 1]
    one = sealed['fields'][0]
    pair = limit_product(e.contest(1), sealed['fields']) if j is None \
        else (one['alpha'], one['beta'])
    proof = range_proof(e.rng, H_I, 1, j, pair, e.keys['K'], xi, value, 2)
    (sealed if j is None else one).update({'limit' if j is None else 'proof': proof})


def _lists(name, base, change, note='', readings=()):
    @fault('X1-list-' + name, base, 'X.1', note, readings)
    def _(e):
        change(e)


_lists('proof-c', 'tiny', lambda e: e.sealed(0, 1)['fields'][0]['proof']['c'].append(0))
_lists('proof-v', 'tiny', lambda e: e.sealed(0, 1)['fields'][0]['proof']['v'].pop())
_lists('range-wider', 'tiny', lambda e: _wider(e, 1), 'a right proof for 0..2 where R = 1')
_lists('limit-wider', 'tiny', lambda e: _wider(e, None), 'a right proof for 0..2 where L = 1')
_lists('limit', 'tiny', lambda e: [e.sealed(0, 1)['limit'][x].pop() for x in 'cv'])
_lists('tally-fields', 'tiny', lambda e: e.tally_encrypted['contests'][0]['fields'].pop())
_lists('tally-contests', 'data', lambda e: e.tally_encrypted['contests'].pop())


# The manifest and parameters in a false form, all hashes made from the false bytes

def _manifest_bytes(name, change, note=''):
    @fault('X1-manifest-' + name, 'bare', 'X.1', note, raw=True)
    def _(files):
        clean = record_of('bare')
        data = change(clean['manifest.json'])
        H_P = json.loads(clean['election_keys.json'])['H_P']
        e = build('bare', {'H_B': hs.H(bytes.fromhex(H_P), hs.msg_H_B(data))})
        files = e.record()
        files['manifest.json'] = data
        return files


_manifest_bytes('space', lambda d: d.replace(b'"kind":', b'"kind": '))
_manifest_bytes('newline', lambda d: d + b'\n')
_manifest_bytes('property', lambda d: d[:-1] + b',"beacon":1}')
_manifest_bytes('order', lambda d: d.replace(b'"weights":false,"short_code":0',
                                             b'"short_code":0,"weights":false'))
_manifest_bytes('duplicate', lambda d: d.replace(
    b'"kind":"trial"', b'"kind":"election","kind":"trial"'), 'the last of two wins in many parsers')
_manifest_bytes('bool', lambda d: d.replace(b'"weights":false', b'"weights":0'))
_manifest_bytes('escape', lambda d: d.replace(b'"Ada"', b'"Ad\\u0061"'))
_manifest_bytes('nfd', lambda d: d.replace(b'"Bo"', 'Bo\u0308'.join('""').encode()))
_raw('X1-parameters-n', 'tiny', _swap('parameters.json', '"n":1', '"n":1.0'))
_raw('X1-guardian-property', 'tiny', _swap('guardians/guardian_1.json', '{"i":1', '{"z":1,"i":1'))
_raw('X1-keys-short', 'tiny', _swap('election_keys.json', '"H_G":"', '"H_G":"" ,"x":"'))
