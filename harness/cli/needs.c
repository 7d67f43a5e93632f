#include "cli/needs.h"

#include <glob.h>
#include <string.h>

#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

/* In the order in which one meets them: compiling runtest, building images, booting them, testing. */
const struct need needs[] = {
	{NEED_PROGRAM, "gcc", "compiles runtest", "gcc"},
	{NEED_PROGRAM, "make", "builds everything, and the boot images", "make"},
	{NEED_HEADER, "stdio.h", "headers of the C library", "libc6-dev"},
	{NEED_HEADER, "libfyaml.h", "reads YAML", "libfyaml-dev"},
	{NEED_HEADER, "jansson.h", "reads and writes JSON", "libjansson-dev"},
	{NEED_HEADER, "pcre2.h", "watches consoles", "libpcre2-dev"},
	{NEED_HEADER, "nettle/sha2.h", "hashes", "nettle-dev"},
	{NEED_HEADER, "libfdt.h", "reads device trees", "libfdt-dev"},
	{NEED_HEADER, "libelf.h", "reads ELF files", "libelf-dev"},
	{NEED_HEADER, "elfutils/libdw.h", "names functions and lines in ELF files", "libdw-dev"},
	{NEED_HEADER, "zlib.h", "checksums", "zlib1g-dev"},
	{NEED_HEADER, "libdeflate.h", "reports for a browser", "libdeflate-dev"},
	{NEED_HEADER, "mxml.h", "writes JUnit files", "libmxml-dev"},
	{NEED_HEADER, "tcl8.6/expect.h", "hands consoles to expect scripts", "tcl-expect-dev"},
	{NEED_HEADER, "tcl8.6/tcl.h", "the language of those scripts", "tcl8.6-dev"},
	{NEED_PROGRAM, "expect", "runs those scripts", "expect"},
	{NEED_HEADER, "libssh/libssh.h", "reaches boards behind lab hosts", "libssh-dev"},
	{NEED_HEADER, "curl/curl.h", "asks power switches that have an HTTP API", "libcurl4-openssl-dev"},
	{NEED_HEADER, "sqlite3.h", "keeps the history of all runs", "libsqlite3-dev"},
	{NEED_HEADER, "postgresql/libpq-fe.h", "keeps it on a server", "libpq-dev"},
	{NEED_HEADER, "microhttpd.h", "serves the dashboard", "libmicrohttpd-dev"},
	{NEED_PROGRAM, "ccache", "remembers what variants have in common", "ccache"},
	{NEED_PROGRAM, "patch", "applies patch series", "patch"},
	{NEED_PROGRAM, "git", "reads kernel trees at a revision", "git"},
	{NEED_PROGRAM, "aarch64-linux-gnu-gcc", "builds the reference boot stack", "gcc-aarch64-linux-gnu"},
	{NEED_PROGRAM, "qemu-system-aarch64", "boots it", "qemu-system-arm"},
	{NEED_PROGRAM, "gdb-multiarch", "walks through recorded boots", "gdb-multiarch"},
	{NEED_PROGRAM, "riscv64-linux-gnu-gcc", "builds it for RISC-V", "gcc-riscv64-linux-gnu"},
	{NEED_PROGRAM, "qemu-system-riscv64", "boots that", "qemu-system-misc"},
	{NEED_FILE, "/usr/lib/u-boot/qemu_arm64/u-boot.bin", "loads it on boards that have a U-Boot", "u-boot-qemu"},
	{NEED_PROGRAM, "mformat", "makes the disks that U-Boot loads from", "mtools"},
	{NEED_HEADER, "check.h", "runs the unit tests", "check"},
	{NEED_HEADER, "subunit/child.h", "links them", "libsubunit-dev"},
	{NEED_PROGRAM, "xmllint", "tests: judges JUnit files", "libxml2-utils"},
	{NEED_PROGRAM, "prove", "tests: judges TAP", "perl"},
	{NEED_PROGRAM, "openssl", "tests: certificates for switches", "openssl"},
	{NEED_PROGRAM, "python3", "tests: drives the end-to-end checks", "python3"},
	{NEED_MODULE, "jsonschema", "tests: judges JSON results", "python3-jsonschema"},
	{NEED_MODULE, "yaml", "tests: reads the pipelines", "python3-yaml"},
	{NEED_PROGRAM, "mandoc", "tests: judges manual pages", "mandoc"},
};
const size_t need_count = sizeof needs / sizeof needs[0];

/* Building boot images, the reference boot stack's among them, and booting them. */
static const char *const used[] = {
	"gcc", "make", "libc6-dev", "expect", "ccache", "patch", "git", "gcc-aarch64-linux-gnu", "qemu-system-arm",
	"gdb-multiarch", "gcc-riscv64-linux-gnu", "qemu-system-misc", "u-boot-qemu", "mtools",
};

bool need_is_used(const struct need *n)
{
	for (size_t i = 0; i < sizeof used / sizeof used[0]; i++)
		if (strcmp(n->package, used[i]) == 0)
			return true;
	return false;
}

static char *find_header(const char *name)
{
	/* The middle one is Debian's folder for headers that differ between architectures. */
	static const char *const folders[] = {"/usr/include", "/usr/include/*-linux-gnu*", "/usr/local/include"};
	char *found = NULL;

	for (size_t i = 0; !found && i < sizeof folders / sizeof folders[0]; i++) {
		char *pattern = xasprintf("%s/%s", folders[i], name);
		glob_t g = {0};

		if (glob(pattern, 0, NULL, &g) == 0)
			found = xstrdup(g.gl_pathv[0]);
		globfree(&g);
		free(pattern);
	}
	return found;
}

static char *find_module(const char *name)
{
	char *program = xasprintf("import %s; print(%s.__file__)", name, name);
	const char *const argv[] = {"python3", "-c", program, NULL};
	struct proc_spec spec = {.argv = argv, .in = -1};
	char *found = NULL;
	struct buf out;

	buf_init(&out);
	if (proc_run(&spec, &out, NULL) == 0 && out.len > 1) {
		out.data[strcspn(out.data, "\n")] = '\0';
		found = xstrdup(out.data);
	}
	buf_finish(&out);
	free(program);
	return found;
}

char *need_find(const struct need *n)
{
	switch (n->kind) {
	case NEED_PROGRAM:
		return proc_find(n->name);
	case NEED_HEADER:
		return find_header(n->name);
	case NEED_MODULE:
		return find_module(n->name);
	case NEED_FILE:
		return file_exists(n->name) ? xstrdup(n->name) : NULL;
	}
	return NULL;
}
