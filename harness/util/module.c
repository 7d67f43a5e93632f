#include "util/module.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "util/file.h"
#include "util/mem.h"

/* Seen from the program's own folder: in a built tree, beside it, installed. */
static const char *const places[] = {"build/release/libexec", "libexec", "../libexec/runtest"};

static char *find_module(const char *name)
{
	const char *set = getenv("RUNTEST_LIBEXEC");
	char *own, *path = NULL;

	if (set)
		return xasprintf("%s/%s.so", set, name);
	own = file_own_folder();
	for (size_t i = 0; own && !path && i < sizeof places / sizeof places[0]; i++) {
		path = xasprintf("%s/%s/%s.so", own, places[i], name);
		if (!file_exists(path)) {
			free(path);
			path = NULL;
		}
	}
	free(own);
	return path;
}

const void *module_load(const char *name, const char *symbol, const char *package, struct err *e)
{
	char *path = find_module(name);
	void *module = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
	const void *found = module ? dlsym(module, symbol) : NULL;

	if (!found) {
		err_set(e, ERR_INFRA, "cannot load the module %s.so: %s", name, path ? dlerror() : "it is not there");
		err_hint(e, "`make` builds it (Debian package %s) into libexec/ beside runtest; RUNTEST_LIBEXEC names "
			    "another folder", package);
	}
	free(path);
	return found;
}
