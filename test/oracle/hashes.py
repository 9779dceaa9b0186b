"""Every use of the hash H in EGDS 2.1.0, and the key derivations.

H(B0; B1) = HMAC-SHA-256(key B0, message B1); H_q is H read big endian mod q.
Numbers in brackets are equations.  Arguments: group elements are integers,
hashes and raw strings are bytes.
"""
import hashlib
import hmac

from group import G, P, Q, enc_n, enc_p, enc_q

VERSION = b'v2.1.0' + bytes(26)
CHAIN_NONE, CHAIN_SIMPLE = b'\0\0\0\0', b'\0\0\0\1'


def H(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def to_q(raw):
    return int.from_bytes(raw, 'big') % Q


def Hq(key, message):
    return to_q(H(key, message))


def variable(data):
    """b(len, 4) || data"""
    return enc_n(len(data)) + data


def elements(values):
    return b''.join(map(enc_p, values))


def indices(*values):
    return b''.join(map(enc_n, values))


def digest(kind, data):
    """record-format 1.6; not an EGDS hash."""
    return hashlib.sha256(b'Evident/' + kind.encode() + b'/v1\0' + data).digest()


def bound_id(credential, salt):
    """id_B of a remote ballot, record-format 3.5."""
    return hashlib.sha256(b'Evident/id_B/v1\0' + credential + salt).digest()


# Messages are built apart from the hash, so that known answers can compare them.

def msg_H_P(n, k):
    """[4], key VERSION"""
    return b'\x00' + enc_p(P) + enc_q(Q) + enc_p(G) + indices(n, k)


def msg_H_B(manifest):
    """[5], key H_P"""
    return b'\x01' + variable(manifest)


def msg_guardian(label, i, K, kappa, h):
    """[11] label pk_vote, [13] label pk_data, key H_P"""
    return b'\x10' + label + enc_n(i) + elements(K) + enc_p(kappa) + elements(h)


def msg_share_key(i, l, kappa, alpha, beta):
    """[16], key H_P"""
    return b'\x11' + indices(i, l) + elements((kappa, alpha, beta))


def msg_share_proof(i, l, gamma, C0, C1):
    """[22], key H_P"""
    return b'\x12' + indices(i, l) + elements((gamma, C0)) + C1


def msg_H_G(K, K_hat, Kij, K_hat_ij, kappa):
    """[27], key H_B, guardian-major"""
    return (b'\x13' + elements((K, K_hat)) + b''.join(map(elements, Kij))
            + b''.join(map(elements, K_hat_ij)) + elements(kappa))


def msg_H_E(K, K_hat):
    """[30], key H_B"""
    return b'\x14' + elements((K, K_hat))


def msg_H_I(id_B):
    """[32], key H_E"""
    return b'\x20' + id_B


def msg_nonce(ind_c, ind_o, xi_B):
    """[33], key H_I"""
    return b'\x21' + indices(ind_c, ind_o) + xi_B


def msg_nonce_key(alpha, beta):
    """[35], key H_I"""
    return b'\x22' + elements((alpha, beta))


def msg_nonce_proof(a, C0, C1):
    """[38], key H_I"""
    return b'\x23' + elements((a, C0)) + C1


def msg_range(ind_c, ind_o, alpha, beta, ab):
    """[41] [50] [59] with ind_o, [62] with ind_o None; key H_I; a, b interleaved"""
    head = enc_n(ind_c) + (b'' if ind_o is None else enc_n(ind_o))
    return b'\x24' + head + elements((alpha, beta)) + b''.join(map(elements, ab))


def msg_data_nonce(ind_c, xi_B):
    """[64], key H_I"""
    return b'\x25' + enc_n(ind_c) + xi_B


def msg_data_key(ind_c, alpha, beta):
    """[65], key H_I"""
    return b'\x26' + enc_n(ind_c) + elements((alpha, beta))


def msg_data_proof(ind_c, a, C0, C1):
    """[69], key H_I"""
    return b'\x27' + enc_n(ind_c) + elements((a, C0)) + C1


def msg_chi(ind_c, cts, data=None):
    """[70], key H_I; data = (C0, C1, C2) with C2 = c || v"""
    tail = b'' if data is None else enc_p(data[0]) + data[1] + data[2]
    return b'\x28' + enc_n(ind_c) + b''.join(map(elements, cts)) + tail


def msg_H_C(chis, B_C):
    """[71], key H_I"""
    return b'\x29' + b''.join(chis) + B_C


def msg_H_DI(device):
    """[72], key H_E"""
    return b'\x2A' + variable(device.encode())


def msg_chain(B_C):
    """[74] start and [77] close, key H_E"""
    return b'\x29' + B_C


def msg_close(H_l, B_C0):
    """[78] inner, key H_E"""
    return b'\x2B' + H_l + B_C0


def msg_tally_commit(ind_c, ind_o, i, A, B, a, b, M, U):
    """[88], key H_E"""
    return (b'\x30' + indices(ind_c, ind_o, i) + elements((A, B, a, b, M))
            + indices(len(U), *U))


def msg_tally(ind_c, ind_o, A, B, a, b, M):
    """[90], key H_E"""
    return b'\x31' + indices(ind_c, ind_o) + elements((A, B, a, b, M))


def msg_data_commit(ind_c, i, C0, C1, C2, a, b, m, U):
    """[99], key H_I"""
    return (b'\x32' + indices(ind_c, i) + enc_p(C0) + C1 + C2 + elements((a, b, m))
            + indices(len(U), *U))


def msg_data_decrypt(ind_c, C0, C1, C2, a, b, beta):
    """[101], key H_I"""
    return b'\x33' + enc_n(ind_c) + enc_p(C0) + C1 + C2 + elements((a, b, beta))


def msg_psi(cts):
    """[113] [114], key H_I"""
    return b'\x40' + b''.join(map(elements, cts))


def msg_pre_chi(ind_c, psis):
    """[115], key H_I, ascending"""
    return b'\x41' + enc_n(ind_c) + b''.join(sorted(psis))


def msg_pre_H_C(chis, B_C):
    """[116], key H_I"""
    return b'\x42' + b''.join(chis) + B_C


def msg_pre_chain(B_C):
    """[117] [118], key H_E"""
    return b'\x42' + B_C


def msg_pre_H_DI(device):
    """[119], key H_E"""
    return b'\x43' + variable(device.encode())


def msg_pre_close(H_l, B_C0):
    """[120], key H_E, without LOCK"""
    return b'\x44' + H_l + B_C0


def msg_pre_nonce(ind_c, j, k, xi_B):
    """[121], key H_I"""
    return b'\x45' + indices(ind_c, j, k) + xi_B


# Key derivation (SP 800-108 counter mode).

def msg_kdf_share(counter, i, l):
    """[17] [18], key k_i,l"""
    return (bytes([counter]) + b'share_enc_keys' + b'\0' + b'share_encrypt'
            + indices(i, l) + b'\x02\x00')


MSG_KDF_NONCE = b'\x01' + b'ballot_nonce' + b'\0' + b'ballot_nonce_encrypt' + b'\x01\x00'  # [36]


def msg_kdf_data(i, ind_c, b):
    """[66] [104], key h, i from 1"""
    return (enc_n(i) + b'data_enc_keys' + b'\0' + b'contest_data'
            + indices(ind_c, 256 * b))


def xor(left, right):
    return bytes(x ^ y for x, y in zip(left, right))


def share_mask(key, i, l):
    return H(key, msg_kdf_share(1, i, l)) + H(key, msg_kdf_share(2, i, l))


def nonce_mask(h):
    return H(h, MSG_KDF_NONCE)


def data_mask(h, ind_c, b):
    return b''.join(H(h, msg_kdf_data(i, ind_c, b)) for i in range(1, b + 1))


# Short forms used by generator and verifier alike.

def device_hash(H_E, device, mail=False):
    """H_DI [72], on a mail device [119]"""
    return H(H_E, (msg_pre_H_DI if mail else msg_H_DI)(device))


def code(H_I, chis, B_C, mail=False):
    """H_C [71], of a pre-encrypted ballot [116]"""
    return H(H_I, (msg_pre_H_C if mail else msg_H_C)(chis, B_C))


def link(H_E, B_C, mail=False):
    """The hash of a first or closing chaining field: [74] [77], mail [117] [118]"""
    return H(H_E, (msg_pre_chain if mail else msg_chain)(B_C))


def chain_start(H_E, H_DI, mail=False):
    """B_C,0 [75] and H_0 [74] [117]"""
    B_C0 = CHAIN_SIMPLE + H_DI
    return B_C0, link(H_E, B_C0, mail)


def chain_close(H_E, H_DI, H_l, mail=False):
    """closing field [78] [120] and closing hash [77] [118]"""
    inner = (msg_pre_close if mail else msg_close)(H_l, CHAIN_SIMPLE + H_DI)
    B_close = CHAIN_SIMPLE + H(H_E, inner)
    return B_close, link(H_E, B_close, mail)


def omega(kind, psi):
    """Short codes of section 4.6."""
    x = psi[-1]
    if kind == 1:
        return '%02X' % x
    if kind == 2:
        return psi[-2:].hex().upper()
    if kind == 3:
        return 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[x // 10] + str(x % 10)
    if kind == 4:
        return str(x // 26) + 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[x % 26]
    return str(x + {5: 0, 6: 1, 7: 100, 8: 101}[kind])
