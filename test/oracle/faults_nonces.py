"""Faults of encrypted nonces and contest data on ballots: X.7, X.8 and their ranges (X.2)."""
import hashes as hs
import proofs as pf
from faultlib import fault, flip, remake
from group import P, Q, g, not_in_subgroup
from protocol import encrypt_data, encrypt_nonce


# X.7, X.8 and the ranges of the same values (X.2)

def _nonce(name, codes, change, note=''):
    """The encrypted nonce of ballot 1, which is in no hash of the record."""
    @fault(name, 'tiny', codes, note)
    def _(e):
        change(e, e.ballots[0]['nonce'], e.ballots[0]['H_I'])


def _nonce_proof(e, nonce, message, key=None):
    u = e.rng.q('nonce again')
    nonce['c'] = hs.Hq(key or e.ballots[0]['H_I'], message(g(u)))
    nonce['v'] = pf.response(u, nonce['c'], e.info[0]['xi_hat'])


def _even_nonce(e, nonce, H_I):
    nonce['C0'] = P - nonce['C0']
    for attempt in range(64):
        u = e.rng.q('even nonce', attempt)
        nonce['c'], nonce['v'] = pf.nonce_make(H_I, nonce['C0'], nonce['C1'],
                                               e.info[0]['xi_hat'], u)
        if nonce['c'] % 2 == 0:
            return


def _zero_nonce(value):
    def change(e, nonce, H_I):
        nonce['C0'] = value
        nonce['v'] = 5
        nonce['c'] = hs.Hq(H_I, hs.msg_nonce_proof(0, value, nonce['C1']))
    return change


def _small_nonce(e, nonce, H_I):
    made = encrypt_nonce(e.keys['K_hat'], H_I, e.info[0]['xi_B'], 0, 7)
    nonce.update(made, v=Q + 7)


def _forged_nonce(e, nonce, H_I):
    u, v = e.rng.q('forged nonce'), 99
    c = hs.Hq(H_I, b'\x23' + hs.enc_p(g(u)))
    nonce.update({'C0': g((u - v) * pow(c, -1, Q)), 'c': c, 'v': v})


_nonce('X2-nonce-C0-minus', 'X.2', _even_nonce, 'C0 times -1, even challenge')
_nonce('A04-X2-nonce-C0-zero', 'X.2', _zero_nonce(0), 'C0 = 0, proof made to fit')
_nonce('A04-X2-nonce-C0-p', 'X.2', _zero_nonce(P), 'C0 = p')
_nonce('X2-nonce-v-plus-q', 'X.2', _small_nonce, 'xi = 0, v = 7 published as q + 7')
_nonce('X2-nonce-c-top', 'X.2 X.7', lambda e, n, H_I: n.update(c=2 ** 256 - 1))
_nonce('A04-X2-nonce-order', 'X.2 X.7', lambda e, n, H_I: n.update(
    C0=n['C0'] * not_in_subgroup() % P))
_nonce('X7-v', 'X.7', lambda e, n, H_I: n.update(v=(n['v'] + 1) % Q))
_nonce('A05-X7-c', 'X.7', lambda e, n, H_I: n.update(c=(n['c'] + 1) % Q))
_nonce('A01-X7-C1', 'X.7', lambda e, n, H_I: n.update(C1=flip(n['C1'])))
_nonce('A01-X7-C0', 'X.7', lambda e, n, H_I: n.update(C0=n['C0'] * g(1) % P))
_nonce('A01-X7-ballot', 'X.7', lambda e, n, H_I: _nonce_proof(
    e, n, lambda a: hs.msg_nonce_proof(a, n['C0'], n['C1']), e.ballots[1]['H_I']))
_nonce('A01-X7-commitment-only', 'X.7', lambda e, n, H_I: _nonce_proof(
    e, n, lambda a: b'\x23' + hs.enc_p(a)), 'C0 and C1 left out of the challenge')
