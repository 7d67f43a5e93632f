/*
 * What is told of a night: regressions first, then the totals, then how to run them again. The same as text, for people's
 * chats and mail, and as JSON, for programs. However many sessions there are, it stays as long as a chat takes.
 */
#ifndef RUNTEST_NIGHTLY_BULLETIN_H
#define RUNTEST_NIGHTLY_BULLETIN_H

#include "nightly/changes.h"
#include "util/buf.h"

enum {
	BULLETIN_LISTED = 20, /* of each kind; the rest is counted */
	BULLETIN_WHY = 240,   /* columns of a reason; longer ones are cut */
};

/* What kept the night from being whole. */
struct trouble {
	const char *subject; /* what it is known by from night to night: "unit rock-2" */
	const char *text;    /* "left out: nothing came on its console" */
};

struct bulletin_job {
	const char *name;   /* NULL: the run was not a nightly's */
	const char *run;    /* RUN-ID; NULL: it has none */
	int exit_status;
};

struct bulletin {
	const char *name;     /* of the nightly */
	const char *started;  /* ISO 8601 */
	const char *host;
	const char *before;   /* ISO 8601: when something was told last; NULL: never */
	int exit_status;
	const struct bulletin_job *jobs;
	size_t job_count;
	struct run_totals totals; /* of all jobs; sessions, not outcomes */
	const struct changes *changes;
	const struct trouble *troubles;
	size_t trouble_count;
	size_t trouble_news;  /* how many of them are new or over since it was told last */
};

/* Is there anything that was not told? */
bool bulletin_is_news(const struct bulletin *b);

/* "nightly every-board: 2 newly failing, 1 newly passing": one printable line without a line end. */
void bulletin_subject(struct buf *out, const struct bulletin *b);

/* Lines of valid UTF-8 in which nothing is obeyed by a terminal. The subject is not in it. */
void bulletin_text(struct buf *out, const struct bulletin *b);

/* One JSON object; docs/nightly.md explains it. */
void bulletin_json(struct buf *out, const struct bulletin *b);

/* {"text": SUBJECT and TEXT}: what Slack (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks),
 * Mattermost and bridges to Matrix take. */
void bulletin_chat(struct buf *out, const struct bulletin *b);

#endif
