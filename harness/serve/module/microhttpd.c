/* The module serve.so: libmicrohttpd, the only user of it. docs/decisions/web-server.md says how it is used. */
#include <microhttpd.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/web.h"
#include "util/clock.h"
#include "util/mem.h"

/* So many at once, of all viewers together; a head of a request may be so large. */
enum { CONNECTIONS_MAX = 256, MEMORY_PER_CONNECTION = 32 * 1024, STREAM_BLOCK = 16 * 1024 };

/* A request has come in whole so long after its connection began, or after the one before it; else it is a trickle that
 * only keeps the place of another. */
enum { HEAD_MS = 20 * 1000 };

/* One call of MHD_run() takes a connection on by one step: from being resumed to the last byte of a short reply these are few. */
enum { STEPS = 5 };

struct call {
	struct web_call public; /* first: the application has its address */
	struct MHD_Connection *connection;
	struct web *web;
	bool seen, begun, waits; /* its head was; answer() was asked; its reply is still to come */
	struct call *next, **at; /* of those asleep */
};

struct connection {
	int fd;
	bool busy;        /* a request is being answered */
	int64_t since_ms; /* or since when not */
	struct connection *next, **at;
};

struct web {
	struct MHD_Daemon *daemon;
	struct web_spec spec;
	struct call *asleep;
	struct connection *connections;
};

/* ---- calls that wait ---- */

static void put_to_sleep(struct call *c)
{
	c->public.asleep = true;
	c->next = c->web->asleep;
	c->at = &c->web->asleep;
	if (c->next)
		c->next->at = &c->next;
	c->web->asleep = c;
	MHD_suspend_connection(c->connection);
}

static void resume(struct web_call *public)
{
	struct call *c = (struct call *)public;

	if (!public->asleep)
		return;
	public->asleep = false;
	*c->at = c->next;
	if (c->next)
		c->next->at = c->at;
	MHD_resume_connection(c->connection);
}

/* ---- replies ---- */

static ssize_t read_stream(void *ctx, uint64_t at, char *out, size_t room)
{
	struct call *c = ctx;
	struct web_reply *r = &c->public.reply;
	ssize_t n = r->read(r->stream, out, room);

	(void)at;
	if (n == WEB_STREAM_ENDS)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n == WEB_STREAM_WAITS)
		put_to_sleep(c);
	return n;
}

static struct MHD_Response *response_of(struct call *c)
{
	struct web_reply *r = &c->public.reply;
	struct MHD_Response *m = NULL;

	switch (r->body) {
	case WEB_BYTES:
		m = MHD_create_response_from_buffer(r->size, (void *)r->data, MHD_RESPMEM_MUST_FREE);
		break;
	case WEB_STATIC:
		m = MHD_create_response_from_buffer(r->size, (void *)r->data, MHD_RESPMEM_PERSISTENT);
		break;
	case WEB_FILE:
		m = MHD_create_response_from_fd_at_offset64(r->size, r->fd, r->offset);
		break;
	case WEB_STREAM:
		m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, c, NULL);
		break;
	case WEB_LATER:
		break;
	}
	return m;
}

static void drop_headers(struct web_reply *r)
{
	for (size_t i = 0; i < r->header_count; i++)
		free(r->headers[i].value);
	r->header_count = 0;
}

/* Of a reply that nobody waits for any more. */
static void drop_body(struct web_reply *r)
{
	if (r->body == WEB_BYTES)
		free((void *)r->data);
	if (r->body == WEB_FILE && r->fd >= 0)
		close(r->fd);
}

static enum MHD_Result send_reply(struct call *c)
{
	struct web_reply *r = &c->public.reply;
	struct MHD_Response *m = response_of(c);
	enum MHD_Result ok;

	c->waits = false;
	for (size_t i = 0; m && i < r->header_count; i++)
		MHD_add_response_header(m, r->headers[i].name, r->headers[i].value);
	drop_headers(r);
	if (!m)
		return MHD_NO;
	ok = MHD_queue_response(c->connection, (unsigned)r->status, m);
	MHD_destroy_response(m);
	return ok;
}

/* ---- requests ---- */

static const char *header(const struct web_call *public, const char *name)
{
	return MHD_lookup_connection_value(((const struct call *)public)->connection, MHD_HEADER_KIND, name);
}

