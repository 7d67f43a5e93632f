#include "config/memory.h"

#include <stddef.h>
#include <string.h>

#include "config/description.h"
#include "config/read.h"
#include "config/scalar.h"

static bool is_endpoint(const struct yaml *n)
{
	const char *colon = strrchr(n->text, ':');
	size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;

	if (strlen(n->text) != n->text_len || strpbrk(n->text, " \t\r\n"))
		return false;
	if (strncmp(n->text, "unix:", 5) == 0)
		return n->text[5] != '\0';
	return colon && colon != n->text && digits >= 1 && digits <= 5 && !colon[1 + digits];
}

static void parse_server(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (strcmp(n->text, "stub") == 0) {
		*(const char **)out = NULL;
	} else if (is_endpoint(n)) {
		*(const char **)out = arena_strndup(r->arena, n->text, n->text_len);
	} else {
		reader_refuse(r, s, n);
		*(const char **)out = ""; /* not QEMU's own stub, whatever was meant */
	}
}

static const struct schema server = {
	.name = "GDB server",
	.expected = "HOST:PORT, unix:PATH or stub",
	.doc = "stub is the one inside QEMU.",
	.size = sizeof(char *),
	.parse = parse_server,
	.pattern = "^(stub|unix:[^ ]+|[^ ]+:[0-9]{1,5})$",
};

static const char *const address_words[] = {
	[GDB_ADDRESSES_VIRTUAL] = "virtual", [GDB_ADDRESSES_PHYSICAL] = "physical", NULL};

static const struct schema addresses = {
	.name = "word",
	.expected = "virtual or physical",
	.size = sizeof(enum gdb_addresses),
	.parse = scalar_parse_word,
	.words = address_words,
};

static const struct schema_key uboot_keys[] = {
	{"deadline", "for a whole look, from the reset on", &scalar_duration,
	 .at = offsetof(struct memory_uboot, deadline_ms), .fallback = "60s"},
	{0},
};

static const struct schema uboot = {
	.shape = SCHEMA_RECORD,
	.name = "memory by U-Boot",
	.expected = "a mapping, which may be empty: {}",
	.doc = "After a reset that keeps RAM, U-Boot sums up what is in it. That may accuse, and never acquits.",
	.size = sizeof(struct memory_uboot),
	.keys = uboot_keys,
};

static const char *const beside_gdb[] = {"gdb", NULL};

static const struct schema_key keys[] = {
	{"gdb", "the GDB server that reads it; the board stands still for every look", &server,
	 .at = offsetof(struct unit_memory, gdb.endpoint), .choice = true, .chosen = MEMORY_GDB},
	{"addresses", "what that server takes for an address: QEMU can be asked for physical ones, a mem_ap target of OpenOCD "
		      "knows no others", &addresses, .at = offsetof(struct unit_memory, addresses), .fallback = "virtual",
	 .beside = beside_gdb},
	{"uboot", "what its U-Boot finds in RAM after a reset", &uboot, .at = offsetof(struct unit_memory, uboot), .boxed = true,
	 .choice = true, .chosen = MEMORY_UBOOT},
	{0},
};

const struct schema schema_unit_memory = {
	.shape = SCHEMA_RECORD,
	.name = "memory witness",
	.expected = "a mapping with gdb or uboot",
	.size = sizeof(struct unit_memory),
	.keys = keys,
	.choice = true,
	.choice_at = offsetof(struct unit_memory, driver),
};
