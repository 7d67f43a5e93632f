#include "board/memory/memory.h"

void memory_destroy(struct memory *m)
{
	if (m)
		m->ops->destroy(m);
}
