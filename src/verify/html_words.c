/* What the page says in plain words. */
#include "verify/html.h"

/* ---- verdicts ---- */

static const char not_the_log[] =
    "That this is the record which voters and witnesses saw. Another record "
    "could be consistent in itself: compare the record digest at the end of "
    "this page with the one from the public log, or from people you trust.";
static const char but_receipts[] =
    "That the log holds every ballot that somebody handed in: a voter's "
    "receipt shows that for one.";
#define NOT_CONFIRMED "The published totals are not confirmed by this report."

static const evd_html_verdict pass_final = {
    "The record holds",
    "Every check that applies to this record was made, and every one of them "
    "came out right.",
    {"The published totals are what the sealed ballots of this record add up "
     "to. No counted ballot was opened for that, and nobody&rsquo;s word had "
     "to be taken for it.",
     "Each counted ballot is valid, is in the record once and fits its "
     "confirmation code.",
     "Each challenged ballot was opened and shows what was sealed in it."},
    {not_the_log,
     "That each device sealed what its voter chose. Voters find that out by "
     "challenging ballots.",
     "That exactly the right people voted. Lists of voters are for people to "
     "check."}};

static const evd_html_verdict pass_closed = {
    "The record holds so far",
    "Every check that belongs to a closed record, before any total is opened, "
    "was made and came out right.",
    {"Each ballot is valid, is in the record once and fits its confirmation "
     "code.",
     "The encrypted sums are those of the ballots that count.", NULL},
    {"There is no result in it: no total has been opened.", not_the_log,
     "That each device sealed what its voter chose. Voters find that out by "
     "challenging ballots."}};

static const evd_html_verdict pass_ceremony = {
    "The keys hold",
    "Every check that belongs to the ceremony of the keys was made and came "
    "out right.",
    {"Each guardian has shown to know the secrets behind the published keys.",
     "The key that seals ballots is made of the keys of all guardians, and "
     "is tied to this manifest.",
     NULL},
    {"Anything about ballots: none was looked at.",
     "That guardians keep their secrets apart and safe.", not_the_log}};

static const evd_html_verdict fail = {
    "The record does not hold",
    "Something in this record is wrong, missing or altered. Nothing in it "
    "should be relied on before that is explained.",
    {"At least one statement that is true of every honest record is not true "
     "of this one. Where, is listed below.",
     NOT_CONFIRMED, NULL},
    {"That somebody cheated. A damaged or cut copy fails too: fetch the record "
     "from another place, compare the digests, verify again.",
     "What the right result would be. A failed check says that something is "
     "wrong, not what is right.",
     NULL}};

static const evd_html_verdict incomplete = {
    "Not everything was examined",
    "Nothing that was examined is wrong, but something could not be examined. "
    "What was not examined does not count as passed.",
    {"The checks that were not run for a reason given below are open.",
     NOT_CONFIRMED, NULL},
    {"That the record is wrong. Examining all of it may take a whole copy, "
     "more memory or another version of this program.",
     NULL, NULL}};

const char *evd_html_item(const char *item, bool with_log) {
  return with_log && item == not_the_log ? but_receipts : item;
}

const evd_html_verdict *evd_html_verdict_words(evd_verdict v, evd_stage s) {
  if (v == EVD_VERDICT_FAIL)
    return &fail;
  if (v == EVD_VERDICT_INCOMPLETE)
    return &incomplete;
  if (s == EVD_STAGE_CEREMONY)
    return &pass_ceremony;
  return s == EVD_STAGE_CLOSED ? &pass_closed : &pass_final;
}

/* ---- groups: the verifications of EGDS 2.1.0 section 6.2, and the pages that
 * state them ---- */

static const evd_html_group groups[] = {
    {"1.", "Verification 1", "The rules of arithmetic",
     "The election uses the numbers of the specification, and its name tag is "
     "that of this manifest.",
     80},
    {"2.", "Verification 2", "The guardians&rsquo; keys",
     "Each guardian proves to know the secrets behind the keys it publishes.",
     81},
    {"3.", "Verification 3", "The election&rsquo;s key",
     "The key that seals ballots is made of the keys of all guardians.", 82},
    {"4.", "Verification 4", "Everything belongs to this election",
     "What follows is tied to this manifest and these keys.", 82},
    {"5.", "Verification 5", "No ballot twice",
     "Each ballot has an identifier of its own.", 83},
    {"6.", "Verification 6", "Each mark is a valid mark",
     "A sealed number is proved to lie in its range, without showing which it "
     "is: nobody can hide a hundred votes, or a negative one, in a ballot.",
     84},
    {"7.", "Verification 7", "No ballot has too many marks",
     "The marks of a contest together are proved to keep its limit.", 85},
    {"8.", "Verification 8", "Confirmation codes",
     "The code that a voter takes home fits the sealed ballot, and codes of a "
     "device form a chain from which none can be taken.",
     86},
    {"9.", "Verification 9", "Adding up",
     "The encrypted sums are those of the ballots that count, recomputed here.",
     88},
    {"10.", "Verification 10", "Opening the totals",
     "The guardians prove that the printed numbers are what the encrypted sums "
     "hold.",
     89},
    {"11.", "Verification 11", "The result is whole",
     "Every contest and option stands in the result, and no others.", 90},
    {"12.", "Verification 12", "Write-ins and other ballot data",
     "What was opened of a ballot&rsquo;s further data is what was sealed.",
     91},
    {"13.", "Verification 13", "Challenged ballots",
     "A ballot that was opened instead of counted gives its confirmation code "
     "again.",
     92},
    {"14.", "Verification 14", "What challenged ballots show",
     "Opened ballots have the contests and options of their ballot paper.", 93},
    {"15.", "Verification 15", "Mail ballots: chosen vectors",
     "A ballot sealed in advance counts what its voter picked.", 94},
    {"16.", "Verification 16", "Mail ballots: codes",
     "Their codes fit what was sealed in advance.", 95},
    {"17.", "Verification 17", "Mail ballots: short codes",
     "The short codes on paper are those of the sealed options.", 97},
    {"18.", "Verification 18", "Mail ballots not cast: encryption",
     "Ballots that were opened instead of cast were sealed correctly.", 98},
    {"19.", "Verification 19", "Mail ballots not cast: content",
     "They have the contests and options of their ballot paper.", 99},
    {"X.", "Our own checks", "Beyond the specification",
     "Every byte has one form, nothing is missing or left over, each ballot "
     "has one state, and remote voters are on the roll.",
     0},
    {"L.", "The log", "One log, the same for everybody",
     "The record is what the public log says, entry by entry; the log only "
     "grows, and witnesses have signed that they saw it grow to here.",
     0},
};

const evd_html_group *evd_html_group_at(size_t i) {
  return i < sizeof groups / sizeof *groups ? &groups[i] : NULL;
}
