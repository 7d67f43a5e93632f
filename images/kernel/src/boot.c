/* From the loader's jump to the initial task's first instruction. */
#include <stddef.h>

#include "kernel/arch.h"
#include "kernel/cap.h"
#include "kernel/physical.h"
#include "kernel/ranges.h"
#include "kernel/root.h"
#include "kernel/thread.h"
#include "kernel/untyped.h"
#include "kernel/window.h"
#include "lib/hold.h"
#include "lib/print.h"

extern char kernel_start[], kernel_end[];

static void print_available(const struct ranges *available)
{
	print("available phys memory regions: %u\n", available->count);
	for (unsigned i = 0; i < available->count; i++)
		print("  [%lx..%lx]\n", available->r[i].start, available->r[i].end);
}

static void print_reserved(const struct ranges *reserved)
{
	print("reserved virt address space regions: %u\n", reserved->count);
	for (unsigned i = 0; i < reserved->count; i++)
		print("  [%lx..%lx]\n", reserved->r[i].start + KERNEL_WINDOW, reserved->r[i].end + KERNEL_WINDOW);
}

static void create_untypeds(struct bootinfo *info, const struct ranges *list, bool is_device)
{
	for (unsigned i = 0; i < list->count; i++)
		untyped_create(info, list->r[i].start, list->r[i].end, is_device);
}

static void boot(const struct root_image *image, const struct ranges *reserved)
{
	struct ranges available = physical_available();
	struct ranges device = physical_device(&available);
	struct ranges free = physical_free(&available, reserved);
	struct bootinfo *info;

	print_available(&available);
	print_reserved(reserved);
	info = root_create(image, physical_take_pool(&free));
	create_untypeds(info, &device, true);
	create_untypeds(info, &free, false);
	info->empty = (struct slot_range){info->untyped.end, CSPACE_SLOTS};
}

/* The boot arguments as the loader passes them, all physical but the entry. */
_Noreturn void init_kernel(uint64_t ui_p_reg_start, uint64_t ui_p_reg_end, uint64_t pv_offset, uint64_t v_entry,
			   uint64_t dtb_addr_p, uint64_t dtb_size);
_Noreturn void init_kernel(uint64_t ui_p_reg_start, uint64_t ui_p_reg_end, uint64_t pv_offset, uint64_t v_entry,
			   uint64_t dtb_addr_p, uint64_t dtb_size)
{
	struct root_image image = {page_down(ui_p_reg_start), page_up(ui_p_reg_end), pv_offset, v_entry};
	struct ranges reserved = {.count = 0};

	arch_init();
	print("Bootstrapping kernel\n");
	ranges_add(&reserved, ptr_to_phys(kernel_start), page_up(ptr_to_phys(kernel_end)));
	if (dtb_size)
		ranges_add(&reserved, page_down(dtb_addr_p), page_up(dtb_addr_p + dtb_size));
	ranges_add(&reserved, image.paddr_start, image.paddr_end);
	boot(&image, &reserved);
	print("Booting all finished, dropped to user space\n");
	hold("kernel-up");
	thread_schedule();
}
