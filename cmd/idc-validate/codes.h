/*
 * codes -- what idc-validate may find. A code never changes its meaning; one that is not
 * needed any more is not used again.
 */
#ifndef IDC_VALIDATE_CODES_H
#define IDC_VALIDATE_CODES_H

#include <stddef.h>

#include "diag.h"

/* IDC001 to IDC099: the number is that of the code. */
enum code {
	CODE_NONE = 0,

	/* Files. */
	CODE_UNREADABLE = 1,
	CODE_NOT_READ = 2,
	CODE_SYNTAX = 3,
	CODE_DOUBLE_KEY = 4,
	CODE_ENCODING = 5,
	CODE_TOO_LARGE = 6,
	CODE_NO_TEMPLATE = 7,

	/* Any object. */
	CODE_UNKNOWN_FIELD = 10,
	CODE_MISSING_FIELD = 11,
	CODE_WRONG_KIND = 12,
	CODE_LIMIT = 13,
	CODE_EMPTY = 14,
	CODE_TWICE = 15,
	CODE_WORD = 16,

	/* Permission sets. */
	CODE_SESSION = 20,
	CODE_POLICY_COUNT = 21,
	CODE_MANAGED_ARN = 22,
	CODE_CUSTOMER_POLICY = 23,
	CODE_BOUNDARY = 24,
	CODE_TAGS = 25,
	CODE_TAG_ROOM = 26,

	/* Rules. */
	CODE_TARGET = 30,
	CODE_EXPIRES = 31,
	CODE_EXPIRED = 32,
	CODE_SAME_GRANT = 33,
	CODE_COVERED_RULE = 34,
	CODE_EXCLUDES_ALL = 35,

	/* Across files. */
	CODE_SET_TWICE = 40,
	CODE_SID_TWICE = 41,
	CODE_FORMER_NAME = 42,
	CODE_UNDEFINED_SET = 43,
	CODE_UNUSED_SET = 44,
	CODE_NOTHING = 45,

	/* The grammar of policies. */
	CODE_PRINCIPAL = 50,
	CODE_STATEMENT_SID = 51,
	CODE_EITHER_OR = 52,
	CODE_POLICY_SIZE = 53,
	CODE_POLICY_CHARACTERS = 54,
	CODE_NO_STATEMENT = 55,
	CODE_EMPTY_LIST = 56,
	CODE_OPERATOR = 57,
	CODE_CONDITION_VALUE = 58,
	CODE_ARN = 59,
	CODE_PARTITION = 60,
	CODE_VARIABLE = 61,
	CODE_ACTION_FORM = 62,
	CODE_DEAD_STATEMENT = 63,
	CODE_COVERED_STATEMENT = 64,
	CODE_SHORT_ARN = 65,

	/* Names that AWS knows. */
	CODE_UNKNOWN_SERVICE = 70,
	CODE_UNKNOWN_ACTION = 71,
	CODE_UNKNOWN_CONDITION_KEY = 72,
	CODE_RESOURCE_UNFIT = 73,

	/* Security. */
	CODE_ADMINISTRATOR = 80,
	CODE_PASS_ROLE = 81,
	CODE_ESCALATION = 82,
	CODE_NOT_ACTION = 83,
	CODE_NOT_RESOURCE = 84,
	CODE_NO_MFA = 85,

	/* With --online. */
	CODE_NO_SUCH_POLICY = 90,
	CODE_NOT_ATTACHABLE = 91,
	CODE_ELSEWHERE = 92,
	CODE_ANALYZER_ERROR = 93,
	CODE_ANALYZER_SECURITY = 94,
	CODE_ANALYZER_WARNING = 95,
	CODE_ANALYZER_SUGGESTION = 96,

	/* What is ignored. */
	CODE_IGNORE = 98,
	CODE_IDLE_IGNORE = 99,

	CODES = 100
};

struct code_info {
	enum code code;
	enum diag_level level;
	const char *title; /* a sentence without its full stop */
	const char *why;
	const char *bad, *good; /* examples */
};

/* What is known of a code, or NULL. */
const struct code_info *codes_find(enum code code);

/* Of all of them, in order. *n: how many. */
const struct code_info *codes_all(size_t *n);

/* "IDC012" (or "idc012", "12") to its code, or CODE_NONE. */
enum code codes_parse(const char *text);

#define CODE_MAX 24 /* of a company's own codes, with their NUL */

/*
 * Whether text can be a code of a company's own: 3 to 23 capital letters, digits, '-' and
 * '_', a letter first, and not "IDC...".
 */
int codes_is_own(const char *text);

#define CODE_TEXT_SIZE sizeof("IDC000")

/* Writes "IDC012". */
void codes_name(enum code code, char text[CODE_TEXT_SIZE]);

/* Prints what is known of a code on standard output. */
void codes_explain(enum code code);

/* Prints a line for each code. */
void codes_list(void);

#endif
