"""X.3: the manifest rules of record-format 3.2 and the rules of texts.json."""
import re

from hashes import digest

_TAG = re.compile(r'[A-Za-z]{2,8}(-[0-9A-Za-z]{1,8})*\Z')
_SPACES = '\u0020\u00a0\u1680\u202f\u205f\u3000' + ''.join(map(chr, range(0x2000, 0x200B)))


def label_fault(text):
    """Why text is not a label (1.5), or None."""
    size = len(text.encode())
    if not 1 <= size <= 200:
        return 'label of %d bytes' % size
    if text[0] == '#':
        return 'label starts with #'
    if text[0] in _SPACES or text[-1] in _SPACES:
        return 'label starts or ends with a space'
    return None


def _unique(labels, what):
    if len(set(labels)) != len(labels):
        yield what, 'labels are not unique'


def _labels(pairs):
    for where, text in pairs:
        fault = label_fault(text)
        if fault:
            yield where, fault


def contest_faults(number, c):
    where = 'contest %d' % number
    m, R, L = len(c['options']), c['option_limit'], c['contest_limit']
    w, b = c['write_ins'], c['data_blocks']
    for name, value, low, high in (('options', m, 1, 1000), ('option_limit', R, 1, 255),
                                   ('contest_limit', L, 1, 1000), ('write_ins', w, 0, 100),
                                   ('data_blocks', b, 0, 1024)):
        if not low <= value <= high:
            yield where, '%s is %d, not %d..%d' % (name, value, low, high)
    if b and 32 * b < 31 + 3 * m + 67 * w:
        yield where, 'data_blocks too small for the marks and write-ins'
    if c['seats'] < 1:
        yield where, 'seats is 0'
    rule = c['rule']
    fits = {'plurality': R == 1, 'referendum': R == 1, 'approval': R == 1 and L == m,
            'cumulative': R == L, 'score': L == m * R, 'majority-judgment': R == L == 1}
    if rule not in fits:
        yield where, 'unknown rule'
    elif not fits[rule]:
        yield where, 'limits do not fit the rule'
    if rule == 'majority-judgment':
        fault = label_fault(c['group'])
        if fault:
            yield where + ' group', fault
    elif c['group']:
        yield where, 'group without majority-judgment'
    yield from _labels([(where, c['label'])] + [
        ('%s option %d' % (where, i), o['label']) for i, o in enumerate(c['options'], 1)])
    yield from _unique([o['label'] for o in c['options']], where + ' options')


def groups(manifest):
    """group label -> contest indices"""
    out = {}
    for i, c in enumerate(manifest['contests'], 1):
        if c['rule'] == 'majority-judgment' and c['group']:
            out.setdefault(c['group'], []).append(i)
    return out


def group_faults(manifest):
    for label, members in groups(manifest).items():
        where = 'group %s' % label
        contests = [manifest['contests'][i - 1] for i in members]
        if members != list(range(members[0], members[0] + len(members))):
            yield where, 'contests are not neighbours'
        if any([o['label'] for o in c['options']] != [o['label'] for o in contests[0]['options']]
               for c in contests):
            yield where, 'option labels differ'
        if any(c['seats'] != contests[0]['seats'] for c in contests):
            yield where, 'seats differ'
        for i, style in enumerate(manifest['styles'], 1):
            if 0 < len(set(members) & set(style['contests'])) < len(members):
                yield where, 'style %d has only some of it' % i


def manifest_faults(manifest):
    """All (where, what) of 3.2; guardian counts belong to X.4."""
    if manifest['format'] != 'Evident record v1':
        yield 'format', 'unknown format'
    if manifest['kind'] not in ('election', 'trial'):
        yield 'kind', 'neither election nor trial'
    contests, styles, devices = manifest['contests'], manifest['styles'], manifest['devices']
    yield from _labels([('label', manifest['label'])])
    for what, labels in (('guardians', manifest['guardians']),
                         ('styles', [s['label'] for s in styles]),
                         ('devices', [d['label'] for d in devices])):
        yield from _labels([('%s %d' % (what, i), x) for i, x in enumerate(labels, 1)])
        yield from _unique(labels, what)
    yield from _unique([c['label'] for c in contests], 'contests')
    for i, c in enumerate(contests, 1):
        yield from contest_faults(i, c)
    yield from group_faults(manifest)
    for i, style in enumerate(styles, 1):
        members = style['contests']
        if not members:
            yield 'style %d' % i, 'has no contests'
        if any(a >= b for a, b in zip(members, members[1:])):
            yield 'style %d' % i, 'contests are not ascending'
        if any(not 1 <= c <= len(contests) for c in members):
            yield 'style %d' % i, 'unknown contest'
    modes = [d['mode'] for d in devices]
    for i, device in enumerate(devices, 1):
        if device['mode'] not in ('booth', 'remote', 'mail', 'audit'):
            yield 'device %d' % i, 'unknown mode'
        if device['chaining'] > 1:
            yield 'device %d' % i, 'unknown chaining mode'
    if 'audit' in modes and set(modes) != {'audit'}:
        yield 'devices', 'some but not all are audit'
    if manifest['short_code'] > 8:
        yield 'short_code', 'more than 8'
    if 'mail' in modes and not manifest['short_code']:
        yield 'short_code', '0 with a mail device'
    if manifest['privacy_floor'] < 1:
        yield 'privacy_floor', 'is 0'
    if manifest['slot_seconds'] < 60:
        yield 'slot_seconds', 'less than 60'
    if manifest['restricted']:
        if manifest['weights'] or manifest['revote'] or manifest['privacy_floor'] < 5 \
                or not set(modes) <= {'booth', 'remote', 'mail'}:
            yield 'restricted', 'weights, revote, privacy_floor or device modes'


def texts_faults(manifest, texts, data):
    """digest, tags, order and completeness of texts.json."""
    if digest('texts', data) != manifest['texts']:
        yield 'texts.json', 'digest is not the one in the manifest'
    if len(data) > 1 << 20:
        yield 'texts.json', 'more than 1 MiB'
    contests = manifest['contests']
    needed = {manifest['label']} | {c['label'] for c in contests}
    needed |= {o['label'] for c in contests for o in c['options']}
    needed |= {s['label'] for s in manifest['styles']}
    known = needed | set(manifest['guardians']) | {d['label'] for d in manifest['devices']}
    known |= {c['group'] for c in contests} | {manifest['notes']} | {c['notes'] for c in contests}
    known |= {o['notes'] for c in contests for o in c['options']}
    tags = [x['tag'] for x in texts['languages']]
    if any(a.encode() >= b.encode() for a, b in zip(tags, tags[1:])):
        yield 'texts.json', 'tags are not ascending'
    for language in texts['languages']:
        tag = language['tag']
        where = 'texts.json ' + tag
        if len(tag.encode()) > 35 or not _TAG.match(tag):
            yield where, 'not a language tag'
        ofs = [x['of'] for x in language['texts']]
        if any(a.encode() >= b.encode() for a, b in zip(ofs, ofs[1:])):
            yield where, 'strings are not ascending'
        if any(not x['of'] or not x['as'] for x in language['texts']):
            yield where, 'empty string'
        if not set(ofs) <= known:
            yield where, 'a string that the manifest does not have'
        if not needed <= set(ofs):
            yield where, 'a label is not translated'
