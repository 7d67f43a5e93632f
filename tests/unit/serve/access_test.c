#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "serve/access.h"
#include "util/mem.h"

Suite *access_test(void);

static const char *const names[] = {"lab.example", NULL};
static const struct access open_access = {.names = names};
static const struct access guarded = {.token = "0123456789abcdef0123456789abcdef", .names = names, .tls = true};
static const struct access other = {.token = "0123456789abcdef0123456789abcdeg", .names = names, .tls = true};

enum { NOW = 1800000000 };

static enum access_answer ask(const struct access *a, const char *host)
{
	struct access_claim c = {.method = "GET", .host = host};

	return access_check(a, &c, NOW);
}

START_TEST(only_its_own_names_and_addresses_are_answered)
{
	static const char *const own[] = {"localhost", "localhost:8642", "LOCALHOST:1", "127.0.0.1:8642", "[::1]:8642", "[::1]", "10.1.2.3",
					  "lab.example", "Lab.Example:443", "lab.example."};
	static const char *const strange[] = {"", "evil.example", "localhost.evil.example", "evil.example:8642", "127.0.0.1.evil.example",
					      "lab.example:80:80", "lab.example:x", "[::1", "[::1]x", "::1", "localhost:123456", ".", ":8642",
					      "2130706433", "0x7f.1", "lab.example/"};

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		ck_assert_msg(ask(&open_access, own[i]) == ACCESS_GRANTED, "refused: %s", own[i]);
	for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++)
		ck_assert_msg(ask(&open_access, strange[i]) == ACCESS_HOST, "let in: %s", strange[i]);
	ck_assert_int_eq(ask(&open_access, NULL), ACCESS_HOST);
}
END_TEST

START_TEST(only_get_and_head)
{
	static const char *const others[] = {"POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "get", ""};
	struct access_claim c = {.method = "HEAD", .host = "localhost"};

	ck_assert_int_eq(access_check(&open_access, &c, NOW), ACCESS_GRANTED);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		c.method = others[i];
		ck_assert_int_eq(access_check(&open_access, &c, NOW), ACCESS_METHOD);
	}
}
END_TEST

START_TEST(pages_of_other_sites_may_link_here_and_nothing_else)
{
	struct access_claim c = {.method = "GET", .host = "localhost", .fetch_site = "cross-site", .fetch_mode = "no-cors"};

	ck_assert_int_eq(access_check(&open_access, &c, NOW), ACCESS_FOREIGN);
	c.fetch_site = "same-site";
	ck_assert_int_eq(access_check(&open_access, &c, NOW), ACCESS_FOREIGN);
	c.fetch_mode = NULL;
	ck_assert_int_eq(access_check(&open_access, &c, NOW), ACCESS_FOREIGN);
	c.fetch_mode = "navigate";
	ck_assert_int_eq(access_check(&open_access, &c, NOW), ACCESS_GRANTED);
	c = (struct access_claim){.method = "GET", .host = "localhost", .fetch_site = "same-origin", .fetch_mode = "cors"};
	ck_assert_int_eq(access_check(&open_access, &c, NOW), ACCESS_GRANTED);
	c.fetch_site = "none";
	ck_assert_int_eq(access_check(&open_access, &c, NOW), ACCESS_GRANTED);
}
END_TEST

START_TEST(the_token_opens_and_another_does_not)
{
	static const char *const wrong[] = {"Bearer 0123456789abcdef0123456789abcdeg", "Bearer 0123456789abcdef0123456789abcde", "Bearer ", "Bearer",
					    "Basic 0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef",
					    "Bearer 0123456789abcdef0123456789abcdef0", ""};
	struct access_claim c = {.method = "GET", .host = "localhost", .authorization = "Bearer 0123456789abcdef0123456789abcdef"};

	ck_assert_int_eq(access_check(&guarded, &c, NOW), ACCESS_GRANTED);
	ck_assert(access_has_token(&guarded, &c));
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		c.authorization = wrong[i];
		ck_assert_msg(access_check(&guarded, &c, NOW) == ACCESS_UNKNOWN, "let in: %s", wrong[i]);
	}
	ck_assert_int_eq(ask(&guarded, "localhost"), ACCESS_UNKNOWN);
	ck_assert_int_eq(ask(&guarded, "evil.example"), ACCESS_HOST);
}
END_TEST

