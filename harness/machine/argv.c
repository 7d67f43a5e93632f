/* The QEMU command line of a board. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "machine/machine.h"
#include "util/mem.h"
#include "util/text.h"

static void add(struct machine_argv *a, char *owned)
{
	a->argv = xgrow(a->argv, &a->room, a->count + 2, sizeof *a->argv);
	a->argv[a->count++] = owned;
	a->argv[a->count] = NULL;
}

static void pair(struct machine_argv *a, const char *option, char *owned)
{
	add(a, xstrdup(option));
	add(a, owned);
}

static void add_image(struct machine_argv *a, const struct machine_spec *spec)
{
	struct arena scratch;

	if (spec->kind->qemu->deliver == QEMU_DELIVER_KERNEL) {
		pair(a, "-kernel", xstrdup(spec->image));
		return;
	}
	arena_init(&scratch);
	pair(a, "-device",
	     xasprintf("loader,file=%s,addr=0x%" PRIx64 ",cpu-num=0", text_double_commas(&scratch, spec->image),
		       spec->kind->load_address));
	arena_finish(&scratch);
}

void machine_argv_build(struct machine_argv *a, const struct machine_spec *spec, int ram_fd, int qmp_fd)
{
	const struct qemu_board *q = spec->kind->qemu;

	memset(a, 0, sizeof *a);
	add(a, xstrdup(spec->program ? spec->program : q->program));
	/* Nothing of the user's own configuration, no default devices, no network, and no way out of the process. */
	add(a, xstrdup("-no-user-config"));
	add(a, xstrdup("-nodefaults"));
	pair(a, "-display", xstrdup("none"));
	pair(a, "-nic", xstrdup("none"));
	pair(a, "-sandbox", xstrdup("on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"));
	/* A reset that nobody asked for ends the machine: a second boot must not pass for the first. */
	pair(a, "-action", xstrdup("reboot=shutdown"));
	pair(a, "-machine", xasprintf("%s,memory-backend=ram", q->machine));
	if (q->cpu)
		pair(a, "-cpu", xstrdup(q->cpu));
	if (q->cpus > 1)
		pair(a, "-smp", xasprintf("%d", q->cpus));
	pair(a, "-m", xasprintf("%" PRIu64 "M", spec->kind->memory.size >> 20));
	pair(a, "-object",
	     xasprintf("memory-backend-file,id=ram,size=%" PRIu64 ",share=on,mem-path=/proc/self/fd/%d",
		       spec->kind->memory.size, ram_fd));
	pair(a, "-chardev", xstrdup("stdio,id=console,signal=off"));
	pair(a, "-serial", xstrdup("chardev:console"));
	pair(a, "-chardev", xasprintf("socket,id=control,fd=%d", qmp_fd));
	pair(a, "-mon", xstrdup("chardev=control,mode=control"));
	for (const char *const *extra = q->args; extra && *extra; extra++)
		add(a, xstrdup(*extra));
	add_image(a, spec);
}

void machine_argv_finish(struct machine_argv *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->argv[i]);
	free(a->argv);
	memset(a, 0, sizeof *a);
}
