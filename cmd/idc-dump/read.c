/*
 * What is asked for, and when: what does not depend on each other goes side by side.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "dump.h"
#include "mem.h"
#include "rec.h"

#define KINDS_OF_PRINCIPALS (STATE_BIT(STATE_GROUP) | STATE_BIT(STATE_USER))

int dump_wants(const struct dump *d, unsigned kinds)
{
	return (d->settings->kinds & kinds) != 0;
}

/* Whether assignments are to be read: for themselves, or for who has some. */
static int wants_assignments(const struct dump *d)
{
	return dump_wants(d, STATE_BIT(STATE_ASSIGNMENT)) ||
	       (dump_wants(d, KINDS_OF_PRINCIPALS) && !d->settings->all_principals);
}

static int wants_sets(const struct dump *d)
{
	return dump_wants(d, STATE_BIT(STATE_SET)) || wants_assignments(d);
}

void dump_init(struct dump *d, const struct settings *settings)
{
	memset(d, 0, sizeof(*d));
	d->settings = settings;
	ask_init(&d->ask);
	instance_init(&d->instance, &d->ask);
	org_init(&d->org, &d->ask);
	map_init(&d->account_index);
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		map_init(&d->principal_index[i]);
}

void dump_release(struct dump *d)
{
	for (size_t i = 0; i < d->n_sets; i++) {
		for (size_t k = 0; k < d->sets[i].n_outdated; k++)
			free(d->sets[i].outdated[k]);
		free(d->sets[i].outdated);
	}
	for (size_t i = 0; i < d->n_accounts; i++)
		free(d->accounts[i]);
	for (size_t i = 0; i < d->n_principals; i++) {
		free(d->principals[i].id);
		free(d->principals[i].name);
		free(d->principals[i].display);
	}
	free(d->sets);
	free(d->accounts);
	free(d->principals);
	free(d->pairs);
	free(d->assignments);
	map_release(&d->account_index, NULL);
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		map_release(&d->principal_index[i], NULL);
	permsets_release(&d->permsets);
	org_release(&d->org);
	instance_release(&d->instance);
}

/* --- the organization --------------------------------------------------------------- */

/* Whether an account is nowhere yet: AWS gave no Paths, of this one or of all. */
static int has_homeless(const struct org *org)
{
	unsigned char *placed = mem_array(org->n_accounts + 1, 1);
	size_t n = 0;
	for (size_t i = 0; i < org->n_places; i++) {
		n += !placed[org->places[i].account];
		placed[org->places[i].account] = 1;
	}
	free(placed);
	return n < org->n_accounts;
}

/* The accounts of every parent. */
static int want_places(struct org *org)
{
	int waiting = 0;
	for (uint32_t i = 0; i < org->n_nodes; i++)
		waiting |= org_want_accounts_of(org, i);
	return waiting;
}

/* Starts what is to be asked next. 1 while there is something, 0 when all is known. */
static int want_organization(struct dump *d, int homeless)
{
	struct org *org = &d->org;
	int waiting = 0;
	if (dump_wants(d, STATE_BIT(STATE_ROOT)))
		waiting |= org_want_roots(org);
	if (dump_wants(d, STATE_BIT(STATE_UNIT)) || homeless)
		waiting |= org_want_tree(org);
	if (homeless && !waiting)
		waiting |= want_places(org);
	if (dump_wants(d, STATE_BIT(STATE_ACCOUNT)))
		waiting |= org_want_tags(org, 1);
	return waiting;
}

static int check_places(struct dump *d)
{
	if (!dump_wants(d, STATE_BIT(STATE_ACCOUNT)) || !has_homeless(&d->org))
		return 0;
	return ask_bad(&d->ask, "ListAccountsForParent",
		"an account that is in no OU; was it just moved? run again");
}

/* All of it. Accounts have been listed, where they are wanted. */
static int read_organization(struct dump *d, int homeless)
{
	while (want_organization(d, homeless))
		if (ask_wait(&d->ask, &d->org.pending) != 0)
			return -1;
	return check_places(d);
}

