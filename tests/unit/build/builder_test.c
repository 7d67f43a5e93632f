#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "build/stub.h"
#include "util/cancel.h"
#include "util/clock.h"

Suite *builder_test(void);

/* What a well-behaved build does. */
#define GOOD "cat main.c >$RUNTEST_OUT/loader.img; echo elf >$RUNTEST_OUT/hello.elf"

static struct stub s;

static void setup(void)
{
	stub_make(&s, "echo compiling; " GOOD);
}

static void teardown(void)
{
	stub_remove(&s);
}

/* ---- the cache ---- */

START_TEST(artefacts_are_where_the_result_says_with_their_hashes)
{
	struct build_results out;
	struct build_result *r;
	char hex[SHA256_HEX];
	struct err e = {0};
	struct buf log;

	ck_assert_msg(build_all(&s.request, 1, &s.options, &out, &e) == 0, "%s", e.what);
	r = &out.items[0];
	ck_assert_int_eq(r->state, BUILD_BUILT);
	ck_assert_int_eq(out.by_state[BUILD_BUILT], 1);
	ck_assert_int_eq(sha256_file(r->image.path, hex, NULL), 0);
	ck_assert_str_eq(r->image.sha256, hex);
	ck_assert_int_eq(r->image.size, 24);
	ck_assert_int_eq(sha256_file(r->elfs[0].path, hex, NULL), 0);
	ck_assert_str_eq(r->elfs[0].sha256, hex);
	ck_assert_ptr_null(r->report.path);
	ck_assert_ptr_nonnull(strstr(r->image.path, r->key));
	buf_init(&log);
	ck_assert_int_eq(file_read(r->log, &log, NULL), 0);
	ck_assert_ptr_nonnull(strstr(log.data, "compiling\n"));
	buf_finish(&log);
	build_results_finish(&out);
	stub_expect_clean(&s);
}
END_TEST

START_TEST(the_same_again_is_cached)
{
	char first[SHA256_HEX], second[SHA256_HEX];

	stub_expect(&s, BUILD_BUILT, first);
	stub_expect(&s, BUILD_CACHED, second);
	ck_assert_str_eq(first, second);
}
END_TEST

static void change_source(void)
{
	stub_put(&s, "images/main.c", "one\ntwo\nthree\nfour\nsix\n");
}

static void change_command(void)
{
	s.build[2] = ": other; " GOOD;
}

static void change_patches(void)
{
	stub_put(&s, "change.patch", "--- a/main.c\n+++ b/main.c\n@@ -1,2 +1,2 @@\n-one\n+ONE\n two\n");
	s.patches[0].file = s.patch;
	s.variant.patch_count = 1;
}

static void change_config(void)
{
	s.request.config = "release";
}

static void change_board(void)
{
	s.kind.name = "other";
}

static void change_entry(void)
{
	s.kind.entry = "el1";
}

static void change_arch(void)
{
	s.kind.arch = ARCH_RISCV64;
}

static void change_address(void)
{
	s.kind.load_address = 0x60000000;
}

static void change_tools(void)
{
	s.tools[0] = "cc";
}

static void change_artefacts(void)
{
	s.variant.report = "hello.elf";
}

static void (*const changes[])(void) = {change_source, change_command, change_patches, change_config, change_board,
					change_entry, change_arch, change_address, change_tools, change_artefacts};

START_TEST(each_ingredient_counts)
{
	char first[SHA256_HEX], second[SHA256_HEX];

	stub_expect(&s, BUILD_BUILT, first);
	changes[_i]();
	stub_expect(&s, BUILD_BUILT, second);
	ck_assert_str_ne(first, second);
	stub_expect(&s, BUILD_CACHED, NULL);
}
END_TEST

