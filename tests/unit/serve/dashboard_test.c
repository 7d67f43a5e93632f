/* The small pieces of the dashboard: addresses to listen on, files below a run, routes, markup, places in a console. */
#include <check.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/below.h"
#include "serve/bisected.h"
#include "serve/follow.h"
#include "serve/markup.h"
#include "serve/routes.h"
#include "serve/serve.h"
#include "serve/web.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

Suite *dashboard_test(void);

/* ---- where it listens ---- */

static void check_address(const char *text, int family, int port, bool loopback)
{
	struct sockaddr_storage a;
	int got;

	ck_assert_msg(serve_address_parse(&a, text) == 0, "refused: %s", text);
	ck_assert_int_eq(a.ss_family, family);
	got = ntohs(family == AF_INET ? ((struct sockaddr_in *)&a)->sin_port : ((struct sockaddr_in6 *)&a)->sin6_port);
	ck_assert_msg(got == port, "%s: port %d", text, got);
	ck_assert_msg(serve_address_is_loopback(&a) == loopback, "%s: loopback?", text);
}

START_TEST(addresses_to_listen_on)
{
	static const char *const bad[] = {"", "example.org", "1.2.3", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:1x", "[::1",
					  "[::1]8642", "[::1]:", "127.0.0.1:123456", "[]:1", "::1:x"};
	struct sockaddr_storage a;

	check_address("127.0.0.1", AF_INET, SERVE_PORT, true);
	check_address("localhost:0", AF_INET, 0, true);
	check_address(":9000", AF_INET, 9000, true);
	check_address("127.8.8.8:1", AF_INET, 1, true);
	check_address("0.0.0.0:80", AF_INET, 80, false);
	check_address("10.0.0.1", AF_INET, SERVE_PORT, false);
	check_address("[::1]:443", AF_INET6, 443, true);
	check_address("::1", AF_INET6, SERVE_PORT, true);
	check_address("[::]:443", AF_INET6, 443, false);
	check_address("[::ffff:127.0.0.1]", AF_INET6, SERVE_PORT, false);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(serve_address_parse(&a, bad[i]) < 0, "taken: %s", bad[i]);
}
END_TEST

/* ---- files ---- */

static char results[] = "/tmp/runtest-below.XXXXXX";

static void put(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", results, name), *slash = strrchr(path, '/');

	*slash = '\0';
	ck_assert_int_eq(file_mkdirs(path, NULL), 0);
	*slash = '/';
	ck_assert_int_eq(file_write_atomic(path, text, strlen(text), false, NULL), 0);
	free(path);
}

static void link_to(const char *target, const char *name)
{
	char *path = xasprintf("%s/%s", results, name);

	ck_assert_int_eq(symlink(target, path), 0);
	free(path);
}

static void make_results(void)
{
	memcpy(results + sizeof results - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(results));
	put("outside", "secret");
	put("run/results.json", "{}");
	put("run/s.1/1/console.log", "hello");
	put("run/s.1/10/console.log", "again");
	put("run/.hidden", "x");
	link_to("run", "latest");
	link_to("../outside", "run/link");
	link_to("/etc", "run/etc");
	link_to("s.1", "run/inside");
	link_to("/etc", "elsewhere");
}

static void drop_results(void)
{
	file_remove_tree(results, NULL);
}

static bool opens(const char *run, const char *a, const char *b, const char *c)
{
	const char *parts[] = {a, b, c};
	uint64_t size;
	int fd = below_open(results, run, parts, c ? 3 : b ? 2 : 1, &size);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

START_TEST(files_below_a_run_and_no_others)
{
	ck_assert(opens("run", "results.json", NULL, NULL));
	ck_assert(opens("latest", "s.1", "1", "console.log"));
	ck_assert(!opens("run", "none", NULL, NULL));
	ck_assert(!opens("run", "s.1", NULL, NULL)); /* a folder */
	ck_assert(!opens("run", "link", NULL, NULL));
	ck_assert(!opens("run", "etc", "passwd", NULL));
	ck_assert(!opens("run", "inside", "1", "console.log"));
	ck_assert(!opens("run", ".hidden", NULL, NULL));
	ck_assert(!opens("run", "..", "outside", NULL));
	ck_assert(!opens("run", "../outside", NULL, NULL));
	ck_assert(!opens("..", "outside", NULL, NULL));
	ck_assert(!opens("elsewhere", "passwd", NULL, NULL));
	ck_assert(!opens(".", "outside", NULL, NULL));
}
END_TEST

/* ---- what bisections found ---- */

static void put_bisection(const char *name, const char *scenario, const char *culprit)
{
	char *path = xasprintf("%s/bisect.json", name);
	char *text = xasprintf("{\"format\": 1, \"repository\": \"/src\", \"good\": \"0a\", \"bad\": \"0b\", \"scenario\": \"%s\", \"variant\": \"v\","
			       " \"unit\": \"u\", \"config\": \"debug\", \"recipe\": \"ff\", \"repeat\": 1, \"timeout_ms\": 1, %s \"tests\": ["
			       "{\"commit\": \"0c\", \"tree\": \"1\", \"mark\": \"good\", \"verdict\": \"pass\", \"cause\": \"\", \"boots\": 1}]}", scenario,
			       culprit);

	put(path, text);
	free(text);
	free(path);
}

START_TEST(what_a_bisection_found_belongs_to_its_session_and_its_time)
{
	const int64_t noon = INT64_C(1767268800000); /* 2026-01-01 12:00:00 UTC */
	const struct bisected *all, *b;
	struct arena a;
	size_t n;

	arena_init(&a);
	put_bisection("bisect-20260101-120000-aaaa", "s", "\"culprit\": \"0d\", \"subject\": \"breaks it\",");
	put_bisection("bisect-20260101-130000-bbbb", "s", ""); /* goes on */
	put_bisection("bisect-20260101-140000-cccc", "other", "");
	put_bisection("bisect-someday", "s", "");
	put("bisect-20260101-150000-dddd/bisect.json", "{damaged");
	link_to("bisect-20260101-130000-bbbb", "bisect-20260101-160000-eeee");
	all = bisected_all(results, &n, &a);
	ck_assert_uint_eq(n, 3);
	b = bisected_find(all, n, "s.v.u.debug", noon);
	ck_assert_str_eq(b->name, "bisect-20260101-120000-aaaa"); /* it has found something, the newer one has not */
	ck_assert_str_eq(b->culprit, "0d");
	ck_assert_str_eq(b->subject, "breaks it");
	b = bisected_find(all, n, "s.v.u.debug", noon + 1);
	ck_assert_str_eq(b->name, "bisect-20260101-130000-bbbb");
	ck_assert_ptr_null(b->culprit);
	ck_assert_str_eq(b->good, "0c");
	ck_assert_str_eq(b->bad, "0b");
	ck_assert_ptr_null(bisected_find(all, n, "s.v.u.debug", noon + 3600 * 1000 + 1));
	ck_assert_ptr_null(bisected_find(all, n, "s.v.u.release", noon));
	arena_finish(&a);
}
END_TEST

START_TEST(a_pipe_in_a_run_keeps_nobody_waiting)
{
	char *path = xasprintf("%s/run/pipe", results);

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert(!opens("run", "pipe", NULL, NULL));
	free(path);
}
END_TEST

START_TEST(the_newest_attempt_is_found_by_its_number)
{
	ck_assert_int_eq(below_attempt(results, "run", "s.1"), 10);
	ck_assert_int_eq(below_attempt(results, "run", "none"), 0);
	ck_assert_int_eq(below_attempt(results, "run", "inside"), 0);
	ck_assert_int_eq(below_attempt(results, "none", "s.1"), 0);
}
END_TEST

/* ---- a console while it is written ---- */

static char *all_of(struct follow *f)
{
	struct buf b = {0};
	char block[64];
	ssize_t n;

	while ((n = follow_read(f, block, sizeof block)) > 0)
		buf_add(&b, block, (size_t)n);
	ck_assert_int_eq(n, WEB_STREAM_WAITS);
	return buf_steal(&b);
}

static void add_to_console(const char *text)
{
	char *path = xasprintf("%s/run/s.1/10/console.log", results);
	FILE *f = fopen(path, "a");

	fputs(text, f);
	fclose(f);
	free(path);
}

START_TEST(a_viewer_gets_everything_once_and_goes_on_where_it_was)
{
	struct follow *f = follow_open(results, "run", "s.1", NULL, 0);
	char *got = all_of(f);

	ck_assert_ptr_nonnull(strstr(got, "event: attempt\ndata: 10\n\n"));
	ck_assert_ptr_nonnull(strstr(got, "id: 10.5.0\nevent: bytes\ndata: YWdhaW4=\n\n"));
	ck_assert(!follow_has(f, 0));
	free(got);
	add_to_console("!\n");
	ck_assert(follow_has(f, 0));
	got = all_of(f);
	ck_assert_str_eq(got, "id: 10.7.0\nevent: bytes\ndata: IQo=\n\n");
	free(got);
	follow_close(f);
	f = follow_open(results, "run", "s.1", "10.5.0", 0);
	got = all_of(f);
	ck_assert_str_eq(got, "id: 10.7.0\nevent: bytes\ndata: IQo=\n\n");
	free(got);
	follow_close(f);
	f = follow_open(results, "run", "s.1", "nonsense", 6);
	got = all_of(f);
	ck_assert_ptr_nonnull(strstr(got, "data: Cg==\n\n"));
	free(got);
	follow_close(f);
	ck_assert_ptr_null(follow_open(results, "run", "none", NULL, 0));
}
END_TEST

START_TEST(an_earlier_attempt_is_followed_by_the_next_one)
{
	struct follow *f = follow_open(results, "run", "s.1", "1.0.0", 0);
	char *got = all_of(f);

	ck_assert_ptr_nonnull(strstr(got, "data: aGVsbG8=\n\n"));
	ck_assert_ptr_nonnull(strstr(got, "event: attempt\ndata: 10\n\n"));
	ck_assert_ptr_nonnull(strstr(got, "data: YWdhaW4=\n\n"));
	free(got);
	follow_close(f);
}
END_TEST

START_TEST(times_get_through_and_nothing_else_that_stands_among_them)
{
	struct follow *f;
	char *got;

	put("run/s.1/10/console.idx", "0 -5 stale\n5 12\nevent: bytes\rdata: x\n7 8 stal\n- 5\n7 -\n9 9 stalex\n7");
	f = follow_open(results, "run", "s.1", NULL, 0);
	got = all_of(f);
	ck_assert_ptr_nonnull(strstr(got, "event: index\ndata: 0 -5 stale\ndata: 5 12\n\n"));
	ck_assert_ptr_null(strchr(got, '\r'));
	free(got);
	follow_close(f);
}
END_TEST

START_TEST(places_in_a_console)
{
	static const char *const bad[] = {"", "1", "1.2", "1.2.", "1.2.3.4", "0.1.1", "-1.2.3", "1.2.3x", " 1.2.3", "1..3", "100000.0.0",
					  "1.99999999999999999999.0", "1.18446744073709551615.0"};
	struct follow_place p;

	ck_assert_int_eq(follow_place_parse(&p, "3.70000000000.12"), 0);
	ck_assert_int_eq(p.attempt, 3);
	ck_assert_uint_eq(p.console, UINT64_C(70000000000));
	ck_assert_uint_eq(p.index, 12);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(follow_place_parse(&p, bad[i]) < 0, "taken: %s", bad[i]);
}
END_TEST

/* ---- routes and markup ---- */

static enum route_kind kind_of(const char *path)
{
	struct arena a;
	struct target t;
	struct route r;

	arena_init(&a);
	ck_assert_int_eq(target_parse(&t, path, &a), 0);
	r = route_find(&t);
	arena_finish(&a);
	return r.kind;
}

START_TEST(addresses_lead_where_they_should)
{
	ck_assert_int_eq(kind_of("/"), ROUTE_ERRAND);
	ck_assert_int_eq(kind_of("/runs/latest"), ROUTE_MOVED);
	ck_assert_int_eq(kind_of("/runs/latest/"), ROUTE_ERRAND);
	ck_assert_int_eq(kind_of("/runs/latest/results.json"), ROUTE_FILE);
	ck_assert_int_eq(kind_of("/runs/latest/s/1/console.log"), ROUTE_FILE);
	ck_assert_int_eq(kind_of("/runs/latest/s/"), ROUTE_NONE);
	ck_assert_int_eq(kind_of("/live/r/s/events"), ROUTE_STREAM);
	ck_assert_int_eq(kind_of("/runs"), ROUTE_NONE);
	ck_assert_int_eq(kind_of("/nothing"), ROUTE_NONE);
	ck_assert_int_eq(kind_of("/boards/"), ROUTE_NONE);
}
END_TEST

START_TEST(only_signing_in_is_open_to_everybody)
{
	static const char *const open[] = {"/login", "/login/check", "/login/out", "/assets/ui.js"};
	static const char *const closed[] = {"/", "/boards", "/runs/r/", "/runs/r/run.json", "/live/r/s/events", "/api/runs", "/nothing"};
	struct arena a;
	struct target t;
	struct route r;

	arena_init(&a);
	for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
		target_parse(&t, open[i], &a);
		r = route_find(&t);
		ck_assert_msg(route_is_open(&r), "closed: %s", open[i]);
	}
	for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
		target_parse(&t, closed[i], &a);
		r = route_find(&t);
		ck_assert_msg(!route_is_open(&r), "open: %s", closed[i]);
	}
	arena_finish(&a);
}
END_TEST

