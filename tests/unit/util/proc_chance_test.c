#include <check.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/proc.h"

Suite *proc_chance_test(void);

enum { PATIENCE_MS = 60000 };

static pid_t child;

/* It sleeps, or (spins) wants a processor for ever. */
static void begin(bool spins)
{
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		alarm(PATIENCE_MS / 1000);
		while (spins || pause() < 0)
			;
	}
}

static void end(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static bool comes_to_it(int64_t cpu_before_ms)
{
	int64_t deadline = clock_ms() + PATIENCE_MS;

	while (!proc_had_its_chance(child, cpu_before_ms) && clock_ms() < deadline)
		usleep(1000);
	return proc_had_its_chance(child, cpu_before_ms);
}

START_TEST(who_sleeps_had_its_chance)
{
	begin(false);
	ck_assert(comes_to_it(proc_cpu_ms(child)));
	end();
}
END_TEST

START_TEST(who_got_a_processor_had_its_chance)
{
	begin(true);
	ck_assert(comes_to_it(proc_cpu_ms(child)));
	end();
}
END_TEST

START_TEST(who_wants_a_processor_and_gets_none_had_not)
{
	int64_t cpu_ms;

	begin(true);
	kill(child, SIGSTOP);
	ck_assert_int_eq(waitpid(child, NULL, WUNTRACED), child);
	cpu_ms = proc_cpu_ms(child);
	usleep(50000);
	ck_assert(!proc_had_its_chance(child, cpu_ms));
	end();
}
END_TEST

Suite *proc_chance_test(void)
{
	Suite *s = suite_create("proc_chance");
	TCase *t = tcase_create("chance");

	tcase_set_timeout(t, 2 * PATIENCE_MS / 1000.0);
	tcase_add_test(t, who_sleeps_had_its_chance);
	tcase_add_test(t, who_got_a_processor_had_its_chance);
	tcase_add_test(t, who_wants_a_processor_and_gets_none_had_not);
	suite_add_tcase(s, t);
	return s;
}
