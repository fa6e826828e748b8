/*
 * Names of those who are in no template: what is taken away is to be called by its name.
 */
#include "live.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

static const struct {
	const char *op, *id, *name;
} lookups[PRINCIPAL_TYPES] = {
	[PRINCIPAL_GROUP] = { "DescribeGroup", "GroupId", "DisplayName" },
	[PRINCIPAL_USER] = { "DescribeUser", "UserId", "UserName" },
};

struct lookup {
	struct live *live;
	uint32_t principal;
};

static void principal_done(void *ctx, const struct aws_result *res)
{
	struct lookup *u = ctx;
	struct live *l = u->live;
	struct principal *p = &l->m->principals[u->principal];
	p->gone = aws_is(res->err, "ResourceNotFoundException");
	if (p->gone) {
		p->exists = 0;
	} else if (res->err != NULL) {
		ask_fail(l->ask, res, "can't look up '%.100s'", p->id);
	} else {
		const char *name = rec_str(res->output, lookups[p->type].name);
		const char *id = rec_str(res->output, lookups[p->type].id);
		if (id == NULL || strcmp(id, p->id) != 0)
			ask_bad(l->ask, res->op->name, "not about '%.100s'", p->id);
		else if (p->name == NULL)
			p->name = mem_string(name);
		p->exists = 1;
	}
	free(u);
}

static void ask_principal(struct live *l, uint32_t principal)
{
	const struct principal *p = &l->m->principals[principal];
	struct lookup *u = mem_alloc(sizeof(*u));
	*u = (struct lookup){ l, principal };
	jv input = rec_set_str(
		jv_object(), "IdentityStoreId", model_instance(l->m, "IdentityStoreId"));
	input = rec_set_str(input, lookups[p->type].id, p->id);
	aws_call(l->ask->aws, AWS_IDENTITYSTORE, lookups[p->type].op, input, principal_done,
		u);
	jv_free(input);
}

/* --- accounts ----------------------------------------------------------------------- */

struct accounts {
	struct live *live;
	const unsigned char *wanted;
	size_t n; /* of wanted */
	size_t missing;
};

static int read_account(void *ctx, jv item)
{
	struct accounts *a = ctx;
	struct model *m = a->live->m;
	const char *id = rec_str(item, "Id");
	if (id == NULL)
		return ask_bad(a->live->ask, "ListAccounts", "an account without Id");
	uintptr_t at = (uintptr_t)map_get(&m->account_index, id);
	if (at == 0 || at > a->n || !a->wanted[at - 1])
		return 0;
	struct account *account = &m->accounts[at - 1];
	if (account->name == NULL) {
		account->name = mem_string(rec_str(item, "Name"));
		a->missing--;
	}
	return 0;
}

static int accounts_page(void *ctx, jv items)
{
	struct accounts *a = ctx;
	return ask_each(a->live->ask, "ListAccounts", items, read_account, a) ||
	       a->missing == 0;
}

/* A name is good to have, not needed: who may not list accounts goes without. */
static void accounts_done(void *ctx, const struct aws_result *res)
{
	struct accounts *a = ctx;
	if (res->err != NULL && !aws_is(res->err, "AccessDeniedException"))
		ask_fail(a->live->ask, res, "can't look up the names of accounts");
}

int live_read_names(
	struct live *l, const unsigned char *principals, const unsigned char *accounts)
{
	struct accounts a = { .live = l, .wanted = accounts, .n = l->m->n_accounts };
	for (size_t i = 0; i < l->m->n_accounts; i++)
		a.missing += accounts[i] && l->m->accounts[i].name == NULL;
	for (size_t i = 0; i < l->m->n_principals; i++)
		if (principals[i])
			ask_principal(l, (uint32_t)i);
	if (a.missing > 0) {
		jv input = jv_object();
		aws_list(l->ask->aws, AWS_ORGANIZATIONS, "ListAccounts", input,
			accounts_page, accounts_done, &a);
		jv_free(input);
	}
	return ask_wait(l->ask, NULL);
}
