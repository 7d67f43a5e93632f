/* URLs of databases, as RUNTEST_DATABASE and --database have them: whatever is taken has no password in it. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "history/url.h"

const unsigned fuzz_cost = 1;

/* Said in the plainest way: a password has a colon before the @ of the host, or is called so. */
static int shows_password(const char *url)
{
	const char *authority = strstr(url, "://") + 3, *at = strchr(authority, '@'), *slash = strchr(authority, '/');
	const char *query = strchr(authority, '?');

	if (at && (!slash || at < slash) && memchr(authority, ':', (size_t)(at - authority)))
		return 1;
	return query && (strstr(query, "?password=") || strstr(query, "&password=") || strstr(query, "&sslpassword="));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *text = malloc(n + 1);
	struct database_url u;
	struct err e = {0};

	if (n)
		memcpy(text, bytes, n);
	text[n] = '\0';
	if (database_url_parse(&u, text, &e) < 0) {
		if (e.kind != ERR_USAGE || !e.what[0])
			abort();
	} else if (u.where < text || u.where > text + strlen(text) || !*u.where) {
		abort();
	} else if (u.kind == DATABASE_POSTGRESQL && shows_password(text)) {
		abort();
	}
	free(text);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const texts[] = {"sqlite:history.db", "postgresql://ada@db.example.org:5433/runtest?sslmode=require",
					    "postgres://ada:word@[::1]/x", "postgresql:///x?host=/run&password=word",
					    "postgresql://h/x?pass%77ord=word&&=&sslpassword=w", "mysql://x", "sqlite:"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		add(texts[i], strlen(texts[i]));
}
