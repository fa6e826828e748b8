#include "own_finding.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "rec.h"
#include "text.h"
#include "value.h"

#define MESSAGE_MAX 2048

static const char *const members[] = { "Code", "Severity", "Message", "Hint", "Path",
	"Record" };
#define N_MEMBERS (sizeof(members) / sizeof(members[0]))

static int is_member(const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(members[i], name) == 0)
			return 1;
	return 0;
}

/* Only a finding about all records tells of which it is: the last member is for it. */
static int check_members(jv output, int whole, struct err *err)
{
	size_t n = whole ? N_MEMBERS : N_MEMBERS - 1;
	int bad = 0;
	jv_object_foreach(output, key, value)
	{
		const char *name = jv_string_value(key);
		const char *near = text_nearest(name, members, n);
		if (!bad && !is_member(name, n))
			bad = near != NULL
				      ? err_set(err, ERR_DATA,
						"a finding has no '%.80s': did you "
						"mean '%s'?",
						name, near)
				      : err_set(err, ERR_DATA,
						"a finding has no '%.80s': it has "
						"Code, Severity, Message, Hint, Path%s",
						name, whole ? " and Record" : "");
		jv_free(key);
		jv_free(value);
	}
	return bad;
}

static int check_code(const char *code, struct err *err)
{
	if (code == NULL)
		return err_set(err, ERR_DATA,
			"a finding without a Code: write one such as 'CORP001'");
	if (text_starts(code, "IDC"))
		return err_set(err, ERR_DATA,
			"the Code '%.80s' is not yours: 'IDC' is what idc-validate's own "
			"start with",
			code);
	if (!codes_is_own(code))
		return err_set(err, ERR_DATA,
			"the Code '%.80s' is none: write 3 to %d capital letters, digits, "
			"'-' and '_', a letter first",
			code, CODE_MAX - 1);
	return 0;
}

/* A member that is a string, or is not there. 0 or -1. */
static int check_text(jv output, const char *member, struct err *err)
{
	jv v = rec_get(output, member);
	jv_kind kind = jv_get_kind(v);
	int bad = kind != JV_KIND_STRING && kind != JV_KIND_NULL && kind != JV_KIND_INVALID;
	if (bad)
		err_set(err, ERR_DATA, "the %s of a finding is %s, not a string", member,
			value_kind_name(v));
	jv_free(v);
	return bad ? -1 : 0;
}

static int check_path(jv path, struct err *err)
{
	jv_kind kind = jv_get_kind(path);
	if (kind == JV_KIND_ARRAY || kind == JV_KIND_NULL || kind == JV_KIND_INVALID)
		return 0;
	return err_set(err, ERR_DATA,
		"the Path of a finding is %s, not a list such as [\"Target\", 0]",
		value_kind_name(path));
}

static int check(jv output, int whole, struct err *err)
{
	if (jv_get_kind(output) != JV_KIND_OBJECT)
		return err_set(err, ERR_DATA,
			"expected a finding, an object with Code and Message, or null, "
			"found %s",
			value_kind_name(output));
	if (check_members(output, whole, err) != 0)
		return -1;
	for (size_t i = 0; i < 4; i++)
		if (check_text(output, members[i], err) != 0)
			return -1;
	if (check_code(rec_str(output, "Code"), err) != 0)
		return -1;
	if (rec_str_or(output, "Message", "")[0] == '\0')
		return err_set(
			err, ERR_DATA, "a finding without a Message: say what is wrong");
	const char *severity = rec_str_or(output, "Severity", "warning");
	if (strcmp(severity, "error") != 0 && strcmp(severity, "warning") != 0)
		return err_set(err, ERR_DATA,
			"the Severity '%.80s' is neither 'error' nor 'warning'", severity);
	jv path = rec_get(output, "Path");
	int bad = check_path(path, err);
	jv_free(path);
	return bad;
}

/* Adds one line of text, whatever it holds. */
static void add_line(struct buf *b, const char *text)
{
	for (size_t n = 0; *text != '\0' && n < MESSAGE_MAX / 2 - 1; text++, n++)
		buf_addc(b, (char)(*text == '\n' ? ' ' : *text));
}

/* What is wrong, and what to do behind a '\n'; owned. */
static char *words_of(jv output)
{
	const char *hint = rec_str_or(output, "Hint", "");
	struct buf b;
	buf_init(&b, MESSAGE_MAX);
	add_line(&b, rec_str_or(output, "Message", ""));
	if (hint[0] != '\0') {
		buf_addc(&b, '\n');
		add_line(&b, hint);
	}
	return buf_take(&b);
}

static void report_it(jv output, const struct origin *about, struct report *report)
{
	static const struct json_pos nowhere;
	const char *code = rec_str(output, "Code");
	enum diag_level level =
		strcmp(rec_str_or(output, "Severity", "warning"), "error") == 0
			? DIAG_ERROR
			: DIAG_WARNING;
	char *words = words_of(output);
	if (about != NULL) {
		jv path = rec_get(output, "Path");
		char *pointer = origin_pointer(about, path);
		file_report_as(about->file, level, code, pointer, 0, words);
		free(pointer);
		jv_free(path);
	} else {
		report_add(report, level, code, NULL, nowhere, words);
	}
	free(words);
}

int own_finding_report(jv output, const struct origin *about, const struct origins *all,
	struct report *report, struct err *err)
{
	int whole = about == NULL;
	if (check(output, whole, err) != 0)
		return -1;
	jv which = rec_get(output, "Record");
	int tells = jv_is_valid(which) && jv_get_kind(which) != JV_KIND_NULL;
	if (tells)
		about = origins_find(all, which);
	if (tells && about == NULL && jv_get_kind(which) == JV_KIND_NUMBER)
		err_set(err, ERR_DATA, "there is no Record %.17g: there are %zu, from 0 on",
			jv_number_value(which), all->n);
	else if (tells && about == NULL)
		err_set(err, ERR_DATA,
			"the Record of a finding is neither the index of one nor its "
			"Source");
	jv_free(which);
	if (tells && about == NULL)
		return -1;
	report_it(output, about, report);
	return 0;
}
