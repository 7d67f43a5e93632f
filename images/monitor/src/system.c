#include "monitor/system.h"

#include <stddef.h>

#include "abi/word.h"
#include "lib/string.h"
#include "monitor/guest.h"
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
	for (uint64_t i = 0; i < pd_count; i++) {
		if (pds[i].record->vmm)
			guest_open(&pds[i], &pds[pds[i].record->vmm - 1]);
	}
	for (uint64_t i = 0; i < pd_count; i++)
		pd_build(&pds[i], endpoint, i + 1);
	for (uint64_t i = 0; i < pd_count; i++) {
		if (!pds[i].vmm)
			pd_resume(&pds[i]);
	}
}

static struct pd *guest_of(const struct pd *vmm)
{
	for (uint64_t i = 0; i < pd_count; i++) {
		if (pds[i].vmm == vmm)
			return &pds[i];
	}
	return NULL;
}

/* What a VMM says is its guest's, too: without it the guest does not run. */
static void handle(const struct message_in *m)
{
	struct pd *pd = &pds[m->badge - 1]; /* badges are the monitor's own, so they are in range */
	struct pd *guest = guest_of(pd);
	bool faulted = m->label != MESSAGE_NOTIFY;

	pd->state = faulted ? PD_FAULTED : m->word[0] == WORD_RESET ? PD_RESET : PD_READY;
	if (faulted)
		report_fault(pd, m);
	if (guest && faulted)
		guest->state = PD_FAULTED;
	else if (guest)
		guest_hear(guest, (enum word)m->word[0]);
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

void system_start_guests(void)
{
	for (uint64_t i = 0; i < pd_count; i++) {
		if (!pds[i].vmm || pds[i].vmm->state != PD_READY)
			continue;
		pd_reload(&pds[i], NULL);
		system_wait();
		pd_resume(&pds[i]);
		system_wait();
	}
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
