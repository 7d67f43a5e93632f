/* Loading a board by hand: what a session does up to the image's first words, and no more. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board/board.h"
#include "cli/byhand.h"
#include "cli/command.h"
#include "farm/powered.h"
#include "image/container.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

enum {
	SETTLE_MS = 300,    /* silence before power goes on, where the console does not say */
	TALK_MS = 2000,     /* a board that talks longer is not off */
	FOLLOW_S = 3,       /* the console after the start */
	FOLLOW_MAX_S = 86400,
	LONGEST = 4096,     /* a longer line is broken */
	CHUNK = 16 * 1024,
};

/* ---- the console, printed as it comes ---- */

struct desk {
	struct load_line line; /* what the load driver talks on */
	struct board *board;
	struct buf half;       /* of a line that is not printed yet */
	bool ended;            /* the console hung up, or broke */
	struct err why;
};

static void print_half(struct desk *d)
{
	struct buf text = {0};

	text_add_lines(&text, d->half.data, d->half.len);
	if (text.len)
		fwrite(text.data, 1, text.len, stdout);
	fflush(stdout);
	buf_finish(&text);
	buf_clear(&d->half);
}

static void print(struct desk *d, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_addc(&d->half, bytes[i]);
		if (bytes[i] == '\n' || d->half.len >= LONGEST)
			print_half(d);
	}
}

static enum line_state hang_up(struct desk *d, ssize_t n)
{
	const char *why = d->board->console->why;

	if (n == 0)
		err_set(&d->why, ERR_INFRA, "the console hung up%s%s", why[0] ? ": " : "", why);
	d->ended = true;
	return LINE_ENDED;
}

/* Wait until the console is ready for that (POLLIN, POLLOUT), or it is too late. */
static enum line_state wait_for(struct desk *d, short events, int64_t deadline_ms)
{
	const struct console *c = d->board->console;
	struct pollfd p[] = {{.fd = events == POLLOUT ? c->out_fd : c->fd, .events = events},
			     {.fd = cancel_fd(), .events = POLLIN}};
	int n;

	while ((n = poll(p, 2, clock_poll_timeout(deadline_ms))) < 0 && errno == EINTR)
		;
	if (p[1].revents) {
		err_set(&d->why, ERR_CANCELLED, "stopped by a signal");
		return LINE_ENDED;
	}
	return n == 0 ? LINE_LATE : LINE_OK;
}

static enum line_state receive(struct load_line *l, struct buf *in, int64_t deadline_ms)
{
	struct desk *d = (struct desk *)l;
	char chunk[CHUNK];
	ssize_t n;

	while ((n = console_read(d->board->console, chunk, sizeof chunk, &d->why)) == -1) {
		enum line_state state = wait_for(d, POLLIN, deadline_ms);

		if (state != LINE_OK)
			return state;
	}
	if (n <= 0)
		return hang_up(d, n);
	if (in)
		buf_add(in, chunk, (size_t)n);
	print(d, chunk, (size_t)n);
	return LINE_OK;
}

static enum line_state send(struct load_line *l, const char *bytes, size_t n, int64_t deadline_ms)
{
	struct desk *d = (struct desk *)l;
	enum line_state state = LINE_OK;

	while (n && state == LINE_OK) {
		ssize_t put = console_write(d->board->console, bytes, n, &d->why);

		if (put < 0)
			return hang_up(d, put);
		bytes += put;
		n -= (size_t)put;
		if (n)
			state = wait_for(d, POLLOUT, deadline_ms);
	}
	return state;
}

static void handing_over(struct load_line *l)
{
	(void)l;
}

static const struct load_line_ops line_ops = {send, receive, handing_over};

/* ---- step by step ---- */

