/* The list of everything a verifier reports, in the order of the report.
 *
 * Spec:  EGDS 2.1.0 section 6.2; record-format section 4.
 * Layer: L4 verify. Private to this folder.
 *
 * X(name, id, first stage, what is counted, what must hold)
 */
#ifndef EVD_VERIFY_CHECKS_H
#define EVD_VERIFY_CHECKS_H

#define EVD_CHECKS_KEYS(X)                                                     \
  X(C1A, "1.A", CEREMONY, "versions", "the version is 2.1.0")                  \
  X(C1B, "1.B", CEREMONY, "constants", "p is the standard prime")              \
  X(C1C, "1.C", CEREMONY, "constants", "q is the standard order")              \
  X(C1D, "1.D", CEREMONY, "constants", "g is the standard generator")          \
  X(C1E, "1.E", CEREMONY, "values", "H_P is right")                            \
  X(C1F, "1.F", CEREMONY, "values", "H_B is right for this manifest")          \
  X(C2A, "2.A", CEREMONY, "elements", "guardian keys are in the group")        \
  X(C2B, "2.B", CEREMONY, "values", "responses of key proofs are below q")     \
  X(C2C, "2.C", CEREMONY, "proofs", "guardians know the keys they publish")    \
  X(C3A, "3.A", CEREMONY, "keys", "K is the product of the guardians' keys")   \
  X(C3B, "3.B", CEREMONY, "keys", "K_hat is the product of the hatted keys")   \
  X(C4A, "4.A", CEREMONY, "values", "H_E is right")

#define EVD_CHECKS_BALLOTS(X)                                                  \
  X(C5A, "5.A", CLOSED, "ballots", "no two ballots share an identifier")       \
  X(C5B, "5.B", CLOSED, "ballots", "H_I is right")                             \
  X(C6A, "6.A", CLOSED, "elements", "selections are in the group")             \
  X(C6B, "6.B", CLOSED, "challenges", "challenges of selections below q")      \
  X(C6C, "6.C", CLOSED, "responses", "responses of selections below q")        \
  X(C6D, "6.D", CLOSED, "proofs", "every selection is in its range")           \
  X(C7A, "7.A", CLOSED, "elements", "selections of contests in the group")     \
  X(C7B, "7.B", CLOSED, "challenges", "challenges of limits below q")          \
  X(C7C, "7.C", CLOSED, "responses", "responses of limits below q")            \
  X(C7D, "7.D", CLOSED, "proofs", "no contest has too many votes")             \
  X(C8A, "8.A", CLOSED, "contests", "contest hashes are right")                \
  X(C8B, "8.B", CLOSED, "codes", "confirmation codes are right")               \
  X(C8C, "8.C", CLOSED, "devices", "device hashes are right")                  \
  X(C8D, "8.D", CLOSED, "ballots", "unchained codes name their device")        \
  X(C8E, "8.E", CLOSED, "ballots", "chained codes name the code before")       \
  X(C8F, "8.F", CLOSED, "chains", "chains start at their device")              \
  X(C8G, "8.G", CLOSED, "chains", "chains are closed after the last code")     \
  X(C9A, "9.A", CLOSED, "products", "A is the product of cast alphas")         \
  X(C9B, "9.B", CLOSED, "products", "B is the product of cast betas")

#define EVD_CHECKS_TALLY(X)                                                    \
  X(C10A, "10.A", FINAL, "responses", "responses of decryptions below q")      \
  X(C10B, "10.B", FINAL, "proofs", "tallies are decrypted correctly")          \
  X(C10C, "10.C", FINAL, "tallies", "printed tallies are the decrypted ones")  \
  X(C11A, "11.A", FINAL, "contests", "contests of the tally are known")        \
  X(C11B, "11.B", FINAL, "options", "options of the tally are known")          \
  X(C11C, "11.C", FINAL, "options", "every option is in the tally")            \
  X(C11D, "11.D", FINAL, "contests", "every contest voted on is in the tally") \
  X(C12A, "12.A", FINAL, "responses", "responses for contest data below q")    \
  X(C12B, "12.B", FINAL, "proofs", "contest data are decrypted correctly")     \
  X(C12C, "12.C", FINAL, "texts", "contest data are what was encrypted")       \
  X(C13A, "13.A", FINAL, "texts", "opened contest data are what was sealed")   \
  X(C13B, "13.B", FINAL, "ballots", "openings give the confirmation code")     \
  X(C14A, "14.A", FINAL, "contests", "opened contests are of the style")       \
  X(C14B, "14.B", FINAL, "contests", "every contest of the style is opened")   \
  X(C14C, "14.C", FINAL, "options", "opened options are known")                \
  X(C14D, "14.D", FINAL, "options", "every option is opened")                  \
  X(C14E, "14.E", FINAL, "selections", "opened selections are in range")       \
  X(C14F, "14.F", FINAL, "contests", "opened contests keep their limit")

