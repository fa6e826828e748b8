#include "ownership.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "status.h"

static size_t whole(double n)
{
	return n >= 1 && n < 1e9 ? (size_t)n : 0;
}

/* A message at a template, or about the input when it does not say which. */
static void complain(jv source, const char *text)
{
	const char *file = rec_str(source, "File");
	if (file != NULL)
		diag_at(DIAG_ERROR, file, whole(rec_num(source, "Line", 0)),
			whole(rec_num(source, "Column", 0)), "%s", text);
	else
		diag_error("%s", text);
}

static char *tag_text(const struct settings *s)
{
	return s->tag_value != NULL ? mem_format("%s=%s", s->tag_key, s->tag_value)
				    : mem_string(s->tag_key);
}

static char *unowned_text(const struct plan *p, const char *name)
{
	char *tag = tag_text(p->settings);
	char *text =
		mem_format("permission set '%s' exists, but does not carry the tag %s: "
			   "it was not made here; to take it over, with its "
			   "assignments, give --adopt %s",
			name, tag, name);
	free(tag);
	return text;
}

static int check_sets(const struct plan *p, const struct live *l)
{
	int status = STATUS_OK;
	for (size_t i = 0; i < p->m->n_sets; i++) {
		const struct set *s = &p->m->sets[i];
		if (!jv_is_valid(s->want) || !map_has(&l->foreign, s->name))
			continue;
		jv source = rec_get(s->want, "Source");
		char *text = unowned_text(p, s->name);
		complain(source, text);
		free(text);
		jv_free(source);
		status = STATUS_FAILED;
	}
	return status;
}

/* Assignments are sorted by set: the first of each says it. */
static int check_assignments(const struct plan *p, const struct live *l)
{
	const struct model *m = p->m;
	int status = STATUS_OK;
	for (size_t i = 0; i < m->wanted.n; i++) {
		const struct entry *e = &m->wanted.list[i];
		const struct set *s = &m->sets[e->set];
		if ((i > 0 && e[-1].set == e->set) || jv_is_valid(s->want))
			continue;
		char *text = map_has(&l->foreign, s->name)
				     ? unowned_text(p, s->name)
				     : mem_format("no template defines permission set '%s'",
					       s->name);
		complain(m->origins[e->origin].source, text);
		free(text);
		status = STATUS_FAILED;
	}
	return status;
}

static int check_adopt(const struct plan *p)
{
	int status = STATUS_OK;
	for (size_t i = 0; i < p->settings->n_adopt; i++) {
		const char *name = p->settings->adopt[i];
		uint32_t set = model_find_set(p->m, name);
		if (set == NONE || !jv_is_valid(p->m->sets[set].want)) {
			diag_error("--adopt '%s': no template defines it", name);
			status = STATUS_FAILED;
		} else if (p->m->sets[set].owned) {
			diag_note("--adopt '%s': it carries the tag already", name);
		} else if (!p->m->sets[set].adopt) {
			diag_note("--adopt '%s': it does not exist and is made", name);
		}
	}
	return status;
}

int ownership_check(const struct plan *p, const struct live *l)
{
	int status = check_sets(p, l);
	if (check_assignments(p, l) != STATUS_OK)
		status = STATUS_FAILED;
	if (check_adopt(p) != STATUS_OK)
		status = STATUS_FAILED;
	return status;
}

void ownership_renames(struct model *m)
{
	for (size_t i = 0; i < m->n_sets; i++) {
		const char *name = rec_str(m->sets[i].want, "Was");
		uint32_t old = name != NULL ? model_find_set(m, name) : NONE;
		if (old == NONE || !m->sets[old].owned || jv_is_valid(m->sets[old].want) ||
			m->sets[old].now != NONE)
			continue;
		m->sets[i].was = old;
		m->sets[old].now = (uint32_t)i;
	}
}
