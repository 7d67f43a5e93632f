#include "symbols/module/object.h"

#include <gelf.h>
#include <string.h>

#include "util/file.h"

static bool known_machine(const struct object *o, GElf_Ehdr *h)
{
	const unsigned char *id = (const unsigned char *)o->bytes.data;

	return o->bytes.len >= sizeof(Elf64_Ehdr) && memcmp(id, ELFMAG, SELFMAG) == 0 && id[EI_CLASS] == ELFCLASS64 &&
	       id[EI_DATA] == ELFDATA2LSB && gelf_getehdr(o->elf, h) && (h->e_type == ET_EXEC || h->e_type == ET_DYN) &&
	       (h->e_machine == EM_AARCH64 || h->e_machine == EM_RISCV);
}

static void read_segments(struct object *o)
{
	size_t n = 0;

	if (elf_getphdrnum(o->elf, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		struct object_segment *s;
		GElf_Phdr p;

		if (!gelf_getphdr(o->elf, (int)i, &p) || p.p_type != PT_LOAD || p.p_memsz == 0 ||
		    p.p_vaddr > UINT64_MAX - p.p_memsz)
			continue;
		o->segments = xgrow(o->segments, &o->segment_room, o->segment_count + 1, sizeof *o->segments);
		s = &o->segments[o->segment_count++];
		*s = (struct object_segment){.start = p.p_vaddr, .end = p.p_vaddr + p.p_memsz, .offset = p.p_offset};
		if (p.p_offset <= o->bytes.len && p.p_filesz <= o->bytes.len - p.p_offset)
			s->filesz = p.p_filesz < p.p_memsz ? p.p_filesz : p.p_memsz;
	}
}

/* Marks that assemblers leave: of code and data ($x, $d), of places inside functions (.L12). */
static bool is_mark(const char *name)
{
	return !name || !*name || *name == '$' || strncmp(name, ".L", 2) == 0;
}

static void add_symbol(struct object *o, const GElf_Sym *sym, const char *name)
{
	int type = GELF_ST_TYPE(sym->st_info);

	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_ABS || is_mark(name) ||
	    (type != STT_FUNC && type != STT_NOTYPE && type != STT_OBJECT))
		return;
	o->symbols = xgrow(o->symbols, &o->symbol_room, o->symbol_count + 1, sizeof *o->symbols);
	o->symbols[o->symbol_count++] = (struct object_symbol){
		.address = sym->st_value,
		.size = sym->st_size,
		.name = name,
		.function = type == STT_FUNC,
		.global = GELF_ST_BIND(sym->st_info) != STB_LOCAL,
	};
}

/* Of several at one address the best comes last: a function, a global one, one that has a size. */
static int by_address(const void *x, const void *y)
{
	const struct object_symbol *a = x, *b = y;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (a->function != b->function)
		return a->function ? 1 : -1;
	if (a->global != b->global)
		return a->global ? 1 : -1;
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return strcmp(b->name, a->name);
}

/* A table has room for every symbol; many sections may say of the same bytes that they are one. */
static size_t symbols_most(const struct object *o)
{
	return o->bytes.len / sizeof(Elf64_Sym);
}

static void read_symbols(struct object *o)
{
	for (Elf_Scn *scn = elf_nextscn(o->elf, NULL); scn; scn = elf_nextscn(o->elf, scn)) {
		GElf_Shdr h;
		Elf_Data *data;
		GElf_Sym sym;

		if (!gelf_getshdr(scn, &h) || h.sh_type != SHT_SYMTAB || !(data = elf_getdata(scn, NULL)) ||
		    data->d_type != ELF_T_SYM)
			continue;
		for (size_t i = 0; i < data->d_size / sizeof(Elf64_Sym) && o->symbol_count < symbols_most(o); i++)
			if (gelf_getsym(data, (int)i, &sym))
				add_symbol(o, &sym, elf_strptr(o->elf, h.sh_link, sym.st_name));
	}
	if (o->symbol_count)
		qsort(o->symbols, o->symbol_count, sizeof *o->symbols, by_address);
}

static int by_start(const void *x, const void *y)
{
	const struct object_unit *a = x, *b = y;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->die < b->die ? -1 : a->die > b->die;
}

enum { UNITS_MAX = 1 << 20 };

