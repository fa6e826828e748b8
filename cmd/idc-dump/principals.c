/*
 * Groups and users: the whole directory, or those who have something.
 */
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "mem.h"
#include "rec.h"

#define LIST_FROM 10 /* so many look-ups are worth a page of the directory each */

uint32_t principals_add(struct dump *d, enum principal_type type, const char *id)
{
	void **slot = map_slot(&d->principal_index[type], id);
	if (*slot == NULL) {
		mem_grow(&d->principals, &d->cap_principals, d->n_principals + 1,
			sizeof(*d->principals));
		d->principals[d->n_principals++] =
			(struct principal){ .id = mem_string(id), .type = type };
		d->unnamed[type]++;
		*slot = (void *)(uintptr_t)d->n_principals;
	}
	return (uint32_t)((uintptr_t)*slot - 1);
}

/* Whether all of a type are wanted, also those that have nothing. */
static int wants_all(const struct dump *d, enum principal_type type)
{
	return d->settings->all_principals &&
	       dump_wants(d, STATE_BIT(type == PRINCIPAL_GROUP ? STATE_GROUP : STATE_USER));
}

/* Takes what AWS says of a principal. */
static void name(struct dump *d, uint32_t index, jv item)
{
	struct principal *p = &d->principals[index];
	if (p->exists)
		return;
	p->exists = 1;
	p->name = mem_string(rec_str(item, directory_words[p->type].name));
	if (p->type == PRINCIPAL_USER)
		p->display = mem_string(rec_str(item, "DisplayName"));
	d->unnamed[p->type]--;
}

static void found(void *ctx, uint32_t index, jv output)
{
	if (jv_is_valid(output))
		name(ctx, index, output);
}

/* Everybody who was not named yet, one by one: those who are gone are among them. */
static void look_up(struct dump *d, enum principal_type type)
{
	for (uint32_t i = 0; i < d->n_principals && !ask_failed(&d->ask); i++) {
		const struct principal *p = &d->principals[i];
		if (p->type == type && !p->exists)
			directory_describe(&d->ask, instance_store(&d->instance), type,
				p->id, found, d, i);
	}
}

/* --- listing ------------------------------------------------------------------------ */

static void entry(
	void *ctx, enum principal_type type, jv item, const char *id, const char *known)
{
	struct dump *d = ctx;
	(void)known;
	if (wants_all(d, type) || map_has(&d->principal_index[type], id))
		name(d, principals_add(d, type, id), item);
}

static int page(void *ctx, enum principal_type type)
{
	struct dump *d = ctx;
	return !wants_all(d, type) && (d->unnamed[type] == 0 || --d->pages_left[type] == 0);
}

/* Who may look up need not be allowed to list, which is only the cheaper way to names. */
static void done(void *ctx, enum principal_type type, const struct aws_result *res)
{
	struct dump *d = ctx;
	if (res->err != NULL &&
		(d->settings->all_principals || !aws_is(res->err, "AccessDeniedException")))
		ask_fail(&d->ask, res, "can't list the %ss", directory_words[type].word);
	look_up(d, type);
}

static void list(struct dump *d, enum principal_type type)
{
	d->listings[type] =
		(struct directory_listing){ &d->ask, type, entry, page, done, d };
	directory_list(&d->listings[type], instance_store(&d->instance));
}

int principals_read(struct dump *d)
{
	const unsigned kinds[PRINCIPAL_TYPES] = { STATE_BIT(STATE_GROUP),
		STATE_BIT(STATE_USER) };
	for (int i = 0; i < PRINCIPAL_TYPES; i++) {
		enum principal_type type = (enum principal_type)i;
		if (!dump_wants(d, kinds[i] | STATE_BIT(STATE_ASSIGNMENT)))
			continue;
		d->pages_left[i] = d->unnamed[i] / LIST_FROM;
		if (wants_all(d, type) || d->pages_left[i] > 0)
			list(d, type);
		else
			look_up(d, type);
	}
	return ask_wait(&d->ask, NULL);
}
