"""Results of tests as TAP."""
import traceback


class Tap:
    def __init__(self):
        self.number = self.bad = 0

    def result(self, name, fault=None, skip=None):
        self.number += 1
        self.bad += fault is not None
        line = '%s %d - %s' % ('not ok' if fault else 'ok', self.number, name)
        print(line + (' # SKIP ' + skip if skip else ''), flush=True)
        if fault:
            print('# ' + str(fault).replace('\n', '\n# '), flush=True)

    def run(self, name, function, *arguments):
        """A test is a function that returns None or what is wrong."""
        try:
            fault = function(*arguments)
        except Exception:
            fault = traceback.format_exc()
        self.result(name, fault)