#define EVD_CHECKS_MAIL(X)                                                     \
  X(C15A, "15.A", CLOSED, "contests", "selection vectors are accumulated")     \
  X(C16A, "16.A", CLOSED, "vectors", "selection hashes are right")             \
  X(C16B, "16.B", CLOSED, "contests", "pre-encrypted contest hashes right")    \
  X(C16C, "16.C", CLOSED, "codes", "pre-encrypted confirmation codes right")   \
  X(C16D, "16.D", CLOSED, "devices", "device hashes are right")                \
  X(C16E, "16.E", CLOSED, "ballots", "unchained codes name their device")      \
  X(C16F, "16.F", CLOSED, "ballots", "chained codes name the code before")     \
  X(C16G, "16.G", CLOSED, "chains", "chains start at their device")            \
  X(C16H, "16.H", CLOSED, "chains", "chains are closed")                       \
  X(C17A, "17.A", CLOSED, "codes", "short codes are right")                    \
  X(C18A, "18.A", FINAL, "ballots", "uncast ballots open to their code")       \
  X(C19A, "19.A", FINAL, "contests", "uncast contests are of the style")       \
  X(C19B, "19.B", FINAL, "contests", "every contest of the style is there")    \
  X(C19C, "19.C", FINAL, "options", "uncast options are known")                \
  X(C19D, "19.D", FINAL, "options", "every option is there")

#define EVD_CHECKS_X(X)                                                        \
  X(X1, "X.1", CEREMONY, "objects", "files and bytes have the one form")       \
  X(X2, "X.2", CEREMONY, "values", "other elements and scalars in range")      \
  X(X3, "X.3", CEREMONY, "objects", "manifest and texts keep their rules")     \
  X(X4, "X.4", CEREMONY, "guardians", "enough guardians, with own keys")       \
  X(X5, "X.5", CEREMONY, "values", "H_G is right")                             \
  X(X6, "X.6", CLOSED, "ballots", "ballots fit the manifest")                  \
  X(X7, "X.7", CLOSED, "proofs", "encrypted nonces are proven")                \
  X(X8, "X.8", CLOSED, "proofs", "contest data are proven")                    \
  X(X9, "X.9", CLOSED, "ballots", "uncast ballots are well-formed too")        \
  X(X10, "X.10", CLOSED, "values", "no code or ciphertext occurs twice")       \
  X(X11, "X.11", CLOSED, "ballots", "one state a ballot; openings match")      \
  X(X12, "X.12", FINAL, "texts", "only permitted contest data are open")       \
  X(X13, "X.13", FINAL, "texts", "opened contest data fit their nonce")        \
  X(X14, "X.14", FINAL, "numbers", "counts of the tally are right")            \
  X(X15, "X.15", CLOSED, "counts", "no ballot of a device is missing")         \
  X(X16, "X.16", FINAL, "contests", "small contests, and only they, withheld") \
  X(X17, "X.17", CLOSED, "ballots", "structure of pre-encrypted ballots")      \
  X(X18, "X.18", CLOSED, "ballots", "remote ballots are on the roll, once")

#define EVD_CHECKS(X)                                                          \
  EVD_CHECKS_KEYS(X)                                                           \
  EVD_CHECKS_BALLOTS(X)                                                        \
  EVD_CHECKS_TALLY(X)                                                          \
  EVD_CHECKS_MAIL(X)                                                           \
  EVD_CHECKS_X(X)

#define EVD_CHECK_ENUM(name, id, stage, unit, meaning) EVD_##name,
typedef enum { EVD_CHECKS(EVD_CHECK_ENUM) EVD_N_CHECKS } evd_check_id;
#undef EVD_CHECK_ENUM

#endif /* EVD_VERIFY_CHECKS_H */