START_TEST(text_is_never_markup)
{
	struct buf b = {0};

	markup_text(&b, "<a href='x' onclick=\"y\">&\x1b[31m\x01</a>");
	ck_assert_str_eq(b.data, "&lt;a href=&#39;x&#39; onclick=&quot;y&quot;&gt;&amp;\\x1b[31m\\x01&lt;/a&gt;");
	buf_clear(&b);
	markup_segment(&b, "a/b ?#%\xc3\xa9");
	ck_assert_str_eq(b.data, "a%2Fb%20%3F%23%25%C3%A9");
	buf_clear(&b);
	markup_time(&b, "\"><script>2026-01-31T23:58:12Z");
	ck_assert_ptr_null(strstr(b.data, "<script"));
	buf_finish(&b);
}
END_TEST

Suite *dashboard_test(void)
{
	Suite *s = suite_create("dashboard");
	TCase *plain = tcase_create("plain"), *files = tcase_create("files");

	tcase_add_test(plain, addresses_to_listen_on);
	tcase_add_test(plain, places_in_a_console);
	tcase_add_test(plain, addresses_lead_where_they_should);
	tcase_add_test(plain, only_signing_in_is_open_to_everybody);
	tcase_add_test(plain, text_is_never_markup);
	tcase_add_checked_fixture(files, make_results, drop_results);
	tcase_add_test(files, files_below_a_run_and_no_others);
	tcase_add_test(files, what_a_bisection_found_belongs_to_its_session_and_its_time);
	tcase_add_test(files, a_pipe_in_a_run_keeps_nobody_waiting);
	tcase_add_test(files, the_newest_attempt_is_found_by_its_number);
	tcase_add_test(files, a_viewer_gets_everything_once_and_goes_on_where_it_was);
	tcase_add_test(files, an_earlier_attempt_is_followed_by_the_next_one);
	tcase_add_test(files, times_get_through_and_nothing_else_that_stands_among_them);
	suite_add_tcase(s, plain);
	suite_add_tcase(s, files);
	return s;
}
