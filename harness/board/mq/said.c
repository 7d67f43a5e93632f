#include "board/mq/said.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- locks ---- */

struct words {
	const char *at, *end;
};

/* The next word of the line into out, cut to its room; false: there is none. */
static bool next_word(struct words *w, char *out, size_t room)
{
	size_t n = 0;

	while (w->at < w->end && (*w->at == ' ' || *w->at == '\t'))
		w->at++;
	if (w->at == w->end)
		return false;
	for (; w->at < w->end && *w->at != ' ' && *w->at != '\t'; w->at++)
		if (n + 1 < room && isprint((unsigned char)*w->at))
			out[n++] = *w->at;
	out[n] = '\0';
	return true;
}

/* DATE TIME ZONE as one text. */
static void read_since(struct words *w, struct mq_lock *l)
{
	char word[24];
	size_t n = 0;

	for (int i = 0; i < 3 && next_word(w, word, sizeof word); i++) {
		int put = snprintf(l->since + n, sizeof l->since - n, "%s%s", i ? " " : "", word);

		n += put > 0 && (size_t)put < sizeof l->since - n ? (size_t)put : 0;
	}
}

static bool read_line(struct words w, const char *board, struct mq_lock *l)
{
	char word[80];

	if (!next_word(&w, word, sizeof word) || strcmp(word, board) != 0 || !next_word(&w, word, sizeof word))
		return false;
	if (strcmp(word, "FREE") == 0) {
		l->hold = MQ_FREE;
		return true;
	}
	if (strcmp(word, "LOCKED") != 0 || !next_word(&w, l->owner, sizeof l->owner))
		return false;
	l->hold = MQ_HELD;
	read_since(&w, l);
	next_word(&w, l->key, sizeof l->key);
	return true;
}

struct mq_lock mq_lock_read(const char *text, size_t n, const char *board)
{
	struct mq_lock l = {.hold = MQ_UNKNOWN};
	const char *end = text + n;

	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text)), *stop = nl ? nl : end;

		while (stop > text && stop[-1] == '\r')
			stop--;
		if (read_line((struct words){text, stop}, board, &l))
			return l;
		text = nl ? nl + 1 : end;
	}
	return (struct mq_lock){.hold = MQ_UNKNOWN};
}

bool mq_lock_is(const struct mq_lock *l, const char *key)
{
	return l->hold == MQ_HELD && strcmp(l->key, key) == 0;
}

/* ---- ends ---- */

/* Earlier ones count more: the last line of a lost connection may be anything. */
static const struct {
	const char *text, *what, *hint;
} ends[] = {
	{"Unable to ssh to", "the queue's host cannot be reached by ssh", "try `ssh HOST true` as the same user"},
	{"you own the lock (-n flag), but you don't", "the lock was lost before the board was started",
	 "somebody forced it open, or it was held longer than `reclaim`: `mq.sh sem -info BOARD` says who has it"},
	{"appears to differ from version on", "the client is of another version than the queue", "update it (git pull)"},
	{"does not exist. Valid systems are", "the queue knows no such board", "`mq.sh systems simple` lists them"},
	{"Wrong number of files", "the board there takes another number of files than one boot image", NULL},
	{"Failed to copy", "the image could not be copied to the queue's host", "is its disk full?"},
	{"[[Boot timeout]]", "the board did not boot within the queue's own time limit",
	 "what it said is in console.log: power, boot medium, network"},
	{"[[Timeout]]", "the job's time limit passed, and the queue switched the board off", "`job` in the unit's mq section"},
	{"[-- Console server shutting down --]", "the queue's console server was shut down", NULL},
	{"console is down", "the queue's console of this board is down", NULL},
	{"Unable to connect to", "the queue could not connect to the board's console or power switch", NULL},
	{"Connection closed by", "the ssh connection to the queue's host was lost", NULL},
	{"Permission denied (", "the queue's host refused our ssh key", NULL},
};

static const char *find_text(const char *said, size_t n, const char *text)
{
	return n ? memmem(said, n, text, strlen(text)) : NULL;
}

int mq_explain(const char *said, size_t n, int status, const char *doing, struct err *e)
{
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (find_text(said, n, ends[i].text)) {
			err_set(e, ERR_INFRA, "%s failed (status %d): %s", doing, status, ends[i].what);
			return ends[i].hint ? err_hint(e, "%s", ends[i].hint) : -1;
		}
	if (status == 255)
		return err_set(e, ERR_INFRA, "%s failed: ssh ended with status 255: the connection to the queue's host was lost or refused",
			       doing);
	err_set(e, ERR_INFRA, "%s ended by itself with status %d", doing, status);
	return err_hint(e, "mq.log in the session's folder has what it said");
}

size_t mq_running_from(const char *said, size_t n)
{
	static const char text[] = "Lock acquired, we are allowed to run";
	const char *at = find_text(said, n, text);

	return at ? (size_t)(at - said) + sizeof text - 1 : 0;
}
