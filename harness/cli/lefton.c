#include "cli/lefton.h"

#include <stdio.h>
#include <stdlib.h>

#include "health/sweep.h"
#include "util/clock.h"
#include "util/mem.h"

/* Are those that a person or a session answers for told of? Only to who asks for that very unit. */
static bool is_told(enum sweep_end end, bool named)
{
	return end == SWEEP_OFF || end == SWEEP_UNSURE || end == SWEEP_NO_SWITCH || named;
}

/* 3: it may still be on, and nobody answers for it. */
static int sweep(const struct left_on_request *q, const struct board_unit *u, bool named)
{
	struct err e;
	char *text;
	enum sweep_end end = sweep_unit(u, q->hand_limit_ms, q->wait_ms ? clock_ms() + q->wait_ms : 0, &text, &e);

	if (end == SWEEP_FAILED) {
		if (!e.where[0])
			err_at(&e, u->name, 0, 0);
		command_error(&e);
	} else if (is_told(end, named)) {
		printf("%s %s\n", u->name, text ? text : "was not left on");
		fflush(stdout);
	}
	free(text);
	return end == SWEEP_FAILED || end == SWEEP_UNSURE || end == SWEEP_NO_SWITCH ? 3 : 0;
}

static int sweep_all(const struct left_on_request *q, const struct project *p, const struct err_list *errors)
{
	int status = 0;

	for (size_t i = 0; i < p->unit_count; i++) {
		const struct board_unit *u = &p->units[i];
		int got = 0;

		if (!u->implied && project_unit_is_sound(u, errors))
			got = sweep(q, u, false);
		status = got > status ? got : status;
	}
	return status;
}

static int no_unit(const struct project *p, const char *name)
{
	const char *near = names_nearest(project_board_names(p), name);
	struct err e;

	err_set(&e, ERR_USAGE, "no board unit is called %s", name);
	if (near)
		err_hint(&e, "did you mean %s? `runtest list boards` shows all of them", near);
	else
		err_hint(&e, "`runtest list boards` shows all of them");
	return command_error(&e);
}

static int sweep_named(const struct left_on_request *q, const struct project *p, const struct err_list *errors)
{
	int status = 0;

	for (size_t i = 0; i < q->unit_count; i++) {
		const struct board_unit *u = project_unit(p, q->units[i]);
		int got = !u ? no_unit(p, q->units[i]) : u->implied ? 0 : project_unit_is_sound(u, errors) ? sweep(q, u, true) : 2;

		status = got > status ? got : status;
	}
	return status;
}

int left_on_sweep(const struct cli *cli, const struct left_on_request *q)
{
	struct err_list errors;
	struct project p;
	int status = command_load_boards(cli, &p, &errors);

	if (status == 0)
		status = q->unit_count ? sweep_named(q, &p, &errors) : sweep_all(q, &p, &errors);
	if (status == 0 && errors.count && !q->unit_count)
		status = 2;
	err_list_finish(&errors);
	project_finish(&p);
	return status;
}
