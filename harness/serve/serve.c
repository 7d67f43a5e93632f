#include "serve/serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "html/html.h"
#include "serve/below.h"
#include "serve/errand.h"
#include "serve/follow.h"
#include "serve/page.h"
#include "serve/reply.h"
#include "serve/routes.h"
#include "serve/warm.h"
#include "serve/web.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/module.h"
#include "util/text.h"

/* At once: errands that run, others that wait for their turn, and viewers of consoles. TICK_MS: so often consoles are looked
 * at for more. */
enum { ERRANDS_MAX = 4, WAITING_MAX = 128, STREAMS_MAX = 64, TICK_MS = 100 };

/* A request that is not through yet, and what it waits for. */
struct visit {
	struct web_call *call;
	answer_fn *how;        /* an errand */
	struct errand errand;
	bool running;
	struct follow *stream; /* or a console */
	struct visit *next;
};

struct serve {
	const struct serve_spec *spec;
	const struct web_module *module;
	struct web *web;
	struct visit *visits; /* oldest first */
	size_t running, waiting, streams;
	struct errand warming;
	bool warms;
	int64_t warm_at; /* clock_ms() */
};

static struct visit *add_visit(struct serve *s, struct web_call *c)
{
	struct visit *v = xcalloc(1, sizeof *v), **at = &s->visits;

	while (*at)
		at = &(*at)->next;
	v->call = c;
	c->of_app = v;
	return *at = v;
}

/* ---- errands ---- */

static void take_answer(struct visit *v)
{
	struct web_reply *r = &v->call->reply;
	struct errand_head head;

	if (errand_end(&v->errand, &head) == 0) {
		reply_begin(r, head.status, head.type, head.policy);
		reply_file(r, v->errand.fd, sizeof head, head.size);
		v->errand.fd = -1;
	} else {
		reply_text(r, 500, "This could not be shown: what it is made from is damaged, or took too long to read.");
		errand_drop(&v->errand);
	}
	v->running = false;
}

static void finish_errand(struct serve *s, struct visit *v)
{
	take_answer(v);
	s->running--;
	s->module->ops->resume(v->call);
}

/* As many as may; the others wait for one of these to end. */
static void begin_errands(struct serve *s)
{
	struct err e;

	for (struct visit *v = s->visits; v && s->running < ERRANDS_MAX && s->waiting; v = v->next) {
		if (!v->how || v->running || v->call->reply.body != WEB_LATER)
			continue;
		s->waiting--;
		if (errand_begin(&v->errand, v->how, &s->spec->source, v->call->target, &e) == 0) {
			v->running = true;
			s->running++;
			continue;
		}
		v->how = NULL;
		reply_text(&v->call->reply, 503, e.what);
		s->module->ops->resume(v->call);
	}
}

static void queue_errand(struct serve *s, struct web_call *c, answer_fn *how)
{
	if (s->waiting >= WAITING_MAX) {
		reply_text(&c->reply, 503, "Too many pages are asked for at once: try again in a moment.");
		return;
	}
	add_visit(s, c)->how = how;
	s->waiting++;
}

/* ---- what is answered at once ---- */

/* Style and scripts that the report has, too. */
static void answer_shared(struct web_call *c, const char *name)
{
	struct err e;
	const struct html_asset *all = html_assets(&e), *a = all ? html_asset_find(all, name) : NULL;
	char *type;

	if (!a) {
		reply_text(&c->reply, all ? 404 : 500, all ? "There is no such file." : e.what);
		return;
	}
	type = xasprintf("%s; charset=utf-8", a->type);
	reply_begin(&c->reply, 200, type, NULL);
	reply_static(&c->reply, a->bytes, a->size);
	free(type);
}

static void answer_asset(struct serve *s, struct web_call *c, const struct target *t)
{
	for (const struct web_asset *a = s->module->assets; a->name; a++)
		if (strcmp(a->name, t->segments[1]) == 0) {
			reply_begin(&c->reply, 200, a->type, NULL);
			reply_static(&c->reply, a->data, (size_t)(a->end - a->data));
			return;
		}
	answer_shared(c, t->segments[1]);
}

/* A file of a board's making is never a page of ours: it is text, or it is saved; it loads nothing, and no script in it runs. */
static void answer_file(struct serve *s, struct web_call *c, const struct target *t)
{
	const char *type = below_type(t->segments[t->count - 1]);
	uint64_t size;
	int fd = below_open(s->spec->source.results, t->segments[1], t->segments + 2, t->count - 2, &size);

	if (fd < 0) {
		reply_text(&c->reply, 404, "There is no such file.");
		return;
	}
	reply_begin(&c->reply, 200, type, "default-src 'none'; sandbox");
	if (strncmp(type, "application/octet", 17) == 0)
		reply_header(&c->reply, "Content-Disposition", "attachment");
	reply_file(&c->reply, fd, 0, size);
}

