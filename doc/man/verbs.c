/* Writes the manual's section 1 from the tables of verbs, so that they never
 * differ:  verbs FOLDER  makes evident.1, evident-board.1 and one page a verb.
 * Built and run by doc/man/meson.build; `verbs` alone prints the names of the
 * pages. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  const char *id, *name, *summary, *usage;
} verb;
#define VERB(id, name, summary, usage) {#id, name, summary, usage},
static const verb client[] = {
#include "cmd/verbs.def"
};
static const verb board[] = {
#include "serve/verbs.def"
};
#undef VERB

/* The verbs of a program. */
typedef struct {
  const char *page, *title, *text, *more;
  const verb *verbs;
  size_t n;
} program;

/* What a page says besides: MORE(suffix of the verb, description, example). */
typedef struct {
  const char *id, *text, *example;
} more;
#define MORE(id, text, example) {#id, text, example},
static const more mores[] = {
#include "more.def"
};
#undef MORE

#define N_OF(a) (sizeof(a) / sizeof(a)[0])

static const program programs[] = {
    {"evident", "elections anyone can check (EGDS 2.1.0)",
     "A complete end\\-to\\-end verifiable election after the ElectionGuard "
     "Design\nSpecification 2.1.0: a record in a folder, made by verbs that "
     "each do one step,\nand verified by anybody.\n",
     ".SH FILES\nThe record is described in\n.BR evident\\-record (5).\n"
     ".SH EXAMPLES\n.nf\nevident demo \\-\\-out somewhere\n"
     "evident verify somewhere/record\n.fi\n"
     ".SH SEE ALSO\n.BR evident\\-board (1),\n.BR evident\\-record (5),\n"
     ".BR evident (3)\n",
     client, N_OF(client)},
    {"evident-board", "the board and its witnesses",
     "What runs for as long as an election: the public log, its witnesses, and "
     "those\nwho watch it. Where it lies beside\n.BR evident (1),\n"
     "its verbs are verbs of that program, too.\n",
     ".SH FILES\nThe board's folder is described in doc/board\\-server.md, "
     "the log in\ndoc/board\\-format.md.\n"
     ".SH EXAMPLES\n.nf\nevident board fsck board\n.fi\n"
     ".SH SEE ALSO\n.BR evident (1)\n",
     board, N_OF(board)},
};
#define DATE "2026-11-22" /* of the manual's form, not of a build */

static const more *more_of(const verb *v) {
  for (size_t i = 0; i < N_OF(mores); i++)
    if (strcmp(mores[i].id, v->id) == 0)
      return &mores[i];
  return NULL;
}

/* "evident-guardian-new" */
static void page_name(char out[64], const verb *v) {
  (void)snprintf(out, 64, "evident-%s", v->name);
  for (char *p = out; *p; p++)
    if (*p == ' ')
      *p = '-';
}

/* n characters as roff shows them. */
static void put(FILE *f, const char *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (text[i] == '\\')
      fputs("\\e", f);
    else if (text[i] == '-')
      fputs("\\-", f);
    else if ((text[i] == '.' || text[i] == '\'') && i == 0)
      fprintf(f, "\\&%c", text[i]);
    else
      fputc(text[i], f);
  }
}

static void put_all(FILE *f, const char *text) { put(f, text, strlen(text)); }

static void put_head(FILE *f, const char *page) {
  fputs(".\\\" Made from verbs.def of src/cmd or src/serve and "
        "doc/man/more.def.\n.TH ",
        f);
  for (const char *p = page; *p; p++)
    fputc(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p, f);
  fputs(" 1 " DATE " \"evident " EVIDENT_VERSION "\" \"Evident\"\n", f);
}

/* What the usage says in lines without a space before them. */
static void put_remarks(FILE *f, const char *usage) {
  for (const char *line = strchr(usage, '\n'); line;
       line = strchr(line, '\n')) {
    size_t n = strcspn(++line, "\n");
    if (*line == ' ')
      continue;
    put(f, line, n);
    fputc('\n', f);
  }
}

/* A line of the usage: "  WHAT  text", "  text", or spaces and more text. */
static void put_usage_line(FILE *f, const char *line, size_t n) {
  size_t lead = strspn(line, " ");
  if (lead > 2 || lead >= n) { /* the text of the line before goes on */
    put(f, line + (lead < n ? lead : n), lead < n ? n - lead : 0);
    fputc('\n', f);
    return;
  }
  size_t gap = lead;
  while (gap + 1 < n && !(line[gap] == ' ' && line[gap + 1] == ' '))
    gap++;
  if (gap + 1 >= n) {
    fputs(".PP\n", f);
    put(f, line + lead, n - lead);
    fputc('\n', f);
    return;
  }
  fputs(".TP\n.B ", f);
  put(f, line + lead, gap - lead);
  fputc('\n', f);
  gap += strspn(line + gap, " ");
  put(f, line + gap, n - gap);
  fputc('\n', f);
}

