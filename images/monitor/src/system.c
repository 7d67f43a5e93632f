#include "monitor/system.h"

#include <stddef.h>

#include "abi/word.h"
#include "lib/string.h"
#include "monitor/memory.h"
#include "monitor/report.h"
#include "monitor/update.h"
#include "user/syscall.h"

static struct pd pds[TABLE_MAX_PDS];
static uint64_t pd_count;
static uint64_t endpoint; /* slot; all PDs' messages and faults come here */

/* In this order because frames of one untyped are taken in ascending order of addresses. */
void system_create(const struct table *table, const struct layout *layout)
{
	pd_count = layout->pd_count;
	endpoint = memory_object(OBJECT_ENDPOINT);
	pd_make_objects(pd_count);
	for (uint64_t i = 0; i < pd_count; i++)
		pd_open(&pds[i], &table->pds[i]);
	update_init(layout->system_id);
	for (uint64_t i = 0; i < pd_count; i++)
		update_open(&pds[i]);
	for (uint64_t i = 0; i < pd_count; i++)
		pd_build(&pds[i], endpoint, i + 1);
	for (uint64_t i = 0; i < pd_count; i++)
		pd_resume(&pds[i]);
}

static void handle(const struct message_in *m)
{
	struct pd *pd = &pds[m->badge - 1]; /* badges are the monitor's own, so they are in range */

	if (m->label == MESSAGE_NOTIFY) {
		pd->state = m->word[0] == WORD_RESET ? PD_RESET : PD_READY;
		return;
	}
	pd->state = PD_FAULTED;
	report_fault(pd, m);
}

static bool anyone_running(void)
{
	for (uint64_t i = 0; i < pd_count; i++) {
		if (pds[i].state == PD_RUNNING)
			return true;
	}
	return false;
}

static void serve(void)
{
	struct message_in m = sys_recv(endpoint);

	handle(&m);
}

void system_wait(void)
{
	while (anyone_running())
		serve();
}

_Noreturn void system_serve(void)
{
	for (;;)
		serve();
}

void system_run_once_more(void)
{
	for (uint64_t i = 0; i < pd_count; i++) {
		if (pds[i].state != PD_READY)
			continue;
		pd_resume(&pds[i]);
		system_wait();
	}
}

struct pd *system_find(const char *name)
{
	for (uint64_t i = 0; i < pd_count; i++) {
		if (strcmp(pds[i].record->name, name) == 0)
			return &pds[i];
	}
	return NULL;
}

struct pd *system_pd(uint64_t i)
{
	return i < pd_count ? &pds[i] : NULL;
}
