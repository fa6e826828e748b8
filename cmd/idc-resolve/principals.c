#include "principals.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "text.h"

#define LIST_FROM 10	 /* so many names are worth a page of the directory each */
#define SUGGEST_PAGES 50 /* of a directory of any size are looked at for near names */

/* The subject of one request. */
struct lookup {
	struct principals *p;
	uint32_t index; /* of the principal */
};

void principals_init(struct principals *p, struct ask *ask)
{
	memset(p, 0, sizeof(*p));
	p->ask = ask;
	for (int i = 0; i < PRINCIPAL_TYPES; i++) {
		map_init(&p->by_name[i]);
		p->names[i] = jv_array();
	}
}

void principals_release(struct principals *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->list[i].id);
	free(p->list);
	for (int i = 0; i < PRINCIPAL_TYPES; i++) {
		map_release(&p->by_name[i], NULL);
		jv_free(p->names[i]);
	}
}

uint32_t principals_add(struct principals *p, int type, const char *name)
{
	void **slot = map_slot(&p->by_name[type], name);
	if (*slot == NULL) {
		mem_grow(&p->list, &p->cap, p->n + 1, sizeof(*p->list));
		p->list[p->n++] = (struct principal){ .name = name, .type = type };
		p->open[type]++;
		*slot = (void *)(uintptr_t)p->n;
	}
	return (uint32_t)((uintptr_t)*slot - 1);
}

static struct lookup *lookup_new(struct principals *p, uint32_t index)
{
	struct lookup *l = mem_alloc(sizeof(*l));
	l->p = p;
	l->index = index;
	return l;
}

/* --- one by one --------------------------------------------------------------------- */

static void get_done(void *ctx, const struct aws_result *res)
{
	struct lookup *l = ctx;
	struct principals *p = l->p;
	struct principal *who = &p->list[l->index];
	free(l);
	if (res->err != NULL && aws_is(res->err, "ResourceNotFoundException"))
		return;
	if (res->err != NULL) {
		ask_fail(p->ask, res, "can't look up %s '%s'",
			directory_words[who->type].word, who->name);
		return;
	}
	const char *id = rec_str(res->output, directory_words[who->type].id);
	if (id == NULL || id[0] == '\0') {
		ask_bad(p->ask, res->op->name, "no %s for '%s'",
			directory_words[who->type].id, who->name);
		return;
	}
	who->id = mem_string(id);
	p->open[who->type]--;
}

static void get(struct principals *p, uint32_t index)
{
	const struct principal *who = &p->list[index];
	jv unique =
		rec_set_str(jv_object(), "AttributePath", directory_words[who->type].path);
	unique = rec_set_str(unique, "AttributeValue", who->name);
	jv input = rec_set_str(jv_object(), "IdentityStoreId", p->store);
	input = rec_set(input, "AlternateIdentifier",
		rec_set(jv_object(), "UniqueAttribute", unique));
	aws_call(p->ask->aws, AWS_IDENTITYSTORE, directory_words[who->type].get, input,
		get_done, lookup_new(p, index));
	jv_free(input);
}

static void get_open(struct principals *p, int type)
{
	for (uint32_t i = 0; i < p->n && !ask_failed(p->ask); i++)
		if (p->list[i].type == type && p->list[i].id == NULL)
			get(p, i);
}

/* --- listing ------------------------------------------------------------------------ */

/* Gives the principal of that name, if there is one, its id. */
static void found(struct principals *p, int type, const char *name, const char *id)
{
	uintptr_t at = (uintptr_t)map_get(&p->by_name[type], name);
	if (at == 0 || p->list[at - 1].id != NULL)
		return;
	p->list[at - 1].id = mem_string(id);
	p->open[type]--;
}

static void read_entry(
	void *ctx, enum principal_type type, jv item, const char *id, const char *name)
{
	(void)item;
	if (name != NULL)
		found(ctx, (int)type, name, id);
}

static int list_page(void *ctx, enum principal_type type)
{
	struct principals *p = ctx;
	return p->open[type] == 0 || --p->pages_left[type] == 0;
}

static void list_done(void *ctx, enum principal_type type, const struct aws_result *res)
{
	struct principals *p = ctx;
	/* Who may look names up need not be allowed to list them all. */
	if (res->err != NULL && !aws_is(res->err, "AccessDeniedException"))
		ask_fail(p->ask, res, "can't list the %ss", directory_words[type].word);
	get_open(p, (int)type);
}

static void list(struct principals *p, struct directory_listing listing)
{
	p->listings[listing.type] = listing;
	directory_list(&p->listings[listing.type], p->store);
}

void principals_start(struct principals *p, const char *store)
{
	p->store = store;
	for (int type = 0; type < PRINCIPAL_TYPES; type++) {
		p->pages_left[type] = p->open[type] / LIST_FROM;
		if (p->pages_left[type] > 0)
			list(p, (struct directory_listing){ p->ask,
					(enum principal_type)type, read_entry, list_page,
					list_done, p });
		else
			get_open(p, type);
	}
}

/* --- near names --------------------------------------------------------------------- */

static void read_name(
	void *ctx, enum principal_type type, jv item, const char *id, const char *name)
{
	struct principals *p = ctx;
	(void)item;
	(void)id;
	if (name != NULL)
		p->names[type] = rec_push_str(p->names[type], name);
}

static int names_page(void *ctx, enum principal_type type)
{
	struct principals *p = ctx;
	return --p->pages_left[type] == 0;
}

/* A hint that can't be had is no failure: that the name does not exist is certain already.
 */
static void names_done(void *ctx, enum principal_type type, const struct aws_result *res)
{
	(void)ctx;
	(void)type;
	(void)res;
}

static void find_near(struct principals *p, int type)
{
	jv all = p->names[type];
	size_t n = (size_t)rec_len(all);
	const char **names = mem_array(n + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = rec_str_at(all, (int)i);
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].type == type && p->list[i].id == NULL)
			p->list[i].near = text_nearest(p->list[i].name, names, n);
	free(names);
}

void principals_suggest(struct principals *p)
{
	struct err err;
	for (int type = 0; type < PRINCIPAL_TYPES; type++) {
		p->pages_left[type] = SUGGEST_PAGES;
		if (p->open[type] > 0 && p->store != NULL)
			list(p, (struct directory_listing){ p->ask,
					(enum principal_type)type, read_name, names_page,
					names_done, p });
	}
	if (p->store != NULL && aws_run(p->ask->aws, NULL, &err) != 0)
		return;
	for (int type = 0; type < PRINCIPAL_TYPES; type++)
		if (p->open[type] > 0)
			find_near(p, type);
}
