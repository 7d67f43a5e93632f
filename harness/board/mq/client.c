#include "board/mq/client.h"

#include <string.h>

#include "util/mem.h"
#include "util/proc.h"

/* As one word of a POSIX shell. */
static const char *quoted(const char *word, struct arena *a)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:/=@%+-";
	struct buf b;
	const char *done;

	if (*word && strspn(word, safe) == strlen(word))
		return word;
	buf_init(&b);
	buf_addc(&b, '\'');
	for (; *word; word++)
		if (*word == '\'')
			buf_adds(&b, "'\\''");
		else
			buf_addc(&b, *word);
	buf_addc(&b, '\'');
	done = arena_strndup(a, b.data, b.len);
	buf_finish(&b);
	return done;
}

const char *const *mq_words(const struct unit_mq *spec, const char *const *words, struct arena *a)
{
	const char *const *argv = NULL;

	for (const char *const *c = spec->command; *c; c++)
		argv = arena_list_add(a, argv, *c);
	for (; *words; words++)
		argv = arena_list_add(a, argv, spec->remote ? quoted(*words, a) : *words);
	return argv;
}

const char *mq_filled_text(const char *text, const char *file, const char *name, struct arena *a)
{
	struct buf b;
	const char *done;

	buf_init(&b);
	while (*text)
		if (file && strncmp(text, MQ_FILE, strlen(MQ_FILE)) == 0) {
			buf_adds(&b, file);
			text += strlen(MQ_FILE);
		} else if (strncmp(text, MQ_NAME, strlen(MQ_NAME)) == 0) {
			buf_adds(&b, name);
			text += strlen(MQ_NAME);
		} else {
			buf_addc(&b, *text++);
		}
	done = arena_strndup(a, b.data ? b.data : "", b.len);
	buf_finish(&b);
	return done;
}

const char *const *mq_filled(const char *const *command, const char *file, const char *name, struct arena *a)
{
	const char *const *argv = NULL;

	for (; *command; command++)
		argv = arena_list_add(a, argv, mq_filled_text(*command, file, name, a));
	return argv;
}

int mq_call(const char *const *argv, int stop_fd, int64_t deadline_ms, struct buf *said, struct err *e)
{
	/* Clients are shell scripts: what they start ends with them. */
	struct proc_spec spec = {.argv = argv, .warden = true};
	struct proc_watch watch = {.stop_fd = stop_fd, .deadline_ms = deadline_ms, .output = proc_keep_output, .ctx = said};

	return proc_run_watched(&spec, &watch, e);
}
