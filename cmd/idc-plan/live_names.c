/*
 * Names of those who are in no template: what is taken away is to be called by its name.
 */
#include "live.h"

#include "mem.h"
#include "rec.h"

static void principal_found(void *ctx, uint32_t principal, jv output)
{
	struct live *l = ctx;
	struct principal *p = &l->m->principals[principal];
	p->exists = jv_is_valid(output);
	p->gone = !p->exists;
	if (p->exists && p->name == NULL)
		p->name = mem_string(rec_str(output, directory_words[p->type].name));
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
			directory_describe(l->ask, model_instance(l->m, "IdentityStoreId"),
				l->m->principals[i].type, l->m->principals[i].id,
				principal_found, l, (uint32_t)i);
	if (a.missing > 0) {
		jv input = jv_object();
		aws_list(l->ask->aws, AWS_ORGANIZATIONS, "ListAccounts", input,
			accounts_page, accounts_done, &a);
		jv_free(input);
	}
	return ask_wait(l->ask, NULL);
}
