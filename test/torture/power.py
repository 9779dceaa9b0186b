"""What a disk may hold after the power went: recorder.c's records are played
back, and any moment of them gives images.

A file has the bytes that a sync of it made durable, and later writes that may
be there or not, each; a folder has the names that a sync of it made durable,
and later changes of names, likewise. So three images of one moment: nothing
that was not synced is there (DROP), all of it (KEEP), or of each write and
each name chance decides, and a write may be there in some of its sectors
(TEAR). A rename happens in one or not at all. What was synced stays: a disk
that lies about that is FORGET, in which one file is as it was synced some time
ago, and all others as in KEEP."""
import os
import struct

DROP, KEEP, TEAR, FORGET = "drop", "keep", "tear", "forget"
SECTOR = 512
HEAD = struct.Struct("<cQQI")
ACKNOWLEDGED = b"a"


def records(data):
    """(what, inode, at, bytes) in order."""
    at = 0
    while at < len(data):
        what, inode, where, n = HEAD.unpack_from(data, at)
        at += HEAD.size
        yield what, inode, where, data[at:at + n]
        at += n
    assert at == len(data), "the record ends in the middle"


def acknowledge(path, text):
    """The test's own record: from here on this may not be lost."""
    with open(path, "ab", buffering=0) as f:
        f.write(HEAD.pack(ACKNOWLEDGED, 0, 0, len(text)) + text)


class File:
    def __init__(self):
        self.durable = b""
        self.later = []  # (at, bytes), or (length, None)
        self.before = []  # what was durable at former syncs

    @staticmethod
    def write(data, at, new):
        if new is None:
            return data[:at].ljust(at, b"\0")
        data = data.ljust(at, b"\0")
        return data[:at] + new + data[at + len(new):]

    def sync(self):
        if self.later:
            self.before.append(self.durable)
        self.durable = self.image(KEEP, None)
        self.later = []

    def image(self, how, chance):
        data = self.durable
        for at, new in self.later if how != DROP else ():
            fate = chance.random() if how == TEAR else 1
            if fate >= 0.6 or (new is None and fate >= 0.5):
                data = self.write(data, at, new)
            elif fate >= 0.3 and new is not None:
                for i in range(0, len(new), SECTOR):
                    if chance.random() < 0.5:
                        data = self.write(data, at + i, new[i:i + SECTOR])
        return data


class Folder:
    def __init__(self):
        self.now, self.durable = {}, {}
        self.later = []  # {name: what is there, None: nothing} in one

    def change(self, **names):
        self.later.append(names)
        self.apply(self.now, names)

    @staticmethod
    def apply(names, change):
        for name, thing in change.items():
            if thing is None:
                names.pop(name, None)
            else:
                names[name] = thing

    def sync(self):
        self.durable, self.later = dict(self.now), []

    def image(self, how, chance):
        names = dict(self.durable)
        for change in self.later if how != DROP else ():
            if how == KEEP or chance.random() < 0.5:
                self.apply(names, change)
        return names


class Disk:
    """As it is known to the program that writes, and as it is kept."""

    def __init__(self, root):
        self.root, self.top = root, Folder()
        self.inodes = {os.stat(root).st_ino: self.top}

    def find(self, path):
        """(the folder of a path, its last part)"""
        at = self.top
        *above, name = os.path.relpath(path, self.root).split("/")
        for part in above:
            at = at.now[part]
        return at, name

    def play(self, what, inode, at, data):
        thing = self.inodes.get(inode)
        if what in b"cdt":
            self.inodes[inode] = thing = Folder() if what == b"d" else File()
        if what in b"cdl":
            folder, name = self.find(data.decode())
            folder.change(**{name: thing})
        elif what == b"u":
            folder, name = self.find(data.decode())
            folder.change(**{name: None})
        elif what == b"r":
            old, new = data.decode().split("\0")
            (folder, name), (into, new) = self.find(old), self.find(new)
            assert folder is into, "a rename from folder to folder"
            folder.change(**{name: None, new: folder.now[name]})
        elif what == b"s" and thing:
            thing.sync()
        elif what == b"w" and thing:
            thing.later.append((at, data))
        elif what == b"z" and thing:
            thing.later.append((at, None))

    # ---- images ----

    def make(self, into, how, chance=None, forget=None):
        """Files and folders below `into`; forget: (file, its bytes)."""
        def build(folder, path):
            os.mkdir(path, 0o755)
            for name, thing in folder.image(how, chance).items():
                at = os.path.join(path, name)
                if isinstance(thing, Folder):
                    build(thing, at)
                    continue
                data = thing.image(how, chance)
                if forget and thing is forget[0]:
                    data = forget[1]
                with open(at, "wb") as f:
                    f.write(data)
        build(self.top, into)

    def file(self, path):
        folder, name = self.find(os.path.join(self.root, path))
        return folder.now.get(name)


def moments(all_records):
    """Where the power may go: ahead of each sync, and at the end."""
    return [i for i, r in enumerate(all_records) if r[0] == b"s"] + [
        len(all_records)]
