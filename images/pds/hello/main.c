/* The least a protection domain can do. */
#include "lib/print.h"
#include "self.h"

__attribute__((section(".text.start"))) _Noreturn void _start(void);
_Noreturn void _start(void)
{
	self_announce();
	print("PD|%s: hello, world\n", self_name());
	self_ready();
	for (;;)
		self_alive();
}