static int pause_for(int64_t ms, struct err *e)
{
	struct pollfd p = {.fd = cancel_fd(), .events = POLLIN};
	int64_t until = clock_ms() + ms;
	int n;

	while ((n = poll(&p, 1, clock_poll_timeout(until))) < 0 && errno == EINTR)
		;
	return n > 0 ? err_set(e, ERR_CANCELLED, "stopped by a signal") : 0;
}

/* Whatever the line still holds is none of this start's. */
static int hear_out(struct desk *d, const struct board_unit *u, struct err *e)
{
	int64_t settle = u->console->settle_ms ? u->console->settle_ms : SETTLE_MS, limit = clock_ms() + settle + TALK_MS;
	enum line_state state = LINE_OK;

	while (state == LINE_OK && clock_ms() < limit)
		state = receive(&d->line, NULL, clock_ms() + settle);
	if (state == LINE_OK)
		fprintf(stderr, "runtest: the board still talks when power is to go on: was it off?\n");
	if (state == LINE_ENDED)
		*e = d->why;
	return state == LINE_ENDED ? -1 : 0;
}

static int power_cycle(struct desk *d, const struct by_hand *h, struct err *e)
{
	const struct board_unit *u = h->unit;
	struct power *p = d->board->power;

	if (board_open_console(d->board, e) < 0 || p->ops->off(p, e) < 0 || pause_for(board_unit_discharge_ms(u), e) < 0 ||
	    hear_out(d, u, e) < 0 || powered_mark(&h->lock, POWERED_BY_HAND, e) < 0)
		return -1;
	return board_power_on(d->board, e);
}

static int deliver(struct desk *d, struct err *e)
{
	struct load *l = d->board->load;
	int64_t deadline = l->patience_ms ? clock_ms() + l->patience_ms : INT64_MAX;

	switch (l->ops->deliver(l, &d->line, deadline, e)) {
	case LOAD_DONE:
		return 0;
	case LOAD_ENDED:
		*e = d->why;
		return -1;
	default:
		return -1;
	}
}

/* What the image says, for a while or to its end. From here on a signal ends no more than that. */
static void follow(struct desk *d, const char *unit, long seconds)
{
	int64_t until = clock_ms() + seconds * 1000;

	fprintf(stderr, "runtest: %s is started and stays on; its console follows for %ld s, or until ^C\n", unit, seconds);
	while (!d->ended && receive(&d->line, NULL, until) == LINE_OK && clock_ms() < until)
		;
	print_half(d);
}

/* It did not start: off again, and no mark of ours where the switch says that it is. */
static void give_up(struct board *b, const struct by_hand *h)
{
	bool certain = b->power && b->power->ops->off(b->power, NULL) == 0 && b->power->ops->state;

	board_close(b);
	if (certain)
		powered_clear(&h->lock, NULL);
}

/* The unit's lock is held. */
static int load(const struct by_hand *h, const struct board_boot *boot, long seconds, struct err *e)
{
	struct board board;
	struct desk d = {.line = {.ops = &line_ops}, .board = &board};
	int rc;

	if (board_open(&board, h->unit, boot, e) < 0)
		return -1;
	rc = power_cycle(&d, h, e);
	if (rc == 0)
		rc = deliver(&d, e);
	if (rc == 0)
		follow(&d, h->unit->name, seconds);
	print_half(&d);
	buf_finish(&d.half);
	if (rc == 0)
		board_leave(&board);
	else
		give_up(&board, h);
	return rc;
}

/* ---- to whom ---- */

static int check_unit(const struct board_unit *u)
{
	struct err e;

	if (!u->kind->qemu && u->load)
		return 0;
	err_set(&e, ERR_CONFIG, "board %s %s", u->name,
		u->kind->qemu ? "is a machine of QEMU: `runtest run` boots it" : "has no load section");
	err_at(&e, u->file, u->line, 0);
	return command_error(&e);
}

