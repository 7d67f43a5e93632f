#include "config/labs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool lab_id_valid(const char *id)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char others[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t n = strlen(id);

	return n >= 1 && n <= 32 && strspn(id, first) >= 1 && strspn(id, others) == n;
}

pid_t lab_holder(const char *folder)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *path = xasprintf("%s/" LAB_LOCK, folder);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc;

	free(path);
	if (fd < 0)
		return -1;
	rc = fcntl(fd, F_GETLK, &lock);
	close(fd);
	return rc < 0 || lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int is_id(const struct dirent *d)
{
	return lab_id_valid(d->d_name);
}

struct labs labs_find(const char *root, struct arena *a)
{
	const char *folder = arena_printf(a, "%s/" LABS_FOLDER, root);
	struct lab_living *items;
	struct labs found = {0};
	struct dirent **entries;
	int n = scandir(folder, &entries, is_id, alphasort);

	if (n < 0)
		return found;
	items = arena_alloc(a, ((size_t)n + 1) * sizeof *items);
	for (int i = 0; i < n; i++) {
		struct lab_living *l = &items[found.count];

		l->folder = arena_printf(a, "%s/%s", folder, entries[i]->d_name);
		l->id = strrchr(l->folder, '/') + 1;
		l->pid = lab_holder(l->folder);
		l->ready = is_folder(arena_printf(a, "%s/" LAB_UNITS, l->folder));
		found.count += l->pid > 0;
		free(entries[i]);
	}
	free(entries);
	found.items = items;
	return found;
}

const char *labs_ready_text(const struct labs *l, struct arena *a)
{
	const char *text = "";

	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].ready)
			text = arena_printf(a, "%s%s%s", text, *text ? ", " : "", l->items[i].id);
	return text;
}
