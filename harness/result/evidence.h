/* What a session's evidence comes to in words. */
#ifndef RUNTEST_RESULT_EVIDENCE_H
#define RUNTEST_RESULT_EVIDENCE_H

#include "result/model.h"
#include "util/buf.h"

/* Is a page of the look at fault: neither as the image has it, nor blank? Only judged regions can be. */
bool page_evidence_faulty(const struct page_evidence *p);

/* Were both seen at one stop of the machine? */
bool page_evidence_same_moment(const struct page_evidence *a, const struct page_evidence *b);

/* The first look that found a judged page at fault, or NULL. Looks are in the order in which they were taken. */
const struct page_evidence *evidence_first_fault(const struct session_evidence *ev);

/* The last look before `fault` at the same region, or NULL. */
const struct page_evidence *evidence_before(const struct session_evidence *ev, const struct page_evidence *fault);

/* "6 of 6 code pages cleared": the pages at fault at the moment of `fault`, of the same owner. */
void evidence_add_fault(struct buf *out, const struct session_evidence *ev, const struct page_evidence *fault);

/* A few words on what the verdict stands on: "28 pages intact", "not seen: ...". Printable, one line, may be empty. */
void evidence_add_brief(struct buf *out, const struct session_result *s);

#endif