START_TEST(a_tool_of_another_version_counts)
{
	char *tool = stub_path(&s, "mycc"), first[SHA256_HEX], second[SHA256_HEX];

	stub_put(&s, "mycc", "#!/bin/sh\necho mycc 1.0\n");
	chmod(tool, 0755);
	s.tools[0] = tool;
	stub_expect(&s, BUILD_BUILT, first);
	stub_expect(&s, BUILD_CACHED, NULL);
	stub_put(&s, "mycc", "#!/bin/sh\necho mycc 1.1\n");
	chmod(tool, 0755);
	stub_expect(&s, BUILD_BUILT, second);
	ck_assert_str_ne(first, second);
	free(tool);
}
END_TEST

START_TEST(only_the_compiler_of_the_board_s_arch_counts_and_is_needed)
{
	char *tool = stub_path(&s, "${arch}-cc"), *aarch64 = stub_path(&s, "aarch64-cc");
	char *riscv64 = stub_path(&s, "riscv64-cc");
	struct err e;

	s.tools[0] = tool;
	stub_put(&s, "aarch64-cc", "#!/bin/sh\necho cc 1.0\n");
	chmod(aarch64, 0755);
	stub_expect(&s, BUILD_BUILT, NULL);
	s.kind.arch = ARCH_RISCV64;
	e = stub_expect_failure(&s);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_ptr_nonnull(strstr(e.what, "/riscv64-cc"));
	stub_put(&s, "riscv64-cc", "#!/bin/sh\necho cc 1.0\n");
	chmod(riscv64, 0755);
	stub_expect(&s, BUILD_BUILT, NULL);
	stub_put(&s, "riscv64-cc", "#!/bin/sh\necho cc 1.1\n");
	chmod(riscv64, 0755);
	stub_expect(&s, BUILD_BUILT, NULL);
	s.kind.arch = ARCH_AARCH64;
	stub_expect(&s, BUILD_CACHED, NULL);
	free(riscv64);
	free(aarch64);
	free(tool);
}
END_TEST

START_TEST(what_is_no_ingredient_does_not_count)
{
	stub_expect(&s, BUILD_BUILT, NULL);
	setenv("CFLAGS", "-O3", 1);
	setenv("MAKEFLAGS", "-j99 --jobserver-auth=3,4", 1);
	s.variant.about = "something else";
	stub_expect(&s, BUILD_CACHED, NULL);
}
END_TEST

START_TEST(force_builds_anew)
{
	stub_expect(&s, BUILD_BUILT, NULL);
	s.options.force = true;
	stub_expect(&s, BUILD_BUILT, NULL);
	stub_expect_clean(&s);
	s.options.force = false;
	stub_expect(&s, BUILD_CACHED, NULL);
}
END_TEST

START_TEST(an_entry_that_was_tampered_with_is_built_anew)
{
	static const char *const commands[] = {"rm $0/build/cache/variants/*/out/hello.elf",
					       "f=$(echo $0/build/cache/variants/*/manifest.json); echo x >$f",
					       "rm $0/build/cache/variants/*/manifest.json",
					       "rm -r $0/build/cache/variants/*/*",
					       "f=$(echo $0/build/cache/variants/*/out/hello.elf); echo ELF >$f"};

	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		const char *argv[] = {"sh", "-c", commands[i], s.root, NULL};
		pid_t pid;

		stub_expect(&s, i ? BUILD_CACHED : BUILD_BUILT, NULL);
		pid = fork();
		if (pid == 0)
			_exit(execvp(argv[0], (char *const *)argv));
		ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
		stub_expect(&s, BUILD_BUILT, NULL);
	}
	stub_expect_clean(&s);
}
END_TEST