/* What a browser sends back of it: the cookie without its attributes. */
static char *cookie_of(const struct access *a, int64_t when)
{
	struct buf b = {0};

	access_cookie(a, when, &b);
	ck_assert_ptr_nonnull(strstr(b.data, "; HttpOnly; SameSite=Strict"));
	ck_assert(!a->tls == !strstr(b.data, "; Secure"));
	ck_assert_ptr_nonnull(strstr(b.data, "; Path=/;"));
	ck_assert_ptr_null(strstr(b.data, a->token));
	b.data[strcspn(b.data, ";")] = '\0';
	return buf_steal(&b);
}

static enum access_answer with_cookie(const struct access *a, const char *cookie, int64_t when)
{
	struct access_claim c = {.method = "GET", .host = "localhost", .cookie = cookie};

	return access_check(a, &c, when);
}

START_TEST(a_cookie_lets_in_until_its_end)
{
	char *cookie = cookie_of(&guarded, NOW), *among = xasprintf("a=b; %s;c=d", cookie);

	ck_assert_int_eq(with_cookie(&guarded, cookie, NOW), ACCESS_GRANTED);
	ck_assert_int_eq(with_cookie(&guarded, among, NOW + ACCESS_COOKIE_S - 1), ACCESS_GRANTED);
	ck_assert_int_eq(with_cookie(&guarded, cookie, NOW + ACCESS_COOKIE_S), ACCESS_UNKNOWN);
	ck_assert_int_eq(with_cookie(&guarded, cookie, NOW - 1), ACCESS_UNKNOWN); /* nobody makes one that lasts longer */
	ck_assert_int_eq(with_cookie(&other, cookie, NOW), ACCESS_UNKNOWN);       /* the token has changed */
	free(among);
	free(cookie);
}
END_TEST

START_TEST(no_cookie_is_made_without_the_token)
{
	char *cookie = cookie_of(&guarded, NOW), *later = xstrdup(cookie);
	size_t n = strlen(cookie);

	later[strcspn(later, "=") + 5]++; /* a later end, the same hash */
	ck_assert_int_eq(with_cookie(&guarded, later, NOW), ACCESS_UNKNOWN);
	for (size_t i = strcspn(cookie, "=") + 1; i < n; i++) {
		char was = cookie[i];

		cookie[i] = was == '1' ? '2' : '1';
		ck_assert_int_eq(with_cookie(&guarded, cookie, NOW), ACCESS_UNKNOWN);
		cookie[i] = '\0';
		ck_assert_int_eq(with_cookie(&guarded, cookie, NOW), ACCESS_UNKNOWN);
		cookie[i] = was;
	}
	ck_assert_int_eq(with_cookie(&guarded, cookie, NOW), ACCESS_GRANTED);
	ck_assert_int_eq(with_cookie(&guarded, "__Host-runtest=", NOW), ACCESS_UNKNOWN);
	ck_assert_int_eq(with_cookie(&guarded, "__Host-runtest", NOW), ACCESS_UNKNOWN);
	ck_assert_int_eq(with_cookie(&guarded, ";;; ; =", NOW), ACCESS_UNKNOWN);
	free(cookie);
	free(later);
}
END_TEST

Suite *access_test(void)
{
	Suite *s = suite_create("access");
	TCase *c = tcase_create("access");

	tcase_add_test(c, only_its_own_names_and_addresses_are_answered);
	tcase_add_test(c, only_get_and_head);
	tcase_add_test(c, pages_of_other_sites_may_link_here_and_nothing_else);
	tcase_add_test(c, the_token_opens_and_another_does_not);
	tcase_add_test(c, a_cookie_lets_in_until_its_end);
	tcase_add_test(c, no_cookie_is_made_without_the_token);
	suite_add_tcase(s, c);
	return s;
}
