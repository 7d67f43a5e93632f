#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/proc.h"

/* Reached only by what never comes. */
enum { PATIENCE_MS = 60000 };

Suite *warden_test(void);

static char dir[64];

static void make_dir(void)
{
	snprintf(dir, sizeof dir, "/tmp/warden-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
}

static void remove_dir(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(file_remove_tree(dir, NULL), 0);
}

static struct proc_spec shell(const char **argv, const char *script)
{
	argv[0] = "sh";
	argv[1] = "-c";
	argv[2] = script;
	argv[3] = NULL;
	return (struct proc_spec){.argv = argv, .in = -1, .out = -1, .err = -1, .warden = true};
}

/* Wait until the file holds `lines` numbers; they are read into pids. */
static void read_pids(const char *file, int *pids, int lines)
{
	int64_t deadline = clock_ms() + PATIENCE_MS;
	int have = 0;

	while (have < lines && clock_ms() < deadline) {
		FILE *f = fopen(file, "r");

		for (have = 0; f && have < lines && fscanf(f, "%d", &pids[have]) == 1;)
			have++;
		if (f)
			fclose(f);
		usleep(2000);
	}
	ck_assert_int_eq(have, lines);
}

static bool alive(int pid)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fscanf(f, "%*d %*s %c", &state) != 1)
		state = 0;
	fclose(f);
	return state && state != 'Z' && state != 'X'; /* a zombie runs no more; who reaps it depends on the machine */
}

static void expect_gone(const int *pids, int count)
{
	int64_t deadline = clock_ms() + PATIENCE_MS;

	for (int i = 0; i < count; i++) {
		while (alive(pids[i]) && clock_ms() < deadline)
			usleep(1000);
		ck_assert_msg(!alive(pids[i]), "process %d of %d is still alive", i, count);
	}
}

static const char two_sleepers[] =
	"sleep 1000 & echo $! >pids; setsid sleep 1000 & echo $! >>pids; echo $$ >>pids; wait";

START_TEST(kill_9_of_the_parent_leaves_no_grandchild)
{
	const char *argv[4];
	int pids[3];
	pid_t parent = fork();

	if (parent == 0) {
		struct proc_spec s = shell(argv, two_sleepers);

		proc_start(&s, NULL);
		pause();
		_exit(0);
	}
	read_pids("pids", pids, 3);
	ck_assert(alive(pids[0]) && alive(pids[1]) && alive(pids[2]));
	kill(parent, SIGKILL);
	ck_assert_int_eq(waitpid(parent, NULL, 0), parent);
	expect_gone(pids, 3);
}
END_TEST

START_TEST(what_a_command_leaves_in_the_background_ends_with_it)
{
	const char *argv[4];
	struct proc_spec s = shell(argv, "sleep 1000 & echo $! >pids; setsid sleep 1000 & echo $! >>pids; exit 7");
	int pids[2];

	ck_assert_int_eq(proc_run(&s, NULL, NULL), 7);
	read_pids("pids", pids, 2);
	expect_gone(pids, 2);
}
END_TEST

START_TEST(the_wait_status_is_the_commands_own)
{
	const char *argv[4];
	struct proc_spec s = shell(argv, "kill -SEGV $$");
	int status;

	status = proc_wait(proc_start(&s, NULL));
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGSEGV);
	argv[2] = "exit 3";
	status = proc_wait(proc_start(&s, NULL));
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 3);
}
END_TEST

START_TEST(a_program_that_is_not_there_is_reported_through_the_warden)
{
	const char *argv[] = {"no-such-program-anywhere", NULL};
	struct proc_spec s = {.argv = argv, .in = -1, .out = -1, .err = -1, .warden = true};
	struct err e = {0};

	ck_assert_int_eq(proc_start(&s, &e), -1);
	ck_assert_int_eq(e.sys, ENOENT);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left to reap */
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

START_TEST(a_stop_ends_even_a_command_that_ignores_the_signal)
{
	const char *argv[4];
	struct proc_spec s = shell(argv, "trap '' TERM; sleep 1000 & echo $! >pids; echo $$ >>pids; wait; sleep 1000");
	int stop[2], pids[2];
	struct proc_watch watch = {.deadline_ms = INT64_MAX};
	struct err e = {0};
	pid_t stopper;

	ck_assert_int_eq(pipe(stop), 0);
	watch.stop_fd = stop[0];
	stopper = fork();
	if (stopper == 0) {
		read_pids("pids", pids, 2);
		_exit(write(stop[1], "x", 1) == 1 ? 0 : 1);
	}
	ck_assert_int_eq(proc_run_watched(&s, &watch, &e), -1);
	ck_assert_int_eq(e.kind, ERR_CANCELLED);
	ck_assert_int_eq(proc_wait(stopper), 0);
	read_pids("pids", pids, 2);
	ck_assert(!alive(pids[0]) && !alive(pids[1]));
}
END_TEST

START_TEST(a_deadline_ends_the_command)
{
	const char *argv[4];
	struct proc_spec s = shell(argv, "sleep 1000");
	struct proc_watch watch = {.stop_fd = -1, .deadline_ms = clock_ms() + 30};
	struct err e = {0};

	ck_assert_int_eq(proc_run_watched(&s, &watch, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "in time"));
}
END_TEST

START_TEST(the_warden_holds_no_descriptor_but_those_to_keep)
{
	const char *argv[4];
	struct proc_spec s = shell(argv, "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; echo up >up; sleep 1000");
	int pipes[2], kept[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(kept, O_CLOEXEC | O_NONBLOCK), 0);
	s.keep = &kept[1];
	s.keep_count = 1;
	pid = proc_start(&s, NULL);
	ck_assert_int_gt(pid, 0);
	close(pipes[1]);
	close(kept[1]);
	ck_assert_int_eq(read(pipes[0], &byte, 1), 0); /* end of file: nobody else writes */
	while (!file_exists("up"))
		usleep(1000);
	ck_assert_int_eq(read(kept[0], &byte, 1), -1); /* the warden still has it, though the command closed it */
	ck_assert_int_eq(errno, EAGAIN);
	proc_end(pid, SIGTERM, 2000);
	ck_assert_int_eq(read(kept[0], &byte, 1), 0);
}
END_TEST

Suite *warden_test(void)
{
	Suite *s = suite_create("warden");
	TCase *t = tcase_create("warden");

	tcase_add_checked_fixture(t, make_dir, remove_dir);
	tcase_add_test(t, kill_9_of_the_parent_leaves_no_grandchild);
	tcase_add_test(t, what_a_command_leaves_in_the_background_ends_with_it);
	tcase_add_test(t, the_wait_status_is_the_commands_own);
	tcase_add_test(t, a_program_that_is_not_there_is_reported_through_the_warden);
	tcase_add_test(t, a_stop_ends_even_a_command_that_ignores_the_signal);
	tcase_add_test(t, a_deadline_ends_the_command);
	tcase_add_test(t, the_warden_holds_no_descriptor_but_those_to_keep);
	suite_add_tcase(s, t);
	return s;
}
