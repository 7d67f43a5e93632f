#include "net/http.h"

#include <stdlib.h>
#include <string.h>

#include "net/url.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/module.h"
#include "util/text.h"

/* Everything that one request has, and that has to be wiped when it is over. */
struct asking {
	const struct http_server *server;
	const struct http_request *request;
	const char *what;
	char *secret, *word;  /* what {secret} is; the password or token of the login */
	struct buf url, body; /* with their secrets */
	char **headers;       /* the same, NULL-terminated */
	size_t header_count, header_room;
	struct http_answer *answer;
	struct http_report report;
};

/* ---- secrets ---- */

/* `text` with the secret in its places, so that it means itself in an address if `escaped`. */
static void fill_in(const struct asking *a, const char *text, bool escaped, struct buf *out)
{
	const char *at;

	for (; (at = strstr(text, HTTP_SECRET)); text = at + strlen(HTTP_SECRET)) {
		buf_add(out, text, (size_t)(at - text));
		if (escaped)
			url_add_escaped(out, a->secret ? a->secret : "");
		else
			buf_adds(out, a->secret ? a->secret : "");
	}
	buf_adds(out, text);
}

static void add_headers(struct asking *a, const char *const *headers)
{
	for (; headers && *headers; headers++) {
		struct buf line;

		buf_init(&line);
		fill_in(a, *headers, false, &line);
		a->headers = xgrow(a->headers, &a->header_room, a->header_count + 2, sizeof *a->headers);
		a->headers[a->header_count++] = buf_steal(&line);
		a->headers[a->header_count] = NULL;
	}
}

static const struct secret *login_secret(const struct http_login *l)
{
	switch (l->scheme) {
	case HTTP_BASIC:
		return &l->basic->password;
	case HTTP_DIGEST:
		return &l->digest->password;
	case HTTP_BEARER:
		return &l->bearer->token;
	}
	return NULL;
}

static int read_secrets(struct asking *a, struct err *e)
{
	const struct http_server *s = a->server;

	if (s->secret && !(a->secret = secret_read(s->secret, e)))
		return -1;
	return !s->login || (a->word = secret_read(login_secret(s->login), e)) ? 0 : -1;
}

static void conceal(char *text, const char *secret)
{
	size_t n = secret ? strlen(secret) : 0;
	char *at;

	for (; n && (at = strstr(text, secret)); text = at)
		memset(at, '*', n);
}

/* The far end may repeat what it was told, and so may libcurl. */
static void conceal_all(const struct asking *a, struct err *e)
{
	const char *const secrets[] = {a->secret, a->word};
	struct buf escaped;

	buf_init(&escaped);
	for (size_t i = 0; e && i < sizeof secrets / sizeof secrets[0]; i++) {
		if (!secrets[i])
			continue;
		buf_clear(&escaped);
		url_add_escaped(&escaped, secrets[i]);
		conceal(e->what, secrets[i]);
		conceal(e->hint, secrets[i]);
		conceal(e->what, escaped.data);
		conceal(e->hint, escaped.data);
	}
	secret_forget(buf_steal(&escaped));
}

/* ---- how it ended ---- */

static int refused_by_status(const struct asking *a, const char *name, struct err *e)
{
	const struct http_report *r = &a->report;
	char said[TEXT_QUOTED];
	const char *body = a->answer->body.data ? a->answer->body.data : "";

	if (r->status >= 300 && r->status < 400) {
		err_set(e, ERR_INFRA, "%s redirects with status %ld to %s, which is not followed", name, r->status,
			r->location[0] ? r->location : "no address");
		return err_hint(e, "put the address that answers itself into the unit's file");
	}
	err_set(e, ERR_INFRA, "%s answers with status %ld%s%s", name, r->status, *body ? ": " : "",
		*body ? text_quote(said, body, strlen(body)) : "");
	if (r->status == 401 || r->status == 403)
		return err_hint(e, "it wants another \"login\", or that account may not do this");
	if (r->status == 404 || r->status == 405)
		return err_hint(e, "does its API have that path and method? docs/power.md has recipes");
	return err_hint(e, "its own log says more; is it overloaded, or has it no such outlet?");
}

static const char *login_hint(void)
{
	return "is it another device, or was its certificate renewed? Look before you change \"ca\" or \"pinned-key\"";
}

