#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "text.h"

void plan_release(struct plan *p)
{
	for (size_t i = 0; i < p->n_sets; i++) {
		free(p->sets[i].name);
		free(p->sets[i].arn);
	}
	free(p->sets);
	free(p->places);
	free(p->order);
	free(p->instance_arn);
	ids_release(&p->ids);
	map_release(&p->set_names, NULL);
	store_release(&p->store);
	jv_free(p->instance);
}

jv plan_record(struct plan *p, uint32_t i, struct err *err)
{
	return store_get(&p->store, p->places[i], err);
}

uint32_t plan_set(const struct plan *p, const char *name)
{
	uintptr_t i = (uintptr_t)map_get(&p->set_names, name);
	return i > 0 ? (uint32_t)(i - 1) : PLAN_NONE;
}

const char *plan_ref(jv v)
{
	const char *ref = rec_len(v) == 1 ? rec_str(v, "Ref") : NULL;
	return ref != NULL && text_starts(ref, PLAN_REF) ? ref + strlen(PLAN_REF) : NULL;
}

/* --- dependencies ------------------------------------------------------------------- */

static void add(struct depends *d, uint32_t action)
{
	mem_grow(&d->on, &d->cap, d->n + 1, sizeof(*d->on));
	d->on[d->n++] = action;
}

/* Takes what, of the first that is missing. */
static void add_missing(struct depends *d, char *what)
{
	if (d->missing == NULL)
		d->missing = what;
	else
		free(what);
}

/* Adds the creators of what v refers to. Depth is bounded by json_parse. */
static void add_refs(const struct plan *p, jv v, struct depends *d)
{
	jv_kind kind = jv_get_kind(v);
	const char *name = plan_ref(v);
	if (name != NULL) {
		uint32_t set = plan_set(p, name);
		if (set != PLAN_NONE)
			add(d, p->sets[set].creator);
		else
			add_missing(d,
				mem_format("refers to permission set '%s', which no action "
					   "creates",
					name));
		return;
	}
	for (int i = 0; kind == JV_KIND_ARRAY && i < rec_len(v); i++) {
		jv element = rec_at(v, i);
		add_refs(p, element, d);
		jv_free(element);
	}
	jv keys = kind == JV_KIND_OBJECT ? jv_keys(jv_copy(v)) : jv_array();
	for (int i = 0; i < rec_len(keys); i++) {
		jv member = rec_get(v, rec_str_at(keys, i));
		add_refs(p, member, d);
		jv_free(member);
	}
	jv_free(keys);
}

static int add_id(struct plan *p, const char *id, struct depends *d, struct err *err)
{
	uint32_t action;
	int found = ids_find(&p->ids, &p->store, p->places, id, &action, err);
	if (found == 1)
		add(d, action);
	else if (found == 0)
		add_missing(d, mem_format("depends on '%s', which is not in the plan", id));
	return found < 0 ? -1 : 0;
}

int plan_depends(struct plan *p, jv record, struct depends *d, struct err *err)
{
	jv request = rec_get(record, "Request");
	jv list = rec_get(record, "DependsOn");
	int bad = 0;
	add_refs(p, request, d);
	for (int i = 0; bad == 0 && i < rec_len(list); i++)
		bad = add_id(p, rec_str_at(list, i), d, err);
	jv_free(list);
	jv_free(request);
	return bad;
}

void depends_release(struct depends *d)
{
	free(d->on);
	free(d->missing);
	*d = (struct depends){ .on = NULL };
}
