#include "cli/elfoption.h"

#include <string.h>

struct image_elf elf_option_named(const char *name, const char *path)
{
	static const enum region_owner roles[] = {REGION_KERNEL, REGION_MONITOR};

	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		if (strcmp(name, region_owner_name(roles[i])) == 0)
			return (struct image_elf){.owner = roles[i], .name = name, .path = path};
	return (struct image_elf){.owner = REGION_PD, .name = name, .path = path};
}

bool elf_option_split(const char *text, struct arena *a, struct image_elf *elf)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text || !equals[1])
		return false;
	*elf = elf_option_named(arena_strndup(a, text, (size_t)(equals - text)), equals + 1);
	return true;
}

int elf_option_take(const struct command *c, const char *text, struct arena *a, struct image_elf *elf)
{
	if (elf_option_split(text, a, elf))
		return 0;
	return command_usage_error(c, "--elf %s: expected NAME=FILE (see --help)", text);
}

const char *const *elf_option_files(const char *const *texts, struct arena *a)
{
	const char *const *files = NULL;

	for (int kernels = 1; kernels >= 0; kernels--)
		for (const char *const *text = texts; text && *text; text++) {
			struct image_elf elf;

			if (elf_option_split(*text, a, &elf) && (elf.owner == REGION_KERNEL) == kernels)
				files = arena_list_add(a, files, elf.path);
		}
	return files;
}
