#include "git/export.h"

#include <sys/stat.h>
#include <unistd.h>

#include "git/repository.h"
#include "git/series.h"

static struct repository repo;
static struct arena arena;
static struct err e;
static char *out;

static void setup(void)
{
	repository_make(&repo);
	arena_init(&arena);
	out = xasprintf("%s/out", repo.folder);
	memset(&e, 0, sizeof e);
}

static void teardown(void)
{
	repository_remove(&repo);
	arena_finish(&arena);
	free(out);
}

static int resolve(struct git_revision *r, const char *name, const char *folder)
{
	return git_resolve(r, &arena, repo.top, name, folder, &e);
}

static void export(const char *name, const char *folder)
{
	struct git_revision r;

	ck_assert_msg(resolve(&r, name, folder) == 0, "%s", e.what);
	ck_assert_msg(git_export(&r, out, 1000, &e) == 0, "%s: %s", e.where, e.what);
}

static void refuse(const char *name, const char *folder, const char *what)
{
	struct git_revision r;

	if (resolve(&r, name, folder) == 0)
		ck_assert_int_lt(git_export(&r, out, 1000, &e), 0);
	ck_assert_int_eq(e.kind, ERR_BUILD);
	ck_assert_msg(strstr(e.what, what) != NULL, "%s", e.what);
}

static void holds(const char *path, const char *text)
{
	char *whole = xasprintf("%s/%s", out, path);
	struct buf b = {0};

	ck_assert_msg(file_read(whole, &b, NULL) == 0, "%s is missing", path);
	ck_assert_str_eq(b.data ? b.data : "", text);
	buf_finish(&b);
	free(whole);
}

static bool there(const char *path)
{
	char *whole = xasprintf("%s/%s", out, path);
	bool is = file_exists(whole);

	free(whole);
	return is;
}

