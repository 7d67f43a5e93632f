/*
 * The yardstick of `make bench`: the least that anybody could write to boot an image on QEMU and see it come up. Starts
 * QEMU with the serial line on its standard streams, answers every hold beforehand, reads until a text comes, ends it.
 *
 * reference COUNT AT_ONCE TEXT QEMU [ARGUMENT...]
 * Prints one line per boot: milliseconds from exec until the text, and until QEMU is gone.
 */
#include <signal.h>
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

static pid_t start(char **argv, int *to, int *from)
{
	int in[2], out[2];
	pid_t pid;

	if (pipe(in) < 0 || pipe(out) < 0)
		exit(3);
	pid = fork();
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[0]);
		close(in[1]);
		close(out[0]);
		close(out[1]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	*to = in[1];
	*from = out[0];
	return pid;
}

static int read_until(int fd, const char *text)
{
	static char seen[1 << 16];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, seen + len, sizeof seen - 1 - len)) > 0) {
		len += (size_t)n;
		seen[len] = '\0';
		if (strstr(seen, text))
			return 0;
		if (len > sizeof seen / 2)
			len = 0;
	}
	return -1;
}

static int boot(const char *text, char **argv)
{
	double begun = now_ms(), seen;
	int to, from, rc;
	pid_t pid = start(argv, &to, &from);

	rc = write(to, "\n\n\n\n\n\n\n\n", 8) == 8 ? read_until(from, text) : -1;
	seen = now_ms();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(to);
	close(from);
	if (rc == 0)
		printf("%.3f %.3f\n", seen - begun, now_ms() - begun);
	return rc;
}

int main(int argc, char **argv)
{
	int count = argc > 4 ? atoi(argv[1]) : 0, at_once = argc > 4 ? atoi(argv[2]) : 0, failed = 0, status;

	if (count < 1 || at_once < 1) {
		fputs("usage: reference COUNT AT_ONCE TEXT QEMU [ARGUMENT...]\n", stderr);
		return 2;
	}
	for (int w = 0; w < at_once; w++) {
		if (fork() != 0)
			continue;
		for (int i = w; i < count; i += at_once)
			if (boot(argv[3], argv + 4) < 0)
				_exit(1);
		fflush(stdout);
		_exit(0);
	}
	while (wait(&status) > 0)
		failed |= status;
	return failed ? 1 : 0;
}