_nonce('A01-X7-forged', 'X.7', _forged_nonce, 'commitment first, then solve for C0')
_nonce('A06-X7-base-hash', 'X.7', lambda e, n, H_I: _nonce_proof(
    e, n, lambda a: hs.msg_nonce_proof(a, n['C0'], n['C1']), bytes(32)))


def _contest_data(name, codes, change, note=''):
    """Contest data of a ballot that nobody decrypts."""
    @fault(name, 'data', codes, note)
    def _(e):
        e.config['contest_data'] = False
        change(e, e.sealed(0, 1)['data'], e.ballots[0]['H_I'])
        remake(e, 0)


def _data_proof(e, data, message, key=None):
    u = e.rng.q('data again')
    data['c'] = hs.Hq(key or e.ballots[0]['H_I'], message(g(u)))
    data['v'] = pf.response(u, data['c'], e.info[0]['data'][1][1])


def _even_data(e, data, H_I):
    data['C0'] = P - data['C0']
    for attempt in range(64):
        u = e.rng.q('even data', attempt)
        data['c'], data['v'] = pf.data_make(H_I, 1, data['C0'], data['C1'],
                                            e.info[0]['data'][1][1], u)
        if data['c'] % 2 == 0:
            return


def _zero_data(value):
    def change(e, data, H_I):
        data.update(C0=value, v=5)
        data['c'] = hs.Hq(H_I, hs.msg_data_proof(1, 0, value, data['C1']))
    return change


def _forged_data(e, data, H_I):
    u, v = e.rng.q('forged data'), 99
    c = hs.Hq(H_I, b'\x27' + hs.enc_n(1) + hs.enc_p(g(u)))
    data.update({'C0': g((u - v) * pow(c, -1, Q)), 'c': c, 'v': v})


_contest_data('X2-data-C0-minus', 'X.2', _even_data)
_contest_data('A04-X2-data-C0-zero', 'X.2', _zero_data(0))
_contest_data('A04-X2-data-C0-p', 'X.2', _zero_data(P))
_contest_data('X2-data-v-plus-q', 'X.2', lambda e, d, H_I: d.update(
    encrypt_data(e.keys['K_hat'], H_I, 1, e.info[0]['data'][1][0], 0, 7), v=Q + 7))
_contest_data('X2-data-c-top', 'X.2 X.8', lambda e, d, H_I: d.update(c=2 ** 256 - 1))
_contest_data('A04-X2-data-order', 'X.2 X.8', lambda e, d, H_I: d.update(
    C0=d['C0'] * not_in_subgroup() % P))
_contest_data('X8-v', 'X.8', lambda e, d, H_I: d.update(v=(d['v'] + 1) % Q))
_contest_data('A05-X8-c', 'X.8', lambda e, d, H_I: d.update(c=(d['c'] + 1) % Q))
_contest_data('A01-X8-C1', 'X.8', lambda e, d, H_I: d.update(C1=flip(d['C1'])))
_contest_data('A01-X8-C0', 'X.8', lambda e, d, H_I: d.update(C0=d['C0'] * g(1) % P))
_contest_data('A01-X8-contest', 'X.8', lambda e, d, H_I: _data_proof(
    e, d, lambda a: hs.msg_data_proof(2, a, d['C0'], d['C1'])))
_contest_data('A01-X8-ballot', 'X.8', lambda e, d, H_I: _data_proof(
    e, d, lambda a: hs.msg_data_proof(1, a, d['C0'], d['C1']), e.ballots[1]['H_I']))
_contest_data('A01-X8-commitment-only', 'X.8', lambda e, d, H_I: _data_proof(
    e, d, lambda a: b'\x27' + hs.enc_n(1) + hs.enc_p(a)))
_contest_data('A01-X8-forged', 'X.8', _forged_data, 'commitment first, then solve for C0')
_contest_data('A06-X8-base-hash', 'X.8', lambda e, d, H_I: _data_proof(
    e, d, lambda a: hs.msg_data_proof(1, a, d['C0'], d['C1']), bytes(32)))
