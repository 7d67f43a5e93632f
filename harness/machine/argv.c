/* The QEMU command line of a board. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/machine.h"
#include "util/buf.h"
#include "util/file.h"
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

/* The boot image, or the firmware that will fetch it. */
static void add_image(struct machine_argv *a, const struct machine_spec *spec, struct arena *scratch)
{
	const struct board_kind *k = spec->kind;

	if (k->qemu->firmware)
		/* On RISC-V QEMU's own OpenSBI is the BIOS, and what -kernel names runs under it. */
		pair(a, k->arch == ARCH_RISCV64 ? "-kernel" : "-bios", xstrdup(k->qemu->firmware));
	else if (k->qemu->deliver == QEMU_DELIVER_KERNEL)
		pair(a, "-kernel", xstrdup(spec->image));
	else if (spec->image_placed)
		pair(a, "-device", xasprintf("loader,file=%s,cpu-num=0", text_double_commas(scratch, spec->image)));
	else
		pair(a, "-device",
		     xasprintf("loader,file=%s,addr=0x%" PRIx64 ",cpu-num=0", text_double_commas(scratch, spec->image),
			       k->load_address));
}

/* Where firmware fetches from. A network sees its own TFTP server and nothing else. */
static void add_media(struct machine_argv *a, const struct machine_spec *spec, struct arena *scratch)
{
	if (spec->dtb)
		pair(a, "-dtb", xstrdup(spec->dtb));
	if (spec->disk) {
		pair(a, "-drive",
		     xasprintf("if=none,id=disk,format=raw,readonly=on,file=%s", text_double_commas(scratch, spec->disk)));
		/* A record has to know when each block came. */
		if (spec->record)
			pair(a, "-drive", xstrdup("if=none,id=recorded-disk,driver=blkreplay,readonly=on,image=disk"));
		pair(a, "-device",
		     xasprintf("virtio-blk-device,drive=%s", spec->record ? "recorded-disk" : "disk"));
	}
	if (!spec->tftp) {
		pair(a, "-nic", xstrdup("none"));
		return;
	}
	pair(a, "-netdev", xasprintf("user,id=net,restrict=on,tftp=%s", text_double_commas(scratch, spec->tftp)));
	pair(a, "-device", xstrdup("virtio-net-device,netdev=net"));
}

static void add_stub(struct machine_argv *a, const struct machine_fds *fds)
{
	pair(a, "-chardev", xasprintf("socket,id=debugger,fd=%d", fds->gdb));
	pair(a, "-gdb", xstrdup("chardev:debugger"));
}

/*
 * The virtual clock runs by instructions, or nothing could be repeated: 8 ns each, about what QEMU takes for one here, so
 * that a guest's seconds are about as long as before. A clock that adapts (shift=auto) hears the console only once a
 * second where the guest polls for it (measured on RISC-V, QEMU 7.2).
 */
static char *clock_of_record(const char *mode, const char *file, struct arena *scratch)
{
	return xasprintf("shift=3,rr=%s,rrfile=%s", mode, text_double_commas(scratch, file));
}

/*
 * While it records, QEMU 7.2 takes nothing from outside (a typed character, a command, a block from a disk) before the
 * guest's next timer or two seconds of the guest's time have passed. A timer of its own keeps it listening: that of a
 * network filter on a hub that nothing is plugged into. Every tick costs some ten microseconds; a dialogue wants more.
 */
static void add_tick(struct machine_argv *a, const struct machine_spec *spec)
{
	enum { TICK_US = 4000, DIALOGUE_TICK_US = 500 }; /* of the guest's time */
	bool dialogue = spec->kind->qemu->deliver == QEMU_DELIVER_UBOOT;

	pair(a, "-netdev", xstrdup("hubport,id=" MACHINE_TICK ",hubid=0"));
	pair(a, "-object", xasprintf("filter-buffer,id=tick-timer,netdev=" MACHINE_TICK ",interval=%d",
				     dialogue ? DIALOGUE_TICK_US : TICK_US));
}

/*
 * What QEMU translates at one address goes to a file of its own: once for each frame that is mapped there, because it keeps
 * what it has translated. The machine does not stop for that, which a record made meanwhile would not survive well.
 */
static void add_arrivals(struct machine_argv *a, const struct machine_spec *spec)
{
	pair(a, "-d", xstrdup("in_asm"));
	pair(a, "-dfilter", xasprintf("0x%" PRIx64 "+0x4", spec->arrival_at));
	pair(a, "-D", xstrdup(spec->arrivals));
}

const char *machine_cannot_record(const struct machine_spec *spec)
{
	if (spec->kind->qemu->cpus > 1)
		return "QEMU cannot record a machine of several processors";
	if (spec->tftp)
		return "QEMU cannot record a machine with a network";
	if (spec->serial)
		return "the machine's serial line is plugged in elsewhere";
	if (spec->stub)
		return "a machine whose memory is read through its GDB stub is stopped and stepped from outside";
	return NULL;
}

