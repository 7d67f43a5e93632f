/* What images/variants.yaml comes to when all of it has been read: who is like whom, and what refers to boards. */
#ifndef RUNTEST_CONFIG_VARIANT_LIST_H
#define RUNTEST_CONFIG_VARIANT_LIST_H

struct reader;
struct variant_list;

/* Every variant gets the keys that it inherits, and every mistake between one variant and another, or between a variant
 * and the board kinds, is reported. */
void variant_list_resolve(struct reader *r, const struct variant_list *l);

/* Record check (schema.h) of the struct variant_list that images/variants.yaml is. */
void variant_list_check(struct reader *r, void *record);

#endif
