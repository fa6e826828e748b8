/*
 * Assignments by principal: all that one has, in one list.
 */
#include "live_principals.h"

#include <stdlib.h>
#include <string.h>

#include "assigned.h"
#include "mem.h"
#include "rec.h"

/* Users that are asked for before it is decided whether to ask for all. */
#define SAMPLE 10

/* --- what they have ----------------------------------------------------------------- */

/*
 * A user's list may have what comes through groups too, page after page of it. So groups
 * are asked for first, then a few users, to know what the others will take.
 */
struct holders {
	struct live *live;
	struct map sets; /* ours: index + 1 by ARN */
	uint32_t *todo;	 /* principals, groups first */
	size_t n;
	size_t n_groups; /* of these */
	size_t next;
	size_t end; /* of what may be asked for now */
	size_t pages;
	size_t user_pages; /* of these */
	size_t users_done;
};

struct holder {
	struct holders *holders;
	uint32_t principal;
};

static void next_holder(struct holders *h);

static int read_holding(void *ctx, jv item)
{
	struct holder *h = ctx;
	struct live *l = h->holders->live;
	const struct principal *who = &l->m->principals[h->principal];
	const char *arn = rec_str(item, "PermissionSetArn");
	const char *account = rec_str(item, "AccountId");
	const char *id = rec_str(item, "PrincipalId");
	enum principal_type type;
	if (arn == NULL || account == NULL)
		return ask_bad(l->ask, "ListAccountAssignmentsForPrincipal",
			"an assignment without AccountId or PermissionSetArn");
	/* Without these, what a user has through groups looks like the user's own. */
	if (id == NULL || directory_type_read(rec_str(item, "PrincipalType"), &type) != 0)
		return l->unfit = 1;
	uintptr_t at = (uintptr_t)map_get(&h->holders->sets, arn);
	if (at == 0 || type != who->type || strcmp(id, who->id) != 0)
		return 0;
	entries_add(&l->m->live, (struct entry){ .set = (uint32_t)(at - 1),
					 .account = model_account(l->m, account, NULL),
					 .principal = h->principal,
					 .origin = NONE });
	return 0;
}

static int holder_page(void *ctx, jv items)
{
	struct holder *h = ctx;
	const struct live *l = h->holders->live;
	h->holders->pages++;
	h->holders->user_pages += l->m->principals[h->principal].type == PRINCIPAL_USER;
	return ask_each(
		l->ask, "ListAccountAssignmentsForPrincipal", items, read_holding, h);
}

static void holder_done(void *ctx, const struct aws_result *res)
{
	struct holder *h = ctx;
	struct live *l = h->holders->live;
	struct principal *who = &l->m->principals[h->principal];
	if (aws_is(res->err, "AccessDeniedException"))
		l->unfit = 1;
	else if (aws_is(res->err, "ResourceNotFoundException"))
		who->gone = 1;
	else if (res->err != NULL)
		ask_fail(l->ask, res, "can't list the assignments of '%.100s'",
			principal_label(who));
	h->holders->users_done += who->type == PRINCIPAL_USER;
	next_holder(h->holders);
	free(h);
}

/* Whether the pages so far, and those to come at this rate, are more than pairs are. */
static int too_many_pages(const struct holders *h)
{
	size_t left = h->n - h->next, expected = left;
	if (h->users_done > 0)
		expected = left * h->user_pages / h->users_done;
	return h->pages > h->live->limit || expected > h->live->limit - h->pages;
}

static void next_holder(struct holders *holders)
{
	struct live *l = holders->live;
	if (holders->next >= holders->end || l->unfit || ask_failed(l->ask))
		return;
	struct holder *h = mem_alloc(sizeof(*h));
	*h = (struct holder){ holders, holders->todo[holders->next++] };
	const struct principal *who = &l->m->principals[h->principal];
	jv input = rec_set_str(live_input(l), "PrincipalId", who->id);
	input = rec_set_str(input, "PrincipalType", directory_type_name(who->type));
	aws_list(l->ask->aws, AWS_SSO_ADMIN, "ListAccountAssignmentsForPrincipal", input,
		holder_page, holder_done, h);
	jv_free(input);
}

static void holders_init(struct holders *h, struct live *l)
{
	const struct model *m = l->m;
	memset(h, 0, sizeof(*h));
	h->live = l;
	map_init(&h->sets);
	for (size_t i = 0; i < m->n_sets; i++)
		if (live_is_ours(&m->sets[i]))
			map_put(&h->sets, set_arn(&m->sets[i]), (void *)(uintptr_t)(i + 1));
	h->todo = mem_array(m->n_principals, sizeof(*h->todo));
	for (int type = 0; type < PRINCIPAL_TYPES; type++) {
		for (size_t i = 0; i < m->n_principals; i++)
			if (m->principals[i].type == (enum principal_type)type &&
				(!l->quick || m->principals[i].differs))
				h->todo[h->n++] = (uint32_t)i;
		if (type == PRINCIPAL_GROUP)
			h->n_groups = h->n;
	}
}

/* Asks until end; 0, or -1 after a failure. */
static int ask_until(struct holders *h, size_t end)
{
	h->end = end < h->n ? end : h->n;
	for (size_t i = 0; i < ASSIGNED_WINDOW; i++)
		next_holder(h);
	return ask_wait(h->live->ask, NULL);
}

/* The first one tells whether AWS lets us. */
int live_read_holders(struct live *l)
{
	struct holders h;
	holders_init(&h, l);
	int bad = ask_until(&h, 1);
	if (!bad && !l->unfit)
		bad = ask_until(&h, h.n_groups + SAMPLE);
	if (!bad && !l->unfit && too_many_pages(&h))
		l->unfit = 1;
	if (!bad && !l->unfit)
		bad = ask_until(&h, h.n);
	map_release(&h.sets, NULL);
	free(h.todo);
	return bad;
}

/* --- the directory ------------------------------------------------------------------ */

struct directory {
	struct live *live;
	size_t requests; /* what reading by principal takes, as far as is known */
	size_t limit;
};

static void read_member(
	void *ctx, enum principal_type type, jv item, const char *id, const char *name)
{
	struct model *m = ((struct directory *)ctx)->live->m;
	(void)item;
	uint32_t at = model_principal(m, type, id, name);
	m->principals[at].exists = 1;
}

static int directory_page(void *ctx, enum principal_type type)
{
	struct directory *d = ctx;
	(void)type;
	d->requests++;
	return d->requests + d->live->m->n_principals > d->limit;
}

static void directory_done(
	void *ctx, enum principal_type type, const struct aws_result *res)
{
	struct directory *d = ctx;
	(void)type;
	if (aws_is(res->err, "AccessDeniedException"))
		d->live->unfit = 1;
	else if (res->err != NULL)
		ask_fail(d->live->ask, res, "can't list the directory");
}

int live_directory_is_small(struct live *l, size_t limit)
{
	struct directory d = { .live = l, .limit = limit };
	struct directory_listing listings[PRINCIPAL_TYPES];
	for (int i = 0; i < PRINCIPAL_TYPES; i++) {
		listings[i] = (struct directory_listing){ l->ask, (enum principal_type)i,
			read_member, directory_page, directory_done, &d };
		directory_list(&listings[i], model_instance(l->m, "IdentityStoreId"));
	}
	if (ask_wait(l->ask, NULL) != 0)
		return -1;
	return !l->unfit && d.requests + l->m->n_principals <= limit;
}
