#include "farm/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>

#include "shelf.h"

Suite *lock_test(void);

/* Is it taken by another process than this one? That is what a process of its own finds out. */
static bool is_taken(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct unit_lock l;

		_exit(take_now(&l, NULL) == 0 ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status) == 1;
}

START_TEST(one_at_a_time)
{
	struct unit_lock l;
	struct err e;

	ck_assert_int_eq(take_now(&l, &e), 0);
	ck_assert(is_taken());
	unit_lock_release(&l);
	ck_assert(!is_taken());
	unit_lock_release(&l); /* again: no matter */
}
END_TEST

START_TEST(units_are_apart)
{
	struct unit_lock a, b;

	ck_assert_int_eq(take_now(&a, NULL), 0);
	ck_assert_int_eq(unit_lock_take(&b, "lab-rv", &testing, 0, NULL, NULL, NULL), 0);
	unit_lock_release(&b);
	ck_assert(is_taken());
	unit_lock_release(&a);
}
END_TEST

START_TEST(a_process_does_not_take_it_twice)
{
	struct unit_lock l, other, again;
	struct err e;

	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert_int_eq(unit_lock_take(&other, "other", &testing, 0, NULL, NULL, NULL), 0);
	unit_lock_release(&other); /* which is not to be confused with it */
	ck_assert_int_eq(take_now(&again, &e), -1);
	ck_assert_int_eq(e.sys, EBUSY);
	unit_lock_release(&again);
	ck_assert(is_taken());
	unit_lock_release(&l);
}
END_TEST

START_TEST(asking_does_not_give_it_away)
{
	struct lock_holder h;
	struct unit_lock l;

	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert_int_eq(unit_lock_holder(UNIT, &h, NULL), 1);
	ck_assert_int_eq(h.pid, getpid());
	ck_assert_str_eq(h.what, "the tests");
	holder_finish(&h);
	ck_assert(is_taken());
	unit_lock_release(&l);
	ck_assert_int_eq(unit_lock_holder(UNIT, &h, NULL), 0);
}
END_TEST

START_TEST(it_goes_with_a_holder_that_is_killed)
{
	struct lock_holder h;
	struct unit_lock l;
	pid_t pid = other_holder(&testing, NULL);

	ck_assert_int_eq(take_now(&l, NULL), -1);
	ck_assert_int_eq(unit_lock_holder(UNIT, &h, NULL), 1);
	ck_assert_int_eq(h.pid, pid);
	holder_finish(&h);
	kill_now(pid);
	ck_assert(file_exists(shelf_file("holder"))); /* its words are still there, and count for nothing */
	ck_assert_int_eq(unit_lock_holder(UNIT, &h, NULL), 0);
	ck_assert_int_eq(take_now(&l, NULL), 0);
	unit_lock_release(&l);
	ck_assert(!file_exists(shelf_file("holder")));
}
END_TEST

/* One forked child of the holder lives on, and so does a program that another turned into. */
static void leave_children(struct unit_lock *l)
{
	(void)l;
	if (fork() == 0)
		for (;;)
			pause();
	if (fork() == 0) {
		fcntl(l->fd, F_SETFD, 0); /* even with the descriptor */
		execlp("sleep", "sleep", "1000", (char *)NULL);
	}
}

START_TEST(children_do_not_inherit_it)
{
	struct unit_lock l;
	pid_t pid;
	int orphans = 0;

	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	pid = other_holder(&testing, leave_children);
	ck_assert_int_eq(take_now(&l, NULL), -1);
	kill_now(pid);
	ck_assert_int_eq(take_now(&l, NULL), 0);
	unit_lock_release(&l);
	for (int i = 0; i < 60000 && orphans < 2; i++) { /* ours now: they were alive all the while */
		char path[64];
		struct buf list = {0};
		long child;
		char *at;

		snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
		ck_assert_int_eq(file_read(path, &list, NULL), 0);
		for (at = list.len ? list.data : ""; (child = strtol(at, &at, 10)) > 0; orphans++)
			kill_now((pid_t)child);
		buf_finish(&list);
		usleep(1000);
	}
	ck_assert_int_eq(orphans, 2);
}
END_TEST

