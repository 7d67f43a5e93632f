/*
 * A run as one page for a browser (docs/report.md): nothing is loaded from anywhere, board output is text and never markup,
 * and the page's own policy (Content-Security-Policy, by hash) lets only its own style and scripts work.
 *
 * Style and scripts are a module, html.so, so that a runtest that makes no page carries none of it.
 */
#ifndef RUNTEST_HTML_HTML_H
#define RUNTEST_HTML_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

#define HTML_REPORT_FILE "report.html" /* its name in the run's folder */

struct html_asset {
	const char *name; /* "style.css", "ui.js" */
	const char *type; /* "text/css", "text/javascript" */
	const char *bytes;
	size_t size;
};

/* All of them, closed by one without a name; never freed. NULL and ERR_INFRA: the module is not there. */
const struct html_asset *html_assets(struct err *e);

/* NULL: there is none of that name. */
const struct html_asset *html_asset_find(const struct html_asset *all, const char *name);

struct html_options {
	const char *links; /* what stands in front of a path in the run's folder: "" beside the page, "/run/ID/files/"; NULL: no links */
	const char *home;  /* address of the page above this one, or NULL */
	bool fetch;        /* consoles that are not in the page may be asked for at `links` */
};

/* Appends the page of the run in that folder. ERR_INFRA: the module is not there; and as run_record_read(). Of what
 * cannot be read in the sessions' folders the page just has less. */
int html_report(struct buf *out, const char *run_dir, const struct html_options *o, struct err *e);

/* The same, into the run's folder, atomically. */
int html_report_write(const char *run_dir, struct err *e);

#endif
