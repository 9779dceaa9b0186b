"""Ed25519 (RFC 8032): making signatures, and libsodium 1.0.18's rule of which to take.

The rule: S < L; the public key A is the canonical encoding of a point that is not
of small order; the bytes of R are none of the small-order encodings; and the
encoding of S B - h A is R byte for byte (no multiplication by the cofactor).
"""
import hashlib

P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
D2 = 2 * D % P
ROOT = pow(2, (P - 1) // 4, P)          # a square root of -1
ONE = (0, 1, 1, 0)                      # points are (X, Y, Z, T), x = X / Z, xy = T / Z


def add(a, b):
    s = (a[1] - a[0]) * (b[1] - b[0]) % P
    t = (a[1] + a[0]) * (b[1] + b[0]) % P
    u = a[3] * b[3] * D2 % P
    v = 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(a):
    x, y, z = a[0], a[1], a[2]
    xx, yy = x * x % P, y * y % P
    h = xx + yy
    e = h - (x + y) * (x + y)
    g = xx - yy
    f = 2 * z * z + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def negative(a):
    return -a[0] % P, a[1], a[2], -a[3] % P


def encode(a):
    inverse = pow(a[2], P - 2, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, 'little')


def decode(data):
    """The point of 32 bytes, the sign bit of x = 0 included; None if there is none."""
    number = int.from_bytes(data, 'little')
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT % P
    if v * x * x % P != u:
        return None
    if x & 1 != sign:
        x = -x % P
    return x, y, 1, x * y % P


def table(a):
    """0 .. 15 times a"""
    out = [ONE, a]
    while len(out) < 16:
        out.append(add(out[-1], a))
    return out


def times(pairs):
    """The sum of s * table for the (s, table) of pairs."""
    out = ONE
    for shift in range(252, -1, -4):
        out = double(double(double(double(out))))
        for s, multiples in pairs:
            digit = s >> shift & 15
            if digit:
                out = add(out, multiples[digit])
    return out


B = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little'))
B_TABLE = table(B)


def _small():
    """y of every encoding of a point of small order, canonical or not."""
    y8 = None
    for y in range(2, 50):              # any point times L has an order that divides 8
        point = decode(y.to_bytes(32, 'little'))
        if point:
            point = times([(L >> 4, table(point))])     # L = 16 (L >> 4) + low
            base = decode(y.to_bytes(32, 'little'))
            point = double(double(double(double(point))))
            point = add(point, times([(L & 15, table(base))]))
            four = double(double(point))
            if four[0] % P == 0 and (four[1] + four[2]) % P == 0:   # order 8
                y8 = int.from_bytes(encode(point), 'little') & (1 << 255) - 1
                break
    return {0, 1, P - 1, P, P + 1, y8, P - y8}


SMALL = _small()


def small_order(data):
    return int.from_bytes(data, 'little') & (1 << 255) - 1 in SMALL


def _hash(*parts):
    return int.from_bytes(hashlib.sha512(b''.join(parts)).digest(), 'little')


def _expand(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], 'little')
    return a & (1 << 254) - 8 | 1 << 254, h[32:]


_publics, _signed, _verified = {}, {}, {}


def public(seed):
    if seed not in _publics:
        a, _ = _expand(seed)
        _publics[seed] = encode(times([(a % L, B_TABLE)]))
    return _publics[seed]


def sign(seed, message):
    key = seed, hashlib.sha256(message).digest()
    if key not in _signed:
        a, prefix = _expand(seed)
        r = _hash(prefix, message) % L
        R = encode(times([(r, B_TABLE)]))
        h = _hash(R, public(seed), message) % L
        _signed[key] = R + ((r + h * a) % L).to_bytes(32, 'little')
    return _signed[key]


def verify(key, message, signature):
    """True if libsodium 1.0.18 takes it; answers are remembered."""
    known = key, hashlib.sha256(message).digest(), signature
    if known not in _verified:
        _verified[known] = _verify(key, message, signature)
    return _verified[known]


def _verify(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    R, S = signature[:32], int.from_bytes(signature[32:], 'little')
    if S >= L or small_order(R) or small_order(key):
        return False
    A = decode(key)
    if A is None:
        return False
    h = _hash(R, key, message) % L
    return encode(times([(S, B_TABLE), (h, table(negative(A)))])) == R
