"""Zero-knowledge proofs of EGDS 2.1.0: making them and re-computing challenges.

A maker takes its random values as arguments; a check returns the challenge that
the published responses lead to, so that the caller compares it as published.
"""
import hashes as hs
from group import P, Q, enc_q, g, power


def response(u, c, x):
    """v = u - c x mod q"""
    return (u - c * x) % Q


# Guardian keys [11] [13]: one challenge for k coefficients and zeta.

def guardian_make(H_P, label, i, secrets, K, kappa, randoms):
    """secrets are a_i,0..a_i,k-1, zeta; randoms u_0..u_k."""
    h = [g(u) for u in randoms]
    c = hs.Hq(H_P, hs.msg_guardian(label, i, K, kappa, h))
    return {'c': c, 'v': [response(u, c, a) for u, a in zip(randoms, secrets)]}


def guardian_challenge(H_P, label, i, K, kappa, proof):
    """(2.1)-(2.4) and the challenge of 2.C."""
    h = [g(v) * power(x, proof['c']) % P for v, x in zip(proof['v'], K + [kappa])]
    return hs.Hq(H_P, hs.msg_guardian(label, i, K, kappa, h))


# Range proofs [59]-[62].

def range_commit(alpha, beta, key, cs, vs):
    """a_j = g^v_j alpha^c_j, b_j = K^w_j beta^c_j with w_j = v_j - j c_j (6.1) (6.2)."""
    out = []
    for j, (c, v) in enumerate(zip(cs, vs)):
        out.append((g(v) * power(alpha, c) % P,
                    power(key, (v - j * c) % Q) * power(beta, c) % P))
    return out


def range_challenge(H_I, ind_c, ind_o, alpha, beta, key, proof):
    """(6.3) or, with ind_o None, (7.5)."""
    ab = range_commit(alpha, beta, key, proof['c'], proof['v'])
    return hs.Hq(H_I, hs.msg_range(ind_c, ind_o, alpha, beta, ab))


def range_make(H_I, ind_c, ind_o, alpha, beta, key, xi, value, top, us, cs):
    """Proof that (alpha, beta) encrypts value in 0..top; cs[value] is ignored.

    t_j = u_j + (value - j) c_j is the exponent of b_j for j other than value.
    """
    ab = []
    for j in range(top + 1):
        t = us[j] if j == value else (us[j] + (value - j) * cs[j]) % Q
        ab.append((g(us[j]), power(key, t)))
    c = hs.Hq(H_I, hs.msg_range(ind_c, ind_o, alpha, beta, ab))
    cs = list(cs)
    if 0 <= value <= top:
        cs[value] = (c - sum(x for j, x in enumerate(cs) if j != value)) % Q
    return {'c': cs, 'v': [response(u, x, xi) for u, x in zip(us, cs)]}


# Encrypted nonce [38], contest data [69].

def nonce_make(H_I, C0, C1, xi, u):
    c = hs.Hq(H_I, hs.msg_nonce_proof(g(u), C0, C1))
    return c, response(u, c, xi)


def nonce_challenge(H_I, nonce):
    a = g(nonce['v']) * power(nonce['C0'], nonce['c']) % P
    return hs.Hq(H_I, hs.msg_nonce_proof(a, nonce['C0'], nonce['C1']))


def data_make(H_I, ind_c, C0, C1, xi, u):
    c = hs.Hq(H_I, hs.msg_data_proof(ind_c, g(u), C0, C1))
    return c, response(u, c, xi)


def data_challenge(H_I, ind_c, data):
    a = g(data['v']) * power(data['C0'], data['c']) % P
    return hs.Hq(H_I, hs.msg_data_proof(ind_c, a, data['C0'], data['C1']))


def C2(data):
    """C2 = c || v"""
    return enc_q(data['c']) + enc_q(data['v'])


# Decryption: tally [90] and contest data [101].

def equality_commit(key, base, image, c, v):
    """a = g^v key^c, b = base^v image^c (10.2) (10.3) (12.1) (12.2)"""
    return (g(v) * power(key, c) % P, power(base, v) * power(image, c) % P)


def tally_challenge(H_E, ind_c, ind_o, key, A, B, M, c, v):
    a, b = equality_commit(key, A, M, c, v)
    return hs.Hq(H_E, hs.msg_tally(ind_c, ind_o, A, B, a, b, M))


def data_decrypt_challenge(H_I, ind_c, key_hat, data, beta, c, v):
    a, b = equality_commit(key_hat, data['C0'], beta, c, v)
    return hs.Hq(H_I, hs.msg_data_decrypt(ind_c, data['C0'], data['C1'], C2(data), a, b, beta))


# Share messages [22].

def share_make(H_P, i, l, C0, C1, xi, u):
    c = hs.Hq(H_P, hs.msg_share_proof(i, l, g(u), C0, C1))
    return c, response(u, c, xi)


def share_challenge(H_P, i, l, C0, C1, c, v):
    gamma = g(v) * power(C0, c) % P
    return hs.Hq(H_P, hs.msg_share_proof(i, l, gamma, C0, C1))
