/* Filling guest RAM: through our own mapping, or by QEMU's test server, which tells its translator. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "machine/machine.h"
#include "util/buf.h"
#include "util/clock.h"

enum { PATIENCE_MS = 30000 }; /* for what takes milliseconds, on a machine that stalls */

/* One line of answer: "OK", or "FAIL ..." */
static int answered(int fd, struct err *e)
{
	int64_t deadline = clock_ms() + PATIENCE_MS;
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char line[64] = "";
	size_t n = 0;
	ssize_t got;

	while (!memchr(line, '\n', n) && n < sizeof line - 1) {
		if (poll(&p, 1, clock_poll_timeout(deadline)) == 0)
			return err_set(e, ERR_INFRA, "QEMU does not answer that it has filled memory");
		got = read(fd, line + n, sizeof line - 1 - n);
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
			return err_set(e, ERR_INFRA, "QEMU ended while it filled memory");
		n += got > 0 ? (size_t)got : 0;
	}
	return strncmp(line, "OK", 2) == 0 ? 0 : err_set(e, ERR_INFRA, "QEMU could not fill memory");
}

static int fill_by_qemu(struct machine *m, uint64_t paddr, uint64_t size, uint8_t byte, struct err *e)
{
	struct buf line = {0};
	ssize_t n;

	if (m->fill_fd < 0)
		return err_set(e, ERR_INFRA, "this machine was not started as one whose memory can be filled later");
	buf_printf(&line, "memset 0x%" PRIx64 " 0x%" PRIx64 " 0x%x\n", paddr, size, byte);
	n = write(m->fill_fd, line.data, line.len);
	buf_finish(&line);
	return n > 0 ? answered(m->fill_fd, e) : err_sys(e, ERR_INFRA, "cannot ask QEMU to fill memory");
}

int machine_fill(struct machine *m, uint64_t paddr, uint64_t size, uint8_t byte, struct err *e)
{
	uint8_t *p = machine_view(m, paddr, size);

	if (!p)
		return err_set(e, ERR_INFRA, "0x%" PRIx64 " to 0x%" PRIx64 " is not RAM of this board", paddr, paddr + size);
	if (m->state == MACHINE_STOPPED)
		return fill_by_qemu(m, paddr, size, byte, e);
	if (m->state != MACHINE_OFF)
		return err_set(e, ERR_INFRA, "the machine runs, so its memory cannot be filled");
	memset(p, byte, size);
	return 0;
}
