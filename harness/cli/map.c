/* runtest map: what became of every page of a session's image, over time. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/sessions.h"
#include "survival/draw.h"
#include "survival/file.h"
#include "util/file.h"
#include "util/mem.h"

enum { MOST_WIDTH = 1000, USUAL_WIDTH = 100 };

struct request {
	const char *results, *session, *svg;
	bool json;
	long width; /* --width; 0: the terminal's */
};

static size_t width_of(const struct request *q)
{
	struct winsize size;

	if (q->width)
		return (size_t)q->width;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col < MOST_WIDTH ? size.ws_col : MOST_WIDTH;
	return USUAL_WIDTH;
}

/* A picture goes into its file, everything else to the standard output. */
static int show(const struct request *q, const struct survival_map *m, struct err *e)
{
	struct buf out;
	int rc = 0;

	buf_init(&out);
	if (q->svg) {
		map_draw_svg(&out, m);
		if (strcmp(q->svg, "-") != 0) {
			rc = file_write_atomic(q->svg, out.data, out.len, false, e);
			buf_clear(&out);
		}
	} else if (q->json) {
		map_draw_json(&out, m);
	} else {
		map_draw_text(&out, m, width_of(q), command_colour());
	}
	if (rc == 0 && (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0))
		rc = err_sys(e, ERR_IO, "cannot write to the standard output");
	buf_finish(&out);
	return rc;
}

static int of_session(const struct request *q, const struct past_session *s, struct err *e)
{
	struct survival_map m;
	char *path;
	int rc;

	if (!s->result->survival) {
		err_set(e, ERR_USAGE, "the session has no survival map%s%s", s->result->unmapped ? ": " : "",
			s->result->unmapped ? s->result->unmapped : "");
		return err_hint(e, "memory is sampled on QEMU boards, while the session runs");
	}
	path = xasprintf("%s/%s", s->dir, s->result->survival);
	if (!file_exists(path)) {
		map_init(&m);
		rc = err_set(e, ERR_USAGE, "the session's survival map is no longer there");
		err_at(e, path, 0, 0);
	} else {
		rc = map_read(&m, path, e);
	}
	if (rc == 0)
		rc = show(q, &m, e);
	map_finish(&m);
	free(path);
	return rc;
}

static int take(struct request *q, int option)
{
	switch (option) {
	case 'j':
		q->json = true;
		return 0;
	case 'r':
		q->results = optarg;
		return 0;
	case 's':
		q->svg = optarg;
		return 0;
	case 'w':
		return command_count(&command_map, "--width", optarg, MOST_WIDTH, &q->width);
	default:
		return 2;
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'},
						{"results", required_argument, NULL, 'r'},
						{"svg", required_argument, NULL, 's'},
						{"width", required_argument, NULL, 'w'},
						{0}};
	int option, status = 0;

	while (status == 0 && (option = command_option(&command_map, argc, argv, ":", options)) != -1)
		status = take(q, option);
	if (status)
		return status;
	if (q->json && q->svg)
		return command_usage_error(&command_map, "--json and --svg are two forms of one thing: one at a time");
	if (argc - optind != 1)
		return command_usage_error(&command_map, "which session? RUN/SESSION, one at a time");
	q->session = argv[optind];
	return 0;
}

static int map(const struct cli *cli, int argc, char **argv)
{
	struct request q = {0};
	struct past_session s;
	struct err e;
	int status = parse(&q, argc, argv);

	if (status)
		return status;
	if (past_session_open(&s, cli, q.results, q.session, &e) < 0 || of_session(&q, &s, &e) < 0)
		status = command_error(&e);
	past_session_close(&s);
	return status;
}

const struct command command_map = {
	.name = "map",
	.synopsis = "map [OPTION...] RUN/SESSION",
	.about = "what became of every page of a session's image, over time",
	.help = "Drawn for the terminal, as wide as that is: pages from top to bottom, time from left to\n"
		"right. RUN and SESSION are as for `runtest replay`.\n"
		"\n"
		"  --svg FILE     a picture instead (-: on the standard output)\n"
		"  --json         every page's states with their times instead\n"
		"  --width N      so many columns wide instead of the terminal's\n"
		"  --results DIR  look for RUN in DIR instead of the project's results/\n"
		"\n"
		"Memory is sampled while the session runs: a page's state is known at the samples, and a\n"
		"change happened somewhere between two of them (docs/survival-map.md). The exit status is\n"
		"2 when the session has no map, 3 when its file is damaged.\n",
	.run = map,
};
