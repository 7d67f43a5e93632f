#include "proto/gdbregisters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/xmltag.h"
#include "util/mem.h"

void gdb_registers_init(struct gdb_registers *r)
{
	memset(r, 0, sizeof *r);
}

void gdb_registers_finish(struct gdb_registers *r)
{
	free(r->items);
	gdb_registers_init(r);
}

static bool add(struct gdb_registers *r, const char *name, unsigned number, unsigned bits)
{
	struct gdb_register *reg;

	if (r->count >= GDB_REGISTER_MAX)
		return false;
	r->items = xgrow(r->items, &r->room, r->count + 1, sizeof *r->items);
	reg = &r->items[r->count++];
	snprintf(reg->name, sizeof reg->name, "%s", name);
	reg->number = number;
	reg->bits = bits;
	r->next = number + 1;
	return true;
}

/* A decimal number of at most six digits. */
static bool number_of(const struct xml_tag *t, const char *attribute, unsigned *number)
{
	char text[8];
	size_t n;

	if (!xml_tag_attribute(t, attribute, text, sizeof text))
		return false;
	n = strspn(text, "0123456789");
	if (!n || n > 6 || text[n])
		return false;
	*number = (unsigned)strtoul(text, NULL, 10);
	return true;
}

static bool read_register(struct gdb_registers *r, const struct xml_tag *t)
{
	char name[GDB_REGISTER_NAME];
	unsigned bits, number = r->next;

	if (!xml_tag_attribute(t, "name", name, sizeof name) || !name[0] || !number_of(t, "bitsize", &bits))
		return false;
	number_of(t, "regnum", &number);
	return add(r, name, number, bits);
}

/* A name that goes into a command of ours, and comes from outside. */
static bool is_plain(const char *name)
{
	return name[0] && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == strlen(name);
}

bool gdb_registers_read(struct gdb_registers *r, const char *xml, size_t n, struct buf *includes)
{
	char href[64];
	struct xml_tag t;
	bool good = true;

	for (size_t at = 0; at < n && good; at++) {
		if (n - at >= 4 && memcmp(xml + at, "<!--", 4) == 0) {
			const char *end = memmem(xml + at, n - at, "-->", 3);

			at = end ? (size_t)(end - xml) + 2 : n;
			continue;
		}
		if (xml[at] != '<' || !xml_tag_read(&t, xml + at, n - at) || t.closing)
			continue;
		if (xml_tag_is(&t, "reg"))
			good = read_register(r, &t);
		if (xml_tag_is(&t, "xi:include") && xml_tag_attribute(&t, "href", href, sizeof href) && is_plain(href))
			buf_printf(includes, "%s\n", href);
	}
	return good;
}

void gdb_registers_of_aarch64(struct gdb_registers *r)
{
	char name[8];

	for (unsigned i = 0; i <= 30; i++) {
		snprintf(name, sizeof name, "x%u", i);
		add(r, name, i, 64);
	}
	add(r, "sp", 31, 64);
	add(r, "pc", 32, 64);
	add(r, "cpsr", 33, 32);
}

void gdb_registers_of_riscv64(struct gdb_registers *r)
{
	static const char *const names[] = {"zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2",  "fp",  "s1", "a0",
					    "a1",   "a2", "a3", "a4", "a5", "a6", "a7", "s2",  "s3",  "s4", "s5",
					    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		add(r, names[i], i, 64);
	add(r, "pc", 32, 64);
}

const struct gdb_register *gdb_registers_find(const struct gdb_registers *r, const char *name)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->items[i].name, name) == 0)
			return &r->items[i];
	return NULL;
}
