"""Joins between the files of a record that several checks need."""


def state_map(record):
    """id_B -> state, first line wins; None if states.jsonl is not readable."""
    if record.states is None:
        return None
    out = {}
    for _, line in record.states:
        out.setdefault(line['id_B'], line['state'])
    return out


def is_mail(ballot):
    """Whether a sealed ballot is pre-encrypted (record-format 5)."""
    return bool(ballot['contests']) and 'psi' in ballot['contests'][0]


def mail_ballots(record):
    """id_B -> the first pre-encrypted ballot of that id"""
    out = {}
    for _, ballot in record.ballots:
        if is_mail(ballot):
            out.setdefault(ballot['id_B'], ballot)
    return out


def fits(line, ballot):
    """Whether a line of mail_cast.jsonl has exactly the contests of its ballot."""
    return [c['contest'] for c in line['contests']] == [c['contest'] for c in ballot['contests']]


def cast_lines(record):
    """id_B -> first line of mail_cast.jsonl"""
    out = {}
    for _, line in record.mail_cast or []:
        out.setdefault(line['id_B'], line)
    return out
