#include "output.h"

#include "../common.h"

FILE *output_start(const char *path)
{
	FILE *f = fopen(path, "wb");

	if (!f)
		die("%s cannot be created", path);
	return f;
}

void output_finish(FILE *f, const char *path)
{
	int bad = ferror(f);

	if (fclose(f) || bad)
		die("%s cannot be written", path);
}
