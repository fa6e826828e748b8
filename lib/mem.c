#include "mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(void)
{
	fputs("idc: error: out of memory\n", stderr);
	exit(1);
}

void *mem_alloc(size_t size)
{
	return mem_array(1, size);
}

void *mem_array(size_t n, size_t size)
{
	void *p = calloc(n > 0 ? n : 1, size > 0 ? size : 1);
	if (p == NULL)
		out_of_memory();
	return p;
}

void *mem_resize(void *p, size_t n, size_t size)
{
	if (size > 0 && n > SIZE_MAX / size)
		out_of_memory();
	size_t bytes = n * size;
	void *q = realloc(p, bytes > 0 ? bytes : 1);
	if (q == NULL)
		out_of_memory();
	return q;
}

char *mem_bytes(const char *s, size_t len)
{
	if (len == SIZE_MAX)
		out_of_memory();
	char *copy = mem_resize(NULL, len + 1, 1);
	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *mem_string(const char *s)
{
	return s != NULL ? mem_bytes(s, strlen(s)) : NULL;
}

char *mem_format(const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		out_of_memory();
	size_t size = (size_t)len + 1;
	char *s = mem_resize(NULL, size, 1);
	vsnprintf(s, size, fmt, again);
	va_end(again);
	return s;
}

void mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return;
	size_t n = *cap > 0 ? *cap : 8;
	while (n < need)
		n = n > SIZE_MAX / 2 ? need : n * 2;
	/* p points to a pointer of whatever type; memcpy keeps that well-defined. */
	void *array;
	memcpy(&array, p, sizeof(array));
	array = mem_resize(array, n, size);
	memcpy(p, &array, sizeof(array));
	*cap = n;
}
