/*
 * Names for addresses: symbol, inlined call chain, callers and arguments, from the ELF files of an image.
 *
 * The symbol table is enough for a symbol; function, file, line and arguments need debug information (DWARF 2 to 5),
 * and callers need call frame information (.debug_frame, .eh_frame) or frame pointers. What is missing costs only what
 * would have come from it. aarch64 and riscv64. The files may be damaged or hostile: then less is found.
 *
 * runtest does not link libdw (every start would pay for it): it lives in a module of its own, symbols.so, loaded by
 * symbols_open(); only harness/symbols/module/ includes its headers. Addresses are what the program counter holds.
 *
 * Results come from the caller's arena and stay valid after symbols_close().
 */
#ifndef RUNTEST_SYMBOLS_SYMBOLS_H
#define RUNTEST_SYMBOLS_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/mem.h"

struct symbols; /* the files of one image; opaque */

struct symbols_file {
	const char *path;
	const char *name; /* what it is called in results and in `only` below: "kernel", "monitor", "hello" */
	uint64_t bias;    /* added to the addresses of the file; 0 where it runs as linked */
};

/* NULL and ERR_INFRA when the module is not there. */
struct symbols *symbols_open(struct err *e);
void symbols_close(struct symbols *s); /* may be NULL */

/*
 * One file more. -1: ERR_IO (cannot be read), ERR_IMAGE (no ELF of a machine that is known). A file without symbols and
 * without debug information is taken. Files may overlap (every protection domain has the same addresses): where `only`
 * is NULL the one that was added first wins. Strings are copied.
 */
int symbols_add(struct symbols *s, const struct symbols_file *f, struct err *e);

/* One function of an inlined chain. */
struct symbols_call {
	const char *function; /* as the source spells it; NULL: not known */
	const char *file;     /* below the folder of its compilation where that is absolute, else as recorded; may be NULL.
	                         For the reference stack, which records none of the places it was built in:
	                         "images/kernel/src/untyped.c", wherever it was copied to be built */
	int line;             /* of the instruction; in an outer function, of the call; 0: not known */
	bool inlined;         /* into the next one of the chain; false: a real function */
	struct symbols_argument *args; /* only in backtraces */
	size_t arg_count;
};

/* An argument is told by its name, its type and either its value or why there is none. */
struct symbols_argument {
	const char *name;
	const char *type;    /* "word_t", "struct untyped *"; "?" where it is not known */
	const char *value;   /* "0x60246000", "-1" (signed types), "true", an enumerator's name; NULL: not known */
	const char *missing; /* why there is no value: "not saved by the callee", "optimised out", ...; NULL */
};

/* What stands at an address. */
struct symbols_place {
	uint64_t pc;
	const char *elf;            /* symbols_file.name; NULL: in none of the files, and all else is empty */
	const char *symbol;         /* of the symbol table; NULL: there is none */
	uint64_t offset;            /* of pc in it */
	struct symbols_call *calls; /* innermost first; the last is no inlined one */
	size_t call_count;          /* 0 without debug information */
};

/* As `addr2line -i`. `only` restricts the search to the file of that name. Never fails: p says how much was found. */
void symbols_at(struct symbols *s, const char *only, uint64_t pc, struct arena *a, struct symbols_place *p);

/* Where a symbol begins, and its size in bytes (size may be NULL). -1: there is none. For break and watch points. */
int symbols_find(struct symbols *s, const char *only, const char *symbol, uint64_t *address, uint64_t *size);

/* The stopped machine. Registers by the DWARF numbers: aarch64 0..30 X0..X30, 31 SP; riscv64 0..31 x0..x31. */
struct symbols_machine {
	uint64_t pc;
	/* 0, or -1: not known. */
	int (*read_register)(void *user, int number, uint64_t *value);
	/* n bytes at a virtual address: 0, or -1 when any of them cannot be read. */
	int (*read_memory)(void *user, uint64_t vaddr, void *bytes, size_t n);
	void *user;
};

enum { SYMBOLS_DEPTH_MAX = 64 };

/* How the caller of a frame was found. */
enum symbols_found {
	SYMBOLS_FOUND_PC = 0,         /* the stopped machine's own place */
	SYMBOLS_FOUND_FRAME_INFO,     /* by call frame information */
	SYMBOLS_FOUND_FRAME_POINTER,  /* by frame pointers: registers but pc, sp and fp are not known here */
};

struct symbols_frame {
	struct symbols_place place; /* pc is where the frame goes on; the chain is that of the call in front of it */
	enum symbols_found found;
};

struct symbols_backtrace {
	struct symbols_frame *frames; /* innermost first; at least one */
	size_t count;                 /* <= SYMBOLS_DEPTH_MAX */
	const char *end;              /* why there is no further one: "no caller", "the stack cannot be read at 0x..." */
};

/* Always ends, whatever the stack holds: each frame must stand higher on the stack than the last. */
void symbols_backtrace(struct symbols *s, const char *only, const struct symbols_machine *m, struct arena *a,
		       struct symbols_backtrace *bt);

/* One line for each function of all frames, without their ends:
 * "memzero(s=0x8060246000, n=256) at images/kernel/src/untyped.c:88 [inlined]". NULL-terminated. */
const char *const *symbols_backtrace_lines(const struct symbols_backtrace *bt, struct arena *a);

/* "untyped_reset at images/kernel/src/untyped.c:88", "untyped_reset+0x1c", or the bare "0x806000321c". */
const char *symbols_place_text(const struct symbols_place *p, struct arena *a);

#endif
