/* What a machine queue's client says: texts stay in their room and printable, an end always has a reason. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "board/mq/said.h"
#include "fuzz.h"

const unsigned fuzz_cost = 1;

static void check_text(const char *text, size_t room)
{
	size_t n = strnlen(text, room);

	if (n == room)
		abort();
	for (size_t i = 0; i < n; i++)
		if (!isprint((unsigned char)text[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = (const char *)bytes;
	struct mq_lock l = mq_lock_read(text, n, "a1");
	struct err e = {0};

	check_text(l.owner, sizeof l.owner);
	check_text(l.since, sizeof l.since);
	check_text(l.key, sizeof l.key);
	if (l.hold != MQ_HELD && (l.owner[0] || l.key[0]))
		abort();
	if (mq_explain(text, n, 1, "mq.sh", &e) != -1 || e.kind != ERR_INFRA || !e.what[0])
		abort();
	if (mq_running_from(text, n) > n)
		abort();
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"a1 FREE\n", "a1 LOCKED alice 2026-03-01 10:11:12.123456789 +1100 a-key\r\n", "a1 LOCKED alice 1 2 3\na1 FREE\n",
		"Unable to ssh to x\n", "Lock acquired, we are allowed to run\r\nU-Boot 2023.01\r\n[[Timeout]]\r\n",
	};

	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		add(seeds[i], strlen(seeds[i]));
}
