/*
 * idc-validate: template files, one behind the other with a line "---" between; read,
 * checked, also across files, and their records written. Input without an error gives
 * records that are one line each.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/idc-validate/assignments.h"
#include "../../cmd/idc-validate/permission_set.h"
#include "../../cmd/idc-validate/suppress.h"
#include "../../cmd/idc-validate/templates.h"
#include "fuzz.h"
#include "lines.h"
#include "mem.h"
#include "rec.h"

#define FILES_MAX 8
#define NOW ((time_t)1795485600)

/* As main.c of idc-validate does. */
static void read_file(struct file *f, struct templates *t)
{
	struct json_fault fault;
	jv root = json_parse(f->text, f->len, &fault);
	struct value x;
	value_root(&x, f, root);
	if (!jv_is_valid(root)) {
		file_report_at(f, CODE_SYNTAX, fault.pos, fault.text);
		t->sets_missing = t->rules_missing = 1;
	} else if (jv_get_kind(root) != JV_KIND_OBJECT) {
		value_report(&x, CODE_NO_TEMPLATE, "found %s", value_kind_name(root));
		t->sets_missing = t->rules_missing = 1;
	} else if (ignores_read(&x), assignments_is(root)) {
		assignments_read(&x, t, NOW);
	} else {
		permission_set_read(&x, t);
	}
	value_close(&x);
	file_drop_index(f);
}

static void check_line(const struct buf *line)
{
	struct json_fault fault;
	jv rec = json_parse(buf_str(line), line->len, &fault);
	assert(rec_str(rec, "Kind") != NULL);
	assert(!line->over && strchr(buf_str(line), '\n') == NULL);
	jv_free(rec);
}

static void write_record(jv rec)
{
	struct buf b;
	buf_init(&b, LINES_MAX);
	json_write(&b, rec);
	check_line(&b);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char names[FILES_MAX][8];
	struct file files[FILES_MAX] = { 0 };
	struct report report = { 0 };
	struct templates t;
	char *text = fuzz_text(data, size), *rest = text;
	templates_init(&t);
	for (int i = 0; i < FILES_MAX && rest != NULL; i++) {
		char *end = strstr(rest, "\n---\n");
		size_t len = end != NULL ? (size_t)(end - rest) : strlen(rest);
		struct file *f = &files[i];
		names[i][0] = (char)('a' + i);
		*f = (struct file){ .path = names[i], .fd = -1, .report = &report };
		f->text = mem_bytes(rest, len);
		f->len = len;
		read_file(f, &t);
		rest = end != NULL ? end + 5 : NULL;
	}
	templates_check(&t);
	if (report.errors == 0) {
		templates_sort(&t);
		for (size_t i = 0; i < t.n_sets; i++)
			write_record(t.sets[i].record);
		for (size_t i = 0; i < t.n_rules; i++)
			check_line(&t.rules[i].line);
	}
	report_sort(&report);
	for (size_t i = 0; i < report.n; i++)
		assert(report.list[i].message[0] != '\0' &&
			strchr(report.list[i].message, '\n') == NULL);
	templates_release(&t);
	report_release(&report);
	for (int i = 0; i < FILES_MAX; i++) {
		for (size_t k = 0; k < files[i].n_ignores; k++) {
			free(files[i].ignores[k].pointer);
			free(files[i].ignores[k].place);
		}
		free(files[i].ignores);
		file_drop_index(&files[i]);
		free(files[i].text);
	}
	free(text);
	return 0;
}
