"""A receipt as the text of a QR code (board-format section 6), base 45 of RFC 9285."""
import board_note as notes
import board_tree as tree

HEAD = 'EVR1:'
DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
SIZES = {notes.LOG: 64, notes.COSIGNATURE: 72}


def base45(data):
    out = ''
    for i in range(0, len(data), 2):
        part = data[i:i + 2]
        number = int.from_bytes(part, 'big')
        for _ in range(len(part) + 1):
            number, digit = divmod(number, 45)
            out += DIGITS[digit]
    return out


def un45(text):
    out = b''
    for i in range(0, len(text), 3):
        part = text[i:i + 3]
        if len(part) == 1 or not set(part) <= set(DIGITS):
            raise notes.NoteError('not base 45')
        number = sum(DIGITS.index(x) * 45 ** k for k, x in enumerate(part))
        if number >> 8 * (len(part) - 1):
            raise notes.NoteError('not base 45')
        out += number.to_bytes(len(part) - 1, 'big')
    return out


def fold(entry, index, size, proof):
    """The root that entry and hashes lead to."""
    fn, sn, r = index, size - 1, tree.leaf_hash(entry)
    for p in proof:
        if sn == 0:
            raise notes.NoteError('too many hashes')
        if fn & 1 or fn == sn:
            r = tree.node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = tree.node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise notes.NoteError('too few hashes')
    return r


def pack(receipt):
    """The text; signatures of other types, which is seen by their length, are left out."""
    note = notes.Note.parse(receipt.checkpoint)
    point = notes.Checkpoint.parse(note.text)
    kinds = {size: kind for kind, size in SIZES.items()}
    signed = [(kinds[len(signature)], number, signature) for _, number, signature
              in note.signatures if len(signature) in kinds]
    origin, entry = point.origin.encode(), receipt.extra
    data = bytes([len(origin)]) + origin + point.size.to_bytes(8, 'big')
    data += receipt.index.to_bytes(8, 'big') + len(entry).to_bytes(2, 'big') + entry
    data += bytes([len(receipt.proof)]) + b''.join(receipt.proof) + bytes([len(signed)])
    return HEAD + base45(data + b''.join(bytes([k]) + i + s for k, i, s in signed))


def unpack(text, policy):
    if not text.startswith(HEAD):
        raise notes.NoteError('no QR code of a receipt')
    data, at = un45(text[len(HEAD):]), 0

    def take(n):
        nonlocal at
        at += n
        if at > len(data):
            raise notes.NoteError('a receipt that ends too early')
        return data[at - n:at]

    def number(n):
        return int.from_bytes(take(n), 'big')

    origin = take(number(1)).decode('ascii')
    size, index = number(8), number(8)
    entry = take(number(2))
    proof = [take(32) for _ in range(number(1))]
    note = notes.Checkpoint(origin, size, fold(entry, index, size, proof)).note()
    names = {(k.kind, k.id): k.name for k in policy.logs + list(policy.witnesses.values())}
    for _ in range(number(1)):
        kind, key_id = number(1), take(4)
        if kind not in SIZES:
            raise notes.NoteError('an unknown type of signature')
        signature = take(SIZES[kind])
        if (kind, key_id) in names:
            note.signatures.append((names[kind, key_id], key_id, signature))
    if at != len(data):
        raise notes.NoteError('bytes after the receipt')
    return notes.Receipt(entry, index, proof, note.dump())
