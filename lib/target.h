/*
 * target -- the grammar of Target and Exclude in assignments (idc-templates(5)).
 *
 *     Root   Root:r-ab12   Root:r-ab12:*      every account
 *     label:ou-ab12-cdef3456                  the accounts directly in an OU
 *     label:ou-ab12-cdef3456:*                and in every OU below it
 *     label:/Prod/Payments   (:* likewise)    an OU by the names on the way to it
 *     label:111122223333                      an account
 *     label:name=prod-*                       accounts by name; * and ? stand for others
 *     label:tag=Env=prod                      accounts by tag; * and ? in the value too
 *
 * The label and its colon may be left out. A label may hold colons: what follows the last
 * one decides, but a path, name= or tag= reaches from its beginning to the end of the text.
 */
#ifndef IDC_TARGET_H
#define IDC_TARGET_H

#include "err.h"

enum target_kind {
	TARGET_ROOT,
	TARGET_OU,
	TARGET_PATH,
	TARGET_ACCOUNT,
	TARGET_NAME,
	TARGET_TAG
};

struct target {
	enum target_kind kind;
	int below;     /* OU and PATH: ends in ":*" */
	char *label;   /* NULL: none */
	char *value;   /* the id, path, pattern or tag key; NULL: Root without an id */
	char *pattern; /* TARGET_TAG: what the tag's value is to match */
};

/*
 * Reads text. 0 with *t filled, for target_release(); or -1 with err filled (ERR_DATA: what
 * is wrong and what to write instead), and nothing to release.
 */
int target_parse(struct target *t, const char *text, struct err *err);
void target_release(struct target *t);

/* Whether s is the id of an OU or of a root, as AWS Organizations writes them. */
int target_is_ou_id(const char *s);
int target_is_root_id(const char *s);

#endif