void machine_argv_build(struct machine_argv *a, const struct machine_spec *spec, const struct machine_fds *fds)
{
	const struct qemu_board *q = spec->kind->qemu;
	struct arena scratch;

	arena_init(&scratch);
	memset(a, 0, sizeof *a);
	add(a, xstrdup(spec->program ? spec->program : q->program));
	/* Nothing of the user's own configuration, no default devices, and no way out of the process. */
	add(a, xstrdup("-no-user-config"));
	add(a, xstrdup("-nodefaults"));
	pair(a, "-display", xstrdup("none"));
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
		       spec->kind->memory.size, fds->ram));
	pair(a, "-chardev", spec->serial ? xasprintf("serial,id=console,path=%s", text_double_commas(&scratch, spec->serial))
					 : xstrdup("stdio,id=console,signal=off"));
	pair(a, "-serial", xstrdup("chardev:console"));
	pair(a, "-chardev", xasprintf("socket,id=control,fd=%d", fds->qmp));
	pair(a, "-mon", xstrdup("chardev=control,mode=control"));
	if (fds->fill >= 0) {
		pair(a, "-chardev", xasprintf("socket,id=fill,fd=%d", fds->fill));
		pair(a, "-object", xstrdup("qtest,id=qtest,chardev=fill,log=/dev/null"));
	}
	if (fds->gdb >= 0)
		add_stub(a, fds);
	if (spec->arrivals)
		add_arrivals(a, spec);
	if (spec->record) {
		pair(a, "-icount", clock_of_record("record", spec->record, &scratch));
		add_tick(a, spec);
	}
	for (const char *const *extra = q->args; extra && *extra; extra++)
		add(a, xstrdup(*extra));
	add_media(a, spec, &scratch);
	add_image(a, spec, &scratch);
	arena_finish(&scratch);
}

/* The option's value for this run, or NULL: it stays as it is. */
static char *renew(const char *value, const struct machine_again *how, const struct machine_fds *fds, struct arena *scratch)
{
	const char *path = strstr(value, ",mem-path=/proc/self/fd/");

	if (strncmp(value, "memory-backend-file,id=ram,", 27) == 0 && path)
		return xasprintf("%.*s,mem-path=/proc/self/fd/%d", (int)(path - value), value, fds->ram);
	if (strncmp(value, "socket,id=control,fd=", 21) == 0)
		return xasprintf("socket,id=control,fd=%d", fds->qmp);
	if (strncmp(value, "socket,id=fill,fd=", 18) == 0 && fds->fill >= 0)
		return xasprintf("socket,id=fill,fd=%d", fds->fill);
	if (strncmp(value, "shift=3,rr=record,", 18) == 0)
		return clock_of_record("replay", how->record, scratch);
	return NULL;
}

/* What a debugger needs, and what it must not change: none of it is seen by the guest. */
static void add_debugger(struct machine_argv *a, const struct machine_fds *fds)
{
	add(a, xstrdup("-S"));
	add_stub(a, fds);
}

/* How many words from here on were for whoever looked on at the first boot: its file must not be written again. */
static size_t onlookers_words(const char *const *arg)
{
	static const char *const words[] = {"-d", "-dfilter", "-D"};

	for (size_t i = 0; arg[1] && i < sizeof words / sizeof words[0]; i++)
		if (strcmp(*arg, words[i]) == 0)
			return 2;
	return 0;
}

int machine_argv_again(struct machine_argv *a, const struct machine_again *how, const struct machine_fds *fds, struct err *e)
{
	bool recorded = false;
	struct arena scratch;

	memset(a, 0, sizeof *a);
	arena_init(&scratch);
	for (const char *const *arg = how->argv; *arg;) {
		size_t skip = onlookers_words(arg);
		char *renewed;

		arg += skip;
		if (skip)
			continue;
		renewed = renew(*arg, how, fds, &scratch);

		recorded |= renewed && strncmp(renewed, "shift=", 6) == 0;
		add(a, renewed ? renewed : xstrdup(*arg));
		arg++;
	}
	if (how->debug)
		add_debugger(a, fds);
	arena_finish(&scratch);
	return recorded ? 0 : err_set(e, ERR_INFRA, "QEMU's command line does not record anything");
}

int machine_argv_write(const struct machine_argv *a, const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), rc;
	struct buf all;

	if (fd < 0)
		return file_error(e, "create", path);
	buf_init(&all);
	for (size_t i = 0; i < a->count; i++)
		buf_add(&all, a->argv[i], strlen(a->argv[i]) + 1);
	rc = file_write_all(fd, all.data, all.len) < 0 ? file_error(e, "write", path) : 0;
	buf_finish(&all);
	close(fd);
	return rc;
}

void machine_argv_finish(struct machine_argv *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->argv[i]);
	free(a->argv);
	memset(a, 0, sizeof *a);
}