START_TEST(a_revision_is_written_out_as_it_was_committed)
{
	char *script = xasprintf("%s/run.sh", repo.top), *link = xasprintf("%s/src/link", repo.top), target[16] = "";
	struct stat st;

	repository_put(&repo, "src/a.c", "committed\n");
	repository_put(&repo, "empty", "");
	repository_put(&repo, "run.sh", "#!/bin/sh\n");
	chmod(script, 0755);
	ck_assert_int_eq(symlink("a.c", link), 0);
	free(repository_commit(&repo, "one"));
	repository_put(&repo, "src/a.c", "not committed\n");
	repository_put(&repo, "new.c", "not committed\n");
	export("HEAD", NULL);
	holds("src/a.c", "committed\n");
	holds("empty", "");
	ck_assert(!there("new.c") && !there(".git"));
	free(link);
	free(script);
	script = xasprintf("%s/run.sh", out);
	link = xasprintf("%s/src/link", out);
	ck_assert_int_eq(stat(script, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0755);
	ck_assert_int_eq(st.st_mtime, 1000);
	ck_assert_int_eq(readlink(link, target, sizeof target - 1), 3);
	ck_assert_str_eq(target, "a.c");
	free(link);
	free(script);
}
END_TEST

/* `git archive` and a checkout would leave out, change line ends or fill in; a build wants what was committed. */
START_TEST(attributes_do_not_change_a_byte)
{
	repository_put(&repo, ".gitattributes", "a.c export-ignore\nb.c export-subst ident\n*.txt filter=none\n");
	repository_put(&repo, "a.c", "here\n");
	repository_put(&repo, "b.c", "$Format:%H$ $Id$\n");
	free(repository_commit(&repo, "one"));
	export("HEAD", NULL);
	holds("a.c", "here\n");
	holds("b.c", "$Format:%H$ $Id$\n");
}
END_TEST

START_TEST(an_older_revision_and_one_folder_of_it)
{
	char *first;

	repository_put(&repo, "kernel/src/a.c", "old\n");
	repository_put(&repo, "other/b.c", "b\n");
	first = repository_commit(&repo, "one");
	repository_put(&repo, "kernel/src/a.c", "new\n");
	free(repository_commit(&repo, "two"));
	export(first, "kernel");
	holds("src/a.c", "old\n");
	ck_assert(!there("other") && !there("b.c"));
	free(first);
}
END_TEST

/* The key of a build: the same files are the same tree, whatever the commit says. */
START_TEST(the_tree_tells_contents_apart_and_nothing_else)
{
	struct git_revision one, two, three, four;

	repository_put(&repo, "kernel/a.c", "a\n");
	free(repository_commit(&repo, "one"));
	ck_assert_int_eq(resolve(&one, "HEAD", "kernel"), 0);
	repository_put(&repo, "docs", "d\n");
	free(repository_commit(&repo, "two"));
	ck_assert_int_eq(resolve(&two, "HEAD", "kernel"), 0);
	ck_assert_int_eq(resolve(&three, "HEAD", NULL), 0);
	ck_assert_int_eq(resolve(&four, "HEAD~1", NULL), 0);
	ck_assert_str_eq(one.tree, two.tree);
	ck_assert_str_ne(one.commit, two.commit);
	ck_assert_str_ne(three.tree, four.tree);
}
END_TEST

START_TEST(what_is_not_there_is_told)
{
	refuse("HEAD", NULL, "no revision \"HEAD\"");
	repository_put(&repo, "a.c", "a\n");
	free(repository_commit(&repo, "one"));
	refuse("no-such-branch", NULL, "no revision \"no-such-branch\"");
	refuse("a.c", NULL, "no revision \"a.c\"");
	refuse("--all", NULL, "no revision \"--all\"");
	refuse("HEAD", "kernel", "revision HEAD has no folder kernel");
	refuse("HEAD", "a.c", "revision HEAD has no folder a.c");
}
END_TEST

START_TEST(a_folder_that_is_no_repository)
{
	struct git_revision r;

	repository_put(&repo, "sub/a.c", "a\n");
	free(repository_commit(&repo, "one"));
	ck_assert_int_lt(git_resolve(&r, &arena, repo.folder, "HEAD", NULL, &e), 0);
	ck_assert_str_eq(e.what, "there is no git repository");
	/* Not even one inside a repository: it is not that one's top that is meant. */
	ck_assert_int_lt(git_resolve(&r, &arena, arena_printf(&arena, "%s/sub", repo.top), "HEAD", NULL, &e), 0);
	ck_assert_str_eq(e.what, "there is no git repository");
	ck_assert_int_lt(git_resolve(&r, &arena, "/no/such/folder", "HEAD", NULL, &e), 0);
	ck_assert_str_eq(e.what, "there is no git repository");
}
END_TEST

START_TEST(a_link_out_of_the_tree_is_refused)
{
	char *link = xasprintf("%s/src/link", repo.top);

	repository_put(&repo, "src/a.c", "a\n");
	ck_assert_int_eq(symlink("../../secret", link), 0);
	free(repository_commit(&repo, "one"));
	refuse("HEAD", NULL, "the symbolic link src/link in revision HEAD leads out of the source tree");
	free(link);
}
END_TEST

START_TEST(an_object_that_is_missing_is_told)
{
	char *id, *object;

	repository_put(&repo, "a.c", "a\n");
	free(repository_commit(&repo, "one"));
	id = repository_git(repo.top, "rev-parse", "HEAD:a.c", NULL);
	object = xasprintf("%s/.git/objects/%.2s/%s", repo.top, id, id + 2);
	ck_assert_int_eq(unlink(object), 0);
	refuse("HEAD", NULL, "the object of a.c in revision HEAD is not on this machine");
	free(object);
	free(id);
}
END_TEST

/* A second repository inside the first one, at the commit that is recorded there, whatever its own checkout is at. */
START_TEST(submodules_are_written_out_at_the_recorded_commit)
{
	struct repository inner = {.top = xasprintf("%s/inner", repo.folder)};
	char *sub = xasprintf("%s/lib/inner", repo.top), *modules;

	ck_assert_int_eq(file_mkdirs(inner.top, NULL), 0);
	free(repository_git(inner.top, "init", "-q", NULL));
	repository_put(&inner, "in.c", "recorded\n");
	free(repository_commit(&inner, "inner one"));
	free(repository_git(repo.top, "submodule", "add", "-q", inner.top, "lib/inner", NULL));
	repository_put(&repo, "a.c", "a\n");
	free(repository_commit(&repo, "one"));
	inner.top = (free(inner.top), sub);
	repository_put(&inner, "in.c", "changed\n");
	free(repository_commit(&inner, "inner two"));
	repository_put(&inner, "in.c", "dirty\n");
	export("HEAD", NULL);
	holds("lib/inner/in.c", "recorded\n");
	holds("a.c", "a\n");
	modules = xasprintf("%s/.git/modules", repo.top);
	ck_assert_int_eq(file_remove_tree(modules, NULL), 0);
	ck_assert_int_eq(file_remove_tree(out, NULL), 0);
	refuse("HEAD", NULL, "submodule lib/inner: commit ");
	free(modules);
	free(sub);
}
END_TEST

/* ---- series ---- */

START_TEST(a_range_of_commits_is_a_series_of_patches)
{
	const struct git_patch *patches;
	size_t count;
	char *first;

	repository_put(&repo, "kernel/a.c", "one\n");
	first = repository_commit(&repo, "one");
	repository_put(&repo, "kernel/a.c", "two\n");
	free(repository_commit(&repo, "two"));
	repository_put(&repo, "docs", "nothing of the kernel's\n");
	free(repository_commit(&repo, "three"));
	repository_put(&repo, "kernel/a.c", "four\n");
	free(repository_commit(&repo, "four"));
	/* Settings that make a diff which patch(1) would not take. */
	free(repository_git(repo.top, "config", "diff.noprefix", "true", NULL));
	free(repository_git(repo.top, "config", "color.ui", "always", NULL));
	ck_assert_msg(git_series(&arena, repo.top, arena_printf(&arena, "%s..HEAD", first), "kernel", &patches, &count,
				 &e) == 0, "%s", e.what);
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(patches[0].subject, "two");
	ck_assert_str_eq(patches[1].subject, "four");
	ck_assert_ptr_nonnull(strstr(patches[0].text, "--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-one\n+two\n"));
	ck_assert_int_lt(git_series(&arena, repo.top, "HEAD..HEAD", NULL, &patches, &count, &e), 0);
	ck_assert_str_eq(e.what, "there are no commits in HEAD..HEAD");
	ck_assert_int_lt(git_series(&arena, repo.top, "gone..HEAD", NULL, &patches, &count, &e), 0);
	free(first);
}
END_TEST

START_TEST(a_merge_and_a_binary_file_are_no_patches)
{
	const struct git_patch *patches;
	size_t count;

	repository_put(&repo, "a.c", "one\n");
	free(repository_commit(&repo, "one"));
	free(repository_git(repo.top, "checkout", "-q", "-b", "side", NULL));
	repository_put(&repo, "b.c", "b\n");
	free(repository_commit(&repo, "side"));
	free(repository_git(repo.top, "checkout", "-q", "main", NULL));
	free(repository_git(repo.top, "merge", "-q", "--no-ff", "-m", "merged", "side", NULL));
	ck_assert_int_lt(git_series(&arena, repo.top, "HEAD~1..HEAD", NULL, &patches, &count, &e), 0);
	ck_assert_ptr_nonnull(strstr(e.what, "(merged) is a merge"));
	repository_put(&repo, "blob", "\x01\x02\n");
	free(repository_git(repo.top, "config", "core.attributesFile", "/dev/null", NULL));
	repository_put(&repo, ".gitattributes", "blob -diff\n");
	free(repository_commit(&repo, "binary"));
	ck_assert_int_lt(git_series(&arena, repo.top, "HEAD~1..HEAD", NULL, &patches, &count, &e), 0);
	ck_assert_ptr_nonnull(strstr(e.what, "(binary) changes a binary file"));
}
END_TEST

Suite *export_test(void);
Suite *export_test(void)
{
	Suite *s = suite_create("git/export");
	TCase *t = tcase_create("export");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_revision_is_written_out_as_it_was_committed);
	tcase_add_test(t, attributes_do_not_change_a_byte);
	tcase_add_test(t, an_older_revision_and_one_folder_of_it);
	tcase_add_test(t, the_tree_tells_contents_apart_and_nothing_else);
	tcase_add_test(t, what_is_not_there_is_told);
	tcase_add_test(t, a_folder_that_is_no_repository);
	tcase_add_test(t, a_link_out_of_the_tree_is_refused);
	tcase_add_test(t, an_object_that_is_missing_is_told);
	tcase_add_test(t, submodules_are_written_out_at_the_recorded_commit);
	tcase_add_test(t, a_range_of_commits_is_a_series_of_patches);
	tcase_add_test(t, a_merge_and_a_binary_file_are_no_patches);
	suite_add_tcase(s, t);
	return s;
}
