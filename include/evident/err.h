/* Every way a call can end, with its sentence and its exit code.
 *
 * Layer: public. One list; evd_err_text() and the exit codes come from it.
 *
 * Three classes, never mixed: bad input or a bad peer gives a code of this
 * list; a check of the record gives a verdict in the report (verify/); a
 * caller's bug aborts through EVD_REQUIRE (base/require.h).
 */
#ifndef EVIDENT_ERR_H
#define EVIDENT_ERR_H

/* X(name, number, exit code, sentence) */
#define EVD_ERR_LIST(X)                                                        \
  X(EVD_OK, 0, 0, "ok")                                                        \
  X(EVD_ERR_RANGE, -1, 2, "a value is outside its range")                      \
  X(EVD_ERR_SPACE, -2, 3, "the memory set aside for this is used up")          \
  X(EVD_ERR_HEX, -3, 2, "not upper-case hexadecimal of the expected width")    \
  X(EVD_ERR_MEMBER, -20, 1, "not an element of the group")                     \
  X(EVD_ERR_DLOG, -21, 1, "the tally is larger than the bound allows")         \
  X(EVD_ERR_PROOF, -30, 1, "a proof does not hold")                            \
  X(EVD_ERR_SHARE, -31, 1, "a share does not match its commitments")           \
  X(EVD_ERR_QUORUM, -32, 2, "the set of guardians present is not valid")       \
  X(EVD_ERR_COMMIT, -33, 1, "an opening does not match its commitment")        \
  X(EVD_ERR_OVERFLOW, -34, 2, "the text does not fit its field")               \
  X(EVD_ERR_SPENT, -35, 1, "this was answered once and is not answered twice") \
  X(EVD_ERR_PARSE, -40, 2, "not readable as the object it should be")          \
  X(EVD_ERR_FORM, -41, 2, "not in the one byte form of the record")            \
  X(EVD_ERR_RULE, -42, 2, "breaks a rule of the record format")                \
  X(EVD_ERR_IO, -60, 3, "the system refused to read or write")                 \
  X(EVD_ERR_EXISTS, -61, 2, "is there already and is not overwritten")         \
  X(EVD_ERR_MISSING, -62, 2, "is not there")                                   \
  X(EVD_ERR_SEALED, -63, 2, "wrong passphrase or damaged file")                \
  X(EVD_ERR_WAIT, -64, 3, "others have to act first")                          \
  X(EVD_ERR_REFUSED, -65, 1, "refused")                                        \
  X(EVD_ERR_USAGE, -66, 2, "wrong usage")                                      \
  X(EVD_ERR_FAIL, -67, 1, "does not hold")                                     \
  X(EVD_ERR_INCOMPLETE, -68, 3, "not everything could be examined")            \
  X(EVD_ERR_STOPPED, -69, 3, "stopped by the caller")

#define EVD_ERR_ENUM(name, number, exit_code, text) name = (number),
typedef enum { EVD_ERR_LIST(EVD_ERR_ENUM) } evd_err;
#undef EVD_ERR_ENUM

/* What libevident exports. */
#define EVD_API __attribute__((visibility("default")))

#define EVD_MUST_CHECK __attribute__((warn_unused_result))

#ifdef __cplusplus
extern "C" {
#endif

/* "a proof does not hold"; for what is no error of the list, too. */
EVD_API const char *evd_err_text(evd_err e);
/* What a program that ends with it returns: 0 holds, 1 does not hold, 2 bad
 * usage or input, 3 could not finish. */
EVD_API int evd_err_exit(evd_err e);

#ifdef __cplusplus
}
#endif

/* Leaves the function with the first error; for functions that hold nothing.*/
#define EVD_TRY(expr)                                                          \
  do {                                                                         \
    evd_err evd_try_ = (expr);                                                 \
    if (evd_try_ != EVD_OK)                                                    \
      return evd_try_;                                                         \
  } while (0)

/* The same where something must be wiped or closed: goes to `out:`. */
#define EVD_TRY_OUT(err, expr)                                                 \
  do {                                                                         \
    (err) = (expr);                                                            \
    if ((err) != EVD_OK)                                                       \
      goto out;                                                                \
  } while (0)

#endif /* EVIDENT_ERR_H */
