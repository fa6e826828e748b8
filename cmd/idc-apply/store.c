#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "mem.h"

#define IN_MEMORY (1u << 18)
#define RECORD_MAX (64u << 20) /* more than a line can hold */
#define UNIT 8		       /* places are counted in */

/* Before each record: the lengths of its id and its text, which follow. */
struct head {
	uint32_t id, text;
};

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

int store_add(struct store *s, const char *id, jv rec, uint32_t *place, struct err *err)
{
	static const char padding[UNIT];
	uint64_t at = s->in_file + s->text.len;
	if (at / UNIT >= UINT32_MAX)
		return err_set(err, ERR_SYS, "the plan is larger than 32 GiB");
	*place = (uint32_t)(at / UNIT);
	char *text = json_string(rec);
	struct head h = { .id = (uint32_t)strlen(id), .text = (uint32_t)strlen(text) };
	(void)buf_add(&s->text, &h, sizeof(h));
	(void)buf_add(&s->text, id, h.id);
	(void)buf_add(&s->text, text, h.text);
	(void)buf_add(&s->text, padding, (UNIT - s->text.len % UNIT) % UNIT);
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

/* len bytes at at: good until the next call; or NULL with err filled. */
static const char *look_at(struct store *s, uint64_t at, size_t len, struct err *err)
{
	if (at >= s->in_file)
		return buf_str(&s->text) + (at - s->in_file);
	return read_file(s, at, len, err) == 0 ? buf_str(&s->scratch) : NULL;
}

/* Something else stands where a record was put. */
static int damaged(struct err *err)
{
	return err_set(err, ERR_SYS, "the plan, kept in a temporary file, was damaged");
}

static int read_head(struct store *s, uint64_t at, struct head *h, struct err *err)
{
	const char *p = look_at(s, at, sizeof(*h), err);
	if (p == NULL)
		return -1;
	memcpy(h, p, sizeof(*h));
	return h->id <= RECORD_MAX && h->text <= RECORD_MAX ? 0 : damaged(err);
}

jv store_get(struct store *s, uint32_t place, struct err *err)
{
	uint64_t at = (uint64_t)place * UNIT;
	struct json_fault fault;
	struct head h;
	if (read_head(s, at, &h, err) != 0)
		return jv_invalid();
	const char *text = look_at(s, at + sizeof(h) + h.id, h.text, err);
	jv rec = text != NULL ? json_parse(text, h.text, &fault) : jv_invalid();
	if (text != NULL && !jv_is_valid(rec))
		(void)damaged(err);
	return rec;
}

int store_is(struct store *s, uint32_t place, const char *id, struct err *err)
{
	uint64_t at = (uint64_t)place * UNIT;
	struct head h;
	if (read_head(s, at, &h, err) != 0)
		return -1;
	if (h.id != strlen(id))
		return 0;
	const char *there = look_at(s, at + sizeof(h), h.id, err);
	if (there == NULL)
		return -1;
	return memcmp(there, id, h.id) == 0;
}
