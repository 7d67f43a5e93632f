#include "util/share.h"

#include <stdlib.h>

#include "util/file.h"
#include "util/mem.h"

/* Seen from the program's own folder: installed; in a checkout; build/MODE/ of a checkout. */
static const char *const places[] = {"../share/runtest", ".", "../.."};

/* What tells it from folders that happen to be there. */
static const char sign[] = "contrib/project/README.md";

static bool has(const char *folder, const char *file)
{
	char *path = xasprintf("%s/%s", folder, file);
	bool there = file_exists(path);

	free(path);
	return there;
}

char *share_folder(void)
{
	const char *set = getenv(SHARE_VARIABLE);
	char *own, *found = NULL;

	if (set && *set)
		return realpath(set, NULL);
	own = file_own_folder();
	for (size_t i = 0; own && !found && i < sizeof places / sizeof places[0]; i++) {
		char *folder = xasprintf("%s/%s", own, places[i]);

		if (has(folder, sign))
			found = realpath(folder, NULL);
		free(folder);
	}
	free(own);
	return found;
}

char *share_manual(void)
{
	char *share = share_folder(), *docs, *found = NULL;

	if (!share)
		return NULL;
	docs = xasprintf("%s%s/docs", share, has(share, "docs") ? "" : "/../doc/runtest");
	found = realpath(docs, NULL);
	free(docs);
	free(share);
	return found;
}

bool share_is_checkout(void)
{
	char *folder = share_folder();
	bool checkout = folder && has(folder, "harness/main.c");

	free(folder);
	return checkout;
}
