#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void err_clear(struct err *err)
{
	memset(err, 0, sizeof(*err));
}

int err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	if (err == NULL)
		return -1;
	err_clear(err);
	err->kind = kind;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}
