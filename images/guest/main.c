/*
 * A small guest kernel: runs at EL1 in a virtual CPU with tables and vectors of its own, and says of itself what
 * protection domains say.
 */
#include "arch/sysreg.h"
#include "lib/print.h"
#include "lib/uart.h"
#include "mmu.h"
#include "self.h"

_Noreturn void guest_main(uint64_t run);
_Noreturn void guest_main(uint64_t run)
{
	mmu_enable();
	uart_enable(0);
	self_begin(run);
	self_announce();
	print("PD|%s: guest kernel at EL%u, MMU %s\n", self_name(), (unsigned)(sysreg_read(CurrentEL) >> 2 & 3),
	      sysreg_read(sctlr_el1) & SCTLR_M ? "on" : "off");
	self_ready();
	for (;;)
		self_alive();
}
