#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "mem.h"

void buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void buf_release(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void buf_wipe(struct buf *b)
{
	if (b->data != NULL)
		OPENSSL_cleanse(b->data, b->cap);
	buf_release(b);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->over = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

/* Makes room for len more bytes and the NUL. The old block is wiped, in case of secrets. */
static int reserve(struct buf *b, size_t len)
{
	if (b->over || len > b->max - b->len) {
		b->over = 1;
		return -1;
	}
	size_t need = b->len + len + 1;
	if (need <= b->cap)
		return 0;
	size_t cap = b->cap > 0 ? b->cap : 64;
	while (cap < need)
		cap *= 2;
	char *data = mem_resize(NULL, cap, 1);
	if (b->data != NULL) {
		memcpy(data, b->data, b->len);
		OPENSSL_cleanse(b->data, b->cap);
		free(b->data);
	}
	b->data = data;
	b->cap = cap;
	return 0;
}

char *buf_extend(struct buf *b, size_t len)
{
	if (reserve(b, len) != 0)
		return NULL;
	char *at = b->data + b->len;
	at[len] = '\0';
	b->len += len;
	return at;
}

int buf_add(struct buf *b, const void *p, size_t len)
{
	char *at = buf_extend(b, len);
	if (at == NULL)
		return -1;
	if (len > 0)
		memcpy(at, p, len);
	return 0;
}

int buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int buf_addc(struct buf *b, char c)
{
	char *at = buf_extend(b, 1);
	if (at == NULL)
		return -1;
	*at = c;
	return 0;
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	/* Mostly there is room: then once is enough. */
	size_t room = b->cap - b->len;
	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(room > 0 ? b->data + b->len : NULL, room, fmt, ap);
	va_end(ap);
	int status = len >= 0 ? reserve(b, (size_t)len) : -1;
	if (status == 0 && (size_t)len >= room)
		vsnprintf(b->data + b->len, (size_t)len + 1, fmt, again);
	if (status == 0)
		b->len += (size_t)len;
	else if (room > 0)
		b->data[b->len] = '\0';
	va_end(again);
	return status;
}

const char *buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

char *buf_take(struct buf *b)
{
	char *s = b->data != NULL ? b->data : mem_bytes("", 0);
	b->data = NULL;
	buf_init(b, b->max);
	return s;
}
