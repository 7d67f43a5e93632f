#include "pd.h"

#include <string.h>

#include "../common.h"
#include "abi/table.h"

uint64_t pd_self_copy(const struct program *pd)
{
	uint64_t copy, start, end;

	if (!program_symbol(pd, "reset_start", &copy))
		return 0;
	if (!program_symbol(pd, "data_start", &start) || !program_symbol(pd, "data_end", &end) || end < start)
		die("%s has reset_start, but not data_start and data_end", pd->path);
	return end - start;
}

void pd_prepare(struct program *pd, const char *name)
{
	uint64_t size = pd_self_copy(pd), from, to;

	if (strlen(name) >= TABLE_NAME_SIZE)
		die("%s: the name of a protection domain has less than %d letters", name, TABLE_NAME_SIZE);
	for (size_t i = 0; i < pd->count; i++) {
		if (pd->segments[i].vaddr % 4096)
			die("%s: segment %zu is not page-aligned", pd->path, i);
	}
	program_patch(pd, "pd_name", name, strlen(name) + 1);
	if (size && program_symbol(pd, "data_start", &from) && program_symbol(pd, "reset_start", &to))
		memcpy(program_bytes(pd, to, size), program_bytes(pd, from, size), size);
}