START_TEST(the_command_sees_the_contract_and_nothing_else)
{
	struct build_results out;
	struct buf env;

	setenv("CFLAGS", "-O3", 1);
	setenv("LANG", "de_DE.UTF-8", 1);
	s.build[2] = "env >$RUNTEST_OUT/loader.img; echo elf >$RUNTEST_OUT/hello.elf";
	ck_assert_int_eq(build_all(&s.request, 1, &s.options, &out, NULL), 0);
	buf_init(&env);
	ck_assert_int_eq(file_read(out.items[0].image.path, &env, NULL), 0);
	ck_assert_ptr_nonnull(strstr(env.data, "RUNTEST_BOARD=shelf\n"));
	ck_assert_ptr_nonnull(strstr(env.data, "RUNTEST_ARCH=aarch64\n"));
	ck_assert_ptr_nonnull(strstr(env.data, "RUNTEST_ENTRY=el2\n"));
	ck_assert_ptr_nonnull(strstr(env.data, "RUNTEST_CONFIG=debug\n"));
	ck_assert_ptr_nonnull(strstr(env.data, "RUNTEST_LOAD_ADDRESS=0x70000000\n"));
	ck_assert_ptr_nonnull(strstr(env.data, "PATH="));
	ck_assert_ptr_null(strstr(env.data, "CFLAGS"));
	ck_assert_ptr_null(strstr(env.data, "LANG="));
	ck_assert_ptr_null(strstr(env.data, "RUNTEST_DTB")); /* this board is no QEMU */
	buf_finish(&env);
	build_results_finish(&out);
}
END_TEST

START_TEST(where_qemu_decides_the_command_is_told_no_load_address)
{
	s.kind.load_address = 0;
	s.build[2] = "test -z \"${RUNTEST_LOAD_ADDRESS+x}\" && " GOOD;
	stub_expect(&s, BUILD_BUILT, NULL);
}
END_TEST

/* ---- failures ---- */

START_TEST(a_failed_build_keeps_its_log_and_shows_its_end)
{
	struct build_results out;
	struct build_result *r;
	struct err e = {0};
	char *log = stub_path(&s, "build/failed/stub-shelf-debug.log");

	s.build[2] = "echo first; echo 'main.c:3: error: no such thing'; echo 'make: *** Error 1'; exit 2";
	ck_assert_int_eq(build_all(&s.request, 1, &s.options, &out, &e), -1);
	r = &out.items[0];
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_str_eq(e.where, "variants.yaml:7");
	ck_assert_ptr_nonnull(strstr(e.what, "status 2"));
	ck_assert_ptr_nonnull(strstr(e.what, "main.c:3: error: no such thing"));
	ck_assert_ptr_nonnull(strstr(e.hint, log));
	ck_assert_str_eq(r->log, log);
	ck_assert_ptr_nonnull(strstr(r->tail, "make: *** Error 1\n"));
	ck_assert_int_eq(stub_count(&s, "build/cache/variants"), 0);
	stub_expect_clean(&s);
	build_results_finish(&out);
	s.build[2] = GOOD;
	stub_expect(&s, BUILD_BUILT, NULL);
	ck_assert(!file_exists(log)); /* a thing of the past */
	free(log);
}
END_TEST

START_TEST(a_missing_artefact_is_named)
{
	struct err e;

	s.build[2] = "echo >$RUNTEST_OUT/loader.img";
	e = stub_expect_failure(&s);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_ptr_nonnull(strstr(e.what, "hello.elf"));
	s.build[2] = "cp main.c $RUNTEST_OUT/hello.elf; ln -s ../../tree/main.c $RUNTEST_OUT/loader.img";
	e = stub_expect_failure(&s);
	ck_assert_ptr_nonnull(strstr(e.what, "no plain file"));
	ck_assert_int_eq(stub_count(&s, "build/cache/variants"), 0);
}
END_TEST

START_TEST(a_command_or_tool_that_is_not_there_is_named)
{
	struct err e;

	s.build[0] = "no-such-make";
	e = stub_expect_failure(&s);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_ptr_nonnull(strstr(e.what, "no-such-make"));
	s.build[0] = "sh";
	s.tools[0] = "no-such-gcc";
	e = stub_expect_failure(&s);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_ptr_nonnull(strstr(e.what, "no-such-gcc"));
	ck_assert_ptr_nonnull(strstr(e.hint, "doctor"));
}
END_TEST

