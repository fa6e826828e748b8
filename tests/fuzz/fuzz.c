#include "fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

char *fuzz_text(const uint8_t *data, size_t size)
{
	return mem_bytes(size > 0 ? (const char *)data : "", size);
}

int fuzz_file(const uint8_t *data, size_t size)
{
	static FILE *file;
	if (file == NULL)
		file = tmpfile();
	assert(file != NULL);
	int fd = fileno(file);
	int bad = ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0 ||
		  (size > 0 && write(fd, data, size) != (ssize_t)size) ||
		  lseek(fd, 0, SEEK_SET) != 0;
	assert(!bad);
	(void)bad;
	return fd;
}

char *fuzz_line(char **text)
{
	char *line = *text;
	size_t len = strcspn(line, "\n");
	*text += len + (line[len] == '\n');
	line[len] = '\0';
	return line;
}
