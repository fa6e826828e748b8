#include "principals.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "text.h"

#define LIST_FROM 10	 /* so many names may be worth listing the directory */
#define DRY_PAGES 2	 /* that may come to nothing before a listing is given up, */
#define DRY_SHARE 10	 /* or one for so many names, if that is more */
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
		map_init(&p->listings[i].spellings);
		p->listings[i].names = jv_array();
	}
}

void principals_release(struct principals *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->list[i].id);
	free(p->list);
	for (int i = 0; i < PRINCIPAL_TYPES; i++) {
		map_release(&p->by_name[i], NULL);
		map_release(&p->listings[i].spellings, NULL);
		jv_free(p->listings[i].names);
		free(p->listings[i].next);
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

static int list_instead(struct principals *p, int type);

static void get_done(void *ctx, const struct aws_result *res)
{
	struct lookup *l = ctx;
	struct principals *p = l->p;
	struct principal *who = &p->list[l->index];
	free(l);
	if (res->err != NULL && aws_is(res->err, "ResourceNotFoundException"))
		return;
	if (res->err != NULL && aws_is(res->err, "AccessDeniedException") &&
		list_instead(p, who->type))
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

/* --- spellings ---------------------------------------------------------------------- */

/*
 * How AWS compares names is not documented (lib/AWS-QUIRKS.md): two that differ in letter
 * case or white space may be one to it.
 */
static char *spelling(const char *name)
{
	char *s = mem_string(name), *to = s;
	for (const char *from = s; *from != '\0'; from++)
		if (!isspace((unsigned char)*from))
			*to++ = (char)tolower((unsigned char)*from);
	*to = '\0';
	return s;
}

static int is_ascii(const char *s)
{
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

static void want_spelling(struct listing *l, const char *name)
{
	char *s = spelling(name);
	map_put(&l->spellings, s, NULL);
	free(s);
}

static void see_spelling(struct listing *l, const char *name)
{
	char *s = spelling(name);
	if (map_has(&l->spellings, s))
		map_put(&l->spellings, s, l);
	free(s);
}

/*
 * Whether a whole listing may have had a name by another spelling. Beyond ASCII there are
 * too many to tell.
 */
static int may_be_listed(const struct listing *l, const char *name)
{
	char *s = spelling(name);
	int seen = !is_ascii(name) || map_get(&l->spellings, s) != NULL;
	free(s);
	return seen;
}

/* --- listing ------------------------------------------------------------------------ */

/*
 * Gives the principal of that name, if there is one, its id. No later page has another of
 * that name: a group's DisplayName and a user's UserName are unique in an identity store,
 * which is why GetGroupId and GetUserId take them as a UniqueAttribute.
 */
static void found(struct principals *p, int type, const char *name, const char *id)
{
	uintptr_t at = (uintptr_t)map_get(&p->by_name[type], name);
	if (at == 0 || p->list[at - 1].id != NULL)
		return;
	p->list[at - 1].id = mem_string(id);
	p->open[type]--;
}

static void keep_name(struct listing *l, const char *name)
{
	if (name != NULL && l->pages < SUGGEST_PAGES)
		l->names = rec_push_str(l->names, name);
}

static void read_entry(
	void *ctx, enum principal_type type, jv item, const char *id, const char *name)
{
	struct principals *p = ctx;
	struct listing *l = &p->listings[type];
	(void)item;
	keep_name(l, name);
	if (name == NULL) {
		l->nameless = 1;
		return;
	}
	see_spelling(l, name);
	found(p, (int)type, name, id);
}

/* The pages that may come to nothing where so many names are still to be found. */
static size_t patience(size_t open)
{
	return open / DRY_SHARE > DRY_PAGES ? open / DRY_SHARE : DRY_PAGES;
}

/*
 * A page costs a request, and saves one for each name that it has. What a page saves makes
 * up for those before it, but is no credit for later: a rich page is no reason to go
 * through many poor ones. One name alone is had for what a page costs.
 */
static int list_page(void *ctx, enum principal_type type)
{
	struct principals *p = ctx;
	struct listing *l = &p->listings[type];
	size_t left = l->patience + (l->open - p->open[type]) - 1;
	l->open = p->open[type];
	l->patience = left < patience(l->open) ? left : patience(l->open);
	l->pages++;
	return l->open < 2 || l->patience == 0;
}

/* Starts or goes on with the listing of a type. */
static void list(struct principals *p, struct directory_listing how)
{
	struct listing *l = &p->listings[how.type];
	l->under_way = how;
	l->begun = 1;
	directory_list_from(&l->under_way, p->store, l->next);
	free(l->next);
	l->next = NULL;
}

/* Asks for the names of a type that have no id; whole: but for those that can't have one.
 */
static void get_open(struct principals *p, int type, int whole)
{
	for (uint32_t i = 0; i < p->n && !ask_failed(p->ask); i++)
		if (p->list[i].type == type && p->list[i].id == NULL &&
			(!whole || may_be_listed(&p->listings[type], p->list[i].name)))
			get(p, i);
}

static void list_done(void *ctx, enum principal_type type, const struct aws_result *res)
{
	struct principals *p = ctx;
	struct listing *l = &p->listings[type];
	/* Who may look names up need not be allowed to list them all. */
	if (res->err != NULL && !aws_is(res->err, "AccessDeniedException"))
		ask_fail(p->ask, res, "can't list the %ss", directory_words[type].word);
	l->next = mem_string(directory_next(res));
	get_open(p, (int)type, res->err == NULL && l->next == NULL && !l->nameless);
}

static int wanted_page(void *ctx, enum principal_type type)
{
	struct principals *p = ctx;
	p->listings[type].pages++;
	return p->open[type] == 0;
}

static void wanted_done(void *ctx, enum principal_type type, const struct aws_result *res)
{
	struct principals *p = ctx;
	struct listing *l = &p->listings[type];
	if (res->err != NULL)
		ask_fail(p->ask, res, "can't look up %ss one by one, nor list them",
			directory_words[type].word);
	l->next = mem_string(directory_next(res));
}

/*
 * Who may not look names up may be allowed to list them all: once, from where a listing has
 * ended. Whether names will be, or are, found that way.
 */
static int list_instead(struct principals *p, int type)
{
	struct listing *l = &p->listings[type];
	if (l->instead || (l->begun && l->next == NULL))
		return l->instead;
	l->instead = 1;
	list(p, (struct directory_listing){ p->ask, (enum principal_type)type, read_entry,
			wanted_page, wanted_done, p });
	return 1;
}

static void list_wanted(struct principals *p, enum principal_type type)
{
	struct listing *l = &p->listings[type];
	l->open = p->open[type];
	l->patience = patience(l->open);
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].type == (int)type)
			want_spelling(l, p->list[i].name);
	list(p, (struct directory_listing){
			p->ask, type, read_entry, list_page, list_done, p });
}

void principals_start(struct principals *p, const char *store)
{
	p->store = store;
	for (int type = 0; type < PRINCIPAL_TYPES; type++)
		if (p->open[type] >= LIST_FROM)
			list_wanted(p, (enum principal_type)type);
		else
			get_open(p, type, 0);
}

/* --- near names --------------------------------------------------------------------- */

static void read_name(
	void *ctx, enum principal_type type, jv item, const char *id, const char *name)
{
	struct principals *p = ctx;
	(void)item;
	(void)id;
	keep_name(&p->listings[type], name);
}

static int names_page(void *ctx, enum principal_type type)
{
	struct principals *p = ctx;
	return ++p->listings[type].pages >= SUGGEST_PAGES;
}

/* A hint that can't be had is no failure: that the name does not exist is certain already.
 */
static void names_done(void *ctx, enum principal_type type, const struct aws_result *res)
{
	(void)ctx;
	(void)type;
	(void)res;
}

/* Whether there are names to be had that were not listed yet. */
static int may_list_on(const struct listing *l)
{
	return !l->begun || (l->next != NULL && l->pages < SUGGEST_PAGES);
}

static void find_near(struct principals *p, int type)
{
	jv all = p->listings[type].names;
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
	for (int type = 0; type < PRINCIPAL_TYPES; type++)
		if (p->open[type] > 0 && p->store != NULL &&
			may_list_on(&p->listings[type]))
			list(p, (struct directory_listing){ p->ask,
					(enum principal_type)type, read_name, names_page,
					names_done, p });
	if (p->store != NULL && aws_run(p->ask->aws, NULL, &err) != 0)
		return;
	for (int type = 0; type < PRINCIPAL_TYPES; type++)
		if (p->open[type] > 0)
			find_near(p, type);
}
