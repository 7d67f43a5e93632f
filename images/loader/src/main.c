/*
 * The loader: starts with the MMU off at LOAD_ADDRESS, finds the image header right behind itself, puts the regions
 * where they belong and jumps to the kernel.
 */
#include <stddef.h>

#include "abi/image.h"
#include "arch/spin.h"
#include "lib/console.h"
#include "lib/hold.h"
#include "lib/print.h"
#include "lib/uart.h"
#include "loader/arch.h"
#include "loader/regions.h"

extern char loader_start[], loader_end[];

void console_putc(char c)
{
	uart_putc(0, c);
}

int console_getc(void)
{
	int c = uart_getc(0);

	if (c < 0)
		spin_hint();
	return c;
}

static _Noreturn void fail(const char *why)
{
	print("LDR|ERROR: %s\n", why);
	arch_stop();
}

/* Addresses of symbols are relative to the program counter, so they tell where the loader really is. */
static void check_address(void)
{
	if ((uintptr_t)loader_start == LOAD_ADDRESS)
		return;
	print("LDR|ERROR: relocation failed, loaded at 0x%lx but made for 0x%lx\n", (uint64_t)(uintptr_t)loader_start,
	      (uint64_t)LOAD_ADDRESS);
	arch_stop();
}

static void start_kernel(const struct image_header *h)
{
	kernel_entry_fn *kernel = (kernel_entry_fn *)(uintptr_t)h->kernel_entry;

	arch_enable_mmu();
	/* No device tree is handed on: the kernel has its memory map compiled in. */
	kernel(h->ui_p_reg_start, h->ui_p_reg_end, h->pv_offset, h->v_entry, 0, 0, h->extra_device_addr_p,
	       h->extra_device_size);
}

_Noreturn void loader_main(void);
_Noreturn void loader_main(void)
{
	const struct image_header *header = (const struct image_header *)loader_end;
	const char *error;

	uart_enable(0);
	print("LDR|INFO: altloader for seL4 starting\n");
	check_address();
	if (header->magic != IMAGE_MAGIC)
		fail("mismatch on the image's magic number");
	print("LDR|INFO: flags 0x%lx, kernel entry 0x%lx, %lu regions\n", header->flags, header->kernel_entry,
	      header->num_regions);
	error = arch_enter_level(header->flags & IMAGE_FLAG_HYPERVISOR);
	if (!error)
		error = regions_load(header);
	if (error)
		fail(error);
	hold("loaded");
	print("LDR|INFO: jumping to kernel\n");
	start_kernel(header);
	fail("the kernel returned");
}
