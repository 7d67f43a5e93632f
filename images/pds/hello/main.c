/* The least a protection domain can do. */
#include "lib/print.h"
#include "self.h"

void pd_main(void)
{
	self_announce();
	print("PD|%s: hello, world\n", self_name());
	self_ready();
}