START_TEST(a_child_does_not_give_its_parents_away)
{
	struct unit_lock l, l2;
	int status;
	pid_t pid;

	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert_int_eq(unit_lock_take(&l2, "other", &testing, 0, NULL, NULL, NULL), 0);
	pid = fork();
	if (pid == 0) {
		struct unit_lock own, third;
		struct lock_holder h;
		bool right = !unit_lock_is_held(&l) && unit_lock_holder(UNIT, &h, NULL) == 1 && h.pid == getppid();

		unit_lock_release(&l2);
		unit_lock_release(&l);
		right = right && take_now(&own, NULL) < 0 &&
			unit_lock_take(&third, "third", &testing, 0, NULL, NULL, NULL) == 0;
		_exit(right ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert(is_taken());
	ck_assert(file_exists(shelf_file("holder")));
	unit_lock_release(&l2);
	unit_lock_release(&l);
}
END_TEST

/* ---- waiting ---- */

struct heard {
	int times;
	pid_t pid;
	char what[64], run[64], console_log[64];
	void (*then)(pid_t holder);
};

static const char *or_none(const char *text)
{
	return text ? text : "(none)";
}

static void hear(void *ctx, const struct lock_holder *h)
{
	struct heard *heard = ctx;

	heard->times++;
	heard->pid = h->pid;
	snprintf(heard->what, sizeof heard->what, "%s", or_none(h->what));
	snprintf(heard->run, sizeof heard->run, "%s", or_none(h->run));
	snprintf(heard->console_log, sizeof heard->console_log, "%s", or_none(h->console_log));
	if (heard->then)
		heard->then(h->pid);
}

static void kill_holder(pid_t pid)
{
	kill_now(pid);
}

START_TEST(who_waits_is_told_whom_for_and_goes_on_when_it_is_free)
{
	static const struct lock_purpose busy = {.what = "runtest run", .run = "R1", .session = "s", .console_log = "/x/y"};
	struct heard heard = {.then = kill_holder};
	pid_t pid = other_holder(&busy, NULL);
	struct unit_lock l;

	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, INT64_MAX, hear, &heard, NULL), 0);
	ck_assert_int_eq(heard.times, 1);
	ck_assert_int_eq(heard.pid, pid);
	ck_assert_str_eq(heard.what, "runtest run");
	ck_assert_str_eq(heard.run, "R1");
	ck_assert_str_eq(heard.console_log, "/x/y");
	unit_lock_release(&l);
}
END_TEST

static pid_t second;

/* The first holder is killed, the second is: each takes it in turn while we wait. */
static void one_after_the_other(pid_t holder)
{
	kill_now(holder);
}

START_TEST(who_waits_is_told_once_of_each_holder)
{
	struct heard heard = {.then = one_after_the_other};
	struct unit_lock l;

	other_holder(&testing, NULL);
	second = fork();
	if (second == 0) { /* polls faster than who takes after it does */
		while (take_now(&l, NULL) < 0)
			usleep(100);
		for (;;)
			pause();
	}
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, INT64_MAX, hear, &heard, NULL), 0);
	if (heard.times == 2) { /* it may have been our turn first */
		ck_assert_int_eq(heard.pid, second);
	} else {
		ck_assert_int_eq(heard.times, 1);
		kill_now(second);
	}
	unit_lock_release(&l);
}
END_TEST

START_TEST(a_silent_wait_is_told_once_and_ends_at_its_deadline)
{
	struct heard heard = {.times = 0};
	pid_t pid = other_holder(&testing, NULL);
	struct unit_lock l;
	struct err e;

	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, clock_ms() + 100, hear, &heard, &e), -1);
	ck_assert_int_eq(heard.times, 1);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	ck_assert_int_eq(e.sys, EBUSY);
	ck_assert_ptr_nonnull(strstr(e.what, UNIT " is not free: "));
	ck_assert_ptr_nonnull(strstr(e.what, " for the tests (process "));
	ck_assert(!unit_lock_is_held(&l));
	kill_now(pid);
}
END_TEST

static void erase_words(struct unit_lock *l)
{
	holder_erase(l->unit);
}

START_TEST(a_holder_without_words_is_told_by_its_number)
{
	static const char of_the_dead[] = "{\"pid\": 1, \"what\": \"long gone\", \"since\": \"2026\", \"user\": \"eve\"}";
	struct heard heard = {.then = kill_holder};
	pid_t pid = other_holder(&testing, erase_words);
	struct lock_holder h;
	struct unit_lock l;

	shelf_put("holder", of_the_dead);
	ck_assert_int_eq(unit_lock_holder(UNIT, &h, NULL), 1);
	ck_assert(!h.known);
	ck_assert_ptr_null(h.what);
	ck_assert_str_eq(h.user, "somebody");
	holder_finish(&h);
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, INT64_MAX, hear, &heard, NULL), 0);
	ck_assert_int_eq(heard.times, 1);
	ck_assert_int_eq(heard.pid, pid);
	ck_assert_str_eq(heard.what, "(none)");
	unit_lock_release(&l);
}
END_TEST

static void stop_us(void *ctx, const struct lock_holder *h)
{
	(void)ctx;
	(void)h;
	raise(SIGTERM);
}

START_TEST(a_signal_ends_the_waiting)
{
	pid_t pid = other_holder(&testing, NULL);
	struct unit_lock l;
	struct err e;

	cancel_init();
	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, INT64_MAX, stop_us, NULL, &e), -1);
	ck_assert_int_eq(e.kind, ERR_CANCELLED);
	kill_now(pid);
}
END_TEST

