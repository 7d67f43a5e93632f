#include "gdb/gdb.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/clock.h"

enum { RETRIES = 3, MANY_OWED = 64 };

/* Steps of the greeting: what is awaited. */
enum { GREET_INTERRUPTED, GREET_SUPPORTED, GREET_NO_ACK, GREET_WHY };

const char *gdb_state_name(enum gdb_state s)
{
	static const char *const names[] = {
		[GDB_GREETING] = "being connected", [GDB_RUNNING] = "running", [GDB_HALTING] = "asked to stand still",
		[GDB_HALTED] = "standing still",    [GDB_SLOW] = "slow",       [GDB_GONE] = "gone",
	};

	return names[s];
}

static void lose(struct gdb *g, const char *how)
{
	if (g->state != GDB_GONE)
		snprintf(g->gone, sizeof g->gone, "%s", how);
	g->state = GDB_GONE;
}

static int gone_error(const struct gdb *g, struct err *e)
{
	return err_set(e, ERR_INFRA, "the GDB server is gone: %s", g->gone);
}

/* ---- sending ---- */

static void flush(struct gdb *g)
{
	while (g->out.len) {
		ssize_t n = send(g->fd, g->out.data, g->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == ENOTSOCK)
			n = write(g->fd, g->out.data, g->out.len);
		if (n > 0)
			buf_drop_front(&g->out, (size_t)n);
		else if (n < 0 && errno == EINTR)
			continue;
		else if (n < 0 && errno == EAGAIN)
			return;
		else if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
			buf_clear(&g->out); /* it has closed, and may have said why: reading comes to that, and to the end */
			return;
		} else {
			lose(g, strerror(errno));
			return;
		}
	}
}

static void send_packet(struct gdb *g, const char *command)
{
	buf_clear(&g->sent);
	gdb_packet_frame(&g->sent, command, strlen(command));
	buf_add(&g->out, g->sent.data, g->sent.len);
	g->retries = 0;
	g->replied = false;
	flush(g);
}

static void send_byte(struct gdb *g, char c)
{
	buf_addc(&g->out, c);
	flush(g);
}

/* ---- the greeting ---- */

static void greet(struct gdb *g, int step, const char *command)
{
	g->greeting = step;
	send_packet(g, command);
}

static void greeted(struct gdb *g)
{
	const char *reply = g->in.packet.data;
	size_t n = g->in.packet.len;

	switch (g->greeting) {
	case GREET_INTERRUPTED:
		if (gdb_stop_read(&g->stop, reply, n) && g->stop.kind == GDB_STOP_SIGNAL) {
			struct buf ask = {0};

			gdb_ask_supported(&ask);
			greet(g, GREET_SUPPORTED, ask.data);
			buf_finish(&ask);
		}
		break;
	case GREET_SUPPORTED:
		if (gdb_stop_read(&g->stop, reply, n))
			return; /* that connecting has stopped it, told without being asked (QEMU) */
		if (!gdb_supported_read(&g->can, reply, n))
			lose(g, "it did not say what it supports, but something else");
		else if (g->can.no_ack)
			greet(g, GREET_NO_ACK, GDB_ASK_NO_ACK);
		else
			greet(g, GREET_WHY, GDB_ASK_WHY);
		break;
	case GREET_NO_ACK:
		if (gdb_stop_read(&g->stop, reply, n))
			return;
		g->acks = gdb_reply_kind(reply, n) != GDB_REPLY_OK;
		greet(g, GREET_WHY, GDB_ASK_WHY);
		break;
	default:
		if (!gdb_stop_read(&g->stop, reply, n))
			lose(g, "it did not say why the target stands still, but something else");
		else if (g->stop.kind == GDB_STOP_SIGNAL)
			g->state = GDB_HALTED;
		else if (g->stop.kind != GDB_STOP_OUTPUT)
			lose(g, "nothing is left there that could run");
	}
}

/* ---- receiving ---- */

static void stopped(struct gdb *g)
{
	struct gdb_stop s;

	if (!gdb_stop_read(&s, g->in.packet.data, g->in.packet.len)) {
		if (gdb_reply_kind(g->in.packet.data, g->in.packet.len) == GDB_REPLY_DATA || !g->owed)
			lose(g, "it answered something else where the target was to run");
		else
			g->owed--;
		return;
	}
	if (s.kind == GDB_STOP_OUTPUT)
		return;
	g->stop = s;
	if (s.kind == GDB_STOP_SIGNAL)
		g->state = GDB_HALTED;
	else
		lose(g, "what ran there has ended");
}

/* A second stop reply, when an interrupt and a breakpoint met, or the end of what stood still: no other reply begins with
 * these letters. */
