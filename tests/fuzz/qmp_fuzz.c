/* What comes over QEMU's control socket, in pieces. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proto/qmp.h"

const unsigned fuzz_cost = 1;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct qmp_message m;
	struct err e = {0};
	struct qmp q;
	int rc = 0;

	qmp_init(&q);
	for (size_t half = 0; half < 2 && rc >= 0; half++) {
		rc = qmp_feed(&q, (const char *)bytes + (half ? n / 2 : 0), half ? n - n / 2 : n / 2, &e);
		while (rc >= 0 && (rc = qmp_next(&q, &m, &e)) > 0)
			if (!memchr(m.text, '\0', sizeof m.text))
				abort();
	}
	if (rc < 0 && (e.kind != ERR_INFRA || !e.what[0]))
		abort();
	qmp_finish(&q);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const streams[] = {
		"{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7}}, \"capabilities\": []}}\r\n{\"return\": {}, \"id\": 1}\r\n",
		"{\"timestamp\": {\"seconds\": 1}, \"event\": \"SHUTDOWN\", \"data\": {\"guest\": true}}\r\n{\"event\": \"RESET\"}\n",
		"{\"id\": 2147483648, \"error\": {\"class\": \"GenericError\", \"desc\": \"no such \\u00e9\\u0000 thing\"}}\r\n",
		"{\"return\": [1, -2.5e300, true, null], \"id\": \"x\"}\n[]\nnull\n",
	};
	enum { MUCH = (1 << 20) - 2 };
	char *deep = malloc(MUCH);

	for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++)
		add(streams[i], strlen(streams[i]));
	memset(deep, '[', MUCH);
	deep[MUCH - 1] = '\n';
	add(deep, MUCH);
	for (size_t i = 0; i < MUCH; i++)
		deep[i] = "{}\n"[i % 3];
	add(deep, MUCH);
	free(deep);
}