START_TEST(one_may_tell_more_later)
{
	static const struct lock_purpose later = {.what = "the tests", .console_log = "/tmp/console.log"};
	struct lock_holder h;
	struct unit_lock l;
	char since[CLOCK_ISO_SIZE];

	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert_int_eq(unit_lock_holder(UNIT, &h, NULL), 1);
	ck_assert_ptr_null(h.console_log);
	snprintf(since, sizeof since, "%s", h.since);
	holder_finish(&h);
	usleep(2000);
	ck_assert_int_eq(unit_lock_tell(&l, &later, NULL), 0);
	ck_assert_int_eq(unit_lock_holder(UNIT, &h, NULL), 1);
	ck_assert_str_eq(h.console_log, "/tmp/console.log");
	ck_assert_str_eq(h.since, since);
	holder_finish(&h);
	unit_lock_release(&l);
}
END_TEST

START_TEST(words_are_harmless_to_a_terminal)
{
	static const struct lock_purpose nasty = {.user = "ev\033[2Je", .what = "\033]0;x\a", .run = "\xc2\x9b\xff"};
	struct lock_holder h;
	struct unit_lock l;
	char *text;

	ck_assert_int_eq(unit_lock_take(&l, UNIT, &nasty, 0, NULL, NULL, NULL), 0);
	ck_assert_int_eq(unit_lock_holder(UNIT, &h, NULL), 1);
	text = holder_text(&h);
	ck_assert_ptr_nonnull(strstr(text, "ev\\x1b[2Je"));
	for (const char *p = text; *p; p++)
		ck_assert((unsigned char)*p >= 0x20);
	ck_assert_ptr_null(strstr(text, "\xc2\x9b"));
	free(text);
	holder_finish(&h);
	unit_lock_release(&l);
}
END_TEST

/* ---- files that are not as they should be ---- */

START_TEST(a_file_that_was_removed_is_no_lock)
{
	pid_t pid = other_holder(&testing, NULL);
	struct unit_lock l;

	ck_assert_int_eq(unlink(shelf_file("lock")), 0); /* a folder tidied up by somebody: the old lock means nothing */
	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert(is_taken());
	unit_lock_release(&l);
	kill_now(pid);
}
END_TEST

static void move_lock(void *ctx, const struct lock_holder *h)
{
	(void)ctx;
	(void)h;
	unlink(shelf_file("lock"));
}

START_TEST(who_waits_for_a_file_that_is_removed_waits_no_longer)
{
	pid_t pid = other_holder(&testing, NULL);
	struct unit_lock l;

	ck_assert_int_eq(unit_lock_take(&l, UNIT, &testing, INT64_MAX, move_lock, NULL, NULL), 0);
	ck_assert(is_taken());
	unit_lock_release(&l);
	kill_now(pid);
}
END_TEST

START_TEST(links_and_pipes_are_not_followed)
{
	char target[96];
	struct unit_lock l;
	struct lock_holder h;
	struct err e;

	ck_assert_int_eq(take_now(&l, NULL), 0);
	unit_lock_release(&l);
	snprintf(target, sizeof target, "%s/victim", shelf);
	ck_assert_int_eq(unlink(shelf_file("lock")), 0);
	ck_assert_int_eq(symlink(target, shelf_file("lock")), 0);
	ck_assert_int_eq(take_now(&l, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert(!file_exists(target));
	ck_assert_int_eq(unit_lock_holder(UNIT, &h, &e), -1);
	ck_assert_int_eq(unlink(shelf_file("lock")), 0);
	ck_assert_int_eq(mkfifo(shelf_file("lock"), 0666), 0);
	ck_assert_int_eq(take_now(&l, &e), -1);
	ck_assert_int_eq(unlink(shelf_file("lock")), 0);
	/* Words are replaced, not written through the link. */
	ck_assert_int_eq(symlink(target, shelf_file("holder")), 0);
	ck_assert_int_eq(take_now(&l, NULL), 0);
	ck_assert(!file_exists(target));
	unit_lock_release(&l);
}
END_TEST

Suite *lock_test(void)
{
	Suite *s = suite_create("lock");
	TCase *t = tcase_create("lock");

	tcase_add_checked_fixture(t, shelf_setup, shelf_teardown);
	tcase_add_test(t, one_at_a_time);
	tcase_add_test(t, units_are_apart);
	tcase_add_test(t, a_process_does_not_take_it_twice);
	tcase_add_test(t, asking_does_not_give_it_away);
	tcase_add_test(t, it_goes_with_a_holder_that_is_killed);
	tcase_add_test(t, children_do_not_inherit_it);
	tcase_add_test(t, a_child_does_not_give_its_parents_away);
	tcase_add_test(t, who_waits_is_told_whom_for_and_goes_on_when_it_is_free);
	tcase_add_test(t, who_waits_is_told_once_of_each_holder);
	tcase_add_test(t, a_silent_wait_is_told_once_and_ends_at_its_deadline);
	tcase_add_test(t, a_holder_without_words_is_told_by_its_number);
	tcase_add_test(t, a_signal_ends_the_waiting);
	tcase_add_test(t, one_may_tell_more_later);
	tcase_add_test(t, words_are_harmless_to_a_terminal);
	tcase_add_test(t, a_file_that_was_removed_is_no_lock);
	tcase_add_test(t, who_waits_for_a_file_that_is_removed_waits_no_longer);
	tcase_add_test(t, links_and_pipes_are_not_followed);
	suite_add_tcase(s, t);
	return s;
}
