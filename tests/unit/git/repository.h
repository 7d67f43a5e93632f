/* A git repository made for one test, with the git program and none of the tester's settings. */
#ifndef TEST_GIT_REPOSITORY_H
#define TEST_GIT_REPOSITORY_H

#include <check.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

struct repository {
	char folder[64]; /* holds everything of the test */
	char *top;       /* the repository */
};

/* Run git in `folder`; words end with NULL. What it printed, without the last newline, is malloc'd. */
static inline char *repository_git(const char *folder, ...)
{
	const char *argv[24] = {"git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c",
				"init.defaultBranch=main", "-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"};
	const char *const env[] = {"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", NULL};
	struct proc_spec spec = {.argv = argv, .env = env, .cwd = folder, .in = -1};
	struct buf out = {0};
	size_t n = 11;
	va_list ap;
	char *text;

	va_start(ap, folder);
	while ((argv[n] = va_arg(ap, const char *)))
		n++;
	va_end(ap);
	ck_assert_msg(proc_run(&spec, &out, NULL) == 0, "git %s: %s", argv[11], out.data);
	text = buf_steal(&out);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static inline void repository_put(const struct repository *r, const char *path, const char *text)
{
	char *whole = xasprintf("%s/%s", r->top, path), *slash = strrchr(whole, '/');

	*slash = '\0';
	ck_assert_int_eq(file_mkdirs(whole, NULL), 0);
	*slash = '/';
	ck_assert_int_eq(file_write_atomic(whole, text, strlen(text), false, NULL), 0);
	free(whole);
}

/* Commit everything that is there; the commit's id is malloc'd. */
static inline char *repository_commit(const struct repository *r, const char *subject)
{
	free(repository_git(r->top, "add", "-A", NULL));
	free(repository_git(r->top, "commit", "-q", "--allow-empty", "-m", subject, NULL));
	return repository_git(r->top, "rev-parse", "HEAD", NULL);
}

static inline void repository_make(struct repository *r)
{
	snprintf(r->folder, sizeof r->folder, "/tmp/git-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(r->folder));
	r->top = xasprintf("%s/top", r->folder);
	ck_assert_int_eq(file_mkdirs(r->top, NULL), 0);
	free(repository_git(r->top, "init", "-q", NULL));
}

static inline void repository_remove(struct repository *r)
{
	ck_assert_int_eq(file_remove_tree(r->folder, NULL), 0);
	free(r->top);
}

#endif
