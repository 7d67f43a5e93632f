/* tools/deps.sh with a dpkg, an apt, a sudo and a user of our own making. */
#include <check.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

Suite *deps_test(void);

static char dir[64], path[128], os_release[96];
static char *script;

static void put(const char *name, const char *text)
{
	char *file = xasprintf("%s/%s", dir, name);

	ck_assert_int_eq(file_write_atomic(file, text, strlen(text), false, NULL), 0);
	ck_assert_int_eq(chmod(file, 0755), 0);
	free(file);
}

/* dpkg-query knows everything but what stands in `absent`, and lists `provided`; apt-get and sudo write down how they were called. */
static void setup(void)
{
	char *folder = file_own_folder();

	script = xasprintf("%s/../../tools/deps.sh", folder);
	free(folder);
	snprintf(dir, sizeof dir, "/tmp/deps-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "PATH=%s:/usr/bin:/bin", dir);
	snprintf(os_release, sizeof os_release, "OS_RELEASE=%s/os-release", dir);
	put("os-release", "ID=debian\n");
	put("absent", "");
	put("id", "#!/bin/sh\necho 0\n");
	put("provided", "installed \n");
	put("dpkg-query", "#!/bin/sh\nshift 3\n[ $# -gt 0 ] || cat ${0%/*}/provided\nfor p; do\n"
			  "grep -qx \"$p\" ${0%/*}/absent || printf ' %s:installed ' $p\ndone\n");
	/* Another apt is at work for as many calls as `busy` has lines. */
	put("busy", "");
	put("apt-get", "#!/bin/sh\necho \"apt-get $*\" >>${0%/*}/calls\n"
		       "if [ -s ${0%/*}/busy ]; then\n"
		       "sed -i 1d ${0%/*}/busy; echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held.'; exit 100\n"
		       "fi\necho 'E: it is broken'\n"
		       "if [ -e ${0%/*}/stale ]; then\n"
		       "case $* in *update*) rm ${0%/*}/stale; exit 0 ;; esac; exit 100\n"
		       "fi\n"
		       "[ ! -e ${0%/*}/broken ]\n");
	put("sudo", "#!/bin/sh\necho \"sudo $*\" >>${0%/*}/calls\n[ $1 != -n ] || shift\nexec \"$@\"\n");
}

static void teardown(void)
{
	ck_assert_int_eq(file_remove_tree(dir, NULL), 0);
	free(script);
}

static int run(const char *set, const char *ci, struct buf *out)
{
	const char *const argv[] = {script, set, NULL}, *const env[] = {path, os_release, ci, "DEPS_PAUSES=0 0", NULL};
	struct proc_spec spec = {.argv = argv, .env = env, .in = -1};

	buf_init(out);
	buf_adds(out, "");
	return proc_run(&spec, out, NULL);
}

/* What apt-get and sudo were called with; "" when they were not. */
static char *calls(void)
{
	char *file = xasprintf("%s/calls", dir);
	struct buf b;

	buf_init(&b);
	buf_adds(&b, "");
	if (file_exists(file))
		ck_assert_int_eq(file_read(file, &b, NULL), 0);
	free(file);
	return buf_steal(&b);
}

static void expect(const char *set, const char *ci, int status, const char *said, const char *called)
{
	struct buf out;
	char *made;

	ck_assert_int_eq(run(set, ci, &out), status);
	made = calls();
	if (said)
		ck_assert_msg(strstr(out.data, said) != NULL, "it said: %s", out.data);
	else
		ck_assert_str_eq(out.data, "");
	if (called)
		ck_assert_msg(strstr(made, called) != NULL, "it called: %s", made);
	else
		ck_assert_str_eq(made, "");
	buf_finish(&out);
	free(made);
}

START_TEST(nothing_missing_nothing_said)
{
	expect("base", "CI=", 0, NULL, NULL);
	expect("all", "CI=", 0, NULL, NULL);
}
END_TEST

START_TEST(root_installs_what_is_missing_and_only_that)
{
	struct buf out;
	char *made;

	put("absent", "patch\nnettle-dev\n");
	ck_assert_int_eq(run("base", "CI=", &out), 0);
	made = calls();
	ck_assert_str_eq(out.data, "deps: installing: nettle-dev patch\n");
	ck_assert_ptr_nonnull(strstr(made, "install -y --no-install-recommends nettle-dev patch\n"));
	ck_assert_ptr_null(strstr(made, "update"));
	ck_assert_ptr_null(strstr(made, "sudo"));
	buf_finish(&out);
	free(made);
}
END_TEST

START_TEST(what_another_package_provides_is_not_installed)
{
	put("absent", "npm\nnodejs\n");
	put("provided", "installed \ninstalled nodejs-doc, nodejs (= 20.1), npm\nconfig-files patch\n");
	expect("all", "CI=", 0, NULL, NULL);
	put("absent", "npm\npatch\n");
	expect("all", "CI=", 0, "installing: patch\n", "patch\n");
}
END_TEST

START_TEST(the_heavy_set_has_the_light_one_in_it)
{
	put("absent", "patch\ncppcheck\n");
	expect("base", "CI=", 0, "installing: patch\n", "patch\n");
	expect("all", "CI=", 0, "installing: patch cppcheck\n", "patch cppcheck\n");
}
END_TEST

START_TEST(old_package_lists_are_fetched_anew)
{
	put("absent", "patch\n");
	put("stale", "");
	expect("base", "CI=", 0, "installing: patch", "update");
}
END_TEST

START_TEST(a_failure_shows_what_apt_said_and_the_command)
{
	put("absent", "patch\n");
	put("broken", "");
	expect("base", "CI=", 1, "E: it is broken", "install");
	expect("base", "CI=", 1, "by hand: apt-get install -y --no-install-recommends patch", "install");
}
END_TEST

START_TEST(another_apt_is_waited_for_but_not_for_ever)
{
	put("absent", "patch\n");
	put("busy", "x\nx\nx\n");
	expect("base", "CI=", 0, "once more in 0 s: E: Could not get lock", "update");
	put("busy", "x\nx\nx\nx\nx\nx\n");
	expect("base", "CI=", 1, "by hand: apt-get install", "update");
}
END_TEST

START_TEST(what_does_not_pass_is_not_tried_again)
{
	char *made;

	put("absent", "patch\n");
	put("broken", "");
	expect("base", "CI=", 1, "E: it is broken", "update");
	made = calls();
	ck_assert_ptr_null(strstr(strstr(made, "update"), "install"));
	free(made);
}
END_TEST

START_TEST(a_user_is_asked_and_where_nobody_answers_nothing_is_done)
{
	put("id", "#!/bin/sh\necho 1000\n");
	put("absent", "patch\n");
	expect("base", "CI=", 1, "sudo apt-get install -y --no-install-recommends patch", NULL);
	put("absent", "");
	expect("base", "CI=", 0, NULL, NULL);
}
END_TEST

START_TEST(in_ci_a_user_installs_at_once_through_sudo)
{
	put("id", "#!/bin/sh\necho 1000\n");
	put("absent", "patch\n");
	expect("base", "CI=true", 0, "installing: patch", "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get");
}
END_TEST

START_TEST(another_distribution_is_told_what_is_needed)
{
	put("os-release", "ID=fedora\nID_LIKE='rhel centos'\n");
	expect("base", "CI=true", 1, "qemu-system-arm", NULL);
	put("os-release", "ID=mint\nID_LIKE='ubuntu debian'\n");
	expect("base", "CI=true", 0, NULL, NULL);
}
END_TEST

START_TEST(another_word_is_a_usage_error)
{
	expect("some", "CI=", 2, "usage", NULL);
}
END_TEST

Suite *deps_test(void)
{
	Suite *s = suite_create("deps");
	TCase *t = tcase_create("deps");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, nothing_missing_nothing_said);
	tcase_add_test(t, root_installs_what_is_missing_and_only_that);
	tcase_add_test(t, what_another_package_provides_is_not_installed);
	tcase_add_test(t, the_heavy_set_has_the_light_one_in_it);
	tcase_add_test(t, old_package_lists_are_fetched_anew);
	tcase_add_test(t, a_failure_shows_what_apt_said_and_the_command);
	tcase_add_test(t, another_apt_is_waited_for_but_not_for_ever);
	tcase_add_test(t, what_does_not_pass_is_not_tried_again);
	tcase_add_test(t, a_user_is_asked_and_where_nobody_answers_nothing_is_done);
	tcase_add_test(t, in_ci_a_user_installs_at_once_through_sudo);
	tcase_add_test(t, another_distribution_is_told_what_is_needed);
	tcase_add_test(t, another_word_is_a_usage_error);
	suite_add_tcase(s, t);
	return s;
}