/* The first that is heard of a request: the line itself, not yet taken apart. */
static void *begin(void *ctx, const char *target, struct MHD_Connection *connection)
{
	struct call *c = xcalloc(1, sizeof *c);

	c->web = ctx;
	c->connection = connection;
	c->public.target = xstrdup(target);
	c->public.header = header;
	return c;
}

static struct connection *connection_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static bool is_plain(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

/* libmicrohttpd calls this once with the head, and, unless that was answered, once more behind the body. */
static enum MHD_Result handle(void *ctx, struct MHD_Connection *connection, const char *url, const char *method,
			      const char *version, const char *upload, size_t *upload_size, void **own)
{
	struct call *c = *own;
	struct connection *on = connection_of(connection);
	struct web *w = ctx;

	(void)url, (void)version, (void)upload;
	if (!c)
		return MHD_NO;
	if (*upload_size) { /* a GET with a body: nobody reads it */
		*upload_size = 0;
		return MHD_YES;
	}
	if (on)
		on->busy = true;
	/* Who is answered at the first call is hung up on: that is for those who would send a body. */
	if (!c->begun && !c->seen && is_plain(method)) {
		c->seen = true;
		return MHD_YES;
	}
	if (!c->begun) {
		c->begun = true;
		c->public.method = method;
		w->spec.answer(w->spec.ctx, &c->public);
		c->waits = true;
	}
	if (!c->waits)
		return MHD_NO; /* answered: only a body that nobody wanted can bring it back here */
	if (c->public.reply.body != WEB_LATER)
		return send_reply(c);
	put_to_sleep(c);
	return MHD_YES;
}

static void completed(void *ctx, struct MHD_Connection *connection, void **own, enum MHD_RequestTerminationCode how)
{
	struct call *c = *own;
	struct connection *on = connection_of(connection);
	struct web *w = ctx;

	(void)how;
	*own = NULL;
	if (on) {
		on->busy = false;
		on->since_ms = clock_ms();
	}
	if (!c)
		return;
	if (c->public.asleep) { /* not by resume(): it has gone */
		*c->at = c->next;
		if (c->next)
			c->next->at = c->at;
	}
	if (c->public.reply.body == WEB_STREAM && c->public.reply.close)
		c->public.reply.close(c->public.reply.stream);
	if (c->begun)
		w->spec.ended(w->spec.ctx, &c->public);
	if (c->waits)
		drop_body(&c->public.reply);
	drop_headers(&c->public.reply);
	free((void *)c->public.target);
	free(c);
}

/* What stands in a request is taken apart by serve/target.h: here nothing is decoded. */
static size_t leave_alone(void *ctx, struct MHD_Connection *connection, char *text)
{
	(void)ctx, (void)connection;
	return strlen(text);
}

/* ---- connections ---- */

static void on_connection(void *ctx, struct MHD_Connection *connection, void **own, enum MHD_ConnectionNotificationCode code)
{
	struct web *w = ctx;
	struct connection *c = *own;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

		c = xcalloc(1, sizeof *c);
		*c = (struct connection){.fd = info ? info->connect_fd : -1, .since_ms = clock_ms(), .next = w->connections,
					 .at = &w->connections};
		if (c->next)
			c->next->at = &c->next;
		w->connections = c;
		*own = c;
	} else if (c) {
		*c->at = c->next;
		if (c->next)
			c->next->at = c->at;
		free(c);
		*own = NULL;
	}
}

static void end_trickles(struct web *w)
{
	int64_t now = clock_ms();

	for (struct connection *c = w->connections; c; c = c->next)
		if (!c->busy && c->fd >= 0 && now - c->since_ms > HEAD_MS)
			shutdown(c->fd, SHUT_RDWR);
}

/* ---- the server ---- */

