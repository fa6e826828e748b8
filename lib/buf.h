/*
 * buf -- a growing byte buffer with a ceiling.
 *
 * The bytes are always followed by a NUL, so data can be read as a string
 * when it holds none. Passing the ceiling is sticky: the append that would
 * pass it adds nothing, returns -1 and sets over; later appends do the same.
 */
#ifndef IDC_BUF_H
#define IDC_BUF_H

#include <stddef.h>

struct buf {
	char *data; /* NULL until the first append */
	size_t len;
	size_t cap;
	size_t max; /* ceiling in bytes, without the NUL */
	int over;
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_wipe(struct buf *b);  /* release after overwriting: for secrets */
void buf_clear(struct buf *b); /* keeps the memory, forgets over */
int buf_add(struct buf *b, const void *p, size_t len);
int buf_adds(struct buf *b, const char *s);
int buf_addc(struct buf *b, char c);

/* Makes b len bytes longer: where they are to be put, or NULL when b is full. */
char *buf_extend(struct buf *b, size_t len);
int buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *buf_str(const struct buf *b); /* "" while empty */
char *buf_take(struct buf *b);		  /* owned by the caller; b is empty after */

#endif
