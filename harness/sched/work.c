#include "sched/work.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sched/sched.h"
#include "util/file.h"

struct session_spec work_session(const struct run_spec *spec, const char *run_dir, size_t i)
{
	const struct job *job = &spec->plan->jobs[i];

	return (struct session_spec){
		.run = spec->run,
		.name = job->name,
		.scenario = job->scenario,
		.variant = job->variant->name,
		.config = job->config,
		.unit = job->unit,
		.units = job->units,
		.unit_count = job->unit_count,
		.repeat = job->repeat,
		.parameters = job->parameters,
		.want = job->want,
		.image = spec->images[i].image,
		.image_path = spec->images[i].path,
		.image_sha256 = spec->images[i].sha256,
		.files = spec->images[i].files,
		.dtb = spec->images[i].dtb,
		.media = spec->media,
		.run_dir = run_dir,
		.timeout_ms = spec->timeout_ms,
		.wait_ms = spec->wait_ms,
		.culprit = spec->culprit,
		.no_record = spec->no_record,
		.no_map = spec->no_map,
		.verbose = spec->verbose,
	};
}

static size_t choose(const struct session_spec *s, const struct board_unit *avoid, struct aside *aside,
		     const struct board_unit **room)
{
	size_t n = 0;

	for (size_t i = 0; i < s->unit_count; i++)
		if (s->units[i] != avoid && !(aside && aside_why(aside, s->units[i])))
			room[n++] = s->units[i];
	return n;
}

void work_choose(struct session_spec *session, const struct board_unit *avoid, struct aside *aside,
		 const struct board_unit **room)
{
	size_t n = choose(session, avoid, aside, room);

	if (!n)
		n = choose(session, NULL, aside, room);
	if (!n)
		return;
	session->unit = room[0];
	session->units = room;
	session->unit_count = n;
}

static void say(const int *fd, enum sched_word word)
{
	file_write_all(*fd, &(const char){(char)word}, 1);
}

static void tidies_up(void *ctx)
{
	say(ctx, SCHED_TIDYING);
}

static void waits(void *ctx, bool still)
{
	say(ctx, still ? SCHED_WAITING : SCHED_WORKING);
}

void work_do(const struct session_spec *session, int fd)
{
	struct session_spec spec = *session;
	struct session_result result;
	struct session *s;
	char *json;

	/* A machine of QEMU's is there as soon as it is wanted; a unit of hardware is not free before it is off. */
	spec.steps_done = spec.unit->implied ? tidies_up : NULL;
	spec.waits = waits;
	spec.ctx = &fd;
	s = session_run(&spec, &result);
	json = session_result_to_json(&result);
	file_write_all(fd, json, strlen(json));
	close(fd);
	free(json);
	session_leave(s);
	session_result_finish(&result);
}