START_TEST(a_patch_that_does_not_apply_fails_the_build_with_its_hunk)
{
	struct err e;

	stub_put(&s, "change.patch", "--- a/main.c\n+++ b/main.c\n@@ -1,2 +1,2 @@\n-ein\n+uno\n two\n");
	s.patches[0].file = s.patch;
	s.variant.patch_count = 1;
	e = stub_expect_failure(&s);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_ptr_nonnull(strstr(e.where, "change.patch:3"));
	ck_assert_ptr_nonnull(strstr(e.what, "hunk 1 does not match main.c:1"));
	stub_expect_clean(&s);
}
END_TEST

START_TEST(patches_are_applied_in_order_and_not_to_the_sources)
{
	struct build_results out;
	struct buf text;
	char *second = stub_path(&s, "second.patch"), *source = stub_path(&s, "images/main.c");

	stub_put(&s, "change.patch", "--- a/main.c\n+++ b/main.c\n@@ -1,2 +1,2 @@\n-one\n+ONE\n two\n");
	stub_put(&s, "second.patch", "--- a/main.c\n+++ b/main.c\n@@ -1,2 +1,2 @@\n-ONE\n+uno\n two\n");
	s.patches[0].file = s.patch;
	s.variant.patch_count = 1;
	s.patches[1].file = second;
	s.variant.patch_count = 2;
	ck_assert_int_eq(build_all(&s.request, 1, &s.options, &out, NULL), 0);
	buf_init(&text);
	ck_assert_int_eq(file_read(out.items[0].image.path, &text, NULL), 0);
	ck_assert_str_eq(text.data, "uno\ntwo\nthree\nfour\nfive\n");
	buf_clear(&text);
	ck_assert_int_eq(file_read(source, &text, NULL), 0);
	ck_assert_str_eq(text.data, "one\ntwo\nthree\nfour\nfive\n");
	buf_finish(&text);
	build_results_finish(&out);
	free(second);
	free(source);
}
END_TEST

START_TEST(a_full_disk_is_an_io_error_and_leaves_nothing)
{
	struct rlimit small = {64 * 1024, 64 * 1024};
	struct err e = {0};
	char big[128 * 1024];
	struct build_results out;
	pid_t pid;
	int status;

	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	stub_put(&s, "images/big.bin", big);
	pid = fork(); /* the limit is for good */
	if (pid == 0) {
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &small);
		if (build_all(&s.request, 1, &s.options, &out, &e) == 0)
			_exit(1);
		_exit(e.kind == ERR_IO && strstr(e.where, "big.bin") ? 0 : 2);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(stub_count(&s, "build/cache/variants"), 0);
	stub_expect_clean(&s);
	stub_expect(&s, BUILD_BUILT, NULL);
}
END_TEST

START_TEST(a_build_folder_that_cannot_be_written_is_named)
{
	struct err e;

	stub_put(&s, "build", "a file where a folder should be\n");
	e = stub_expect_failure(&s);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_ptr_nonnull(strstr(e.where, "build"));
}
END_TEST

/* ---- reproducibility ---- */

START_TEST(verify_accepts_the_same_bytes)
{
	s.options.verify = true;
	stub_expect(&s, BUILD_VERIFIED, NULL);
	stub_expect(&s, BUILD_VERIFIED, NULL);
	stub_expect_clean(&s);
	s.options.verify = false;
	stub_expect(&s, BUILD_CACHED, NULL);
}
END_TEST

START_TEST(verify_names_the_artefact_and_byte_that_differ)
{
	struct err e;

	s.build[2] = "cp main.c $RUNTEST_OUT/loader.img; echo same $$ >$RUNTEST_OUT/hello.elf";
	s.options.verify = true;
	e = stub_expect_failure(&s);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_ptr_nonnull(strstr(e.what, "hello.elf differs from byte "));
	ck_assert(file_exists(e.where));
	ck_assert_int_eq(stub_count(&s, "build/failed/stub-shelf-debug"), 2);
	stub_expect_clean(&s);
}
END_TEST

