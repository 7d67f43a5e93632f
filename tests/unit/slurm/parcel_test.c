/* Files on their way through a database: there and back, once, and not before their owner is gone. */
#include "slurm/parcel.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"

#define LINES "{\"event\":\"session-started\"}\n"

struct way {
	char root[64];
	char *url, *run, *node, *left; /* the run's folder; a job's; the one that has jobs' folders in it */
};

static void put_file(const char *folder, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", folder, name), *slash;

	slash = strrchr(path, '/');
	*slash = '\0';
	ck_assert_int_eq(file_mkdirs(path, NULL), 0);
	*slash = '/';
	ck_assert_int_eq(file_write_atomic(path, text, strlen(text), false, NULL), 0);
	free(path);
}

static void ck_file(const char *folder, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", folder, name);
	struct buf found;

	buf_init(&found);
	ck_assert_msg(file_read(path, &found, NULL) == 0, "not there: %s", path);
	ck_assert_str_eq(found.data ? found.data : "", text);
	buf_finish(&found);
	free(path);
}

static void setup(struct way *w)
{
	snprintf(w->root, sizeof w->root, "/tmp/runtest-parcel-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(w->root));
	w->url = xasprintf("sqlite:%s/on-the-way.db", w->root);
	w->run = xasprintf("%s/run", w->root);
	w->left = xasprintf("%s/parcels", w->root);
	w->node = xasprintf("%s/r1.g1.0.0", w->left);
	put_file(w->run, "run.json", "{}");
	put_file(w->run, "journal.jsonl", "mine\n");
	put_file(w->run, "slurm/g1.json", "{\"sessions\":[]}");
}

static void teardown(struct way *w)
{
	ck_assert_int_eq(file_remove_tree(w->root, NULL), 0);
	free(w->url);
	free(w->run);
	free(w->node);
	free(w->left);
}

/* What a job has when it is done. */
static void run_session(struct way *w)
{
	put_file(w->node, "parts/g1/s.jsonl", LINES);
	put_file(w->node, "s/1/console.log", "hello\n");
	put_file(w->node, "slurm/g1.0.out", "said\n");
}

static void ck_ok(int rc, const struct err *e)
{
	ck_assert_msg(rc >= 0, "%s: %s", e->where, e->what);
}

START_TEST(the_plan_comes_to_the_node_until_it_is_dropped)
{
	struct err e = {0};
	struct way w;

	setup(&w);
	ck_ok(parcel_put_plan(w.url, w.run, "r1", &e), &e);
	ck_ok(parcel_put_plan(w.url, w.run, "r1", &e), &e);
	ck_ok(parcel_get_plan(w.url, "r1", w.node, &e), &e);
	ck_file(w.node, "run.json", "{}");
	ck_file(w.node, "slurm/g1.json", "{\"sessions\":[]}");
	ck_assert_int_eq(parcel_get_plan(w.url, "r2", w.node, &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_int_eq(parcel_receive(w.url, "r1", w.run, &e), 0); /* it is no result */
	ck_ok(parcel_drop_plan(w.url, "r1", &e), &e);
	ck_assert_int_eq(parcel_get_plan(w.url, "r1", w.node, &e), -1);
	teardown(&w);
}
END_TEST

START_TEST(what_a_job_has_comes_back_once_however_often_it_is_sent)
{
	struct parcel p = {.run = "r1", .session = "s"};
	struct err e = {0};
	struct way w;

	setup(&w);
	p.url = w.url;
	for (int i = 0; i < 2; i++) {
		run_session(&w);
		ck_ok(parcel_send(&p, w.node, &e), &e);
		ck_assert(!file_exists(w.node));
		ck_assert_int_eq(parcel_receive(w.url, "r1", w.run, &e), 1);
	}
	ck_file(w.run, "parts/g1/s.jsonl", LINES);
	ck_file(w.run, "s/1/console.log", "hello\n");
	ck_file(w.run, "slurm/g1.0.out", "said\n");
	ck_file(w.run, "journal.jsonl", "mine\n");
	ck_file(w.run, "run.json", "{}");
	ck_assert_int_eq(parcel_receive(w.url, "r1", w.run, &e), 0);
	teardown(&w);
}
END_TEST

/* The job was put back into the queue: another node has its second run. */
START_TEST(a_second_run_of_the_job_stands_behind_the_first)
{
	struct parcel p = {.run = "r1", .session = "s"};
	struct err e = {0};
	struct way w;

	setup(&w);
	p.url = w.url;
	run_session(&w);
	ck_ok(parcel_send(&p, w.node, &e), &e);
	p.restart = 1;
	put_file(w.node, "parts/g1/s.jsonl", "{\"restart\":1}\n");
	put_file(w.node, "s/11/console.log", "again\n");
	ck_ok(parcel_send(&p, w.node, &e), &e);
	ck_assert_int_eq(parcel_receive(w.url, "r1", w.run, &e), 2);
	ck_file(w.run, "parts/g1/s.jsonl", LINES "{\"restart\":1}\n");
	ck_file(w.run, "s/1/console.log", "hello\n");
	ck_file(w.run, "s/11/console.log", "again\n");
	teardown(&w);
}
END_TEST

/* A process that sends a parcel, with a child of its own, as sessions have them; the child's number comes out of the pipe. */
static void be_a_job(const struct parcel *p, const char *folder, int out)
{
	pid_t child = parcel_begin(p, folder, NULL) >= 0 ? fork() : -1;

	if (child != 0 && write(out, &child, sizeof child) != sizeof child)
		_exit(1);
	for (;;)
		pause();
}

/* Not when its children are: one that is killed may leave some for a while, and nobody else would send it soon. */
START_TEST(what_is_left_is_sent_once_its_process_is_gone)
{
	struct parcel p = {.run = "r1", .session = "s"};
	int ready[2], status;
	struct err e = {0};
	struct way w;
	pid_t job, child;

	setup(&w);
	p.url = w.url;
	run_session(&w);
	ck_assert_int_eq(pipe(ready), 0);
	job = fork();
	if (job == 0)
		be_a_job(&p, w.node, ready[1]);
	ck_assert_int_eq(read(ready[0], &child, sizeof child), sizeof child);
	ck_assert_int_gt(child, 0);
	ck_assert_int_eq(parcel_send_left(w.left, &e), 0); /* it lives */
	kill(job, SIGKILL);
	waitpid(job, &status, 0);
	ck_assert_int_eq(parcel_send_left(w.left, &e), 1);
	ck_assert_int_eq(parcel_send_left(w.left, &e), 0);
	ck_assert_int_eq(parcel_receive(w.url, "r1", w.run, &e), 1);
	ck_file(w.run, "s/1/console.log", "hello\n");
	kill(child, SIGKILL);
	close(ready[0]);
	close(ready[1]);
	teardown(&w);
}
END_TEST

/* One that cannot be sent, wherever the folder is read, costs none of the others. */
START_TEST(what_cannot_be_sent_keeps_nothing_else)
{
	struct parcel p = {.run = "r1"};
	struct err e = {0};
	char name[8], folder[128];
	struct way w;

	setup(&w);
	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof name, "s%d", i);
		snprintf(folder, sizeof folder, "%s/%s", w.left, name);
		put_file(folder, "parts/g1/s.jsonl", LINES);
		p.session = name;
		p.url = i == 2 ? "sqlite:/dev/null/no-folder.db" : w.url;
		close(parcel_begin(&p, folder, NULL));
	}
	ck_assert_int_eq(parcel_send_left(w.left, &e), -1);
	ck_assert(e.what[0]);
	snprintf(folder, sizeof folder, "%s/s2", w.left);
	ck_assert(file_exists(folder));
	ck_ok(file_remove_tree(folder, &e), &e);
	ck_assert_int_eq(parcel_send_left(w.left, &e), 0);
	ck_assert_int_eq(parcel_receive(w.url, "r1", w.run, &e), 5);
	teardown(&w);
}
END_TEST

START_TEST(a_parcel_that_names_another_folder_lands_nowhere)
{
	struct parcel p = {.run = "r1", .session = "../out"};
	struct err e = {0};
	struct way w;

	setup(&w);
	p.url = w.url;
	run_session(&w);
	ck_ok(parcel_send(&p, w.node, &e), &e);
	ck_assert_int_eq(parcel_receive(w.url, "r1", w.run, &e), 1); /* taken from the way */
	ck_assert_int_eq(file_size(w.run) < 0, 0);
	{
		char *outside = xasprintf("%s/out", w.root);

		ck_assert(!file_exists(outside));
		free(outside);
	}
	teardown(&w);
}
END_TEST

Suite *parcel_test(void);

Suite *parcel_test(void)
{
	Suite *s = suite_create("parcel");
	TCase *c = tcase_create("parcel");

	tcase_add_test(c, the_plan_comes_to_the_node_until_it_is_dropped);
	tcase_add_test(c, what_a_job_has_comes_back_once_however_often_it_is_sent);
	tcase_add_test(c, a_second_run_of_the_job_stands_behind_the_first);
	tcase_add_test(c, what_is_left_is_sent_once_its_process_is_gone);
	tcase_add_test(c, what_cannot_be_sent_keeps_nothing_else);
	tcase_add_test(c, a_parcel_that_names_another_folder_lands_nowhere);
	suite_add_tcase(s, c);
	return s;
}
