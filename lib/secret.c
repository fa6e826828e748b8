#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "buf.h"

void secret_free(char **s)
{
	if (*s)
		OPENSSL_cleanse(*s, strlen(*s));
	free(*s);
	*s = NULL;
}

int secret_is_clean(const char *s)
{
	const char *p = s;

	while ((unsigned char)*p > ' ' && (unsigned char)*p < 0x7f)
		p++;
	return p > s && *p == '\0';
}

/* Reads fd to its end. 0, or the errno. */
static int read_all(int fd, struct buf *out)
{
	char part[4096];
	ssize_t n;
	int failed = 0;

	do {
		n = read(fd, part, sizeof(part));
		if (n > 0)
			buf_add(out, part, (size_t)n);
		if (n < 0 && errno != EINTR)
			failed = errno;
	} while (!failed && !out->over && n != 0);
	OPENSSL_cleanse(part, sizeof(part));
	return failed;
}

char *secret_file(const char *path, size_t max, size_t *len, struct err *err)
{
	struct buf b;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int failed = errno;

	if (fd >= 0) {
		buf_init(&b, max);
		failed = read_all(fd, &b);
		close(fd);
		if (!failed && !b.over) {
			*len = b.len;
			return buf_take(&b);
		}
		buf_wipe(&b);
		if (!failed) {
			err_set(err, ERR_DATA, "larger than %zu bytes", max);
			return NULL;
		}
	}
	err_set(err, ERR_SYS, "%s", strerror(failed));
	errno = failed;
	return NULL;
}

char *secret_token_file(const char *path, size_t max, struct err *err)
{
	size_t len = 0;
	char *s = secret_file(path, max, &len, err);
	size_t end = len;

	if (!s)
		return NULL;
	while (end > 0 && strchr(" \t\r\n", s[end - 1]))
		end--;
	s[end] = '\0';
	if (strlen(s) == end && secret_is_clean(s))
		return s;
	err_set(err, ERR_DATA, "%s",
		end == 0 ? "empty" : "holds a blank or a control character");
	OPENSSL_cleanse(s, len);
	free(s);
	return NULL;
}
