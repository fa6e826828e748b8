/*
 * err -- what went wrong, as a library function hands it to its caller.
 *
 * Library functions return 0 or -1 (or a pointer or NULL) and fill a struct err
 * that the caller owns. Only the programs print and decide. A struct err holds
 * no memory of its own: it can be copied, dropped, and reused.
 */
#ifndef IDC_ERR_H
#define IDC_ERR_H

enum err_kind {
	ERR_NONE,
	ERR_DATA,      /* the input is wrong; text says what and what to do */
	ERR_SYS,       /* a file or the system failed; text ends in strerror() */
	ERR_NET,       /* no answer: resolving, connecting, TLS, timeout, cut short */
	ERR_THROTTLED, /* AWS asked for patience, and it ran out */
	ERR_AWS,       /* AWS answered with an error; code has its name */
	ERR_CRED       /* no usable credentials */
};

struct err {
	enum err_kind kind;
	long http_status;    /* 0 when there was no HTTP answer */
	char code[80];	     /* AWS error code without namespace, or "" */
	char request_id[80]; /* AWS request id, or "" */
	char text[600];	     /* one line, lower case, no full stop, no secret */
};

/* Forgets everything in err. */
void err_clear(struct err *err);

/*
 * Fills err with a kind and a formatted text (cut at its size); other members
 * are cleared. err may be NULL. Returns -1, so that "return err_set(...)" reads well.
 */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
