#!/usr/bin/env python3
"""Read a board with Go: python3 gooracle.py DIR POLICY [ARGUMENTS OF THE PROGRAM ..].

Exit 0: all holds, 1: something does not, 77: Debian's Go packages are not here.
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'oracle'))
import board_note as notes  # noqa: E402

GO_PATH = '/usr/share/gocode'
MODULE = GO_PATH + '/src/golang.org/x/mod/sumdb/tlog'
NOT_HERE = 'golang-go or golang-golang-x-mod-dev is not installed'


def here():
    return bool(shutil.which('go')) and os.path.isdir(MODULE)


def build(work):
    """Path of the program; OSError with the compiler's words."""
    program = os.path.join(work, 'gooracle')
    env = dict(os.environ, GO111MODULE='off', GOPATH=GO_PATH, GOFLAGS='', CGO_ENABLED='0',
               GOCACHE=os.path.join(work, 'cache'))
    done = subprocess.run(['go', 'build', '-o', program, 'main.go'], cwd=HERE, env=env,
                          capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr)
    return program


def ask(program, board, policy, *more):
    """(exit code, the results as text); policy: bytes, its quorum one group or none"""
    trusted = notes.Policy.parse(policy)
    call = [program, '-dir', board, '-log', trusted.logs[0].text(),
            '-quorum', str(trusted.profile()[0])]
    for key in trusted.witnesses.values():
        call += ['-witness', key.text()]
    done = subprocess.run(call + list(more), capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def main(arguments):
    if len(arguments) < 2:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    if not here():
        print(NOT_HERE, file=sys.stderr)
        return 77
    with open(arguments[1], 'rb') as f:
        policy = f.read()
    with tempfile.TemporaryDirectory(prefix='gooracle-') as work:
        code, out = ask(build(work), arguments[0], policy, *arguments[2:])
    sys.stdout.write(out)
    return code


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
