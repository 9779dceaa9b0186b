"""The Merkle tree of RFC 6962, its proofs (RFC 9162), and its tiles and bundles (C2SP tlog-tiles)."""
import hashlib

WIDTH = 256         # hashes in a full tile, entries in a full bundle


class TreeError(Exception):
    pass


def leaf_hash(entry):
    return hashlib.sha256(b'\0' + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b'\1' + left + right).digest()


def split(n):
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1


def root(leaves):
    """MTH of leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    level = list(leaves)
    while len(level) > 1:           # the odd one goes up as it is: the same tree
        level = [node_hash(*level[i:i + 2]) if i + 1 < len(level) else level[i]
                 for i in range(0, len(level), 2)]
    return level[0]


def roots(leaves):
    """MTH of the first 0, 1, 2, .. of the leaf hashes."""
    out, peaks = [root([])], []         # (leaves, hash) of whole subtrees, larger ones first
    for leaf in leaves:
        peaks.append((1, leaf))
        while len(peaks) > 1 and peaks[-2][0] == peaks[-1][0]:
            (size, right), (_, left) = peaks.pop(), peaks.pop()
            peaks.append((2 * size, node_hash(left, right)))
        top = peaks[-1][1]
        for _, left in reversed(peaks[:-1]):
            top = node_hash(left, top)
        out.append(top)
    return out


def inclusion(leaves, index):
    """PATH(index, leaves), the leaf's sibling first."""
    if len(leaves) <= 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion(leaves[:k], index) + [root(leaves[k:])]
    return inclusion(leaves[k:], index - k) + [root(leaves[:k])]


def consistency(leaves, size):
    """PROOF(size, leaves), 1 <= size <= len(leaves)."""
    def sub(m, part, whole):
        if m == len(part):
            return [] if whole else [root(part)]
        k = split(len(part))
        if m <= k:
            return sub(m, part[:k], whole) + [root(part[k:])]
        return sub(m - k, part[k:], False) + [root(part[:k])]
    return sub(size, leaves, True)


def included(leaf, index, size, proof, top):
    """RFC 9162 2.1.3.2"""
    if not 0 <= index < size or len(leaf) != 32:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0 or len(p) != 32:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == top


def consistent(size1, size2, proof, root1, root2):
    """RFC 9162 2.1.4.2; a size1 of 0 is refused."""
    if not 0 < size1 <= size2 or any(len(p) != 32 for p in proof):
        return False
    if size1 == size2:
        return not proof and root1 == root2
    proof = list(proof)
    if size1 & size1 - 1 == 0:
        proof.insert(0, root1)
    if not proof:
        return False
    fn, sn = size1 - 1, size2 - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == root1 and sr == root2


# Files

def number(n):
    """Tile index in path elements of three digits: x001/x234/067."""
    parts = ['%03d' % (n % 1000)]
    while n >= 1000:
        n //= 1000
        parts.insert(0, 'x%03d' % (n % 1000))
    return '/'.join(parts)


def tile_path(level, n, width=WIDTH):
    """level: a number or 'entries'"""
    return 'tile/%s/%s%s' % (level, number(n), '' if width == WIDTH else '.p/%d' % width)


def hash_levels(leaves):
    """level -> all hashes that its tiles hold for a tree of these leaves"""
    out, level = [], list(leaves)
    while level:
        out.append(level)
        level = [root(level[i:i + WIDTH]) for i in range(0, len(level) - WIDTH + 1, WIDTH)]
    return out


def tiles(leaves):
    """path -> bytes of the Merkle tiles of exactly this size"""
    out = {}
    for level, hashes in enumerate(hash_levels(leaves)):
        for n in range(0, (len(hashes) + WIDTH - 1) // WIDTH):
            part = hashes[n * WIDTH:(n + 1) * WIDTH]
            out[tile_path(level, n, len(part))] = b''.join(part)
    return out


def bundle(entries):
    return b''.join(len(e).to_bytes(2, 'big') + e for e in entries)


def unbundle(data):
    """The entries of a bundle; TreeError unless they fill it exactly."""
    out, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at:at + 2], 'big')
        if at + 2 + size > len(data):
            raise TreeError('a bundle ends inside an entry')
        out.append(data[at + 2:at + 2 + size])
        at += 2 + size
    return out


def bundles(entries):
    """path -> bytes"""
    out = {}
    for n in range(0, (len(entries) + WIDTH - 1) // WIDTH):
        part = entries[n * WIDTH:(n + 1) * WIDTH]
        out[tile_path('entries', n, len(part))] = bundle(part)
    return out


def widths(size):
    """(n, width) of the bundles of a log of this size"""
    return [(n, min(WIDTH, size - n * WIDTH)) for n in range((size + WIDTH - 1) // WIDTH)]
