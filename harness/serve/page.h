/* The frame that all pages have: head, bar, main, foot. */
#ifndef RUNTEST_SERVE_PAGE_H
#define RUNTEST_SERVE_PAGE_H

#include "serve/source.h"
#include "util/buf.h"

/* Which part of the bar it belongs to. */
enum page_tab { TAB_NONE, TAB_RUNS, TAB_REGRESSIONS, TAB_TRENDS, TAB_FLAKY, TAB_BOARDS };

/* Up to <main>; `live`: the page asks for itself again while somebody looks at it. */
void page_begin(struct buf *out, const struct source *s, enum page_tab tab, const char *title, bool live);

/* A script of ours, by the name of its asset; before page_end(). */
void page_script(struct buf *out, const char *name);
void page_end(struct buf *out);

/* A whole page that says one thing: title and a sentence, and what to do about it (may be NULL). */
void page_message(struct buf *out, const struct source *s, const char *title, const char *what, const char *hint);

/* Signing in: it has its own script, and shows nothing of the project but its name. */
void page_login(struct buf *out, const char *name);

#endif
