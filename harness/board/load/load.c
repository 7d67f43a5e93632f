#include "board/load/load.h"

void load_destroy(struct load *l)
{
	if (l)
		l->ops->destroy(l);
}
