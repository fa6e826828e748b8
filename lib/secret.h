/*
 * secret -- strings that are overwritten before their memory is given back.
 */
#ifndef IDC_SECRET_H
#define IDC_SECRET_H

#include <stddef.h>

#include "err.h"

/* Overwrites, frees and forgets *s; NULL is fine. */
void secret_free(char **s);

/* Whether s can stand in a header: not empty, visible ASCII. */
int secret_is_clean(const char *s);

/*
 * The whole of a file of at most max bytes, NUL-terminated and owned (secret_free, or
 * when it holds a NUL byte, which is only said by *len, wipe *len bytes); or NULL with
 * err filled: ERR_SYS (errno has the reason, ENOENT for no such file), or ERR_DATA: too
 * large. err's text does not name the file.
 */
char *secret_file(const char *path, size_t max, size_t *len, struct err *err);

/* The same without white space at its end, refused unless it is clean: a token. */
char *secret_token_file(const char *path, size_t max, struct err *err);

#endif
