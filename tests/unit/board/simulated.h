/* A U-Boot at the far end of a line that may lose, double or delay characters; no process, no time. */
#ifndef TESTS_UNIT_BOARD_SIMULATED_H
#define TESTS_UNIT_BOARD_SIMULATED_H

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "board/load/load.h"
#include "util/clock.h"
#include "util/mem.h"

enum {
	NEVER = -1,
	SIM_LATE = 20, /* so often nothing comes before the patience is over */
};

struct simulated {
	struct load_line line;
	struct buf out;         /* on its way to us */
	size_t given;           /* of which we have */
	size_t at_most;         /* bytes in one receive; 0: all */
	char command[512];      /* on the line */
	size_t length;
	bool prompting;         /* takes characters; else it is on its way there */
	const char *says[8];    /* before the first prompt, one at each receive without anything else to say */
	size_t said;
	int lose, twice, dead;  /* the number of the typed character that is lost, doubled, or after which all is silent */
	int lose_every;         /* each so-manieth character is lost; 0: none */
	int typed, arrived;     /* characters so far */
	size_t stoppable;       /* this one of `says` and those after it come only when a character has arrived; 0: none */
	char ran[16][512];      /* commands that were entered */
	size_t run_count;
	bool ended;             /* the session is over */
	bool mute;              /* commands do not come back */
	const char *answers[8]; /* what the commands print, in their order; NULL: nothing. "Starting ...": and no prompt */
	size_t handed_over_at;  /* bytes given when the line was handed over */
	int64_t *patience;      /* the deadline of who waits for what does not come: it passes when that is all there is */
	int late;               /* how often nothing came */
};

static inline void sim_answer(struct simulated *s)
{
	const char *answer = s->run_count <= 8 ? s->answers[s->run_count - 1] : NULL;

	if (answer)
		buf_adds(&s->out, answer);
	if (s->mute || (answer && strncmp(answer, "Starting", 8) == 0))
		s->prompting = false;
	else
		buf_adds(&s->out, "=> ");
}

static inline void sim_enter(struct simulated *s)
{
	buf_adds(&s->out, "\r\n");
	s->command[s->length] = '\0';
	if (s->length) {
		ck_assert_uint_lt(s->run_count, 16);
		snprintf(s->ran[s->run_count++], sizeof s->ran[0], "%s", s->command);
		sim_answer(s);
	} else {
		buf_adds(&s->out, "=> ");
	}
	s->length = 0;
}

static inline void sim_type(struct simulated *s, char c)
{
	if (!s->prompting)
		return;
	if (c == '\x03') {
		buf_adds(&s->out, "<INTERRUPT>\r\n=> ");
		s->length = 0;
	} else if (c == '\r') {
		sim_enter(s);
	} else {
		ck_assert_uint_lt(s->length, sizeof s->command - 1);
		s->command[s->length++] = c;
		buf_addc(&s->out, c);
	}
}

static inline enum line_state sim_send(struct load_line *l, const char *bytes, size_t n, int64_t deadline_ms)
{
	struct simulated *s = (struct simulated *)l;

	(void)deadline_ms;
	if (s->ended)
		return LINE_ENDED;
	for (size_t i = 0; i < n; i++) {
		int number = s->typed++;
		bool lost = number == s->lose || (s->lose_every && number % s->lose_every == s->lose_every - 1) ||
			    (s->dead != NEVER && number >= s->dead);

		s->arrived += !lost;
		if (!lost)
			sim_type(s, bytes[i]);
		if (number == s->twice)
			sim_type(s, bytes[i]);
	}
	return LINE_OK;
}

static inline enum line_state sim_receive(struct load_line *l, struct buf *in, int64_t deadline_ms)
{
	struct simulated *s = (struct simulated *)l;
	size_t n = s->out.len - s->given;

	(void)deadline_ms;
	if (s->ended)
		return LINE_ENDED;
	if (!n && s->said < 8 && s->says[s->said] && (!s->stoppable || s->said < s->stoppable || s->arrived)) {
		s->prompting |= strstr(s->says[s->said], "\n=> ") != NULL;
		buf_adds(&s->out, s->says[s->said++]);
		n = s->out.len - s->given;
	}
	if (!n) { /* nothing will come, so nobody has to wait for it */
		if (s->patience && ++s->late == SIM_LATE)
			*s->patience = clock_ms();
		return LINE_LATE;
	}
	if (s->at_most && n > s->at_most)
		n = s->at_most;
	buf_add(in, s->out.data + s->given, n);
	s->given += n;
	return LINE_OK;
}

static inline void sim_handing_over(struct load_line *l)
{
	struct simulated *s = (struct simulated *)l;

	s->handed_over_at = s->given;
}

static inline void sim_init(struct simulated *s)
{
	static const struct load_line_ops ops = {sim_send, sim_receive, sim_handing_over};

	*s = (struct simulated){.line = {.ops = &ops}, .prompting = true, .lose = NEVER, .twice = NEVER, .dead = NEVER};
}

static inline void sim_finish(struct simulated *s)
{
	buf_finish(&s->out);
}

/* Nothing above keeps anybody waiting: only a dialogue that has come to nothing gets there. */
static inline int64_t sim_deadline(void)
{
	return clock_ms() + 20000;
}

/* Where coming to nothing is what is tested. */
static inline int64_t sim_soon(void)
{
	return clock_ms() + 300;
}

#endif
