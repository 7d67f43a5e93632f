/* What a power switch answers, and the path to its state: two lines, the path first. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proto/jsonpath.h"

const unsigned fuzz_cost = 1;

static void find(const char *json, size_t n, const char *path)
{
	struct err e = {0};
	struct buf out;
	int rc;

	buf_init(&out);
	rc = jsonpath_find(json, n, path, &out, &e);
	if (rc < 0 && (e.kind != ERR_INFRA || !e.what[0]))
		abort();
	if (rc < 0 && out.len)
		abort();
	buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = (const char *)bytes, *end = n ? memchr(text, '\n', n) : NULL;
	size_t len = end ? (size_t)(end - text) : n;
	char *path = malloc(len + 1);
	struct err e = {0};

	if (!path)
		abort();
	if (len)
		memcpy(path, text, len);
	path[len] = '\0';
	if (jsonpath_check(path, &e) == 0)
		find(end ? end + 1 : "", end ? n - len - 1 : 0, path);
	else if (e.kind != ERR_CONFIG || !e.what[0])
		abort();
	free(path);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"$.POWER\n{\"POWER\": \"ON\"}",
		"$.Outputs[0].State\n{\"Agent\": {}, \"Outputs\": [{\"ID\": 1, \"State\": 1}, {\"ID\": 2, \"State\": 0}]}",
		"$[\"a b\"]['c'][12]\n{\"a b\": {\"c\": [0,1,2,3,4,5,6,7,8,9,10,11,\"\\u0000\\ud83d\\ude00\"]}}",
		"$.state\n{\"entity_id\": \"switch.a\", \"state\": \"on\", \"attributes\": {\"x\": 1e308, \"y\": -0.0, \"z\": null}}",
		"$\ntrue",
		"$[0]\n[18446744073709551616]",
	};
	enum { MUCH = 1 << 20 };
	char *deep = malloc(MUCH);

	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		add(seeds[i], strlen(seeds[i]));
	memset(deep, '[', MUCH);
	memcpy(deep, "$[0]\n", 5);
	add(deep, MUCH);
	for (size_t i = 2; i < MUCH; i++)
		deep[i] = "{\"a\":1},"[i % 8];
	memcpy(deep, "$[9]\n[", 6);
	add(deep, MUCH);
	free(deep);
}
