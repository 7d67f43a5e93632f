#include "guard.h"

#include <fcntl.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "fuzz.h"
#include "scratch.h"

/*
 * A watchdog and no measurement: no input of the kind that is fed here takes any of the parsers a tenth of it. It counts
 * the processor time of this process, so that a busy machine makes no hang. FUZZ_CPU_SECONDS is another limit.
 */
enum { CPU_SECONDS = 20, WALL_SECONDS = 600 };

/* Of <sanitizer/allocator_interface.h>, which GCC does not install. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *p, size_t n),
					      void (*on_free)(const volatile void *p));

static const char *program;
static long kept; /* pieces of memory that nobody has freed yet */
static int cpu_seconds = CPU_SECONDS;
static struct input exact; /* a copy that is exactly as large: one byte too far is seen */

/* What the sanitizers do in a fuzzer: an allocation of more than this for an input of a MiB is a mistake, too. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "handle_abort=1:max_allocation_size_mb=1024:quarantine_size_mb=32";
}

/* GCC's undefined-behaviour sanitizer is a library of its own, whose end only an abort tells the other. */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}

static void count_malloc(const volatile void *p, size_t n)
{
	(void)n;
	kept += p != NULL;
}

static void count_free(const volatile void *p)
{
	kept -= p != NULL;
}

/* Safe in a signal handler. */
static void say(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(1);
}

static void keep(const char *kind)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s.%s", program, kind);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd >= 0 && write(fd, exact.bytes, exact.n) == (ssize_t)exact.n) {
		say("\nthe input is in ");
		say(path);
		say("; to see it again:\n    ");
		say(program);
		say(" ");
		say(path);
		say("\n");
	}
	scratch_remove();
}

static void keep_crash(void)
{
	keep("crash");
}

static void on_hang(int signal)
{
	say(signal == SIGPROF ? "hang: the input has used up its processor time\n" : "hang: nothing moves any more\n");
	__sanitizer_print_stack_trace();
	keep("hang");
	_exit(1);
}

void guard_init(const char *name)
{
	struct sigaction hang = {.sa_handler = on_hang};
	const char *seconds = getenv("FUZZ_CPU_SECONDS");

	program = name;
	if (seconds && atoi(seconds) > 0)
		cpu_seconds = atoi(seconds);
	__sanitizer_set_death_callback(keep_crash);
	__sanitizer_install_malloc_and_free_hooks(count_malloc, count_free);
	sigaction(SIGPROF, &hang, NULL);
	sigaction(SIGALRM, &hang, NULL);
}

static void feed(void)
{
	struct itimerval cpu = {.it_value.tv_sec = cpu_seconds}, never = {.it_value.tv_sec = 0};

	setitimer(ITIMER_PROF, &cpu, NULL);
	alarm(WALL_SECONDS);
	LLVMFuzzerTestOneInput(exact.bytes, exact.n);
	alarm(0);
	setitimer(ITIMER_PROF, &never, NULL);
}

/* Has it kept memory, and does it do so every time? What is kept once and for all is none of this. */
static int grows(void)
{
	for (int i = 0; i < 3; i++) {
		long before = kept;

		feed();
		if (kept <= before)
			return 0;
	}
	return 1;
}

void guard_run(const struct input *in)
{
	long before;

	exact.n = in->n;
	exact.bytes = malloc(in->n ? in->n : 1);
	if (!exact.bytes)
		abort();
	if (in->n)
		memcpy(exact.bytes, in->bytes, in->n);
	before = kept;
	feed();
	/* The search for leaks takes long: it is only made where memory grows. */
	if (kept > before && grows() && __lsan_do_recoverable_leak_check()) {
		keep("leak");
		_exit(1);
	}
	free(exact.bytes);
	exact.bytes = NULL;
}
