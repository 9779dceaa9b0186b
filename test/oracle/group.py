"""The standard group of EGDS 2.1.0 section 3.1.1, derived from ln 2.

Nothing here is read from a file: p, q and g are computed, then compared with
SHA-256 pins.  Powers are memoised because the self-test verifies many records
that differ in one place only.
"""
import hashlib

try:
    from gmpy2 import powmod as _powmod
except ImportError:
    _powmod = pow


def _atanh_inverse(x, bits):
    """floor-ish value of 2^bits * atanh(1/x), error below one unit per term."""
    total, power, k = 0, (1 << bits) // x, 1
    while power:
        total += power // k
        power //= x * x
        k += 2
    return total


def _ln2(bits):
    """floor(2^bits * ln 2), with 128 guard bits.

    ln 2 = 18 atanh(1/26) - 2 atanh(1/4801) + 8 atanh(1/8749).
    """
    guard = bits + 128
    value = (18 * _atanh_inverse(26, guard) - 2 * _atanh_inverse(4801, guard)
             + 8 * _atanh_inverse(8749, guard))
    return value >> 128


Q = 2 ** 256 - 189
DELTA = 287975203778583638958138611533602521491887169409704874643524560756486080635197037903
P = 2 ** 4096 - 2 ** 3840 + 2 ** 256 * (_ln2(3584) + DELTA) + 2 ** 256 - 1
R = (P - 1) // Q
G = pow(2, R, P)


def _pin(value, length):
    return hashlib.sha256(value.to_bytes(length, 'big')).hexdigest().upper()


if ((P - 1) % Q or P % 8 != 7
        or _pin(P, 512) != 'F76FAC50669BDB5B75FE86264378525D336BC1566140A48D76AEBF7B0DD19F27'
        or _pin(G, 512) != '77FBD493A68FB3E3D24D7C25608A61BE021BB6749567B08E664D093BB32DED77'):
    raise SystemExit('group: the constants derived from ln 2 do not match their pins')


class _FixedBase:
    """Powers of one base by 32 tables of 8-bit windows."""

    def __init__(self, base):
        self.rows, row_base = [], base
        for _ in range(32):
            row, value = [1], 1
            for _ in range(255):
                value = value * row_base % P
                row.append(value)
            self.rows.append(row)
            row_base = value * row_base % P

    def power(self, e):
        value = 1
        for row in self.rows:
            digit = e & 255
            if digit:
                value = value * row[digit] % P
            e >>= 8
        return value


_cache = {}
_tables = {}


def use_table(base):
    """Spend a moment on a table for a base that will be raised many times."""
    if _powmod is pow and base not in _tables and len(_tables) < 6 and 1 < base < P:
        _tables[base] = _FixedBase(base)


def power(base, e):
    """base^e mod p for any e >= 0, remembered."""
    if base == 1:
        return 1
    key = (base, e)
    value = _cache.get(key)
    if value is None:
        if _powmod is pow and base == G and G not in _tables:
            _tables[G] = _FixedBase(G)
        table = _tables.get(base)
        if table is not None and e < 1 << 256:
            value = table.power(e)
        else:
            value = int(_powmod(base, e, P))
        if len(_cache) > 400000:
            _cache.clear()
        _cache[key] = value
    return value


def g(e):
    """g^e mod p."""
    return power(G, e % Q)


def member(x):
    """x in Z_p^r: 0 < x < p and x^q = 1 (2.A, 6.A, X.2). Range first."""
    return 0 < x < P and power(x, Q) == 1


def product(values):
    """Product mod p; the empty product is 1."""
    result = 1
    for value in values:
        result = result * value % P
    return result


def inverse(x):
    """x^-1 mod p, or None if there is none."""
    try:
        return pow(x, -1, P)
    except ValueError:
        return None


def enc_p(x):
    """b(x, 512)"""
    return x.to_bytes(512, 'big')


def enc_q(x):
    """b(x, 32)"""
    return x.to_bytes(32, 'big')


def enc_n(x):
    """b(x, 4), x < 2^31 in every place where the protocol hashes it."""
    return x.to_bytes(4, 'big')


def lagrange(i, members):
    """w_i of [85]: the product over l in U without i of l / (l - i) mod q."""
    top = bottom = 1
    for l in members:
        if l != i:
            top = top * l % Q
            bottom = bottom * (l - i) % Q
    return top * pow(bottom, -1, Q) % Q


def evaluate(coefficients, x):
    """Polynomial value mod q [7]."""
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * x + coefficient) % Q
    return value


def not_in_subgroup():
    """x^q for the least x where that is neither 1 nor -1: its order is r or r/2, not q."""
    x = 2
    while power(x, Q) in (1, P - 1):
        x += 1
    return power(x, Q)
