#include <nettle/sha2.h>
#include <stdlib.h>

#include "html/answer.h"
#include "html/details.h"
#include "html/html.h"
#include "html/index.h"
#include "html/pack.h"
#include "html/words.h"
#include "result/report.h"
#include "util/file.h"
#include "util/mem.h"

/* In this order: each uses those before it. */
static const char *const scripts[] = {"ui.js", "console.js", "map.js", "session.js", "report.js"};
enum { SCRIPTS = sizeof scripts / sizeof scripts[0] };

/* " 'sha256-...'", as the policy names a style or a script that stands in the page. */
static void add_hash(struct buf *out, const struct html_asset *a)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, a->size, (const uint8_t *)a->bytes);
	sha256_digest(&ctx, sizeof digest, digest);
	buf_adds(out, " 'sha256-");
	pack_base64(out, digest, sizeof digest);
	buf_addc(out, '\'');
}

/* Nothing from anywhere but what stands here, whatever a board printed (and, for a page that is served, its own files). */
static void add_policy(struct buf *out, const struct html_asset *all, const struct html_options *o)
{
	buf_adds(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; base-uri 'none'; "
		      "form-action 'none'; style-src");
	add_hash(out, html_asset_find(all, "style.css"));
	buf_adds(out, "; script-src");
	for (int i = 0; i < SCRIPTS; i++)
		add_hash(out, html_asset_find(all, scripts[i]));
	buf_adds(out, o->fetch ? "; connect-src 'self'\">\n" : "\">\n");
}

static void add_asset(struct buf *out, const char *element, const struct html_asset *a)
{
	buf_printf(out, "<%s>", element);
	buf_add(out, a->bytes, a->size);
	buf_printf(out, "</%s>\n", element);
}

static void add_head(struct buf *out, const struct run_record *r, const struct html_asset *all, const struct html_options *o)
{
	struct html_answer a;
	struct buf answer;

	buf_init(&answer);
	a = html_answer_add(&answer, r);
	buf_adds(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
	add_policy(out, all, o);
	buf_printf(out, "<title>%s ", a.sign);
	html_add_text(out, answer.data);
	buf_adds(out, " · ");
	html_add_text(out, r->settings.run);
	buf_adds(out, "</title>\n<link rel=\"icon\" href=\"data:,\">\n");
	add_asset(out, "style", html_asset_find(all, "style.css"));
	buf_adds(out, "</head>\n");
	buf_finish(&answer);
}

/* For a browser without scripts: what `runtest report` says in the terminal. */
static void add_failure(struct buf *out, const struct run_brief *b, size_t place)
{
	struct session_result s;
	struct buf text;

	buf_init(&text);
	run_brief_session(b, place, &s, NULL);
	report_failure(&text, &b->r, &s, false);
	buf_adds(out, "<pre>");
	html_add_text(out, text.data);
	buf_adds(out, "</pre><hr>\n");
	session_result_finish(&s);
	buf_finish(&text);
}

static void add_failures(struct buf *out, const struct run_brief *b)
{
	enum { MOST = 50 };
	const struct run_record *r = &b->r;
	size_t told = 0, more = 0;

	buf_adds(out, "<noscript><section class=\"card\"><p>This page shows matrix, consoles and maps with scripts, and they are off.</p>\n");
	for (size_t i = 0; i < r->plan_count; i++) {
		enum verdict v = session_verdict(&r->sessions[i]);

		if (verdict_is_ok(v) || v == VERDICT_SKIPPED || v == VERDICT_CANCELLED)
			continue;
		if (told++ < MOST)
			add_failure(out, b, i);
		else
			more++;
	}
	if (more)
		buf_printf(out, "<p>and %zu more</p>\n", more);
	buf_adds(out, "</section></noscript>\n");
}

/* The answer stands in the page itself, so that it is there before any script has run. */
static void add_body(struct buf *out, const struct run_brief *b, const struct html_options *o)
{
	const struct run_record *r = &b->r;
	struct html_answer a;
	struct buf answer;

	buf_init(&answer);
	a = html_answer_add(&answer, r);
	buf_adds(out, "<body>\n<a class=\"skip\" href=\"#main\">To the content</a>\n<header class=\"bar\" id=\"bar\"><a class=\"brand\" href=\"");
	html_add_text(out, o->home ? o->home : "#");
	buf_adds(out, "\">runtest</a><nav aria-label=\"Run\"><a href=\"#\">run ");
	html_add_text(out, r->settings.run);
	buf_printf(out, "</a></nav></header>\n<main id=\"main\" tabindex=\"-1\">\n<header class=\"card answer %s\"><h1>"
			"<span class=\"sign\" aria-hidden=\"true\">%s</span><span>", a.kind, a.sign);
	html_add_text(out, answer.data);
	buf_adds(out, "</span></h1></header>\n");
	add_failures(out, b);
	buf_adds(out, "</main>\n<footer class=\"foot\">Made by runtest ");
	html_add_text(out, r->settings.version);
	buf_adds(out, " · <kbd>/</kbd> searches</footer>\n");
	buf_finish(&answer);
}

static void add_page(struct buf *out, const struct run_brief *b, const struct html_asset *all, const struct html_options *o)
{
	add_head(out, &b->r, all, o);
	add_body(out, b, o);
	buf_adds(out, "<script type=\"application/json\" id=\"run\">");
	html_index_add(out, &b->r, o);
	buf_adds(out, "</script>\n");
	for (int i = 0; i < SCRIPTS; i++)
		add_asset(out, "script", html_asset_find(all, scripts[i]));
	html_details_add(out, b);
	buf_adds(out, "</body>\n</html>\n");
}

int html_report(struct buf *out, const char *run_dir, const struct html_options *o, struct err *e)
{
	const struct html_asset *all = html_assets(e);
	struct run_brief b;
	int rc;

	if (!all)
		return -1;
	rc = run_brief_read(&b, run_dir, e);
	if (rc == 0)
		add_page(out, &b, all, o);
	run_brief_finish(&b);
	return rc;
}

int html_report_write(const char *run_dir, struct err *e)
{
	static const struct html_options beside = {.links = ""};
	char *path = xasprintf("%s/" HTML_REPORT_FILE, run_dir);
	struct buf page;
	int rc;

	buf_init(&page);
	rc = html_report(&page, run_dir, &beside, e);
	if (rc == 0)
		rc = file_write_atomic(path, page.data, page.len, false, e);
	buf_finish(&page);
	free(path);
	return rc;
}
