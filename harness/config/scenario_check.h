/* What a scenario's tables cannot say: the mistakes between one part of it and another, and the variants. */
#ifndef RUNTEST_CONFIG_SCENARIO_CHECK_H
#define RUNTEST_CONFIG_SCENARIO_CHECK_H

struct reader;

/* Record checks (schema.h): `record` is a struct step, phase or scenario, read as far as it could be. */
void scenario_check_compare(struct reader *r, void *record);
void scenario_check_step(struct reader *r, void *record);
void scenario_check_phase(struct reader *r, void *record);
void scenario_check(struct reader *r, void *record);

#endif
