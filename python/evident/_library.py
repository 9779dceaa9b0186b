"""libevident through cffi, in ABI mode: what include/evident declares, and
errors as exceptions."""
import os

import cffi

ffi = cffi.FFI()
# The part of include/evident that is used here; test/e2e/test_library.py
# compares the two.
ffi.cdef("""
typedef enum { EVD_STAGE_CEREMONY, EVD_STAGE_CLOSED, EVD_STAGE_FINAL }
  evd_stage;
typedef enum { EVD_NOT_RUN, EVD_PASS, EVD_FAILED } evd_status;
typedef enum {
  EVD_VERDICT_PASS = 0, EVD_VERDICT_FAIL = 1, EVD_VERDICT_INCOMPLETE = 3
} evd_verdict;
typedef struct evd_outcome evd_outcome;
typedef int evd_watch(void *self, uint64_t ballots_done);
typedef struct {
  size_t size;
  evd_stage stage;
  uint32_t jobs;
  uint64_t memory_bytes;
  const char *tmp;
  evd_watch *watch;
  void *watch_self;
} evd_verify_options;
typedef struct {
  evd_verdict verdict;
  evd_stage stage;
  uint64_t ballots, cast, challenged, spoiled, superseded, refused;
  int has_digest;
  uint8_t digest[32];
  size_t n_checks;
  size_t n_contests;
} evd_outcome_summary;
typedef struct {
  const char *id;
  const char *meaning;
  const char *unit;
  const char *remark;
  evd_stage stage;
  evd_status status;
  uint64_t count;
  uint64_t failed;
  uint32_t n_failures;
} evd_outcome_check;
typedef struct {
  const char *where;
  const char *what;
} evd_outcome_failure;
typedef struct {
  uint32_t contest;
  const char *label;
  size_t label_bytes;
  size_t n_cells;
} evd_outcome_contest;
typedef struct {
  uint32_t field;
  const char *label;
  size_t label_bytes;
  uint64_t votes;
} evd_outcome_cell;
const char *evd_version(void);
const char *evd_problem(void);
const char *evd_err_text(int e);
void evd_free(void *text);
int evd_verify_dir(evd_outcome **out, const char *dir,
                   const evd_verify_options *options);
void evd_outcome_close(evd_outcome *o);
int evd_outcome_sum(const evd_outcome *o, evd_outcome_summary *out);
int evd_outcome_check_at(const evd_outcome *o, size_t i,
                         evd_outcome_check *out);
int evd_outcome_failure_at(const evd_outcome *o, size_t i, size_t j,
                           evd_outcome_failure *out);
int evd_outcome_contest_at(const evd_outcome *o, size_t i,
                           evd_outcome_contest *out);
int evd_outcome_cell_at(const evd_outcome *o, size_t i, size_t j,
                        evd_outcome_cell *out);
int evd_outcome_print(const evd_outcome *o, int json, char **text,
                      size_t *text_bytes);
""")


class Error(Exception):
    """A call of libevident failed. `code` is the number of evident/err.h, the
    text of the exception its sentence."""

    def __init__(self, code, sentence):
        super().__init__(sentence)
        self.code = code


class RangeError(Error, ValueError):
    """An argument is outside its range."""


class MissingError(Error, FileNotFoundError):
    """The record is not there."""


class StoppedError(Error):
    """The caller's `watch` stopped it."""


_CLASSES = {-1: RangeError, -62: MissingError, -69: StoppedError}


def _load():
    name = os.environ.get("EVIDENT_LIBRARY", "libevident.so.0")
    try:
        return ffi.dlopen(name)
    except OSError as e:
        raise ImportError(
            "libevident is not to be found (%s): install it, or name the file "
            "with EVIDENT_LIBRARY" % e) from None


lib = _load()


def text(pointer, n=None):
    """A string of libevident; None for NULL."""
    if pointer == ffi.NULL:
        return None
    data = ffi.string(pointer) if n is None else ffi.buffer(pointer, n)[:]
    return data.decode("utf-8", "replace")


def tried(code):
    """Raises unless the call that gave this code, just now in this thread,
    went well."""
    if code != 0:
        raise _CLASSES.get(code, Error)(code, text(lib.evd_problem()))


def version():
    """Of the library that is loaded, as "0.1.0"."""
    return text(lib.evd_version())
