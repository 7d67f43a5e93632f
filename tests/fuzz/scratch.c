#include "scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"

static char folder[64];

const char *scratch_folder(void)
{
	if (folder[0])
		return folder;
	snprintf(folder, sizeof folder, "%s/runtest-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(folder)) {
		perror(folder);
		exit(2);
	}
	atexit(scratch_remove);
	return folder;
}

void scratch_remove(void)
{
	if (folder[0])
		file_remove_tree(folder, NULL);
	folder[0] = '\0';
}

const char *scratch_file(const char *name, const void *bytes, size_t n)
{
	static char path[256];
	int fd;

	snprintf(path, sizeof path, "%s/%s", scratch_folder(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || file_write_all(fd, n ? bytes : "", n) < 0) {
		perror(path);
		exit(2);
	}
	close(fd);
	return path;
}

void scratch_parts(struct part *parts, size_t count, const uint8_t *bytes, size_t n)
{
	const uint8_t *end = bytes + n;

	for (size_t i = 0; i < count; i++) {
		const uint8_t *cut = memmem(bytes, (size_t)(end - bytes), SCRATCH_CUT, strlen(SCRATCH_CUT));

		if (i + 1 == count || !cut) {
			parts[i] = (struct part){bytes, (size_t)(end - bytes)};
			bytes = end;
		} else {
			parts[i] = (struct part){bytes, (size_t)(cut - bytes)};
			bytes = cut + strlen(SCRATCH_CUT);
		}
	}
}
