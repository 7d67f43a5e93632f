#include "build/ioerror.h"

#include <errno.h>

int build_io_error(struct err *e, const char *doing, const char *path)
{
	int sys = errno;

	err_sys(e, ERR_IO, "cannot %s", doing);
	if (sys == ENOSPC || sys == EDQUOT)
		err_hint(e, "the disk is full: free some room; the project's build/cache may always be removed");
	else if (sys == EACCES || sys == EROFS)
		err_hint(e, "not readable or not writable for this user: change its mode or its owner");
	return err_at(e, path, 0, 0);
}
