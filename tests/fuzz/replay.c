/*
 * TARGET FILE... -- a fuzz target without libFuzzer: reads each file as one input.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "mem.h"

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t cap = 0, len = 0, n = 0;
	if (f == NULL) {
		perror(path);
		return -1;
	}
	do {
		len += n;
		mem_grow(&data, &cap, len + 4096, 1);
		n = fread(data + len, 1, cap - len, f);
	} while (n > 0);
	(void)fclose(f);
	/* What reads behind the end of the input is to be seen. */
	uint8_t *exact = (uint8_t *)mem_bytes((const char *)data, len);
	free(data);
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 0;
}

int main(int argc, char **argv)
{
	int status = 0;
	for (int i = 1; i < argc; i++)
		status |= replay(argv[i]);
	return status == 0 ? 0 : 1;
}
