#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

void plan_init(struct plan *p, struct model *m, const struct settings *settings)
{
	memset(p, 0, sizeof(*p));
	p->m = m;
	p->settings = settings;
}

void plan_release(struct plan *p)
{
	for (size_t i = 0; i < p->n_actions; i++) {
		jv_free(p->actions[i].request);
		jv_free(p->actions[i].changes);
		free(p->actions[i].reason);
	}
	for (size_t i = 0; i < p->n_notices; i++) {
		free(p->notices[i].reason);
		jv_free(p->notices[i].source);
	}
	free(p->actions);
	free(p->deps);
	free(p->notices);
	free(p->edits);
}

struct action action_of(enum operation op, uint32_t set)
{
	return (struct action){ .op = op,
		.set = set,
		.account = NONE,
		.principal = NONE,
		.origin = NONE,
		.request = jv_invalid(),
		.changes = jv_invalid(),
		.rebind_from = NONE,
		.rebind_to = NONE };
}

uint32_t plan_add(struct plan *p, struct action a)
{
	mem_grow(&p->actions, &p->cap_actions, p->n_actions + 1, sizeof(*p->actions));
	a.first_dep = p->n_deps;
	a.n_deps = 0;
	p->actions[p->n_actions] = a;
	return (uint32_t)p->n_actions++;
}

void plan_depend(struct plan *p, uint32_t on)
{
	if (on == NONE)
		return;
	mem_grow(&p->deps, &p->cap_deps, p->n_deps + 1, sizeof(*p->deps));
	p->deps[p->n_deps++] = on;
	p->actions[p->n_actions - 1].n_deps++;
}

void plan_notice(struct plan *p, struct notice n)
{
	mem_grow(&p->notices, &p->cap_notices, p->n_notices + 1, sizeof(*p->notices));
	p->notices[p->n_notices++] = n;
}

char *source_text(jv source)
{
	const char *file = rec_str(source, "File");
	if (file == NULL)
		return mem_string("");
	return mem_format("%s:%.0f", file, rec_num(source, "Line", 1));
}

jv set_reference(const struct model *m, uint32_t set)
{
	const struct set *s = &m->sets[set];
	if (set_arn(s) != NULL)
		return jv_string(set_arn(s));
	char *name = mem_format("PermissionSet/%s", s->name);
	jv ref = rec_set_str(jv_object(), "Ref", name);
	free(name);
	return ref;
}

int is_spared(const struct plan *p, uint32_t account)
{
	return !p->settings->include_management &&
	       strcmp(p->m->accounts[account].id,
		       model_instance(p->m, "ManagementAccountId")) == 0;
}
