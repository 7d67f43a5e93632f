/* What images/variants.yaml comes to when all of it has been read: who is like whom, and what refers to boards. */
#ifndef RUNTEST_CONFIG_VARIANT_LIST_H
#define RUNTEST_CONFIG_VARIANT_LIST_H

struct reader;

/* Record check (schema.h) of a struct variant_list: every variant gets the keys that it inherits, and every mistake
 * between one variant and another, or between a variant and the board kinds, is reported. */
void variant_list_check(struct reader *r, void *record);

#endif
