"""The generating side of EGDS 2.1.0: ceremony, encryption, decryption.

Every random value comes from a Random that is a pure function of seed and name,
so an election is the same on every machine and unaffected by the order of work.
Not constant time, not for real votes.
"""
import hashlib
import hmac

import hashes as hs
import proofs as pf
from group import P, Q, evaluate, g, inverse, lagrange, power, product


class Random:
    def __init__(self, seed):
        self.key = hashlib.sha256(b'oracle' + seed.encode()).digest()

    def bytes(self, *name):
        """32 bytes"""
        return hmac.new(self.key, repr(name).encode(), hashlib.sha256).digest()

    def q(self, *name):
        """1 .. q-1; the bias of 2^-128 does not matter here"""
        wide = self.bytes(1, *name) + self.bytes(2, *name)[:16]
        return int.from_bytes(wide, 'big') % (Q - 1) + 1

    def below(self, top, *name):
        return self.q('below', *name) % top

    def choice(self, items, *name):
        return items[self.below(len(items), *name)]


# Key ceremony.

def guardian_secret(rng, i, k):
    """a_i,j, a^_i,j and zeta_i [8] [9]"""
    return {'i': i, 'a': [rng.q('a', i, j) for j in range(k)],
            'a_hat': [rng.q('a_hat', i, j) for j in range(k)], 'zeta': rng.q('zeta', i)}


def guardian_public(rng, H_P, secret):
    """K_i,j, K^_i,j, kappa_i and the two proofs [10]-[14]"""
    i, kappa = secret['i'], g(secret['zeta'])
    out = {'i': i, 'K': [g(a) for a in secret['a']], 'K_hat': [g(a) for a in secret['a_hat']],
           'kappa': kappa}
    for name, label, values, public in (('proof', b'pk_vote', 'a', 'K'),
                                        ('proof_hat', b'pk_data', 'a_hat', 'K_hat')):
        randoms = [rng.q('u', label, i, j) for j in range(len(secret[values]) + 1)]
        out[name] = pf.guardian_make(H_P, label, i, secret[values] + [secret['zeta']],
                                     out[public], kappa, randoms)
    return out


def make_share(H_P, i, l, P_l, P_hat_l, kappa, xi, u):
    """[15]-[22]: the message of guardian i to l carrying P_i(l), P^_i(l)"""
    C0, beta = g(xi), power(kappa, xi)
    key = hs.H(H_P, hs.msg_share_key(i, l, kappa, C0, beta))
    plain = P_l.to_bytes(32, 'big') + P_hat_l.to_bytes(32, 'big')
    C1 = hs.xor(plain, hs.share_mask(key, i, l))
    c, v = pf.share_make(H_P, i, l, C0, C1, xi, u)
    return {'i': i, 'l': l, 'C0': C0, 'C1': C1, 'c': c, 'v': v}


def open_share(H_P, share, zeta, kappa):
    """[23] after checking [22]: (P_i(l), P^_i(l)), or None"""
    i, l, C0 = share['i'], share['l'], share['C0']
    if share['c'] != pf.share_challenge(H_P, i, l, C0, share['C1'], share['c'], share['v']):
        return None
    key = hs.H(H_P, hs.msg_share_key(i, l, kappa, C0, power(C0, zeta)))
    plain = hs.xor(share['C1'], hs.share_mask(key, i, l))
    return int.from_bytes(plain[:32], 'big'), int.from_bytes(plain[32:], 'big')


def share_fits(value, commitments, l):
    """[28] [29]: g^P_i(l) = prod K_i,j^(l^j)"""
    return g(value) == product(power(x, l ** j) for j, x in enumerate(commitments))


# Encryption.

def encrypt(key, sigma, xi):
    """[31]: (g^xi, K^(sigma + xi))"""
    return g(xi), power(key, (sigma + xi) % Q)


def range_proof(rng, H_I, ind_c, ind_o, pair, key, xi, value, top, *name):
    us = [rng.q('range u', H_I, ind_c, ind_o, j, *name) for j in range(top + 1)]
    cs = [rng.q('range c', H_I, ind_c, ind_o, j, *name) for j in range(top + 1)]
    return pf.range_make(H_I, ind_c, ind_o, pair[0], pair[1], key, xi, value, top, us, cs)