/* .debug_aranges would say it too, but not every compiler writes it. */
static void read_units(struct object *o)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;

	while (o->unit_count < UNITS_MAX && dwarf_get_units(o->dwarf, cu, &cu, NULL, NULL, &die, NULL) == 0) {
		Dwarf_Addr base, start, end;
		ptrdiff_t at = 0;

		while (o->unit_count < UNITS_MAX && (at = dwarf_ranges(&die, at, &base, &start, &end)) > 0) {
			if (start >= end)
				continue;
			o->units = xgrow(o->units, &o->unit_room, o->unit_count + 1, sizeof *o->units);
			o->units[o->unit_count++] =
				(struct object_unit){.start = start, .end = end, .die = dwarf_dieoffset(&die)};
		}
	}
	if (o->unit_count)
		qsort(o->units, o->unit_count, sizeof *o->units, by_start);
}

struct object *object_open(const struct symbols_file *f, struct err *e)
{
	struct object *o = xcalloc(1, sizeof *o);
	GElf_Ehdr header;

	buf_init(&o->bytes);
	o->path = xstrdup(f->path);
	o->name = xstrdup(f->name);
	o->bias = f->bias;
	if (file_read(f->path, &o->bytes, e) < 0) {
		object_close(o);
		return NULL;
	}
	elf_version(EV_CURRENT);
	o->elf = o->bytes.len ? elf_memory(o->bytes.data, o->bytes.len) : NULL;
	if (!o->elf || !known_machine(o, &header)) {
		err_set(e, ERR_IMAGE, "no linked 64-bit little-endian ELF file for aarch64 or riscv64");
		err_at(e, f->path, 0, 0);
		object_close(o);
		return NULL;
	}
	o->machine = header.e_machine;
	read_segments(o);
	read_symbols(o);
	o->dwarf = dwarf_begin_elf(o->elf, DWARF_C_READ, NULL);
	if (o->dwarf) {
		read_units(o);
		o->debug_frame = dwarf_getcfi(o->dwarf);
	}
	o->eh_frame = dwarf_getcfi_elf(o->elf);
	return o;
}

void object_close(struct object *o)
{
	if (!o)
		return;
	if (o->eh_frame)
		dwarf_cfi_end(o->eh_frame);
	if (o->dwarf)
		dwarf_end(o->dwarf);
	if (o->elf)
		elf_end(o->elf);
	buf_finish(&o->bytes);
	free(o->symbols);
	free(o->segments);
	free(o->units);
	free(o->path);
	free(o->name);
	free(o);
}

bool object_covers(const struct object *o, uint64_t address)
{
	for (size_t i = 0; i < o->segment_count; i++)
		if (address >= o->segments[i].start && address < o->segments[i].end)
			return true;
	return false;
}

const struct object_symbol *object_symbol_at(const struct object *o, uint64_t address)
{
	size_t low = 0, high = o->symbol_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	/* one without a size (of assembly) reaches to the next; one with a size that ends before may hide a larger one */
	for (size_t back = 0; back < 8 && low > back; back++) {
		const struct object_symbol *s = &o->symbols[low - 1 - back];

		if (s->size ? address - s->address < s->size : back == 0)
			return object_covers(o, address) ? s : NULL;
	}
	return NULL;
}

const struct object_symbol *object_symbol_named(const struct object *o, const char *name)
{
	const struct object_symbol *found = NULL;

	for (size_t i = 0; i < o->symbol_count; i++)
		if (strcmp(o->symbols[i].name, name) == 0 && (!found || o->symbols[i].global))
			found = &o->symbols[i];
	return found;
}

bool object_unit_at(const struct object *o, uint64_t address, Dwarf_Die *unit)
{
	size_t low = 0, high = o->unit_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->units[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address < o->units[low - 1].end && dwarf_offdie(o->dwarf, o->units[low - 1].die, unit);
}

const uint8_t *object_bytes(const struct object *o, uint64_t address, size_t n)
{
	for (size_t i = 0; i < o->segment_count; i++) {
		const struct object_segment *s = &o->segments[i];

		if (address >= s->start && address - s->start <= s->filesz && n <= s->filesz - (address - s->start))
			return (const uint8_t *)o->bytes.data + s->offset + (address - s->start);
	}
	return NULL;
}