/* A boot loader's own wrapping says where its bytes go. */
static int is_placed(const char *path, bool *placed, struct err *e)
{
	struct buf bytes;
	int rc;

	buf_init(&bytes);
	rc = file_read(path, &bytes, e);
	*placed = bytes.len && (container_elf.is_it((const uint8_t *)bytes.data, bytes.len) ||
				container_uimage.is_it((const uint8_t *)bytes.data, bytes.len));
	buf_finish(&bytes);
	return rc;
}

static int load_image(const struct by_hand *h, const char *path, long seconds, struct err *e)
{
	char dir[] = "/tmp/runtest-load-XXXXXX";
	struct load_file file = {.path = path, .address = h->unit->kind->load_address};
	struct board_boot boot = {.load = {.files = &file, .count = 1, .dir = dir, .cache = dir}};
	int rc;

	if (is_placed(path, &file.placed, e) < 0)
		return -1;
	if (!mkdtemp(dir))
		return err_sys(e, ERR_IO, "cannot make a folder for the delivery");
	rc = load(h, &boot, seconds, e);
	file_remove_tree(dir, NULL);
	return rc;
}

struct request {
	long seconds;
	int64_t wait_ms;
	char *image; /* absolute */
};

/* 0, or the exit status 2. */
static int take(struct request *q, int option)
{
	if (option == 'W')
		q->wait_ms = 0;
	if (option == 'w')
		return command_wait(&command_load, optarg, &q->wait_ms);
	return option == 'f' ? command_count(&command_load, "--follow", optarg, FOLLOW_MAX_S, &q->seconds)
			     : option == '?' ? 2 : 0;
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {{"follow", required_argument, NULL, 'f'},
						{"no-wait", no_argument, NULL, 'W'},
						{"wait", required_argument, NULL, 'w'}, {0}};
	int option, status = 0;

	while (status == 0 && (option = command_option(&command_load, argc, argv, ":f:", options)) != -1)
		status = take(q, option);
	if (status == 0 && argc - optind != 2)
		status = command_usage_error(&command_load, "expected a board unit and a boot image");
	if (status == 0 && !(q->image = realpath(argv[optind + 1], NULL)))
		status = command_usage_error(&command_load, "%s: %s", argv[optind + 1], strerror(errno));
	return status;
}

static int load_by_hand(const struct request *q, const struct cli *cli, const char *unit)
{
	struct by_hand h;
	struct err e;
	int status = by_hand_find(&h, &command_load, cli, unit);

	if (status == 0)
		status = check_unit(h.unit);
	if (status == 0)
		status = by_hand_take(&h, q->wait_ms, NULL);
	if (status == 0 && load_image(&h, q->image, q->seconds, &e) < 0)
		status = command_error(&e);
	by_hand_end(&h);
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.seconds = FOLLOW_S, .wait_ms = BY_HAND_FOR_EVER};
	int status = parse(&q, argc, argv);

	if (status == 0) {
		cancel_init();
		status = load_by_hand(&q, cli, argv[optind]);
	}
	free(q.image);
	return status;
}

const struct command command_load = {
	.name = "load",
	.synopsis = "load [OPTION...] UNIT IMAGE",
	.about = "bring a boot image onto a board by hand, and start it",
	.help = "Switches the board off and on, loads the image as the unit's load section says (docs/loading.md), starts it, and\n"
		"prints the console. The board stays on; where the image did not start, it is switched off.\n"
		"\n"
		"  -f, --follow SECONDS  how long to go on printing once the image has been started (3)\n"
		"  --wait TIME           wait at most so long for a board that somebody else has or has reserved\n"
		"  --no-wait             do not wait at all\n"
		"\n"
		"The unit's lock is held meanwhile. A board that stays on is marked so (`runtest who`), and the next session\n"
		"begins by switching it off.\n"
		"\n"
		"Exit status: 0 the image was started; 2 usage or configuration, or it is no image for this board; 3 it was not\n"
		"started; 4 the board was not to be had in that time; 130 and 143 cancelled.\n",
	.run = run,
};