START_TEST(verify_finds_a_build_that_leaves_its_folder_in_an_artefact)
{
	s.build[2] = "pwd >$RUNTEST_OUT/loader.img; echo elf >$RUNTEST_OUT/hello.elf";
	s.options.verify = true;
	ck_assert_ptr_nonnull(strstr(stub_expect_failure(&s).what, "loader.img"));
}
END_TEST

/* ---- many at once ---- */

enum { MANY = 5 };

static void many(struct build_request *requests, struct variant *variants, const char *build[MANY][4])
{
	for (int i = 0; i < MANY; i++) {
		variants[i] = s.variant;
		build[i][0] = "sh";
		build[i][1] = "-c";
		build[i][2] = xasprintf(": %d; %s", i, s.build[2]);
		build[i][3] = NULL;
		variants[i].build = build[i];
		requests[i] = (struct build_request){&variants[i], &s.kind, "debug"};
	}
}

static void forget(const char *build[MANY][4])
{
	for (int i = 0; i < MANY; i++)
		free((char *)build[i][2]);
}

START_TEST(no_more_than_jobs_run_at_once_and_no_fewer)
{
	struct build_request requests[MANY];
	struct variant variants[MANY];
	const char *build[MANY][4];
	struct build_results out;
	struct err e = {0};
	struct buf seen;
	char *log = stub_path(&s, "seen"), *script;

	/* Each says how many it finds running, itself included, and waits until two were seen together by anybody. */
	script = xasprintf("d=%s/running; mkdir -p $d; touch $d/$$; i=0; "
			   "while [ $(ls $d | wc -l) -lt 2 ] && [ ! -e $d.both ] && [ $i -lt 3000 ]; do "
			   "sleep 0.02; i=$((i+1)); done; "
			   "n=$(ls $d | wc -l); echo $n >>%s; [ $n -lt 2 ] || touch $d.both; sleep 0.05; rm $d/$$; " GOOD,
			   s.root, log);
	s.build[2] = script;
	many(requests, variants, build);
	ck_assert_msg(build_all(requests, MANY, &s.options, &out, &e) == 0, "%s", e.what);
	ck_assert_int_eq(out.by_state[BUILD_BUILT], MANY);
	build_results_finish(&out);
	buf_init(&seen);
	ck_assert_int_eq(file_read(log, &seen, NULL), 0);
	ck_assert_ptr_nonnull(strchr(seen.data, '2'));
	for (size_t i = 0; i < seen.len; i++)
		ck_assert(seen.data[i] == '\n' || seen.data[i] == '1' || seen.data[i] == '2');
	buf_finish(&seen);
	forget(build);
	free(script);
	free(log);
}
END_TEST

START_TEST(the_same_thing_asked_for_twice_is_built_once)
{
	struct build_request requests[2] = {s.request, s.request};
	struct build_results out;
	char *script = xasprintf("echo x >>%s/count; sleep 0.1; " GOOD, s.root);
	char *count = stub_path(&s, "count");

	s.build[2] = script;
	ck_assert_int_eq(build_all(requests, 2, &s.options, &out, NULL), 0);
	ck_assert_int_eq(out.by_state[BUILD_BUILT], 1);
	ck_assert_int_eq(out.by_state[BUILD_CACHED], 1);
	ck_assert_str_eq(out.items[0].image.path, out.items[1].image.path);
	ck_assert_int_eq(file_size(count), 2);
	build_results_finish(&out);
	free(script);
	free(count);
}
END_TEST

START_TEST(processes_that_want_the_same_build_it_once)
{
	char *script = xasprintf("echo x >>%s/count; sleep 0.1; " GOOD, s.root);
	char *count = stub_path(&s, "count");
	pid_t pids[4];
	int status;

	s.build[2] = script;
	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct build_results out;

			_exit(build_all(&s.request, 1, &s.options, &out, NULL) == 0 ? 0 : 1);
		}
	}
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
	ck_assert_int_eq(file_size(count), 2);
	stub_expect_clean(&s);
	free(script);
	free(count);
}
END_TEST

