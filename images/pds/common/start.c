/* The entry of every protection domain; the monitor passes the number of the start, 1 at boot. */
#include "reset.h"
#include "self.h"

__attribute__((section(".text.start"))) _Noreturn void _start(uint64_t run);
_Noreturn void _start(uint64_t run)
{
	if (run > 1)
		reset_own_data();
	self_begin(run);
	pd_main();
	for (;;)
		self_alive();
}
