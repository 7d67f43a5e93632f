/* What a run came to, in one sentence for its page, with a sign and a colour's name. */
#ifndef RUNTEST_HTML_ANSWER_H
#define RUNTEST_HTML_ANSWER_H

#include "result/journal.h"
#include "util/buf.h"

struct html_answer {
	const char *kind; /* "good", "bad", "odd", "late", "none": a class of style.css */
	const char *sign;
};

/* Appends the sentence. What is in quarantine fails nothing. */
struct html_answer html_answer_add(struct buf *out, const struct run_record *r);

#endif
