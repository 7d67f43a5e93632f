/*
 * The module http.so, and the only user of libcurl: one request, one answer, on a connection of its own. Nothing of the
 * environment takes part: no proxy, no netrc, no cookies.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "net/http.h"

enum { MOST_MS = 1000 }; /* of one wait */

struct exchange {
	const struct http_call *call;
	struct http_report *report;
	CURL *easy;
	struct curl_slist *headers;
	char why[CURL_ERROR_SIZE];
	bool whole_head; /* the empty line behind the headers has come */
	bool too_long;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- what comes ---- */

static size_t take_body(char *bytes, size_t one, size_t n, void *ctx)
{
	struct exchange *x = ctx;
	size_t taken = x->call->body_came(x->call->ctx, bytes, one * n);

	x->too_long |= taken != one * n;
	return taken;
}

/* Every head begins with a line "HTTP/...": an answer may have several, the last one counts. */
static size_t take_header(char *line, size_t one, size_t n, void *ctx)
{
	struct exchange *x = ctx;
	size_t len = one * n;

	if (len >= 5 && strncasecmp(line, "HTTP/", 5) == 0)
		x->whole_head = false;
	else if (len && (line[0] == '\r' || line[0] == '\n'))
		x->whole_head = true;
	return len;
}

/* ---- what is asked ---- */

static CURLcode set_login(struct exchange *x)
{
	const struct http_call *c = x->call;
	CURLcode rc;

	if (!c->login)
		return CURLE_OK;
	if (c->login->scheme == HTTP_BEARER) {
		rc = curl_easy_setopt(x->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		return rc ? rc : curl_easy_setopt(x->easy, CURLOPT_XOAUTH2_BEARER, c->word);
	}
	rc = curl_easy_setopt(x->easy, CURLOPT_HTTPAUTH,
			      (long)(c->login->scheme == HTTP_BASIC ? CURLAUTH_BASIC : CURLAUTH_DIGEST));
	rc = rc ? rc : curl_easy_setopt(x->easy, CURLOPT_USERNAME, c->user);
	return rc ? rc : curl_easy_setopt(x->easy, CURLOPT_PASSWORD, c->word);
}

/* With a pinned key alone that key says who they are, and no certificate need: switches sign their own. */
static CURLcode set_trust(struct exchange *x)
{
	const struct http_call *c = x->call;
	bool by_certificate = c->ca || !c->pinned_key;
	CURLcode rc = curl_easy_setopt(x->easy, CURLOPT_SSL_VERIFYPEER, by_certificate ? 1L : 0L);

	rc = rc ? rc : curl_easy_setopt(x->easy, CURLOPT_SSL_VERIFYHOST, by_certificate ? 2L : 0L);
	if (!rc && c->pinned_key)
		rc = curl_easy_setopt(x->easy, CURLOPT_PINNEDPUBLICKEY, c->pinned_key);
	if (!rc && c->ca) {
		rc = curl_easy_setopt(x->easy, CURLOPT_CAINFO, c->ca);
		rc = rc ? rc : curl_easy_setopt(x->easy, CURLOPT_CAPATH, NULL);
	}
	return rc;
}

static bool add_header(struct exchange *x, const char *line)
{
	struct curl_slist *more = curl_slist_append(x->headers, line);

	if (more)
		x->headers = more;
	return more != NULL;
}

static CURLcode set_request(struct exchange *x)
{
	const struct http_call *c = x->call;
	CURLcode rc = curl_easy_setopt(x->easy, CURLOPT_URL, c->url);

	/* No "100 Continue" is waited for: small devices do not know it. */
	if (!rc && !add_header(x, "Expect:"))
		rc = CURLE_OUT_OF_MEMORY;
	for (const char *const *h = c->headers; !rc && h && *h; h++)
		if (!add_header(x, *h))
			rc = CURLE_OUT_OF_MEMORY;
	rc = rc ? rc : curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
	if (!rc && (c->body || strcmp(c->method, "GET") != 0)) {
		const char *body = c->body ? c->body : "";

		rc = curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
		rc = rc ? rc : curl_easy_setopt(x->easy, CURLOPT_COPYPOSTFIELDS, body);
	}
	return rc ? rc : curl_easy_setopt(x->easy, CURLOPT_CUSTOMREQUEST, c->method);
}

static CURLcode set_manners(struct exchange *x)
{
	CURLcode rc = CURLE_OK;

#define SET(OPTION, VALUE) (rc = rc ? rc : curl_easy_setopt(x->easy, OPTION, VALUE))
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L); /* a name that is being looked up holds nobody */
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_USERAGENT, "runtest/" RUNTEST_VERSION);
	SET(CURLOPT_ERRORBUFFER, x->why);
	SET(CURLOPT_TIMEOUT_MS, (long)x->call->patience_ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)x->call->patience_ms);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, x);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, x);