static void put_options(FILE *f, const char *usage) {
  if (strstr(usage, "\n "))
    fputs(".SH OPTIONS\n", f);
  for (const char *line = strchr(usage, '\n'); line; line = strchr(line, '\n'))
    if (*++line == ' ')
      put_usage_line(f, line, strcspn(line, "\n"));
}

static void put_exit(FILE *f) {
  fputs(".SH EXIT STATUS\n.TP\n.B 0\nIt holds, or is done.\n.TP\n.B 1\n"
        "It does not hold.\n.TP\n.B 2\nBad usage or input.\n.TP\n.B 3\n"
        "It could not be finished.\n.PP\nEvery complaint is one sentence on "
        "standard error. Nothing is left half\nwritten.\n",
        f);
}

static void put_files(FILE *f, const verb *v) {
  fputs(".SH FILES\n", f);
  if (strstr(v->usage, "RECORD"))
    fputs(".TP\n.I RECORD\nThe folder of an election record,\n.BR "
          "evident\\-record (5).\n",
          f);
  if (strstr(v->usage, "--exchange"))
    fputs(".TP\n.I XD\nThe folder in which guardians exchange files; nothing "
          "in it is secret.\n",
          f);
  if (strstr(v->usage, "--secret"))
    fputs(".TP\n.I DIR\nThe guardian's own folder, shown to nobody. Files in "
          "it are sealed under a\npassphrase.\n",
          f);
  if (strstr(v->usage, "BOARD"))
    fputs(".TP\n.I BOARD\nThe folder of a board; what lies in its folder "
          "public/ is for everybody.\n",
          f);
  else if (!strstr(v->usage, "RECORD"))
    fputs("The forms of all files are in\n.BR evident\\-record (5).\n", f);
}

static void put_page(FILE *f, const verb *v) {
  const more *m = more_of(v);
  const char *usage_end = strchr(v->usage, '\n');
  char page[64];
  page_name(page, v);
  put_head(f, page);
  fputs(".SH NAME\n", f);
  put_all(f, page);
  fputs(" \\- ", f);
  put_all(f, v->summary);
  fputs("\n.SH SYNOPSIS\n.B evident ", f);
  put_all(f, v->name);
  fputc('\n', f);
  put(f, v->usage,
      usage_end ? (size_t)(usage_end - v->usage) : strlen(v->usage));
  fputs("\n.SH DESCRIPTION\n", f);
  put_all(f, m ? m->text : v->summary);
  fputs("\n", f);
  put_remarks(f, v->usage);
  put_options(f, v->usage);
  put_exit(f);
  put_files(f, v);
  if (m) {
    fputs(".SH EXAMPLES\n.nf\n", f);
    put_all(f, m->example);
    fputs("\n.fi\n", f);
  }
  fputs(".SH SEE ALSO\n.BR evident (1),\n.BR evident\\-board (1),\n"
        ".BR evident\\-record (5)\n",
        f);
}

static void put_overview(FILE *f, const program *p) {
  put_head(f, p->page);
  fputs(".SH NAME\n", f);
  put_all(f, p->page);
  fputs(" \\- ", f);
  put_all(f, p->title);
  fputs("\n.SH SYNOPSIS\n.B ", f);
  put_all(f, p->page);
  fputs("\n.I VERB\n[\\fIARGUMENTS\\fR]\n.SH DESCRIPTION\n", f);
  fputs(p->text, f);
  fputs(".SH VERBS\n", f);
  for (size_t i = 0; i < p->n; i++) {
    char page[64];
    page_name(page, &p->verbs[i]);
    fputs(".TP\n.BR ", f);
    put_all(f, page);
    fputs(" (1)\n", f);
    put_all(f, p->verbs[i].summary);
    fputc('\n', f);
  }
  put_exit(f);
  fputs(p->more, f);
}

static FILE *begin(const char *folder, const char *page) {
  char path[4096];
  int n = snprintf(path, sizeof path, "%s/%s.1", folder, page);
  FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "w") : NULL;
  if (!f)
    perror(path);
  return f;
}

static bool ended(FILE *f) {
  bool bad = ferror(f) != 0;
  return fclose(f) == 0 && !bad;
}

/* One page, or with folder NULL its name. A page is an overview or a verb's. */
static bool make(const char *folder, const char *page, const program *p,
                 const verb *v) {
  if (!folder)
    return printf("%s.1\n", page) > 0;
  FILE *f = begin(folder, page);
  if (!f)
    return false;
  if (v)
    put_page(f, v);
  else
    put_overview(f, p);
  return ended(f);
}

int main(int argc, char **argv) {
  const char *folder = argc == 2 ? argv[1] : NULL;
  char page[64];
  for (size_t i = 0; i < N_OF(programs); i++) {
    const program *p = &programs[i];
    if (!make(folder, p->page, p, NULL))
      return 3;
    for (size_t k = 0; k < p->n; k++) {
      page_name(page, &p->verbs[k]);
      if (!make(folder, page, p, &p->verbs[k]))
        return 3;
    }
  }
  return 0;
}
