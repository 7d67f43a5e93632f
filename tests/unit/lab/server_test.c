/* Servers that do not start at the first try, and what is said of one that never does. */
#include "lab/server.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/mem.h"

Suite *server_test(void);

/* A program that starts properly from its third start on; `good` 0: never. */
struct stand {
	struct loop loop;
	struct server server;
	char folder[64];
	char *log, *command;
	int good;
	const char *argv[4];
};

static int configure(struct server *s, struct err *e)
{
	struct stand *t = s->ctx;

	(void)e;
	free(t->command);
	t->command = xasprintf("echo >>%s/starts; n=$(wc -l <%s/starts)\n"
			       "[ %d -gt 0 ] && [ $n -ge %d ] || { echo start $n: too early; exit 1; }\n"
			       "exec python3 -c 'import socket, time\ns = socket.socket()\n"
			       "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n"
			       "s.bind((\"127.0.0.1\", %d))\ns.listen()\ntime.sleep(60)'",
			       t->folder, t->folder, t->good, t->good, s->ports[0]);
	memcpy(t->argv, (const char *const[]){"/bin/sh", "-c", t->command, NULL}, sizeof t->argv);
	return 0;
}

static void set_up(struct stand *t, int good)
{
	*t = (struct stand){.folder = "/tmp/runtest-server.XXXXXX", .good = good};
	ck_assert_ptr_nonnull(mkdtemp(t->folder));
	t->log = xasprintf("%s/log", t->folder);
	loop_init(&t->loop);
	t->server = (struct server){.name = "thing", .log = t->log, .argv = t->argv, .port_count = 1, .configure = configure,
				    .ctx = t, .loop = &t->loop};
}

static void tear_down(struct stand *t)
{
	char *starts = xasprintf("%s/starts", t->folder);

	server_close(&t->server);
	loop_finish(&t->loop);
	unlink(starts);
	unlink(t->log);
	ck_assert_int_eq(rmdir(t->folder), 0);
	free(starts);
	free(t->command);
	free(t->log);
}

START_TEST(a_server_is_started_again_until_it_listens_on_its_port)
{
	struct stand t;
	int port;

	set_up(&t, 3);
	ck_assert_int_eq(server_launch(&t.server, NULL), 0);
	port = t.server.ports[0];
	ck_assert_int_eq(server_restart(&t.server, NULL), 0);
	ck_assert_int_gt(t.server.pid, 0);
	ck_assert_int_eq(t.server.ports[0], port);
	tear_down(&t);
}
END_TEST

START_TEST(of_one_that_never_does_its_last_words_are_told)
{
	struct err e = {0};
	struct stand t;

	set_up(&t, 0);
	ck_assert_int_eq(server_launch(&t.server, &e), 0);
	ck_assert_int_eq(server_restart(&t.server, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "thing does not start again; the last it said is \"start "));
	ck_assert_ptr_nonnull(strstr(e.what, ": too early"));
	ck_assert_int_eq(t.server.pid, 0);
	tear_down(&t);
}
END_TEST

Suite *server_test(void)
{
	Suite *s = suite_create("server");
	TCase *c = tcase_create("server");

	tcase_add_test(c, a_server_is_started_again_until_it_listens_on_its_port);
	tcase_add_test(c, of_one_that_never_does_its_last_words_are_told);
	suite_add_tcase(s, c);
	return s;
}
