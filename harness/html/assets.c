#include <string.h>

#include "html/html.h"
#include "util/module.h"

const struct html_asset *html_assets(struct err *e)
{
	/* The module's one symbol is a pointer at the function that lists them. */
	typedef const struct html_asset *(*const list)(void);
	static const struct html_asset *loaded;

	if (!loaded) {
		const list *all = module_load("html", "html_module", "gcc", e);

		loaded = all ? (*all)() : NULL;
	}
	return loaded;
}

const struct html_asset *html_asset_find(const struct html_asset *all, const char *name)
{
	for (; all->name; all++)
		if (strcmp(all->name, name) == 0)
			return all;
	return NULL;
}
