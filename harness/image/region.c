#include "image/region.h"

#include <zlib.h>

const char *region_owner_name(enum region_owner o)
{
	static const char *const names[] = {
		[REGION_UNKNOWN] = "unknown", [REGION_KERNEL] = "kernel", [REGION_MONITOR] = "monitor",
		[REGION_TABLE] = "table",     [REGION_PD] = "pd",
	};

	return names[o];
}

const char *region_access_name(enum region_access a)
{
	static const char *const names[] = {
		[ACCESS_UNKNOWN] = "unknown", [ACCESS_READ] = "ro", [ACCESS_EXECUTE] = "rx", [ACCESS_WRITE] = "rw",
	};

	return names[a];
}

const char *region_role_name(enum region_role r)
{
	static const char *const names[] = {
		[REGION_WAITS] = "waits", [REGION_RUNS] = "runs", [REGION_PRISTINE] = "pristine"};

	return names[r];
}

uint32_t region_crc32(const struct region *r)
{
	return (uint32_t)crc32_z(0, r->bytes, r->size);
}
