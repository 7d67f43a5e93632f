/* A console server: a port of ser2net's or of a terminal server, raw, by telnet, or by telnet with RFC 2217. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "board/console/console.h"
#include "net/connect.h"
#include "proto/comport.h"
#include "proto/telnet.h"
#include "util/buf.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/mem.h"

enum {
	SHY_MS = 1000,  /* a telnet server that has not answered by then never will: none has to */
	PORT_MS = 10000, /* nor one of RFC 2217 that has not set its port: patience with a busy host */
	CHUNK = 16 * 1024,
};

/* What the server is asked to do with its serial port, and what it said to that. */
struct setting {
	const char *what;
	enum comport_command command;
	uint32_t value, got;
	bool answered;
};

enum { SETTINGS = 8 };

struct tcp_console {
	struct console base;
	const struct console_tcp *spec;
	char *where; /* "the console server at lab:7001" */
	struct telnet telnet;
	struct buf early; /* what the board said while the options were talked about */
	struct setting settings[SETTINGS];
	size_t setting_count;
	bool asked; /* for them */
};

static struct tcp_console *self(struct console *c)
{
	return (struct tcp_console *)c;
}

static bool speaks_telnet(const struct tcp_console *t)
{
	return t->spec->protocol != TCP_RAW;
}

/* ---- RFC 2217 ---- */

/* A later answer about the same setting counts: the first may be about how it stood. */
static void take_answer(void *ctx, uint8_t option, const uint8_t *bytes, size_t n)
{
	struct tcp_console *t = ctx;
	struct comport_answer a;

	if (option != TELNET_COM_PORT || !comport_read(bytes, n, &a))
		return;
	for (size_t i = 0; i < t->setting_count; i++) {
		struct setting *s = &t->settings[i];

		/* One command sets several lines: its answers come in the order of the requests. */
		if (s->command != a.command || (s->answered && a.command == COMPORT_SET_CONTROL))
			continue;
		s->answered = true;
		s->got = a.value;
		return;
	}
}

static void set(struct tcp_console *t, const char *what, enum comport_command command, uint32_t value)
{
	t->settings[t->setting_count++] = (struct setting){.what = what, .command = command, .value = value};
	comport_request(&t->telnet, command, value);
}

static void set_line(struct tcp_console *t, const char *what, enum console_signal how, uint32_t on, uint32_t off)
{
	if (how != SIGNAL_LEAVE)
		set(t, what, COMPORT_SET_CONTROL, how == SIGNAL_HIGH ? on : off);
}

static void set_port(struct tcp_console *t)
{
	t->asked = true;
	if (t->spec->baud) {
		set(t, "the rate", COMPORT_SET_BAUDRATE, (uint32_t)t->spec->baud);
		set(t, "8 data bits", COMPORT_SET_DATASIZE, 8);
		set(t, "no parity", COMPORT_SET_PARITY, COMPORT_NO_PARITY);
		set(t, "one stop bit", COMPORT_SET_STOPSIZE, COMPORT_ONE_STOP_BIT);
	}
	set_line(t, "DTR", t->spec->dtr, COMPORT_DTR_ON, COMPORT_DTR_OFF);
	set_line(t, "RTS", t->spec->rts, COMPORT_RTS_ON, COMPORT_RTS_OFF);
}

static bool port_answered(const struct tcp_console *t)
{
	for (size_t i = 0; i < t->setting_count; i++)
		if (!t->settings[i].answered)
			return false;
	return true;
}

static int check_port(const struct tcp_console *t, struct err *e)
{
	for (size_t i = 0; i < t->setting_count; i++) {
		const struct setting *s = &t->settings[i];

		if (s->answered && s->got == s->value)
			continue;
		if (!s->answered)
			err_set(e, ERR_INFRA, "%s did not answer when asked to set %s", t->where, s->what);
		else if (s->command == COMPORT_SET_BAUDRATE)
			err_set(e, ERR_INFRA, "%s was asked for %u baud, and set %u", t->where, s->value, s->got);
		else
			err_set(e, ERR_INFRA, "%s was asked to set %s, and did not (asked for %u, it says %u)", t->where, s->what,
				s->value, s->got);
		return err_hint(e, "RFC 2217 cannot do more than the port behind it: a pty, for one, has no modem lines");
	}
	return 0;
}

/* ---- the connection ---- */

/* A server that ends with something from us unread resets the connection, which is no other trouble. */
static ssize_t lost(struct tcp_console *t, int error)
{
	if (error == 0)
		console_ended(&t->base, "%s closed the connection", t->where);
	else if (error == ECONNRESET || error == EPIPE)
		console_ended(&t->base, "%s closed the connection: %s", t->where, strerror(error));
	else
		console_ended(&t->base, "the connection to %s is lost: %s", t->where, strerror(error));
	return 0;
}

