/* Nightly files: what they become, and each mistake with its place. */
#include "config/fixture.h"
#include "config/nightly.h"

Suite *nightly_test(void);

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f), 0);
}

static void end(void)
{
	fixture_finish(&f);
}

static int load(struct nightly *n, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", f.root, name);
	int rc;

	fixture_write(&f, name, text);
	rc = nightly_load(n, &f.project, path, &f.errors);
	free(path);
	return rc;
}

#define HEAD "nightly: shelf\n"
#define JOB "jobs: [{job: all, scenarios: [demo]}]\n"

START_TEST(a_file_says_everything)
{
	struct nightly n;

	ck_assert_int_eq(load(&n, "elsewhere/shelf.yaml",
			      HEAD "about: every board\n"
				   "gate: health\n"
				   "budget: 8h\n"
				   "jobs:\n"
				   "  - {job: survive, scenarios: [demo], boards: [rock-1, vi*], variants: [good], configs: [release],\n"
				   "     set: {restarts: 100}, repeat: 5, retries: 0, jobs: 2, budget: 2h}\n"
				   "  - {job: mutants, tags: [spine], of: mutants, where: slurm}\n"
				   "keep: {days: 30, runs: 100, size: 20G}\n"
				   "tell:\n"
				   "  chat: {webhook: {url: {env: CHAT}}}\n"
				   "  list:\n"
				   "    when: failure\n"
				   "    mail: {to: [a+b@example.org, c@example.org], from: boards@example.org, program: /bin/mail}\n"
				   "    tries: 2\n"
				   "    pause: 1s\n"),
			 0);
	ck_assert_str_eq(n.name, "shelf");
	ck_assert_int_eq(n.gate, 1);
	ck_assert_int_eq(n.budget_ms, 8 * 3600 * 1000);
	ck_assert_uint_eq(n.job_count, 2);
	ck_assert_str_eq(n.jobs[0].scenarios[0], "demo");
	ck_assert_str_eq(n.jobs[0].boards[1], "vi*");
	ck_assert_str_eq(n.jobs[0].set[0].name, "restarts");
	ck_assert_int_eq(n.jobs[0].set[0].value, 100);
	ck_assert_int_eq(n.jobs[0].repeat, 5);
	ck_assert_int_eq(*n.jobs[0].retries, 0);
	ck_assert_int_eq(n.jobs[0].budget_ms, 2 * 3600 * 1000);
	ck_assert_int_eq(n.jobs[0].mutants, 0);
	ck_assert_int_eq(n.jobs[1].mutants, 1);
	ck_assert_int_eq(n.jobs[1].where, NIGHTLY_SLURM);
	ck_assert_ptr_null(n.jobs[1].retries);
	ck_assert_int_eq(n.jobs[1].repeat, 1);
	ck_assert_int_eq(n.keep->days, 30);
	ck_assert_uint_eq(n.keep->size, 20ull << 30);
	ck_assert_uint_eq(n.tell_count, 2);
	ck_assert_str_eq(n.tell[0].name, "chat");
	ck_assert_int_eq(n.tell[0].by, TELL_WEBHOOK);
	ck_assert_int_eq(n.tell[0].when, TELL_CHANGE);
	ck_assert_str_eq(n.tell[0].webhook->url.env, "CHAT");
	ck_assert_int_eq(n.tell[0].webhook->body, WEBHOOK_TEXT);
	ck_assert_int_eq(n.tell[0].tries, 4);
	ck_assert_int_eq(n.tell[1].by, TELL_MAIL);
	ck_assert_int_eq(n.tell[1].when, TELL_FAILURE);
	ck_assert_str_eq(n.tell[1].mail->to[1], "c@example.org");
	ck_assert_ptr_null(n.tell[1].mail->to[2]);
	ck_assert_int_eq(n.tell[1].pause_ms, 1000);
}
END_TEST

START_TEST(little_is_enough)
{
	struct nightly n;

	ck_assert_int_eq(load(&n, "shelf.yaml", HEAD JOB), 0);
	ck_assert_int_eq(n.gate, 0);
	ck_assert_int_eq(n.budget_ms, 0);
	ck_assert_ptr_null(n.keep);
	ck_assert_uint_eq(n.tell_count, 0);
}
END_TEST

