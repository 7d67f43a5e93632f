#include "gdb/qemu.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/target.h"

/* What QEMU's monitor said behind these words, or NULL. */
static const char *behind(struct buf *said, const char *words)
{
	const char *at;

	buf_addc(said, '\0');
	at = said->data ? strstr(said->data, words) : NULL;
	return at ? at + strlen(words) : NULL;
}

int gdb_qemu_instruction(struct gdb *g, uint64_t *count, int64_t deadline_ms, struct err *e)
{
	static const char before[] = "instruction count = ";
	struct buf said;
	const char *at = NULL;
	int rc;

	buf_init(&said);
	rc = gdb_monitor(g, "info replay", &said, deadline_ms, e);
	if (rc == 0) {
		at = behind(&said, before);
		rc = at ? 0 : err_set(e, ERR_INFRA, "QEMU does not tell how many instructions have run");
	}
	if (rc == 0)
		*count = strtoull(at, NULL, 10);
	buf_finish(&said);
	return rc;
}

int gdb_qemu_stop_at(struct gdb *g, uint64_t count, int64_t deadline_ms, struct err *e)
{
	char line[64];
	struct buf said;
	int rc;

	snprintf(line, sizeof line, "replay_break %" PRIu64, count);
	buf_init(&said);
	rc = gdb_monitor(g, line, &said, deadline_ms, e);
	if (rc == 0 && said.len)
		rc = err_set(e, ERR_INFRA, "QEMU does not stop at instruction %" PRIu64 ": %.*s", count, (int)said.len, said.data);
	buf_finish(&said);
	return rc;
}

int gdb_qemu_physical(struct gdb *g, uint64_t vaddr, uint64_t *paddr, int64_t deadline_ms, struct err *e)
{
	static const char before[] = "gpa: ";
	char line[64];
	struct buf said;
	const char *at;
	int rc;

	snprintf(line, sizeof line, "gva2gpa 0x%" PRIx64, vaddr);
	buf_init(&said);
	rc = gdb_monitor(g, line, &said, deadline_ms, e);
	if (rc == 0) {
		at = behind(&said, before);
		if (at)
			*paddr = strtoull(at, NULL, 16);
		rc = at ? 0 : 1;
	}
	buf_finish(&said);
	return rc;
}

int gdb_qemu_stop_nowhere(struct gdb *g, int64_t deadline_ms, struct err *e)
{
	struct buf said; /* a complaint where there is none */
	int rc;

	buf_init(&said);
	rc = gdb_monitor(g, "replay_delete_break", &said, deadline_ms, e);
	buf_finish(&said);
	return rc;
}
