/*
 * Two commands in turn, A B A B ..., so that a machine whose speed drifts drifts for both. Their output goes to
 * /dev/null, their exit status must be 0.
 *
 * pairs COUNT A [ARGUMENT...] -- B [ARGUMENT...]
 * Prints "A_MS B_MS" per pair.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double run(char **argv)
{
	double begun = now_ms();
	int null, status;
	pid_t pid = vfork();

	if (pid == 0) {
		null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "pairs: %s ended with wait status 0x%x\n", argv[0], status);
		exit(1);
	}
	return now_ms() - begun;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 0;
	char **a = argv + 2, **b = a;

	while (*b && strcmp(*b, "--") != 0)
		b++;
	if (count < 1 || a == b || !*b || !b[1]) {
		fputs("usage: pairs COUNT A [ARGUMENT...] -- B [ARGUMENT...]\n", stderr);
		return 2;
	}
	*b++ = NULL;
	run(a);
	run(b); /* both warm */
	for (int i = 0; i < count; i++) {
		double of_a = run(a), of_b = run(b);

		printf("%.3f %.3f\n", of_a, of_b);
	}
	return 0;
}
