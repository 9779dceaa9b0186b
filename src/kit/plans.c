/* The elections that the records of the kit start from, each the smallest one
 * that can hold its faults.
 */
#include "kit/model.h"

#define CHAINED                                                                \
  { "v1;kit;hall;1;chained", "booth", 1 }
#define LOOSE                                                                  \
  { "v1;kit;hall;2;loose", "booth", 0 }
#define WEB                                                                    \
  { "v1;kit;web", "remote", 0 }
#define MAYOR                                                                  \
  {                                                                            \
    .label = "Mayor", .rule = "plurality", .options = {"Ada", "Bo"}, .R = 1,   \
    .L = 1                                                                     \
  }
#define GRADE(name, of)                                                        \
  {                                                                            \
    .label = name, .rule = "majority-judgment", .group = of,                   \
    .options = {"Good", "Bad"}, .R = 1, .L = 1                                 \
  }
#define ONE_STYLE                                                              \
  {                                                                            \
    {                                                                          \
      "All", { 1 }                                                             \
    }                                                                          \
  }
#define FOR_ADA                                                                \
  {                                                                            \
    { 1, 0 }                                                                   \
  }
#define FOR_BO                                                                 \
  {                                                                            \
    { 0, 1 }                                                                   \
  }

const evd_kit_plan evd_kit_plans[EVD_KIT_BASES] = {
    [EVD_KIT_TINY] = {.name = "tiny",
                      .n = 1,
                      .k = 1,
                      .contests = {MAYOR},
                      .styles = ONE_STYLE,
                      .devices = {CHAINED},
                      .n_votes = 2,
                      .votes = {{.marks = FOR_ADA}, {.marks = FOR_BO}}},
    [EVD_KIT_BARE] = {.name = "bare",
                      .n = 1,
                      .k = 1,
                      .contests = {MAYOR},
                      .styles = ONE_STYLE,
                      .devices = {CHAINED}},
    [EVD_KIT_PAIR] = {.name = "pair",
                      .n = 3,
                      .k = 2,
                      .contests = {MAYOR},
                      .styles = ONE_STYLE,
                      .devices = {CHAINED}},
    [EVD_KIT_MIXED] =
        {.name = "mixed",
         .n = 1,
         .k = 1,
         .contests = {MAYOR},
         .styles = ONE_STYLE,
         .devices = {CHAINED, LOOSE},
         .n_votes = 4,
         .votes = {{.marks = FOR_ADA},
                   {.marks = FOR_BO, .state = EVD_CHALLENGED},
                   {.marks = FOR_ADA, .device = 2},
                   {.marks = FOR_BO, .device = 2, .state = EVD_SPOILED}}},
    [EVD_KIT_DATA] =
        {.name = "data",
         .n = 1,
         .k = 1,
         .contests = {{.label = "Board",
                       .rule = "plurality",
                       .options = {"Ada", "Bo"},
                       .R = 1,
                       .L = 2,
                       .overvote = true,
                       .write_ins = 1,
                       .blocks = 4},
                      {.label = "Share",
                       .rule = "cumulative",
                       .options = {"Yes"},
                       .R = 2,
                       .L = 2},
                      {.label = "Unused",
                       .rule = "plurality",
                       .options = {"U", "V"},
                       .R = 1,
                       .L = 1}},
         .styles = {{"All", {1, 2}}, {"Second", {2}}, {"Third", {3}}},
         .devices = {LOOSE},
         .n_votes = 3,
         .votes = {{.marks = {{1, 0}, {2}}, .write_in = "Eve"},
                   {.marks = {{1, 1}, {1}}, .state = EVD_CHALLENGED},
                   {.marks = {{0}, {1}}, .style = 2}}},
    [EVD_KIT_CANCEL] = {.name = "cancel",
                        .n = 3,
                        .k = 2,
                        .cancel = true,
                        .contests = {{.label = "Board",
                                      .rule = "plurality",
                                      .options = {"Ada", "Bo", "Cy"},
                                      .R = 1,
                                      .L = 2,
                                      .blocks = 2}},
                        .styles = ONE_STYLE,
                        .devices = {LOOSE},
                        .n_votes = 2,
                        .votes = {{.marks = {{1, 0, 0}}},
                                  {.marks = {{0, 1, 1}},
                                   .state = EVD_CHALLENGED}}},
    [EVD_KIT_WEB] =
        {.name = "web",
         .n = 1,
         .k = 1,
         .revote = true,
         .contests = {MAYOR},
         .styles = ONE_STYLE,
         .devices = {WEB, LOOSE},
         .n_votes = 4,
         .votes = {{.marks = FOR_ADA, .voter = 1, .state = EVD_SUPERSEDED},
                   {.marks = FOR_BO, .voter = 1},
                   {.marks = FOR_ADA, .voter = 2},
                   {.marks = FOR_ADA, .device = 2}}},
    [EVD_KIT_WEBBARE] = {.name = "webbare",
                         .n = 1,
                         .k = 1,
                         .contests = {MAYOR},
                         .styles = ONE_STYLE,
                         .devices = {WEB, LOOSE}},
    [EVD_KIT_WEBDATA] =
        {.name = "webdata",
         .n = 1,
         .k = 1,
         .floor = 2,
         .contests = {{.label = "Board",
                       .rule = "plurality",
                       .options = {"Ada"},
                       .R = 1,
                       .L = 1,
                       .write_ins = 1,
                       .blocks = 4},
                      {.label = "Plain",
                       .rule = "plurality",
                       .options = {"Bo"},
                       .R = 1,
                       .L = 1,
                       .blocks = 2}},
         .styles = {{"All", {1, 2}}},
         .devices = {WEB},
         .n_votes = 2,
         .votes = {{.marks = {{0}, {1}}, .voter = 1, .write_in = "Eve"},
                   {.marks = {{1}, {0}}, .voter = 2}}},
    [EVD_KIT_FLOOR] =
        {.name = "floor",
         .n = 1,
         .k = 1,
         .floor = 2,
         .contests = {{.label = "Mayor",
                       .rule = "plurality",
                       .options = {"Ada"},
                       .R = 1,
                       .L = 1},
                      {.label = "Warden",
                       .rule = "plurality",
                       .options = {"Bo"},
                       .R = 1,
                       .L = 1,
                       .blocks = 2},
                      {.label = "None",
                       .rule = "plurality",
                       .options = {"Cy"},
                       .R = 1,
                       .L = 1}},
         .styles = {{"Town", {1}}, {"Hamlet", {1, 2}}, {"Empty", {3}}},
         .devices = {LOOSE},
         .n_votes = 2,
         .votes = {{.marks = {{1}}}, {.marks = {{0}, {1}}, .style = 2}}},
    [EVD_KIT_GRADES] =
        {.name = "grades",
         .n = 1,
         .k = 1,
         .floor = 2,
         .contests = {GRADE("Ada", "Chair"), GRADE("Bo", "Chair"),
                      GRADE("Cy", "Clerk"), GRADE("Di", "Clerk")},
         .styles = {{"Members", {1, 2}}, {"Office", {1, 2, 3, 4}}},
         .devices = {LOOSE},
         .n_votes = 2,
         .votes = {{.marks = {{1, 0}, {0, 1}}},
                   {.marks = {{1, 0}, {1, 0}, {1, 0}, {1, 0}}, .style = 2}}},
    [EVD_KIT_GROUPS] = {.name = "groups",
                        .n = 1,
                        .k = 1,
                        .contests = {GRADE("Ada", "Chair"),
                                     GRADE("Bo", "Chair"), GRADE("Cy", "Clerk"),
                                     GRADE("Di", "Clerk")},
                        .styles = {{"Members", {1, 2}},
                                   {"Office", {1, 2, 3, 4}}},
                        .devices = {CHAINED}},
    [EVD_KIT_WEIGHTS] = {.name = "weights",
                         .n = 1,
                         .k = 1,
                         .weights = true,
                         .contests = {MAYOR},
                         .styles = ONE_STYLE,
                         .devices = {CHAINED},
                         .n_votes = 2,
                         .votes = {{.marks = FOR_ADA, .weight = 5},
                                   {.marks = FOR_BO, .weight = 3}}},
    [EVD_KIT_TEXTS] = {.name = "texts",
                       .n = 1,
                       .k = 1,
                       .texts = true,
                       .contests = {MAYOR},
                       .styles = ONE_STYLE,
                       .devices = {CHAINED}},
};
