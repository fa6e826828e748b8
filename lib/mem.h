/*
 * mem -- memory that is there or ends the program.
 *
 * Out of memory prints one line and exits 1, as libjq does; nothing here
 * returns NULL. Release with free().
 */
#ifndef IDC_MEM_H
#define IDC_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);		/* zeroed */
void *mem_array(size_t n, size_t size); /* zeroed, n * size checked */
void *mem_resize(void *p, size_t n,
	size_t size);		 /* realloc, n * size checked; new part not zeroed */
char *mem_string(const char *s); /* copy of s; NULL stays NULL */
char *mem_bytes(const char *s, size_t len); /* copy of len bytes and a NUL */

/* A formatted string, owned by the caller. */
char *mem_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Grows *p, an array of *cap elements of size bytes, so that it can hold
 * need of them (doubling). *p may be NULL with *cap 0.
 */
void mem_grow(void *p, size_t *cap, size_t need, size_t size);

#endif