#undef SET
	return rc;
}

/* ---- how it ended ---- */

static enum http_end end_of(const struct exchange *x, CURLcode rc)
{
	switch (rc) {
	case CURLE_OK:
		return x->whole_head ? HTTP_ANSWERED : HTTP_CUT;
	case CURLE_OPERATION_TIMEDOUT:
		return HTTP_LATE;
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_WEIRD_SERVER_REPLY:
		return HTTP_CUT;
	case CURLE_WRITE_ERROR:
		return x->too_long ? HTTP_TOO_LONG : HTTP_FAILED;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
		return HTTP_UNREACHED;
	case CURLE_PEER_FAILED_VERIFICATION:
		return HTTP_UNTRUSTED;
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return HTTP_UNPINNED;
	case CURLE_SSL_CACERT_BADFILE:
		return HTTP_NO_FILE;
	default:
		return HTTP_FAILED;
	}
}

static void note_end(struct exchange *x, CURLcode rc)
{
	struct http_report *r = x->report;
	char *where = NULL;
	curl_off_t connected = 0;

	r->end = end_of(x, rc);
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &r->status);
	curl_easy_getinfo(x->easy, CURLINFO_CONNECT_TIME_T, &connected);
	curl_easy_getinfo(x->easy, CURLINFO_REDIRECT_URL, &where);
	r->connected = connected > 0;
	snprintf(r->why, sizeof r->why, "%s", x->why[0] ? x->why : rc ? curl_easy_strerror(rc) : "");
	if (where)
		snprintf(r->location, sizeof r->location, "%.*s", (int)strcspn(where, "?#"), where);
}

/* ---- the exchange ---- */

/* 1: something may have happened, 0: stop_fd has, -1: it is no use to go on. libcurl knows the deadline by itself: it is
 * only if it should forget it that we do not wait for ever. */
static int await_news(const struct exchange *x, CURLM *multi, int64_t give_up_ms)
{
	struct curl_waitfd stop = {.fd = x->call->stop_fd, .events = CURL_WAIT_POLLIN};

	if (now_ms() >= give_up_ms || curl_multi_poll(multi, &stop, stop.fd >= 0, MOST_MS, NULL) != CURLM_OK)
		return -1;
	return stop.fd < 0 || !stop.revents;
}

/* Until it has ended, the time is over, or the one who asks does not want it any more. */
static void drive(struct exchange *x, CURLM *multi)
{
	int64_t give_up_ms = now_ms() + x->call->patience_ms + MOST_MS;
	int running = 1, rest, news = 1;
	CURLMsg *end;

	while (news > 0 && curl_multi_perform(multi, &running) == CURLM_OK && running)
		news = await_news(x, multi, give_up_ms);
	end = curl_multi_info_read(multi, &rest);
	if (end && end->msg == CURLMSG_DONE)
		note_end(x, end->data.result);
	else if (!news)
		x->report->end = HTTP_STOPPED;
	else
		note_end(x, running ? CURLE_OPERATION_TIMEDOUT : CURLE_FAILED_INIT);
}

static CURLcode set_all(struct exchange *x)
{
	CURLcode rc = set_manners(x);

	rc = rc ? rc : set_request(x);
	rc = rc ? rc : set_trust(x);
	return rc ? rc : set_login(x);
}

static void exchange(const struct http_call *call, struct http_report *report)
{
	struct exchange x = {.call = call, .report = report};
	CURLM *multi;
	CURLcode rc;

	*report = (struct http_report){.end = HTTP_FAILED};
	curl_global_init(CURL_GLOBAL_DEFAULT);
	x.easy = curl_easy_init();
	multi = curl_multi_init();
	if (x.easy && multi) {
		rc = set_all(&x);
		if (rc)
			note_end(&x, rc);
		else if (curl_multi_add_handle(multi, x.easy) == CURLM_OK) {
			drive(&x, multi);
			curl_multi_remove_handle(multi, x.easy);
		}
	}
	curl_easy_cleanup(x.easy);
	curl_multi_cleanup(multi);
	curl_slist_free_all(x.headers);
}

extern const struct http_ops http_module;
const struct http_ops http_module = {.exchange = exchange};
