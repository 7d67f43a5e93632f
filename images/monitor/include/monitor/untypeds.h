/* Did the kernel hand out the untypeds that the packer counted on? */
#ifndef MONITOR_UNTYPEDS_H
#define MONITOR_UNTYPEDS_H

#include "abi/bootinfo.h"
#include "abi/layout.h"

/* Says so; the end when it did not, unless UNTYPEDS_STRICT is 0 and it is the extra region that it left out. */
void untypeds_check(const struct bootinfo *info, const volatile struct expected_untypeds *expected,
		    const struct layout *layout);

#endif