static void answer_stream(struct serve *s, struct web_call *c, const struct target *t)
{
	const char *from = target_value(t, "from");
	struct follow *f;

	if (s->streams >= STREAMS_MAX) {
		reply_text(&c->reply, 503, "Too many look on at consoles: try again later.");
		return;
	}
	f = follow_open(s->spec->source.results, t->segments[1], t->segments[2], c->header(c, "Last-Event-ID"),
			from ? strtoull(from, NULL, 10) : 0);
	if (!f) {
		reply_text(&c->reply, 404, "There is no console of that session yet.");
		return;
	}
	add_visit(s, c)->stream = f;
	s->streams++;
	reply_begin(&c->reply, 200, "text/event-stream", NULL);
	c->reply.body = WEB_STREAM;
	c->reply.stream = f;
	c->reply.read = follow_read;
}

static void answer_login(struct serve *s, struct web_call *c, int status)
{
	struct buf b = {0};

	page_login(&b, "runtest");
	reply_begin(&c->reply, status, "text/html; charset=utf-8", NULL);
	if (status == 401)
		reply_header(&c->reply, "WWW-Authenticate", "Bearer");
	(void)s;
	reply_bytes(&c->reply, &b);
}

static void answer_check(struct serve *s, struct web_call *c, const struct access_claim *claim, bool granted)
{
	struct buf cookie = {0};

	if (!granted) {
		reply_text(&c->reply, 401, "That is not the token.");
		return;
	}
	reply_begin(&c->reply, 204, "text/plain", NULL);
	if (access_has_token(&s->spec->access, claim)) {
		access_cookie(&s->spec->access, time(NULL), &cookie);
		reply_header(&c->reply, "Set-Cookie", "%s", cookie.data);
	}
	buf_finish(&cookie);
	reply_static(&c->reply, "", 0);
}

static void answer_out(struct serve *s, struct web_call *c)
{
	struct buf cookie = {0};

	access_no_cookie(&s->spec->access, &cookie);
	reply_begin(&c->reply, 204, "text/plain", NULL);
	reply_header(&c->reply, "Set-Cookie", "%s", cookie.data);
	buf_finish(&cookie);
	reply_static(&c->reply, "", 0);
}

static void answer_moved(struct web_call *c)
{
	size_t path = strcspn(c->target, "?");

	reply_text(&c->reply, 308, "With a slash behind it.");
	reply_header(&c->reply, "Location", "%.*s/%s", (int)path, c->target, c->target + path);
}

/* ---- a request ---- */

static void refuse(struct serve *s, struct web_call *c, enum access_answer why, bool page)
{
	switch (why) {
	case ACCESS_METHOD:
		reply_text(&c->reply, 405, "Nothing can be changed here: only GET and HEAD.");
		reply_header(&c->reply, "Allow", "GET, HEAD");
		break;
	case ACCESS_HOST:
		reply_text(&c->reply, 421, "This dashboard is not called that. If it is: `runtest serve --host NAME`.");
		break;
	case ACCESS_FOREIGN:
		reply_text(&c->reply, 403, "Pages of other sites get nothing from here.");
		break;
	default:
		if (page)
			answer_login(s, c, 401);
		else
			reply_text(&c->reply, 401, "It takes the token: Authorization: Bearer TOKEN");
	}
}

static void follow_route(struct serve *s, struct web_call *c, const struct target *t, const struct route *r,
			 const struct access_claim *claim, bool granted)
{
	switch (r->kind) {
	case ROUTE_ERRAND:
		queue_errand(s, c, r->how);
		break;
	case ROUTE_MOVED:
		answer_moved(c);
		break;
	case ROUTE_FILE:
		answer_file(s, c, t);
		break;
	case ROUTE_STREAM:
		answer_stream(s, c, t);
		break;
	case ROUTE_ASSET:
		answer_asset(s, c, t);
		break;
	case ROUTE_LOGIN:
		answer_login(s, c, 200);
		break;
	case ROUTE_CHECK:
		answer_check(s, c, claim, granted);
		break;
	case ROUTE_OUT:
		answer_out(s, c);
		break;
	case ROUTE_NONE:
		reply_text(&c->reply, 404, "There is no such page.");
	}
}

static void answer_target(struct serve *s, struct web_call *c, const struct target *t, const struct access_claim *claim)
{
	struct route route = route_find(t);
	enum access_answer access = access_check(&s->spec->access, claim, time(NULL));
	bool api = t->count && (strcmp(t->segments[0], "api") == 0 || route.kind == ROUTE_STREAM);

	if (access != ACCESS_GRANTED && !(access == ACCESS_UNKNOWN && route_is_open(&route)))
		refuse(s, c, access, !api);
	else
		follow_route(s, c, t, &route, claim, access == ACCESS_GRANTED);
}