/* --- permission sets ---------------------------------------------------------------- */

static void tagged(void *ctx, struct permset *s)
{
	const struct dump *d = ctx;
	permset_describe(s);
	if (dump_wants(d, STATE_BIT(STATE_SET)))
		permset_ask_policies(s);
}

static void described(void *ctx, struct permset *s)
{
	(void)ctx;
	(void)s;
}

static int compare_sets(const void *a, const void *b)
{
	const struct permset *x = ((const struct set *)a)->live;
	const struct permset *y = ((const struct set *)b)->live;
	return strcmp(rec_str_or(x->description, "Name", ""),
		rec_str_or(y->description, "Name", ""));
}

static void take_sets(struct dump *d)
{
	for (struct permset *s = d->permsets.list; s != NULL; s = s->next) {
		if (s->gone) {
			diag_note("permission set %s is listed, and not found: left out",
				s->arn);
			continue;
		}
		mem_grow(&d->sets, &d->cap_sets, d->n_sets + 1, sizeof(*d->sets));
		d->sets[d->n_sets++] = (struct set){ .live = s };
	}
	if (d->n_sets > 1)
		qsort(d->sets, d->n_sets, sizeof(*d->sets), compare_sets);
}

static const char *instance_arn(const struct dump *d)
{
	return rec_str(d->instance.rec, "InstanceArn");
}

static int read_sets(struct dump *d)
{
	d->permsets = (struct permsets){ .ask = &d->ask,
		.instance_arn = instance_arn(d),
		.tag_key = d->settings->tag.key,
		.tag_value = d->settings->tag.value,
		.without_tags = !dump_wants(d, STATE_BIT(STATE_SET)),
		.tagged = tagged,
		.described = described,
		.lost = described,
		.ctx = d };
	if (permsets_read(&d->permsets) != 0)
		return -1;
	take_sets(d);
	return 0;
}

/* --- where they are provisioned ----------------------------------------------------- */

static uint32_t add_account(struct dump *d, const char *id)
{
	void **slot = map_slot(&d->account_index, id);
	if (*slot == NULL) {
		mem_grow(&d->accounts, &d->cap_accounts, d->n_accounts + 1,
			sizeof(*d->accounts));
		d->accounts[d->n_accounts++] = mem_string(id);
		*slot = (void *)(uintptr_t)d->n_accounts;
	}
	return (uint32_t)((uintptr_t)*slot - 1);
}

static void provisioned(void *ctx, const struct assigned_accounts *a, const char *id)
{
	struct dump *d = ctx;
	mem_grow(&d->pairs, &d->cap_pairs, d->n_pairs + 1, sizeof(*d->pairs));
	d->pairs[d->n_pairs++] = (struct assigned_pair){ a->set, add_account(d, id) };
	d->sets[a->set].n_accounts++;
}

static void outdated(void *ctx, const struct assigned_accounts *a, const char *id)
{
	struct dump *d = ctx;
	struct set *s = &d->sets[a->set];
	mem_grow(&s->outdated, &s->cap_outdated, s->n_outdated + 1, sizeof(*s->outdated));
	s->outdated[s->n_outdated++] = mem_string(id);
}

static void checked(void *ctx, const struct assigned_accounts *a)
{
	(void)ctx;
	(void)a;
}

/* A set that is nowhere lags behind nowhere. */
static void counted(void *ctx, const struct assigned_accounts *a)
{
	const struct dump *d = ctx;
	struct assigned_accounts again = *a;
	again.outdated = 1;
	again.account = outdated;
	again.done = checked;
	if (d->sets[a->set].n_accounts > 0 && dump_wants(d, STATE_BIT(STATE_SET)))
		assigned_ask_accounts(&again);
}

static int compare_pairs(const void *a, const void *b)
{
	const struct assigned_pair *x = a, *y = b;
	int c = (x->set > y->set) - (x->set < y->set);
	return c != 0 ? c : (x->account > y->account) - (x->account < y->account);
}