static int say_end(const struct asking *a, const char *name, struct err *e)
{
	const struct http_report *r = &a->report;

	switch (r->end) {
	case HTTP_ANSWERED:
		return r->status >= 200 && r->status < 300 ? 0 : refused_by_status(a, name, e);
	case HTTP_STOPPED:
		return err_set(e, ERR_CANCELLED, "stopped by a signal");
	case HTTP_LATE:
		err_set(e, ERR_INFRA, r->connected ? "%s took the request and gave no whole answer in time"
						   : "%s did not take a connection in time", name);
		return err_hint(e, r->connected ? "it hangs, or it needs more than the unit's \"deadline\""
						: "is it up, and is its address right?");
	case HTTP_CUT:
		err_set(e, ERR_INFRA, "%s broke off in the middle of its answer: %s", name,
			r->why[0] ? r->why : "its headers did not end");
		return err_hint(e, "whether it did what it was told is not known; its own log may say");
	case HTTP_TOO_LONG:
		err_set(e, ERR_INFRA, "%s answers with more than %d bytes", name, HTTP_BODY_MAX);
		return err_hint(e, "that is no answer of a switch: is the address right?");
	case HTTP_UNREACHED:
		err_set(e, ERR_INFRA, "cannot connect to %s: %s", name, r->why);
		return err_hint(e, "is it up, and is its address right?");
	case HTTP_UNTRUSTED:
		err_set(e, ERR_INFRA, "the certificate of %s is not trusted: %s", name, r->why);
		return err_hint(e, "%s", login_hint());
	case HTTP_UNPINNED:
		err_set(e, ERR_INFRA, "%s has another public key than the pinned one", name);
		return err_hint(e, "%s", login_hint());
	case HTTP_NO_FILE:
		err_set(e, ERR_INFRA, "the certificates in %s cannot be used: %s", a->server->ca, r->why);
		return err_hint(e, "\"ca\" names a file in PEM form");
	case HTTP_FAILED:
		break;
	}
	return err_set(e, ERR_INFRA, "%s could not be asked: %s", name, r->why[0] ? r->why : "libcurl does not say why");
}

/* ---- asking ---- */

static size_t body_came(void *ctx, const char *bytes, size_t n)
{
	struct buf *body = ctx;

	if (n > HTTP_BODY_MAX - body->len)
		return 0;
	buf_add(body, bytes, n);
	return n;
}

static void exchange(const struct http_ops *ops, struct asking *a, const struct http_wait *wait)
{
	int64_t left = wait->deadline_ms - clock_ms();
	const struct http_login *login = a->server->login;
	struct http_call call = {
		.url = a->url.data,
		.method = http_request_method(a->request),
		.headers = (const char *const *)a->headers,
		.body = a->request->body ? a->body.data ? a->body.data : "" : NULL,
		.ca = a->server->ca,
		.pinned_key = a->server->pinned_key,
		.login = login,
		.user = !login || login->scheme == HTTP_BEARER ? NULL
			: login->scheme == HTTP_BASIC          ? login->basic->user
							       : login->digest->user,
		.word = a->word,
		.patience_ms = left > 1 ? left : 1,
		.stop_fd = wait->stoppable ? cancel_fd() : -1,
		.body_came = body_came,
		.ctx = &a->answer->body,
	};

	ops->exchange(&call, &a->report);
	a->answer->status = a->report.end == HTTP_ANSWERED ? a->report.status : 0;
}

static void forget(struct asking *a)
{
	secret_forget(a->secret);
	secret_forget(a->word);
	secret_forget(buf_steal(&a->url));
	secret_forget(buf_steal(&a->body));
	for (size_t i = 0; i < a->header_count; i++)
		secret_forget(a->headers[i]);
	free(a->headers);
}

/* Secrets are filled in, and the name by which errors call it has none. */
static int ask(struct asking *a, const struct http_wait *wait, struct err *e)
{
	const struct http_ops *ops = module_load("http", HTTP_MODULE_SYMBOL, "libcurl4-openssl-dev", e);
	char *name;
	int rc;

	if (!ops || read_secrets(a, e) < 0)
		return -1;
	buf_adds(&a->url, a->server->url);
	fill_in(a, a->request->path, true, &a->url);
	if (a->request->body)
		fill_in(a, a->request->body, false, &a->body);
	add_headers(a, a->server->headers);
	add_headers(a, a->request->headers);
	name = xasprintf("%s at %s (%s %s)", a->what, a->server->url, http_request_method(a->request), a->request->path);
	exchange(ops, a, wait);
	rc = say_end(a, name, e);
	if (rc < 0)
		conceal_all(a, e);
	free(name);
	return rc;
}

int http_ask(const struct http_server *s, const struct http_request *q, const char *what, const struct http_wait *wait,
	     struct http_answer *answer, struct err *e)
{
	struct asking a = {.server = s, .request = q, .what = what, .answer = answer};
	int rc;

	answer->status = 0;
	buf_clear(&answer->body);
	buf_init(&a.url);
	buf_init(&a.body);
	rc = ask(&a, wait, e);
	forget(&a);
	return rc;
}