static void answer(void *ctx, struct web_call *c)
{
	struct access_claim claim = {.method = c->method, .host = c->header(c, "Host"), .authorization = c->header(c, "Authorization"),
				     .cookie = c->header(c, "Cookie"), .fetch_site = c->header(c, "Sec-Fetch-Site"),
				     .fetch_mode = c->header(c, "Sec-Fetch-Mode")};
	struct serve *s = ctx;
	struct arena a;
	struct target t;

	arena_init(&a);
	c->reply = (struct web_reply){.body = WEB_LATER, .fd = -1};
	if (target_parse(&t, c->target, &a) < 0)
		reply_text(&c->reply, 400, "That is no address of a page.");
	else
		answer_target(s, c, &t, &claim);
	arena_finish(&a);
}

static void log_request(const struct web_call *c)
{
	struct buf line = {0};

	buf_printf(&line, "runtest: %d %s ", c->reply.status, c->method);
	text_add_line(&line, c->target);
	fprintf(stderr, "%s\n", line.data);
	buf_finish(&line);
}

static void ended(void *ctx, struct web_call *c)
{
	struct serve *s = ctx;
	struct visit **at = &s->visits, *v = c->of_app;

	if (s->spec->verbose)
		log_request(c);
	if (!v)
		return;
	while (*at != v)
		at = &(*at)->next;
	*at = v->next;
	if (v->running) {
		errand_drop(&v->errand);
		s->running--;
	} else if (v->how && c->reply.body == WEB_LATER) {
		s->waiting--;
	}
	if (v->stream) {
		follow_close(v->stream);
		s->streams--;
	}
	free(v);
}

/* ---- the loop ---- */

static int next_wake(const struct serve *s)
{
	int ms = s->module->ops->timeout_ms(s->web);

	if (s->waiting && s->running < ERRANDS_MAX) /* came in just now */
		return 0;
	if (s->streams && (ms < 0 || ms > TICK_MS))
		ms = TICK_MS;
	return ms < 0 || ms > 1000 ? 1000 : ms;
}

static void wait_for_something(struct serve *s)
{
	struct pollfd fds[2 + ERRANDS_MAX] = {{.fd = s->module->ops->poll_fd(s->web), .events = POLLIN},
					      {.fd = cancel_fd(), .events = POLLIN}};
	nfds_t n = 2;

	for (struct visit *v = s->visits; v; v = v->next)
		if (v->running && n < sizeof fds / sizeof fds[0])
			fds[n++] = (struct pollfd){.fd = v->errand.pidfd, .events = POLLIN};
	poll(fds, n, next_wake(s));
}

static bool has_ended(const struct errand *n, int64_t now)
{
	struct pollfd p = {.fd = n->pidfd, .events = POLLIN};

	return now >= n->deadline_ms || poll(&p, 1, 0) > 0;
}

/* While nobody waits for a page. */
static void keep_warm(struct serve *s, int64_t now)
{
	struct err e;

	if (s->warms && has_ended(&s->warming, now)) {
		errand_drop(&s->warming);
		s->warms = false;
	}
	if (s->warms || s->running || s->waiting || now < s->warm_at)
		return;
	s->warms = errand_begin(&s->warming, warm_up, &s->spec->source, "/", &e) == 0;
	s->warm_at = now + WARM_EVERY_MS;
}

static void look_around(struct serve *s)
{
	int64_t now = clock_ms();

	for (struct visit *v = s->visits; v; v = v->next) {
		if (v->running && has_ended(&v->errand, now))
			finish_errand(s, v);
		if (v->stream && v->call->asleep && follow_has(v->stream, now))
			s->module->ops->resume(v->call);
	}
	begin_errands(s);
	keep_warm(s, now);
}

static void tell(const struct serve_spec *spec, unsigned short port)
{
	char host[INET6_ADDRSTRLEN];
	bool six = spec->address.ss_family == AF_INET6;
	char *url;

	inet_ntop(spec->address.ss_family, six ? (const void *)&((const struct sockaddr_in6 *)&spec->address)->sin6_addr
					       : (const void *)&((const struct sockaddr_in *)&spec->address)->sin_addr, host, sizeof host);
	url = xasprintf("%s://%s%s%s:%u/", spec->certificate ? "https" : "http", six ? "[" : "", host, six ? "]" : "", port);
	spec->ready(spec->ctx, url);
	free(url);
}

int serve_run(const struct serve_spec *spec, struct err *e)
{
	struct serve s = {.spec = spec, .module = module_load("serve", "serve_module", "libmicrohttpd-dev", e)};
	struct web_spec web = {.address = spec->address, .certificate = spec->certificate, .key = spec->key, .idle_s = spec->idle_s,
			       .answer = answer, .ended = ended, .ctx = &s};

	if (!s.module)
		return -1;
	s.web = s.module->ops->start(&web, e);
	if (!s.web)
		return -1;
	tell(spec, s.module->ops->port(s.web));
	while (!cancel_requested()) {
		wait_for_something(&s);
		s.module->ops->run(s.web);
		look_around(&s);
		s.module->ops->run(s.web); /* what was resumed goes on */
	}
	s.module->ops->stop(s.web);
	if (s.warms)
		errand_drop(&s.warming);
	return 0;
}
