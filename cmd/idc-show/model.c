#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "rec.h"

void model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->halves = jv_array();
}

static void account_free(void *p)
{
	struct account *a = p;
	free(a->id);
	free(a->name);
	free(a);
}

static void principal_free(void *p)
{
	struct principal *who = p;
	free(who->type);
	free(who->id);
	free(who->name);
	free(who);
}

static void holder_free(void *p)
{
	struct holder *h = p;
	for (int w = 0; w < WHATS; w++)
		free(h->where[w].at);
	map_release(&h->rules, NULL);
	free(h);
}

static void set_free(void *p)
{
	struct set *set = p;
	map_release(&set->holders, holder_free);
	jv_free(set->content);
	jv_free(set->changes);
	jv_free(set->rules);
	free(set->provisioned);
	free(set->source);
	free(set->reason);
	free(set->name);
	free(set);
}

static void remark_free(void *p)
{
	struct remark *r = p;
	free(r->what);
	free(r->set);
	free(r->reason);
	free(r->code);
	free(r->source);
	free(r->where.at);
	free(r);
}

void model_release(struct model *m)
{
	map_release(&m->sets, set_free);
	map_release(&m->remarks, remark_free);
	map_release(&m->names, NULL);
	map_release(&m->accounts, account_free);
	map_release(&m->principals, principal_free);
	map_release(&m->rebinds, NULL);
	map_release(&m->touched_accounts, NULL);
	map_release(&m->touched_principals, NULL);
	jv_free(m->halves);
	free(m->instance);
}

char *model_key(const char *const *texts, size_t n)
{
	jv list = jv_array();
	for (size_t i = 0; i < n; i++)
		list = rec_push_str(list, texts[i] != NULL ? texts[i] : "");
	char *key = json_string(list);
	jv_free(list);
	return key;
}

struct set *model_set(struct model *m, const char *name)
{
	void **slot = map_slot(&m->sets, name);
	if (*slot == NULL) {
		struct set *set = mem_alloc(sizeof(*set));
		set->name = mem_string(name);
		set->content = jv_object();
		set->changes = jv_array();
		set->rules = jv_array();
		*slot = set;
	}
	return *slot;
}

/* Who had the name of that type before, or NULL: then owner has it from now on. */
static void *claim_name(struct model *m, const char *type, const char *name, void *owner)
{
	const char *const texts[] = { type, name };
	char *key = model_key(texts, 2);
	void *before = map_get(&m->names, key);
	if (before == NULL)
		map_put(&m->names, key, owner);
	free(key);
	return before;
}

struct account *model_account(struct model *m, const char *id, const char *name)
{
	void **slot = map_slot(&m->accounts, id);
	if (*slot == NULL) {
		*slot = mem_alloc(sizeof(struct account));
		((struct account *)*slot)->id = mem_string(id);
	}
	struct account *a = *slot, *other;
	if (a->name == NULL && name != NULL && *name != '\0') {
		a->name = mem_string(name);
		if ((other = claim_name(m, "ACCOUNT", name, a)) != NULL)
			a->ambiguous = other->ambiguous = 1;
	}
	return a;
}

struct principal *model_principal(
	struct model *m, const char *type, const char *id, const char *name)
{
	const char *const texts[] = { type, id };
	char *key = model_key(texts, 2);
	void **slot = map_slot(&m->principals, key);
	free(key);
	if (*slot == NULL) {
		*slot = mem_alloc(sizeof(struct principal));
		((struct principal *)*slot)->type = mem_string(type);
		((struct principal *)*slot)->id = mem_string(id);
	}
	struct principal *who = *slot, *other;
	if (who->name == NULL && name != NULL && *name != '\0') {
		who->name = mem_string(name);
		if ((other = claim_name(m, type, name, who)) != NULL)
			who->ambiguous = other->ambiguous = 1;
	}
	return who;
}

void places_add(struct places *p, const struct account *account, int role_goes)
{
	mem_grow(&p->at, &p->cap, p->n + 1, sizeof(*p->at));
	p->at[p->n++] = (struct place){ account, role_goes };
}

static char *label(const char *name, const char *id, int ambiguous)
{
	if (name == NULL)
		return mem_string(id);
	return ambiguous ? mem_format("%s (%s)", name, id) : mem_string(name);
}

char *account_label(const struct account *a)
{
	return label(a->name, a->id, a->ambiguous);
}

char *principal_label(const struct principal *p)
{
	static const struct {
		const char *type, *word;
	} words[] = { { "GROUP", "group" }, { "USER", "user" } };
	const char *word = p->type;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(p->type, words[i].type) == 0)
			word = words[i].word;
	char *name = label(p->name, p->id, p->ambiguous);
	char *whole = mem_format("%s %s", word, name);
	free(name);
	return whole;
}