static const struct {
	const char *text, *where, *what;
} cases[] = {
	{"nightly: other\n" JOB, ":1:10", "expected \"shelf\", as the file is called, found \"other\""},
	{HEAD, ":1:1", "missing key \"jobs\""},
	{HEAD "jobs: []\n", ":2:7", "expected"},
	{HEAD "jobs: [{job: all}]\n", ":2:14", "job: expected scenarios or tags"},
	{HEAD "jobs: [{job: all, scenarios: [dmeo]}]\n", ":2:30", "no scenario is called \"dmeo\""},
	{HEAD "jobs: [{job: all, scenarios: [demo], boards: [rook-1]}]\n", ":2:46", "no board is called \"rook-1\""},
	{HEAD "jobs: [{job: all, scenarios: [demo], variants: [ugly]}]\n", ":2:48", "no variant is called \"ugly\""},
	{HEAD "jobs: [{job: a, scenarios: [demo]}, {job: a, scenarios: [demo]}]\n", ":2:43", "job: there are two called \"a\""},
	{HEAD "jobs: [{job: a, scenarios: [demo], where: moon}]\n", ":2:43", "where: expected local or slurm"},
	{HEAD "jobs: [{job: a, scenarios: [demo], repeat: 0}]\n", ":2:44", "repeat: expected a number from 1"},
	{HEAD "jobs: [{job: a, scenarios: [demo], retries: 10}]\n", ":2:45", "retries: expected a number from 0 to 9"},
	{HEAD "budget: 1h\njobs: [{job: a, scenarios: [demo], budget: 2h}]\n", ":2:9", "budget: the jobs' own budgets come to more"},
	{HEAD JOB "keep: {}\n", ":3:7", "keep: expected days, runs or size"},
	{HEAD JOB "keep: {days: 0}\n", ":3:14", "days: expected a number from 1"},
	{HEAD JOB "gate: maybe\n", ":3:7", "gate: expected health or none"},
	{HEAD JOB "tell: {a: {when: change}}\n", ":3:11", "expected exactly one of: webhook, mail"},
	{HEAD JOB "tell: {a: {webhook: {url: 'https://example.org/key'}}}\n", ":3:27", "url: expected a mapping with env or file"},
	{HEAD JOB "tell: {a: {when: never, webhook: {url: {env: A}}}}\n", ":3:18", "when: expected change, failure or always"},
	{HEAD JOB "tell: {a: {mail: {to: []}}}\n", ":3:23", "to: expected"},
	{HEAD JOB "tell: {a: {mail: {to: ['a@b', 'a']}}}\n", ":3:31", "expected a mail address"},
	{HEAD JOB "tell: {a: {mail: {to: [\"a@b\\nBcc: c@d\"]}}}\n", ":3:24", "expected a mail address"},
	{HEAD JOB "tell: {a: {mail: {to: [\"a@b, c@d\"]}}}\n", ":3:24", "expected a mail address"},
	{HEAD JOB "tell: {a: {mail: {to: ['-oQ@b']}}}\n", ":3:24", "expected a mail address"},
	{HEAD JOB "tell: {a: {mail: {to: [a@b]}, tries: 0}}\n", ":3:38", "tries: expected a number from 1 to 20"},
	{HEAD JOB "colour: blue\n", ":3:1", "unknown key \"colour\" in this nightly"},
};

enum { CASES = sizeof cases / sizeof cases[0] };

START_TEST(each_mistake_has_its_place)
{
	struct nightly n;
	char *where = xasprintf("%s/shelf.yaml%s", f.root, cases[_i].where);

	ck_assert_int_lt(load(&n, "shelf.yaml", cases[_i].text), 0);
	ck_assert_uint_eq(f.errors.count, 1);
	ck_assert_str_eq(f.errors.items[0].where, where);
	ck_assert_msg(strstr(f.errors.items[0].what, cases[_i].what), "%s", f.errors.items[0].what);
	free(where);
}
END_TEST

START_TEST(a_file_that_is_not_there_or_not_yaml)
{
	struct nightly n;

	ck_assert_int_lt(nightly_load(&n, &f.project, "/nowhere/shelf.yaml", &f.errors), 0);
	ck_assert_int_eq(f.errors.items[0].kind, ERR_USAGE);
	ck_assert_int_lt(load(&n, "shelf.yml", HEAD JOB), 0);
	ck_assert_int_eq(f.errors.items[1].kind, ERR_USAGE);
	ck_assert_int_lt(load(&n, "shelf.yaml", "{"), 0);
}
END_TEST

Suite *nightly_test(void)
{
	Suite *s = suite_create("nightly");
	TCase *t = tcase_create("file");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_file_says_everything);
	tcase_add_test(t, little_is_enough);
	tcase_add_loop_test(t, each_mistake_has_its_place, 0, CASES);
	tcase_add_test(t, a_file_that_is_not_there_or_not_yaml);
	suite_add_tcase(s, t);
	return s;
}