START_TEST(the_first_failure_stops_the_rest_unless_told_to_keep_going)
{
	struct build_request requests[MANY];
	struct variant variants[MANY];
	const char *build[MANY][4];
	struct build_results out;
	struct err e = {0};

	many(requests, variants, build);
	free((char *)build[0][2]);
	build[0][2] = xstrdup("exit 9");
	s.options.jobs = 1;
	s.options.keep_going = _i;
	ck_assert_int_eq(build_all(requests, MANY, &s.options, &out, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "status 9"));
	ck_assert_int_eq(out.by_state[BUILD_FAILED], 1);
	ck_assert_int_eq(out.by_state[BUILD_BUILT], _i ? MANY - 1 : 0);
	ck_assert_int_eq(out.by_state[BUILD_NOT_BEGUN], _i ? 0 : MANY - 1);
	build_results_finish(&out);
	forget(build);
}
END_TEST

static void count_done(void *ctx, const struct build_result *r)
{
	(void)r;
	++*(int *)ctx;
}

START_TEST(progress_is_told_and_output_is_streamed_with_its_name)
{
	struct build_results out;
	int done = 0, p[2];
	char text[256];
	ssize_t n;

	ck_assert_int_eq(pipe(p), 0);
	s.options.output = p[1];
	s.options.done = count_done;
	s.options.ctx = &done;
	ck_assert_int_eq(build_all(&s.request, 1, &s.options, &out, NULL), 0);
	ck_assert_int_eq(done, 1);
	n = read(p[0], text, sizeof text - 1);
	ck_assert_int_gt(n, 0);
	text[n] = '\0';
	ck_assert_str_eq(text, "stub shelf debug | compiling\n");
	build_results_finish(&out);
}
END_TEST

/* ---- being stopped ---- */

static void wait_for(const char *path)
{
	int64_t deadline = clock_ms() + 60000;

	while (file_size(path) <= 0 && clock_ms() < deadline)
		usleep(2000);
	ck_assert(file_size(path) > 0);
}

static void expect_gone(const char *pids)
{
	int64_t deadline = clock_ms() + 60000;
	FILE *f = fopen(pids, "r");
	char stat[64];
	int pid;

	ck_assert_ptr_nonnull(f);
	while (fscanf(f, "%d", &pid) == 1) {
		snprintf(stat, sizeof stat, "/proc/%d", pid);
		while (file_exists(stat) && kill(pid, 0) == 0 && clock_ms() < deadline)
			usleep(1000);
		ck_assert_msg(kill(pid, 0) < 0, "process %d outlived its build", pid);
	}
	fclose(f);
}

START_TEST(kill_9_leaves_no_process_and_no_half_artefact)
{
	char *pids = stub_path(&s, "pids");
	char *script = xasprintf("echo half >$RUNTEST_OUT/loader.img; sleep 1000 & echo $! >%s.new; "
				 "sh -c 'echo $$ >>%s.new; mv %s.new %s; sleep 1000 & wait' & wait", pids, pids, pids,
				 pids);
	pid_t pid;

	s.build[2] = script;
	pid = fork();
	if (pid == 0) {
		struct build_results out;

		_exit(build_all(&s.request, 1, &s.options, &out, NULL) == 0);
	}
	wait_for(pids);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	expect_gone(pids);
	ck_assert_int_eq(stub_count(&s, "build/cache/variants"), 0);
	ck_assert_int_eq(stub_count(&s, "build/tmp"), 1); /* what it was at: swept by the next build, of anything */
	s.build[2] = GOOD;
	stub_expect(&s, BUILD_BUILT, NULL);
	stub_expect_swept(&s);
	free(script);
	free(pids);
}
END_TEST