/* Replies are short and rare; what does not go out now goes out with the next. */
static void flush(struct tcp_console *t)
{
	struct buf *b = &t->telnet.out;
	ssize_t n = b->len ? write(t->base.out_fd, b->data, b->len) : 0;

	if (n > 0)
		buf_drop_front(b, (size_t)n);
}

static ssize_t give_early(struct tcp_console *t, void *out, size_t n)
{
	if (n > t->early.len)
		n = t->early.len;
	memcpy(out, t->early.data, n);
	buf_drop_front(&t->early, n);
	return (ssize_t)n;
}

/*
 * What has come is acknowledged at once: a console server without TCP_NODELAY (ser2net's default) sends the rest of an
 * echo only then, and Linux takes 40 ms over it otherwise. The wish holds for a while only.
 */
static void acknowledge(int fd)
{
	int wish = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &wish, sizeof wish);
}

/* One read off the socket, with telnet's own words taken out of it: -1 where nothing else was in it. */
static ssize_t receive(struct tcp_console *t, struct buf *data)
{
	char chunk[CHUNK];
	ssize_t n = read(t->base.fd, chunk, sizeof chunk);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (n <= 0)
		return lost(t, n < 0 ? errno : 0);
	acknowledge(t->base.fd);
	if (speaks_telnet(t))
		telnet_feed(&t->telnet, chunk, (size_t)n, data);
	else
		buf_add(data, chunk, (size_t)n);
	return n;
}

static ssize_t tcp_read(struct console *c, void *out, size_t n, struct err *e)
{
	struct tcp_console *t = self(c);
	ssize_t got = 1;

	(void)e;
	while (!t->early.len && got > 0) {
		got = receive(t, &t->early);
		flush(t);
	}
	return t->early.len ? give_early(t, out, n) : got;
}

/* A byte that needs two on the line is taken when its first has gone: the other waits where replies do. */
static ssize_t write_telnet(struct tcp_console *t, const uint8_t *bytes, size_t n)
{
	uint8_t coded[2 * 512];
	size_t ends[512], used = 0, i;
	ssize_t put;

	if (n > sizeof ends / sizeof ends[0])
		n = sizeof ends / sizeof ends[0];
	for (i = 0; i < n; i++)
		ends[i] = used += telnet_encode(&t->telnet, bytes[i], coded + used);
	put = write(t->base.out_fd, coded, used);
	if (put <= 0)
		return put;
	for (i = 0; i < n && ends[i] <= (size_t)put; i++)
		;
	if (i < n && ends[i] == (size_t)put + 1 && (i ? ends[i - 1] : 0) < (size_t)put)
		buf_add(&t->telnet.out, coded + ends[i++] - 1, 1);
	return (ssize_t)i;
}

static ssize_t tcp_write(struct console *c, const void *bytes, size_t n, struct err *e)
{
	struct tcp_console *t = self(c);
	ssize_t put;

	flush(t);
	if (t->telnet.out.len)
		return 0;
	put = speaks_telnet(t) ? write_telnet(t, bytes, n) : write(c->out_fd, bytes, n);
	if (put >= 0)
		return put;
	if (errno == EAGAIN || errno == EINTR || errno == EPIPE || errno == ECONNRESET)
		return 0; /* the line is full, or gone: which, reading tells */
	return err_sys(e, ERR_INFRA, "cannot write to %s", t->where);
}

/* ---- opening ---- */

static bool is_answered(enum telnet_answer a)
{
	return a == TELNET_AGREED || a == TELNET_REFUSED;
}

/* Has all been said that is worth waiting for? */
static bool is_settled(struct tcp_console *t)
{
	const struct telnet *n = &t->telnet;

	if (t->spec->protocol == TCP_RFC2217)
		return telnet_ours(n, TELNET_COM_PORT) == TELNET_REFUSED || (t->asked && port_answered(t));
	return is_answered(telnet_ours(n, TELNET_BINARY)) && is_answered(telnet_theirs(n, TELNET_BINARY));
}

/* One wait: 1 something came, 0 the deadline, -1 the end (error set). */
static int await_word(struct tcp_console *t, int64_t deadline_ms, struct err *e)
{
	struct pollfd p[] = {{.fd = t->base.fd, .events = POLLIN}, {.fd = cancel_fd(), .events = POLLIN}};
	int n = poll(p, 2, clock_poll_timeout(deadline_ms));

	if (n < 0 && errno == EINTR)
		return 1;
	if (n > 0 && p[1].revents)
		return err_set(e, ERR_CANCELLED, "stopped by a signal");
	if (n <= 0)
		return 0;
	if (receive(t, &t->early) != 0)
		return 1;
	/* Servers say why in words: "Port already in use". */
	if (t->early.len)
		return err_set(e, ERR_INFRA, "%s; it said: %.*s", t->base.why, (int)strcspn(t->early.data, "\r\n"),
			       t->early.data);
	return err_set(e, ERR_INFRA, "%s", t->base.why);
}

