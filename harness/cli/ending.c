#include "cli/ending.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "util/file.h"

static bool says_true(const char *variable)
{
	const char *value = getenv(variable);

	return value && strcmp(value, "true") == 0;
}

enum report_reader ending_reader(void)
{
	if (isatty(STDOUT_FILENO))
		return REPORT_FOR_PEOPLE;
	if (says_true("GITHUB_ACTIONS"))
		return REPORT_FOR_GITHUB;
	return says_true("GITLAB_CI") ? REPORT_FOR_GITLAB : REPORT_FOR_PEOPLE;
}

/* Nobody who prints on a console can guess it. False where the system has no random bytes: then nothing is switched off. */
static bool make_token(char token[40])
{
	unsigned char bytes[16];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return false;
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	return true;
}

void ending_print(const struct run_record *r, enum report_reader reader)
{
	char token[40];
	struct report_folding how = {.reader = reader, .colour = command_colour(), .root = getenv("GITHUB_WORKSPACE"),
				     .token = make_token(token) ? token : NULL, .now_s = time(NULL)};
	struct buf text = {0};

	report_folded(&text, r, &how);
	fwrite(text.data, 1, text.len, stdout);
	buf_finish(&text);
}

static void append_summary(const char *path, const struct run_record *r)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	struct buf text = {0};

	report_summary(&text, r);
	if (fd < 0 || file_write_all(fd, text.data, text.len) < 0)
		fprintf(stderr, "runtest: the step summary was not written: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	buf_finish(&text);
}

void ending_end(const struct run_record *r)
{
	const char *summary = getenv("GITHUB_STEP_SUMMARY");

	ending_print(r, ending_reader());
	if (summary && *summary)
		append_summary(summary, r);
}
