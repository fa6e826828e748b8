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

static void visible(const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		assert(*s > ' ' && *s < 0x7f);
}

void fuzz_cred(int status, struct cred *cred, const struct err *err)
{
	if (status == 0)
		assert(cred->access_key_id != NULL && cred->secret_access_key != NULL);
	else
		assert(err->kind == ERR_CRED && err->text[0] != '\0');
	visible(cred->access_key_id);
	visible(cred->secret_access_key);
	visible(cred->session_token);
	cred_release(cred);
}