START_TEST(a_worker_that_is_killed_fails_its_build_only)
{
	struct err e;
	char *script = xasprintf("kill -9 $(cut -d' ' -f4 /proc/$PPID/stat)");

	s.build[2] = script;
	e = stub_expect_failure(&s);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "killed by signal 9"));
	s.build[2] = GOOD;
	stub_expect(&s, BUILD_BUILT, NULL);
	stub_expect_swept(&s);
	free(script);
}
END_TEST

START_TEST(a_stop_ends_the_builds_and_cleans_up)
{
	char *pids = stub_path(&s, "pids");
	char *script = xasprintf("trap '' TERM; sleep 1000 & echo $! >%s.new; echo $$ >>%s.new; mv %s.new %s; wait; "
				 "sleep 1000", pids, pids, pids, pids);
	int status;
	pid_t pid;

	s.build[2] = script;
	pid = fork();
	if (pid == 0) {
		struct build_results out;
		struct err e = {0};
		int rc;

		cancel_init();
		rc = build_all(&s.request, 1, &s.options, &out, &e);
		_exit(rc < 0 && e.kind == ERR_CANCELLED && out.items[0].state == BUILD_NOT_BEGUN ? 42 : 1);
	}
	wait_for(pids);
	kill(pid, SIGINT);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	expect_gone(pids);
	stub_expect_clean(&s);
	ck_assert_int_eq(stub_count(&s, "build/cache/variants"), 0);
	free(script);
	free(pids);
}
END_TEST

Suite *builder_test(void)
{
	Suite *suite = suite_create("builder");
	TCase *t = tcase_create("builder");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, artefacts_are_where_the_result_says_with_their_hashes);
	tcase_add_test(t, the_same_again_is_cached);
	tcase_add_loop_test(t, each_ingredient_counts, 0, (int)(sizeof changes / sizeof changes[0]));
	tcase_add_test(t, a_tool_of_another_version_counts);
	tcase_add_test(t, only_the_compiler_of_the_board_s_arch_counts_and_is_needed);
	tcase_add_test(t, what_is_no_ingredient_does_not_count);
	tcase_add_test(t, force_builds_anew);
	tcase_add_test(t, an_entry_that_was_tampered_with_is_built_anew);
	tcase_add_test(t, the_command_sees_the_contract_and_nothing_else);
	tcase_add_test(t, where_qemu_decides_the_command_is_told_no_load_address);
	tcase_add_test(t, a_failed_build_keeps_its_log_and_shows_its_end);
	tcase_add_test(t, a_missing_artefact_is_named);
	tcase_add_test(t, a_command_or_tool_that_is_not_there_is_named);
	tcase_add_test(t, a_patch_that_does_not_apply_fails_the_build_with_its_hunk);
	tcase_add_test(t, patches_are_applied_in_order_and_not_to_the_sources);
	tcase_add_test(t, a_full_disk_is_an_io_error_and_leaves_nothing);
	tcase_add_test(t, a_build_folder_that_cannot_be_written_is_named);
	tcase_add_test(t, verify_accepts_the_same_bytes);
	tcase_add_test(t, verify_names_the_artefact_and_byte_that_differ);
	tcase_add_test(t, verify_finds_a_build_that_leaves_its_folder_in_an_artefact);
	tcase_add_test(t, no_more_than_jobs_run_at_once_and_no_fewer);
	tcase_add_test(t, the_same_thing_asked_for_twice_is_built_once);
	tcase_add_test(t, processes_that_want_the_same_build_it_once);
	tcase_add_loop_test(t, the_first_failure_stops_the_rest_unless_told_to_keep_going, 0, 2);
	tcase_add_test(t, progress_is_told_and_output_is_streamed_with_its_name);
	tcase_add_test(t, kill_9_leaves_no_process_and_no_half_artefact);
	tcase_add_test(t, a_worker_that_is_killed_fails_its_build_only);
	tcase_add_test(t, a_stop_ends_the_builds_and_cleans_up);
	suite_add_tcase(suite, t);
	return suite;
}