static void begin_telnet(struct tcp_console *t)
{
	telnet_finish(&t->telnet);
	telnet_init(&t->telnet);
	t->telnet.told = take_answer;
	t->telnet.ctx = t;
	t->setting_count = 0;
	t->asked = false;
	telnet_offer(&t->telnet, TELNET_BINARY);
	telnet_request(&t->telnet, TELNET_BINARY);
	telnet_request(&t->telnet, TELNET_SUPPRESS_GO_AHEAD);
	if (t->spec->protocol == TCP_RFC2217)
		telnet_offer(&t->telnet, TELNET_COM_PORT);
}

/* The options; a server of plain telnet may leave any of them unanswered. */
static int negotiate(struct tcp_console *t, struct err *e)
{
	bool port = t->spec->protocol == TCP_RFC2217;
	int64_t until = clock_ms() + (port ? PORT_MS : SHY_MS);
	int rc = 1;

	begin_telnet(t);
	while (rc > 0 && !is_settled(t)) {
		if (!t->asked && telnet_ours(&t->telnet, TELNET_COM_PORT) == TELNET_AGREED)
			set_port(t);
		flush(t);
		if (!is_settled(t))
			rc = await_word(t, until, e);
	}
	flush(t);
	if (rc < 0)
		return -1;
	if (port && telnet_ours(&t->telnet, TELNET_COM_PORT) != TELNET_AGREED) {
		err_set(e, ERR_INFRA, "%s does not speak RFC 2217", t->where);
		return err_hint(e, "ser2net does with \"accepter: telnet(rfc2217),tcp,...\"; or use \"protocol: telnet\"");
	}
	return check_port(t, e);
}

static void tcp_close(struct console *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = c->out_fd = -1;
	buf_clear(&self(c)->early);
}

static int tcp_open(struct console *c, struct err *e)
{
	struct tcp_console *t = self(c);
	int64_t deadline = clock_ms() + CONSOLE_OPEN_MS;
	char port[16];

	snprintf(port, sizeof port, "%d", t->spec->port);
	c->fd = c->out_fd = net_connect_tcp(t->spec->host, port, t->where, deadline, e);
	if (c->fd < 0)
		return -1;
	net_watch_peer(c->fd);
	if (!speaks_telnet(t) || negotiate(t, e) == 0)
		return 0;
	tcp_close(c);
	return -1;
}

/* ---- the rest ---- */

static void hold(struct tcp_console *t, int64_t ms)
{
	flush(t);
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static int tcp_break(struct console *c, int64_t ms, struct err *e)
{
	static const uint8_t brk[] = {255, 243}; /* RFC 854 */
	struct tcp_console *t = self(c);

	if (t->spec->protocol == TCP_RAW)
		return err_set(e, ERR_INFRA, "there is no break on a raw connection: \"protocol: rfc2217\" has one");
	if (t->spec->protocol == TCP_TELNET) {
		buf_add(&t->telnet.out, brk, sizeof brk);
		hold(t, 0);
		return 0;
	}
	comport_request(&t->telnet, COMPORT_SET_CONTROL, COMPORT_BREAK_ON);
	hold(t, ms);
	comport_request(&t->telnet, COMPORT_SET_CONTROL, COMPORT_BREAK_OFF);
	hold(t, 0);
	return 0;
}

static void tcp_destroy(struct console *c)
{
	struct tcp_console *t = self(c);

	telnet_finish(&t->telnet);
	buf_finish(&t->early);
	free(t->where);
	free(t);
}

static const struct console_ops tcp_ops = {
	.name = "tcp",
	.settle_ms = 50,
	.open = tcp_open,
	.close = tcp_close,
	.destroy = tcp_destroy,
	.read = tcp_read,
	.write = tcp_write,
	.send_break = tcp_break,
};

struct console *console_tcp_create(const struct console_tcp *spec)
{
	struct tcp_console *t = xcalloc(1, sizeof *t);

	t->base = (struct console){.ops = &tcp_ops, .fd = -1, .out_fd = -1};
	t->spec = spec;
	t->where = xasprintf("the console server at %s:%d", spec->host, spec->port);
	telnet_init(&t->telnet);
	return &t->base;
}
