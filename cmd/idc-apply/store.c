#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "mem.h"

#define IN_MEMORY (1u << 20)
#define RECORD_MAX (64u << 20) /* more than a line can hold */

void store_init(struct store *s)
{
	*s = (struct store){ .in_file = 0 };
	buf_init(&s->text, IN_MEMORY + RECORD_MAX);
	buf_init(&s->scratch, RECORD_MAX);
}

void store_release(struct store *s)
{
	buf_release(&s->text);
	buf_release(&s->scratch);
	if (s->in_file > 0)
		close(s->fd);
	s->in_file = 0;
}

static const char *folder(void)
{
	const char *path = getenv("TMPDIR");
	return path != NULL && path[0] != '\0' ? path : "/tmp";
}

static int failed(struct err *err)
{
	return err_set(err, ERR_SYS,
		"a temporary file in %s can't keep the plan: %s (TMPDIR names another "
		"place)",
		folder(), strerror(errno));
}

static int open_file(struct store *s)
{
	char *path = mem_format("%s/idc-apply.XXXXXX", folder());
	s->fd = mkstemp(path);
	if (s->fd >= 0)
		(void)unlink(path);
	free(path);
	return s->fd >= 0 ? 0 : -1;
}

/* Moves what is in memory to the end of the file. */
static int spill(struct store *s, struct err *err)
{
	const char *p = buf_str(&s->text);
	if (s->in_file == 0 && open_file(s) != 0)
		return failed(err);
	/* From now on it is there, to be closed. */
	size_t len = s->text.len;
	s->in_file += len;
	for (size_t left = len; left > 0;) {
		ssize_t n = write(s->fd, p, left);
		if (n < 0 && errno != EINTR)
			return failed(err);
		p += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
	buf_clear(&s->text);
	return 0;
}

int store_add(struct store *s, jv rec, uint64_t *at, struct err *err)
{
	char *text = json_string(rec);
	uint32_t len = (uint32_t)strlen(text);
	*at = s->in_file + s->text.len;
	(void)buf_add(&s->text, &len, sizeof(len));
	(void)buf_add(&s->text, text, len);
	free(text);
	return s->text.len > IN_MEMORY ? spill(s, err) : 0;
}

/* len bytes of the file, into scratch. */
static int read_file(struct store *s, uint64_t at, size_t len, struct err *err)
{
	char part[4096];
	buf_clear(&s->scratch);
	while (s->scratch.len < len) {
		size_t want = len - s->scratch.len;
		ssize_t n = pread(s->fd, part, want < sizeof(part) ? want : sizeof(part),
			(off_t)(at + s->scratch.len));
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return err_set(err, ERR_SYS,
				"the plan, kept in a temporary file, can't be read: %s",
				strerror(errno));
		(void)buf_add(&s->scratch, part, (size_t)n);
	}
	return 0;
}

static jv parse(const char *text, size_t len)
{
	struct json_fault fault;
	return json_parse(text, len, &fault);
}

jv store_get(struct store *s, uint64_t at, struct err *err)
{
	uint32_t len;
	if (at >= s->in_file) {
		const char *p = buf_str(&s->text) + (at - s->in_file);
		memcpy(&len, p, sizeof(len));
		return parse(p + sizeof(len), len);
	}
	if (read_file(s, at, sizeof(len), err) != 0)
		return jv_invalid();
	memcpy(&len, s->scratch.data, sizeof(len));
	if (read_file(s, at + sizeof(len), len, err) != 0)
		return jv_invalid();
	return parse(buf_str(&s->scratch), s->scratch.len);
}