/* What a page repeated, because the list changed while it was read, counts once. */
static void sort_pairs(struct dump *d)
{
	size_t n = 0;
	if (d->n_pairs > 1)
		qsort(d->pairs, d->n_pairs, sizeof(*d->pairs), compare_pairs);
	for (size_t i = 0; i < d->n_pairs; i++) {
		if (n > 0 && compare_pairs(&d->pairs[n - 1], &d->pairs[i]) == 0)
			d->sets[d->pairs[i].set].n_accounts--;
		else
			d->pairs[n++] = d->pairs[i];
	}
	d->n_pairs = n;
}

static const char *set_arn(void *ctx, uint32_t set)
{
	return ((struct dump *)ctx)->sets[set].live->arn;
}

static const char *set_name(void *ctx, uint32_t set)
{
	const struct permset *s = ((struct dump *)ctx)->sets[set].live;
	return rec_str_or(s->description, "Name", s->arn);
}

static int read_provisioned(struct dump *d)
{
	for (uint32_t i = 0; i < d->n_sets; i++) {
		const struct assigned_accounts a = { .ask = &d->ask,
			.instance_arn = instance_arn(d),
			.set_arn = set_arn(d, i),
			.set_name = set_name(d, i),
			.set = i,
			.account = provisioned,
			.done = counted,
			.ctx = d };
		assigned_ask_accounts(&a);
	}
	if (ask_wait(&d->ask, NULL) != 0)
		return -1;
	sort_pairs(d);
	return 0;
}

/* --- assignments -------------------------------------------------------------------- */

static const char *account_id(void *ctx, uint32_t account)
{
	return ((struct dump *)ctx)->accounts[account];
}

static void assigned(
	void *ctx, struct assigned_pair at, enum principal_type type, const char *id)
{
	struct dump *d = ctx;
	mem_grow(&d->assignments, &d->cap_assignments, d->n_assignments + 1,
		sizeof(*d->assignments));
	d->assignments[d->n_assignments++] =
		(struct assignment){ at.set, at.account, principals_add(d, type, id) };
}

static int read_assignments(struct dump *d)
{
	struct assigned_pairs pairs = { .ask = &d->ask,
		.instance_arn = instance_arn(d),
		.list = d->pairs,
		.n = d->n_pairs,
		.set_arn = set_arn,
		.set_name = set_name,
		.account_id = account_id,
		.found = assigned,
		.ctx = d };
	return assigned_read_pairs(&pairs);
}

/* --- all of it ---------------------------------------------------------------------- */

static void ready(void *ctx)
{
	(void)ctx;
}

/* The instance and the accounts, which most of the rest is asked by. */
static int read_first(struct dump *d)
{
	int directory = dump_wants(d, KINDS_OF_PRINCIPALS);
	if (dump_wants(d, STATE_BIT(STATE_INSTANCE)))
		instance_start(&d->instance, d->settings->instance_arn, ready, d);
	else if (directory || wants_sets(d))
		instance_find(&d->instance, d->settings->instance_arn, ready, d);
	if (dump_wants(d, STATE_BIT(STATE_ACCOUNT) | STATE_BIT(STATE_ASSIGNMENT)))
		org_want_accounts(&d->org);
	return ask_wait(&d->ask, NULL);
}

/* The organization is under way while permission sets are read: it has its own rate. */
int dump_read(struct dump *d)
{
	if (read_first(d) != 0)
		return -1;
	int homeless = dump_wants(d, STATE_BIT(STATE_ACCOUNT)) && has_homeless(&d->org);
	want_organization(d, homeless);
	if (wants_sets(d) && (read_sets(d) != 0 || read_provisioned(d) != 0))
		return -1;
	if (read_organization(d, homeless) != 0)
		return -1;
	if (wants_assignments(d) && read_assignments(d) != 0)
		return -1;
	return principals_read(d);
}