static bool is_stray_stop(struct gdb *g)
{
	struct gdb_stop s;

	if (!gdb_stop_read(&s, g->in.packet.data, g->in.packet.len) || s.kind == GDB_STOP_OUTPUT)
		return false;
	if (s.kind == GDB_STOP_SIGNAL)
		return true;
	g->stop = s;
	lose(g, "what ran there has ended");
	return true;
}

static void take_packet(struct gdb *g)
{
	if (g->state == GDB_GREETING)
		greeted(g);
	else if (g->state == GDB_RUNNING || g->state == GDB_HALTING)
		stopped(g);
	else if (is_stray_stop(g))
		return;
	else if (g->owed) {
		g->owed--;
		if (!g->owed && g->state == GDB_SLOW)
			g->state = GDB_HALTED;
	} else if (g->waiting)
		g->replied = true;
}

/* It wants the last packet again, or we do. */
static void again(struct gdb *g, bool theirs)
{
	if (++g->retries > RETRIES)
		lose(g, theirs ? "it does not take what is sent" : "its packets arrive damaged");
	else if (theirs)
		buf_add(&g->out, g->sent.data, g->sent.len);
	else
		buf_addc(&g->out, '-');
	flush(g);
}

static void take_event(struct gdb *g, enum gdb_event ev)
{
	char why[96];

	if (ev == GDB_NAK && g->acks) {
		again(g, true);
	} else if (ev == GDB_DAMAGED && g->acks) {
		again(g, false);
	} else if (ev == GDB_DAMAGED) {
		snprintf(why, sizeof why, "it sent %s", g->in.why);
		lose(g, why);
	} else if (ev == GDB_PACKET) {
		if (g->acks)
			send_byte(g, '+');
		take_packet(g);
	}
}

/* Up to the next reply that somebody waits for. */
static void take_events(struct gdb *g)
{
	enum gdb_event ev;

	while (!g->replied && g->state != GDB_GONE && (ev = gdb_decoder_next(&g->in)) != GDB_NOTHING)
		take_event(g, ev);
	if (g->in.noise > GDB_NOISE_MAX)
		lose(g, "what comes from there is not the GDB remote protocol");
}

/*
 * QEMU's stub sends an acknowledgement and the reply behind it as two pieces, the second only when the first has been
 * acknowledged by TCP, for which the kernel takes 40 ms: 20 times the rest. The kernel forgets this wish again and again.
 */
static void acknowledge_at_once(int fd)
{
	int wish = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &wish, sizeof wish); /* on no other sort of socket */
}

static void receive(struct gdb *g)
{
	char chunk[16384];
	ssize_t n = 0;

	while (g->state != GDB_GONE && (n = read(g->fd, chunk, sizeof chunk)) > 0) {
		if (!g->replied)
			acknowledge_at_once(g->fd);
		gdb_decoder_feed(&g->in, chunk, (size_t)n);
		take_events(g);
		if (n < (ssize_t)sizeof chunk)
			return;
	}
	if (n == 0)
		lose(g, "it closed the connection");
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		lose(g, strerror(errno));
}

int gdb_pump(struct gdb *g, struct err *e)
{
	if (g->state == GDB_GONE)
		return gone_error(g, e);
	flush(g);
	take_events(g);
	receive(g);
	return g->state == GDB_GONE ? gone_error(g, e) : 0;
}

/* ---- connecting ---- */

void gdb_begin(struct gdb *g, int fd, enum gdb_attach attach)
{
	struct buf ask = {0};

	memset(g, 0, sizeof *g);
	g->fd = fd;
	g->acks = true;
	g->state = GDB_GREETING;
	gdb_decoder_init(&g->in);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	g->greeting = GREET_INTERRUPTED;
	if (attach == GDB_ATTACH_RUNNING) {
		send_byte(g, GDB_INTERRUPT);
		return;
	}
	gdb_ask_supported(&ask);
	greet(g, GREET_SUPPORTED, ask.data);
	buf_finish(&ask);
}

void gdb_finish(struct gdb *g)
{
	if (g->fd >= 0)
		close(g->fd);
	gdb_decoder_finish(&g->in);
	buf_finish(&g->out);
	buf_finish(&g->sent);
	gdb_registers_finish(&g->registers);
	memset(g, 0, sizeof *g);
	g->fd = -1;
	g->state = GDB_GONE;
}

/* ---- waiting ---- */

