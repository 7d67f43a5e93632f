#include "history/url.h"

#include <stdbool.h>
#include <string.h>

#include "util/text.h"

static const char sqlite[] = "sqlite:";
static const char *const postgresql[] = {"postgresql://", "postgres://"};

/* Behind the scheme, or NULL. */
static const char *behind(const char *text, const char *scheme)
{
	size_t n = strlen(scheme);

	return strncmp(text, scheme, n) == 0 ? text + n : NULL;
}

static int refuse_password(struct err *e)
{
	err_set(e, ERR_USAGE, "the URL of the history's database has a password in it");
	return err_hint(e, "leave it out, and put it into ~/.pgpass (PGPASSFILE names another file): lists of processes show "
			   "command lines and environments");
}

/* USER[:PASSWORD]@ in front of the host, as libpq looks for it. */
static bool has_login_password(const char *authority)
{
	size_t n = strcspn(authority, "@/");

	return authority[n] == '@' && memchr(authority, ':', n);
}

/* 1: it is about a secret. -1: its name is written so that nobody can tell. */
static int is_secret(const char *key, size_t n)
{
	static const char *const secrets[] = {"password", "sslpassword"};

	if (memchr(key, '%', n))
		return -1;
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
		if (n == strlen(secrets[i]) && strncmp(key, secrets[i], n) == 0)
			return 1;
	return 0;
}

static int check_parameters(const char *query, struct err *e)
{
	while (query && *query) {
		int secret = is_secret(query, strcspn(query, "=&"));

		if (secret > 0)
			return refuse_password(e);
		if (secret < 0)
			return err_set(e, ERR_USAGE, "the URL of the history's database has a %% in the name of a parameter");
		query = strchr(query, '&');
		query = query ? query + 1 : NULL;
	}
	return 0;
}

static int check_postgresql(const char *authority, struct err *e)
{
	const char *query = strchr(authority, '?');

	if (has_login_password(authority))
		return refuse_password(e);
	return check_parameters(query ? query + 1 : NULL, e);
}

int database_url_parse(struct database_url *u, const char *text, struct err *e)
{
	size_t n = strlen(text);
	char said[TEXT_QUOTED];
	const char *rest;

	if (text_bad_byte(text, n) < n || strpbrk(text, "\t\r\n"))
		return err_set(e, ERR_USAGE, "the URL of the history's database is no line of text");
	rest = behind(text, sqlite);
	if (rest && *rest) {
		*u = (struct database_url){DATABASE_SQLITE, rest};
		return 0;
	}
	for (size_t i = 0; i < sizeof postgresql / sizeof postgresql[0]; i++) {
		*u = (struct database_url){DATABASE_POSTGRESQL, text};
		rest = behind(text, postgresql[i]);
		if (rest)
			return check_postgresql(rest, e);
	}
	/* Whatever it is meant to be, it may have a password in it. */
	err_set(e, ERR_USAGE, "not the URL of a database: %s", text_quote(said, text, strcspn(text, ":/@?")));
	return err_hint(e, "expected sqlite:PATH or postgresql://HOST/DATABASE, in RUNTEST_DATABASE or behind --database");
}
