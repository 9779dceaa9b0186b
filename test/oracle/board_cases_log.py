"""A made log whose entries and heads are shown."""
import base64

import board_make as make
import board_note as notes
import board_tree as tree

T = make.TIME


def signed(size, root, times=(T, T + 1, T + 2), key=make.ORIGIN):
    """A checkpoint with one cosignature a time."""
    note = notes.Checkpoint(make.ORIGIN, size, root).note().sign(make.ORIGIN, make.seed(key))
    for name, time in zip(make.WITNESSES, times):
        note.cosign(name, make.seed(name), time)
    return note.dump()


class Tree:
    """Of a plan."""

    def __init__(self, plan):
        self.plan = plan
        self.plan.build()
        self.leaves = [tree.leaf_hash(e) for e in self.plan.entries]

    def root(self, size):
        return tree.root(self.leaves[:size])

    def point(self, size, **more):
        return 'checkpoint', signed(size, self.root(size), **more)

    def proof(self, size, large):
        hashes = [self.root(size)] + tree.consistency(self.leaves[:large], size)
        return 'proof', b''.join(base64.b64encode(h) + b'\n' for h in hashes)

    def entry(self, label, index=None):
        at, size = self.plan.at(label), len(self.leaves)
        receipt = notes.Receipt(self.plan.entries[at], at if index is None else index,
                                tree.inclusion(self.leaves, at), signed(size, self.root(size)))
        return 'entry', receipt.dump()