def encrypt_nonce(key_hat, H_I, xi_B, xi_hat, u):
    """[34]-[38]"""
    C0, beta = g(xi_hat), power(key_hat, xi_hat)
    h = hs.H(H_I, hs.msg_nonce_key(C0, beta))
    C1 = hs.xor(xi_B, hs.nonce_mask(h))
    c, v = pf.nonce_make(H_I, C0, C1, xi_hat, u)
    return {'C0': C0, 'C1': C1, 'c': c, 'v': v}


def decrypt_nonce(H_I, nonce, beta):
    """[107]-[108] and back to xi_B, given C0^s^"""
    return hs.xor(nonce['C1'], hs.nonce_mask(hs.H(H_I, hs.msg_nonce_key(nonce['C0'], beta))))


def encrypt_data(key_hat, H_I, ind_c, D, xi, u):
    """[63]-[69]"""
    C0, beta = g(xi), power(key_hat, xi)
    h = hs.H(H_I, hs.msg_data_key(ind_c, C0, beta))
    C1 = hs.xor(D, hs.data_mask(h, ind_c, len(D) // 32))
    c, v = pf.data_make(H_I, ind_c, C0, C1, xi, u)
    return {'C0': C0, 'C1': C1, 'c': c, 'v': v}


# Verifiable decryption in three rounds.

class Decryptor:
    """The present guardians U with their z_i (or z^_i), answering together."""

    def __init__(self, rng, U, z):
        self.rng, self.U, self.z = rng, U, z
        self.answers = None     # of the last item: {i: (d, (a, b, M), v)}
        self.w = {i: lagrange(i, U) for i in U}

    def factor(self, base):
        """M = prod M_i^w_i with M_i = base^z_i [86] [87]"""
        return product(power(power(base, self.z[i]), self.w[i]) for i in self.U)

    def _rounds(self, base, key, commit, challenge, *name):
        """d_i, then (a_i, b_i), then v_i = u_i - c w_i z_i [88]-[93]"""
        u = {i: self.rng.q('decrypt u', base, i, *name) for i in self.U}
        shares = {i: (g(u[i]), power(base, u[i]), power(base, self.z[i])) for i in self.U}
        promised = {i: hs.H(key, commit(i, *shares[i])) for i in self.U}     # round 1
        for i in self.U:                                                     # round 2
            if promised[i] != hs.H(key, commit(i, *shares[i])):
                raise ValueError('guardian %d opened another commitment' % i)
        a = product(s[0] for s in shares.values())
        b = product(s[1] for s in shares.values())
        M = self.factor(base)
        c = hs.Hq(key, challenge(a, b, M))
        v = {i: pf.response(u[i], c, self.w[i] * self.z[i]) for i in self.U}  # round 3
        self.answers = {i: (promised[i], shares[i], v[i]) for i in self.U}
        return M, c, sum(v.values()) % Q

    def tally(self, H_E, ind_c, ind_o, A, B):
        """[84]-[93]: T, c, v"""
        M, c, v = self._rounds(
            A, H_E,
            lambda i, a, b, m: hs.msg_tally_commit(ind_c, ind_o, i, A, B, a, b, m, self.U),
            lambda a, b, m: hs.msg_tally(ind_c, ind_o, A, B, a, b, m), ind_c, ind_o, B)
        return B * inverse(M) % P, c, v

    def data(self, H_I, ind_c, data):
        """[96]-[106]: beta, c, v, D"""
        C0, C1, C2 = data['C0'], data['C1'], pf.C2(data)
        beta, c, v = self._rounds(
            C0, H_I,
            lambda i, a, b, m: hs.msg_data_commit(ind_c, i, C0, C1, C2, a, b, m, self.U),
            lambda a, b, m: hs.msg_data_decrypt(ind_c, C0, C1, C2, a, b, m), ind_c)
        h = hs.H(H_I, hs.msg_data_key(ind_c, C0, beta))
        return beta, c, v, hs.xor(C1, hs.data_mask(h, ind_c, len(C1) // 32))


def key_shares(secrets, i):
    """z_i = sum P_l(i), z^_i [24]"""
    return (sum(evaluate(s['a'], i) for s in secrets) % Q,
            sum(evaluate(s['a_hat'], i) for s in secrets) % Q)