static int open_socket(const struct web_spec *spec, struct err *e)
{
	int fd = socket(spec->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
	socklen_t n = spec->address.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd >= 0 && spec->address.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (fd >= 0 && bind(fd, (const struct sockaddr *)&spec->address, n) == 0 && listen(fd, 64) == 0)
		return fd;
	err_sys(e, ERR_INFRA, "cannot listen there");
	if (e && e->sys == EADDRINUSE)
		err_hint(e, "something listens on that port already: --listen ADDRESS:PORT takes another one, 0 any that is free");
	if (fd >= 0)
		close(fd);
	return -1;
}

static struct MHD_Daemon *start_daemon(struct web *w, int fd)
{
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (w->spec.certificate ? MHD_USE_TLS : 0) |
			 (w->spec.address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0);
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)w->spec.certificate},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)w->spec.key},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"SECURE128:+SECURE192:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
		{MHD_OPTION_END, 0, NULL}};

	return MHD_start_daemon(flags, 0, NULL, NULL, handle, w, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, begin,
				w, MHD_OPTION_UNESCAPE_CALLBACK, leave_alone, NULL, MHD_OPTION_NOTIFY_COMPLETED, completed, w,
				MHD_OPTION_NOTIFY_CONNECTION, on_connection, w, MHD_OPTION_STRICT_FOR_CLIENT, 1,
				MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				(size_t)MEMORY_PER_CONNECTION, MHD_OPTION_CONNECTION_TIMEOUT, w->spec.idle_s,
				MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY,
				w->spec.certificate ? tls : tls + 3, MHD_OPTION_END);
}

static struct web *start(const struct web_spec *spec, struct err *e)
{
	struct web *w;
	int fd = open_socket(spec, e);

	if (fd < 0)
		return NULL;
	w = xcalloc(1, sizeof *w);
	w->spec = *spec;
	w->daemon = start_daemon(w, fd);
	if (w->daemon)
		return w;
	close(fd);
	free(w);
	err_set(e, ERR_INFRA, spec->certificate ? "cannot serve with this certificate and this key"
						: "the web server does not start");
	if (spec->certificate)
		err_hint(e, "both are PEM files, and the key is the certificate's: `openssl x509 -noout -pubkey -in CERT` and "
			    "`openssl pkey -pubout -in KEY` say the same");
	return NULL;
}

static unsigned short port(struct web *w)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_LISTEN_FD);
	struct sockaddr_storage a;
	socklen_t n = sizeof a;

	if (!info || getsockname(info->listen_fd, (struct sockaddr *)&a, &n) < 0)
		return 0;
	return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port : ((struct sockaddr_in *)&a)->sin_port);
}

static int poll_fd(struct web *w)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	return info ? info->epoll_fd : -1;
}

static int timeout_ms(struct web *w)
{
	MHD_UNSIGNED_LONG_LONG ms;

	return MHD_get_timeout(w->daemon, &ms) != MHD_YES ? -1 : ms > 60000 ? 60000 : (int)ms;
}

static void run(struct web *w)
{
	end_trickles(w);
	for (int i = 0; i < STEPS; i++)
		MHD_run(w->daemon);
}

static void stop(struct web *w)
{
	while (w->asleep) {
		w->asleep->public.reply.body = w->asleep->public.reply.body == WEB_LATER ? WEB_STATIC : w->asleep->public.reply.body;
		w->asleep->public.reply.status = 503;
		resume(&w->asleep->public);
	}
	MHD_stop_daemon(w->daemon);
	free(w);
}

static const struct web_ops ops = {start, port, poll_fd, timeout_ms, run, resume, stop};

/* ---- what pages are made of ---- */

#define ASSET(symbol, file)                                                                          \
	__asm__(".section .rodata\n.global " #symbol "\n" #symbol ":\n.incbin \"" file "\"\n.global " #symbol \
		"_end\n" #symbol "_end:\n.byte 0\n.previous\n");                                      \
	extern const unsigned char symbol[], symbol##_end[]

ASSET(asset_dashboard_css, "harness/serve/assets/dashboard.css");
ASSET(asset_dashboard_js, "harness/serve/assets/dashboard.js");
ASSET(asset_login_js, "harness/serve/assets/login.js");
ASSET(asset_live_js, "harness/serve/assets/live.js");
ASSET(asset_icon_svg, "harness/serve/assets/icon.svg");

static const struct web_asset assets[] = {
	{"dashboard.css", "text/css; charset=utf-8", asset_dashboard_css, asset_dashboard_css_end},
	{"dashboard.js", "text/javascript; charset=utf-8", asset_dashboard_js, asset_dashboard_js_end},
	{"icon.svg", "image/svg+xml", asset_icon_svg, asset_icon_svg_end},
	{"live.js", "text/javascript; charset=utf-8", asset_live_js, asset_live_js_end},
	{"login.js", "text/javascript; charset=utf-8", asset_login_js, asset_login_js_end},
	{0},
};

const struct web_module serve_module;
const struct web_module serve_module = {&ops, assets};
