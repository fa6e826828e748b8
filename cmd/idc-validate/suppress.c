#include "suppress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"
#include "map.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

/* --- $idc-ignore -------------------------------------------------------------------- */

/* Whether text is the code, written as messages have it. */
static int is_code_of(const char *text, const struct code_info *c)
{
	char name[CODE_TEXT_SIZE];
	codes_name(c->code, name);
	return strcmp(text, name) == 0;
}

static void read_code(const struct value *x, void *ctx)
{
	const struct value *object = ctx;
	struct file *f = x->file;
	const char *text = value_string(x);
	if (text == NULL) {
		value_report(x, CODE_IGNORE,
			"expected the code of a warning, such as 'IDC044', found %s",
			value_kind_name(x->v));
		return;
	}
	const struct code_info *c = codes_find(codes_parse(text));
	if (c != NULL && !is_code_of(text, c))
		c = NULL;
	if (c == NULL && !codes_is_own(text)) {
		value_report(x, CODE_IGNORE,
			"'%.80s' is no code of a warning\n"
			"a code stands at the end of its message, such as 'IDC044'",
			text);
		return;
	}
	if (c != NULL && c->level == DIAG_ERROR) {
		value_report(x, CODE_IGNORE,
			"%.80s is an error and can't be ignored\nmend what it tells of",
			text);
		return;
	}
	mem_grow(&f->ignores, &f->cap_ignores, f->n_ignores + 1, sizeof(*f->ignores));
	struct ignore *g = &f->ignores[f->n_ignores++];
	*g = (struct ignore){ .pointer = value_pointer(object), .place = value_pointer(x) };
	(void)snprintf(g->code, sizeof(g->code), "%s", text);
}

void ignores_read(const struct value *object)
{
	struct value list;
	if (!value_member(&list, object, IGNORE_KEY))
		return;
	value_each(&list, read_code, (void *)(uintptr_t)object);
	value_close(&list);
}

void ignores_check(struct files *files, const unsigned char active[CODES], int companys)
{
	for (size_t i = 0; i < files->n; i++) {
		struct file *f = &files->list[i];
		for (size_t k = 0; k < f->n_ignores; k++) {
			const struct ignore *g = &f->ignores[k];
			int looked = text_starts(g->code, "IDC")
					     ? active[codes_parse(g->code)]
					     : companys;
			char *text = mem_format(
				"'%s' is ignored here, and not found\nremove it", g->code);
			if (g->used == 0 && looked)
				file_report(f, CODE_IDLE_IGNORE, g->place, 0, text);
			free(text);
		}
	}
}

/* --- the baseline ------------------------------------------------------------------- */

/* What makes two findings the same, whatever was moved. Owned. */
static char *key_of(const char *code, const char *path, const char *message)
{
	while (text_starts(path, "./"))
		path += 2;
	return mem_format("%s\n%s\n%s", code, path, message);
}

/*
 * Whether a record of the baseline is one that a baseline is for: errors are never left
 * out, and what $idc-ignore is for needs none.
 */
static int is_for_baseline(jv v)
{
	return strcmp(rec_str_or(v, "Severity", "warning"), "warning") == 0 &&
	       strcmp(rec_str_or(v, "Suppressed", ""), IGNORE_KEY) != 0;
}

/* Reads one line of the baseline into known: how often each is there. 0 or -1. */
static int read_known(struct map *known, const char *path, const struct lines *in,
	struct err *err, const char *line, size_t len)
{
	struct json_fault fault;
	jv v = json_parse(line, len, &fault);
	const char *code = rec_str(v, "Code"), *message = rec_str(v, "Message");
	int bad = code == NULL || message == NULL;
	if (!jv_is_valid(v))
		err_set(err, ERR_DATA, "%s:%zu:%zu: %s", path, in->number, fault.pos.column,
			fault.text);
	else if (bad)
		err_set(err, ERR_DATA,
			"%s:%zu:1: no finding: a baseline is what --format json wrote",
			path, in->number);
	if (!bad && is_for_baseline(v)) {
		char *key = key_of(code, rec_str_or(v, "File", ""), message);
		void **slot = map_slot(known, key);
		*slot = (void *)((uintptr_t)*slot + 1);
		free(key);
	}
	jv_free(v);
	return bad ? -1 : 0;
}

static int read_baseline(struct map *known, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, ERR_SYS, "%s: %s", path, strerror(errno));
	struct lines in;
	lines_init(&in, fd);
	char *line;
	size_t len;
	int got = 0, whole, bad = 0;
	struct err why;
	while (!bad && (got = lines_next(&in, &line, &len, &whole, &why)) > 0)
		bad = len > 0 && read_known(known, path, &in, err, line, len) != 0;
	if (got < 0)
		err_set(err, why.kind, "%s: %s", path, why.text);
	lines_release(&in);
	close(fd);
	return bad || got < 0 ? -1 : 0;
}

int baseline_apply(struct report *r, const char *path, size_t *gone, struct err *err)
{
	struct map known;
	map_init(&known);
	int bad = read_baseline(&known, path, err);
	for (size_t i = 0; bad == 0 && i < r->n; i++) {
		struct finding *f = &r->list[i];
		if (f->level != DIAG_WARNING || f->suppressed != NOT_SUPPRESSED)
			continue;
		char *key = key_of(f->code, f->path != NULL ? f->path : "", f->message);
		uintptr_t left = (uintptr_t)map_get(&known, key);
		if (left > 0) {
			map_put(&known, key, (void *)(left - 1));
			report_suppress(r, f, SUPPRESSED_BASELINE);
		}
		free(key);
	}
	*gone = 0;
	for (size_t i = 0; i < known.n; i++)
		*gone += (uintptr_t)known.entries[i].value;
	map_release(&known, NULL);
	return bad;
}