/* One round: 1 something may have come, 0 the deadline passed, -1 error. */
static int wait_once(struct gdb *g, int64_t deadline_ms, struct err *e)
{
	struct pollfd p[] = {
		{.fd = g->fd, .events = (short)(POLLIN | (g->out.len ? POLLOUT : 0))},
		{.fd = cancel_fd(), .events = POLLIN},
	};
	int n = poll(p, 2, clock_poll_timeout(deadline_ms));

	if (n == 0)
		return 0;
	if (n > 0 && p[1].revents)
		return err_set(e, ERR_CANCELLED, "stopped by a signal");
	if (n < 0 && errno != EINTR)
		return err_sys(e, ERR_INFRA, "cannot wait for the GDB server");
	return gdb_pump(g, e) < 0 ? -1 : 1;
}

int gdb_open(struct gdb *g, int fd, enum gdb_attach attach, int64_t deadline_ms, struct err *e)
{
	int rc = 1;

	gdb_begin(g, fd, attach);
	while (g->state == GDB_GREETING && (rc = wait_once(g, deadline_ms, e)) > 0)
		;
	if (g->state == GDB_GONE)
		return gone_error(g, e);
	return rc == 0 ? err_set(e, ERR_INFRA, "the GDB server does not answer") : rc < 0 ? -1 : 0;
}

int gdb_wait(struct gdb *g, int64_t deadline_ms, struct err *e)
{
	int rc = 1;

	if (gdb_pump(g, e) < 0)
		return -1;
	while (g->state != GDB_HALTED && rc > 0)
		rc = wait_once(g, deadline_ms, e);
	return rc;
}

int gdb_interrupt(struct gdb *g, struct err *e)
{
	if (g->state == GDB_GONE)
		return gone_error(g, e);
	if (g->state == GDB_HALTING)
		return 0;
	if (g->state != GDB_RUNNING)
		return err_set(e, ERR_INFRA, "the target is %s, so it cannot be made to stand still", gdb_state_name(g->state));
	g->state = GDB_HALTING;
	send_byte(g, GDB_INTERRUPT);
	return g->state == GDB_GONE ? gone_error(g, e) : 0;
}

static int must_be_halted(struct gdb *g, const char *doing, struct err *e)
{
	if (g->state == GDB_GONE)
		return gone_error(g, e);
	if (g->state != GDB_HALTED && g->state != GDB_SLOW)
		return err_set(e, ERR_INFRA, "cannot %s: the target is %s", doing, gdb_state_name(g->state));
	return 0;
}

int gdb_go(struct gdb *g, enum gdb_go how, struct err *e)
{
	struct buf ask = {0};

	if (must_be_halted(g, "let the target go on", e) < 0)
		return -1;
	if (g->state == GDB_SLOW)
		return err_set(e, ERR_INFRA, "cannot let the target go on: the GDB server has not answered yet");
	if ((how == GDB_GO_BACK && !g->can.reverse_continue) || (how == GDB_GO_STEP_BACK && !g->can.reverse_step))
		return err_set(e, ERR_INFRA, "the GDB server cannot go back in time");
	gdb_ask_go(&ask, how);
	g->state = GDB_RUNNING;
	send_packet(g, ask.data);
	buf_finish(&ask);
	return g->state == GDB_GONE ? gone_error(g, e) : 0;
}

/* ---- asking ---- */

int gdb_reply(struct gdb *g, const char *doing, int64_t deadline_ms, struct err *e)
{
	int rc = 1;

	g->waiting = true;
	g->replied = false;
	take_events(g);
	while (!g->replied && g->state != GDB_GONE && rc > 0)
		rc = wait_once(g, deadline_ms, e);
	g->waiting = false;
	if (g->state == GDB_GONE)
		return gone_error(g, e);
	if (g->replied) {
		g->replied = false;
		return 0;
	}
	g->owed++;
	g->state = GDB_SLOW;
	return rc < 0 ? -1 : err_set(e, ERR_INFRA, "cannot %s: the GDB server did not answer in time", doing);
}

int gdb_ask(struct gdb *g, const char *command, const char *doing, int64_t deadline_ms, struct err *e)
{
	char why[128];

	if (must_be_halted(g, doing, e) < 0)
		return -1;
	if (g->owed >= MANY_OWED)
		return err_set(e, ERR_INFRA, "cannot %s: the GDB server has not answered %u requests before", doing, g->owed);
	send_packet(g, command);
	if (gdb_reply(g, doing, deadline_ms, e) < 0)
		return -1;
	switch (gdb_reply_kind(g->in.packet.data, g->in.packet.len)) {
	case GDB_REPLY_UNSUPPORTED:
		return 1;
	case GDB_REPLY_ERROR:
		gdb_reply_error_text(g->in.packet.data, g->in.packet.len, why, sizeof why);
		return err_set(e, ERR_INFRA, "cannot %s: the GDB server says %s", doing, why);
	default:
		return 0;
	}
}
