#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "mem.h"
#include "rec.h"
#include "text.h"

void sim_init(struct sim *s)
{
	memset(s, 0, sizeof(*s));
	s->options.async_ms = 50;
	s->options.outstanding = 10;
	s->options.page = 100;
}

static void pair_free(void *p)
{
	struct pair *pair = p;
	free(pair->principals);
	free(pair);
}

static void set_free(struct set *set)
{
	free(set->name);
	free(set->arn);
	free(set->description);
	free(set->duration);
	free(set->relay_state);
	free(set->inline_policy);
	jv_free(set->managed);
	jv_free(set->customer);
	jv_free(set->boundary);
	jv_free(set->tags);
	map_release(&set->pairs, pair_free);
	free(set);
}

static void account_free(struct account *a)
{
	free(a->id);
	free(a->arn);
	free(a->name);
	free(a->email);
	free(a->state);
	jv_free(a->tags);
	free(a);
}

static void principal_free(struct principal *p)
{
	free(p->id);
	free(p->name);
	free(p->display);
	free(p->groups);
	free(p->pairs);
	free(p);
}

static void unit_free(struct unit *u)
{
	free(u->id);
	free(u->arn);
	free(u->name);
	free(u);
}

void sim_release(struct sim *s)
{
	for (size_t i = 0; i < s->n_sets; i++)
		set_free(s->sets[i]);
	for (size_t i = 0; i < s->n_accounts; i++)
		account_free(s->accounts[i]);
	for (size_t i = 0; i < s->n_principals; i++)
		principal_free(s->principals[i]);
	for (size_t i = 0; i < s->n_units; i++)
		unit_free(s->units[i]);
	for (size_t i = 0; i < s->n_operations; i++)
		free(s->operations[i]);
	struct map *maps[] = { &s->units_by_id, &s->accounts_by_id, &s->principals_by_id,
		&s->principals_by_name, &s->sets_by_arn, &s->sets_by_name,
		&s->operations_by_id };
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		map_release(maps[i], NULL);
	void *owned[] = { s->sets, s->accounts, s->principals, s->units, s->operations,
		s->instance_arn, s->identity_store_id, s->owner_id, s->management_id,
		s->region, s->organization_id };
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		free(owned[i]);
	for (size_t i = 0; i < s->options.n_failures; i++)
		free(s->options.failures[i].operation);
}

/* n hex digits of SHA-256 over a text: ids that look like AWS's and are the same every
 * time. */
static void digest(char *out, size_t n, const char *text)
{
	unsigned char hash[32];
	char hex[65];
	EVP_Digest(text, strlen(text), hash, NULL, EVP_sha256(), NULL);
	text_hex(hex, hash, sizeof(hash));
	memcpy(out, hex, n);
	out[n] = '\0';
}

static char *made_uuid(const char *text)
{
	char h[33];
	digest(h, 32, text);
	return mem_format("%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12, h + 16, h + 20);
}

struct unit *sim_add_unit(
	struct sim *s, const char *id, const char *name, struct unit *parent)
{
	struct unit *u = mem_alloc(sizeof(*u));
	u->id = mem_string(id);
	u->name = mem_string(name != NULL ? name : "Root");
	u->parent = parent;
	mem_grow(&s->units, &s->units_cap, s->n_units + 1, sizeof(struct unit *));
	s->units[s->n_units++] = u;
	map_put(&s->units_by_id, id, u);
	if (parent == NULL && s->root == NULL)
		s->root = u;
	return u;
}

struct account *sim_add_account(struct sim *s, const char *id, const char *name,
	const char *email, const char *state, struct unit *parent)
{
	struct account *a = mem_alloc(sizeof(*a));
	a->id = mem_string(id);
	a->name = mem_string(name != NULL ? name : id);
	a->email = email != NULL ? mem_string(email) : mem_format("aws+%s@example.com", id);
	a->state = mem_string(state != NULL ? state : "ACTIVE");
	a->parent = parent;
	a->tags = jv_object();
	a->index = s->n_accounts;
	mem_grow(&s->accounts, &s->accounts_cap, s->n_accounts + 1,
		sizeof(struct account *));
	s->accounts[s->n_accounts++] = a;
	map_put(&s->accounts_by_id, id, a);
	return a;
}

const char *principal_type_name(enum principal_type type)
{
	return type == PRINCIPAL_GROUP ? "GROUP" : "USER";
}

static char *name_key(enum principal_type type, const char *name)
{
	return mem_format("%s %s", principal_type_name(type), name);
}

struct principal *sim_add_principal(struct sim *s, enum principal_type type, const char *id,
	const char *name, const char *display)
{
	struct principal *p = mem_alloc(sizeof(*p));
	char *key = name_key(type, name);
	p->type = type;
	p->id = id != NULL ? mem_string(id) : made_uuid(key);
	p->name = mem_string(name);
	p->display = mem_string(display != NULL ? display : name);
	mem_grow(&s->principals, &s->principals_cap, s->n_principals + 1,
		sizeof(struct principal *));
	s->principals[s->n_principals++] = p;
	map_put(&s->principals_by_id, p->id, p);
	map_put(&s->principals_by_name, key, p);
	free(key);
	return p;
}

void sim_join_group(struct principal *user, struct principal *group)
{
	mem_grow(&user->groups, &user->groups_cap, user->n_groups + 1,
		sizeof(struct principal *));
	user->groups[user->n_groups++] = group;
}

struct set *sim_add_set(struct sim *s, const char *name, const char *arn)
{
	struct set *set = mem_alloc(sizeof(*set));
	set->name = mem_string(name);
	if (arn != NULL) {
		set->arn = mem_string(arn);
	} else {
		/* A set that is made again has another ARN, as in AWS. */
		char *text = mem_format("%s %lu", name, s->made++);
		char id[17];
		digest(id, 16, text);
		free(text);
		const char *instance = strrchr(s->instance_arn, '/');
		set->arn = mem_format("arn:aws:sso:::permissionSet%s/ps-%s", instance, id);
	}
	set->duration = mem_string("PT1H");
	set->managed = jv_array();
	set->customer = jv_array();
	set->boundary = jv_invalid();
	set->tags = jv_object();
	set->created = s->now;
	mem_grow(&s->sets, &s->sets_cap, s->n_sets + 1, sizeof(struct set *));
	s->sets[s->n_sets++] = set;
	map_put(&s->sets_by_arn, set->arn, set);
	map_put(&s->sets_by_name, name, set);
	return set;
}

void sim_remove_set(struct sim *s, struct set *set)
{
	/* Operations that ended still point to it, so it is only marked. */
	set->deleted = 1;
	map_put(&s->sets_by_arn, set->arn, NULL);
	map_put(&s->sets_by_name, set->name, NULL);
}

static void set_default(char **member, const char *value)
{
	if (*member == NULL)
		*member = mem_string(value);
}

void sim_complete(struct sim *s)
{
	set_default(&s->instance_arn, "arn:aws:sso:::instance/ssoins-7223d5a1c0e94b68");
	set_default(&s->identity_store_id, "d-9067a1b2c3");
	set_default(&s->region, "us-east-1");
	set_default(&s->organization_id, "o-a1b2c3d4e5");
	set_default(
		&s->management_id, s->n_accounts > 0 ? s->accounts[0]->id : "111122223333");
	set_default(&s->owner_id, s->management_id);
	if (s->root == NULL)
		sim_add_unit(s, "r-a1b2", "Root", NULL);
	if (sim_account(s, s->management_id) == NULL)
		sim_add_account(s, s->management_id, "management", NULL, NULL, s->root);
	for (size_t i = 0; i < s->n_units; i++) {
		struct unit *u = s->units[i];
		if (u->parent == NULL && u != s->root)
			u->parent = s->root;
		if (u->arn == NULL)
			u->arn = mem_format("arn:aws:organizations::%s:%s/%s/%s",
				s->management_id, u == s->root ? "root" : "ou",
				s->organization_id, u->id);
	}
	for (size_t i = 0; i < s->n_accounts; i++) {
		struct account *a = s->accounts[i];
		if (a->parent == NULL)
			a->parent = s->root;
		if (a->arn == NULL)
			a->arn = mem_format("arn:aws:organizations::%s:account/%s/%s",
				s->management_id, s->organization_id, a->id);
	}
}

struct unit *sim_unit(const struct sim *s, const char *id)
{
	return map_get(&s->units_by_id, id);
}

struct account *sim_account(const struct sim *s, const char *id)
{
	return map_get(&s->accounts_by_id, id);
}

struct principal *sim_principal(const struct sim *s, const char *id)
{
	return map_get(&s->principals_by_id, id);
}

struct principal *sim_principal_named(
	const struct sim *s, enum principal_type type, const char *name)
{
	char *key = name_key(type, name);
	struct principal *p = map_get(&s->principals_by_name, key);
	free(key);
	return p;
}

struct set *sim_set(const struct sim *s, const char *arn)
{
	return map_get(&s->sets_by_arn, arn);
}

struct pair *sim_pair(const struct set *set, const struct account *account)
{
	return map_get(&set->pairs, account->id);
}

struct pair *sim_make_pair(struct set *set, struct account *account)
{
	void **slot = map_slot(&set->pairs, account->id);
	if (*slot == NULL) {
		struct pair *pair = mem_alloc(sizeof(*pair));
		pair->set = set;
		pair->account = account;
		*slot = pair;
	}
	return *slot;
}

int pair_has(const struct pair *pair, const struct principal *principal)
{
	for (size_t i = 0; pair != NULL && i < pair->n; i++)
		if (pair->principals[i] == principal)
			return 1;
	return 0;
}

void sim_assign(struct set *set, struct account *account, struct principal *principal)
{
	struct pair *pair = sim_make_pair(set, account);
	mem_grow(&pair->principals, &pair->cap, pair->n + 1, sizeof(struct principal *));
	pair->principals[pair->n++] = principal;
	mem_grow(&principal->pairs, &principal->pairs_cap, principal->n_pairs + 1,
		sizeof(struct pair *));
	principal->pairs[principal->n_pairs++] = pair;
	if (!pair->provisioned) {
		pair->provisioned = 1;
		pair->outdated = 0;
	}
}

/* Closes the gap at i in an array of n pointers. */
static size_t close_gap(void *array, size_t n, size_t i)
{
	char *at = (char *)array + i * sizeof(void *);
	memmove(at, at + sizeof(void *), (n - i - 1) * sizeof(void *));
	return n - 1;
}

void sim_unassign(struct set *set, struct account *account, struct principal *principal)
{
	struct pair *pair = sim_pair(set, account);
	size_t i = 0;
	if (!pair_has(pair, principal))
		return;
	while (pair->principals[i] != principal)
		i++;
	pair->n = close_gap(pair->principals, pair->n, i);
	for (i = 0; principal->pairs[i] != pair;)
		i++;
	principal->n_pairs = close_gap(principal->pairs, principal->n_pairs, i);
	/* The last one's end takes the role out of the account. */
	if (pair->n == 0)
		pair->provisioned = pair->outdated = 0;
}

void sim_touch(struct set *set)
{
	for (size_t i = 0; i < set->pairs.n; i++) {
		struct pair *pair = set->pairs.entries[i].value;
		pair->outdated = pair->provisioned;
	}
}

size_t sim_assigned(const struct set *set)
{
	size_t n = 0;
	for (size_t i = 0; i < set->pairs.n; i++)
		n += ((const struct pair *)set->pairs.entries[i].value)->n;
	return n;
}

/* --- asynchronous operations ------------------------------------------------------------
 */

void sim_random_id(char out[37])
{
	unsigned char bytes[16] = { 0 };
	char h[33];
	RAND_bytes(bytes, sizeof(bytes));
	text_hex(h, bytes, sizeof(bytes));
	snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12, h + 16, h + 20);
}

static const char *const async_names[OPERATION_TYPES] = { "CreateAccountAssignment",
	"DeleteAccountAssignment", "ProvisionPermissionSet" };

/* Whether --fail-async wants this one to fail. */
static int to_fail(struct sim *s, enum operation_type type)
{
	int fails = 0;
	for (size_t i = 0; i < s->options.n_failures; i++) {
		struct failure *f = &s->options.failures[i];
		if (strcmp(f->operation, async_names[type]) == 0)
			fails |= f->nth == 0 || ++f->seen == f->nth;
	}
	return fails;
}

struct operation *sim_start(struct sim *s, enum operation_type type, struct set *set,
	struct account *account, struct principal *principal)
{
	struct operation *o = mem_alloc(sizeof(*o));
	sim_random_id(o->id);
	o->type = type;
	o->set = set;
	o->account = account;
	o->principal = principal;
	o->created = s->now;
	o->due_ms = s->now_ms + s->options.async_ms;
	if (to_fail(s, type))
		o->reason = "Received a 404 status error: NoSuchEntity: policy "
			    "IncidentResponse does "
			    "not exist or is not attachable.";
	mem_grow(&s->operations, &s->operations_cap, s->n_operations + 1,
		sizeof(struct operation *));
	s->operations[s->n_operations++] = o;
	map_put(&s->operations_by_id, o->id, o);
	if (type != OPERATION_PROVISION && ++s->outstanding > s->peak_outstanding)
		s->peak_outstanding = s->outstanding;
	return o;
}

struct operation *sim_running(
	const struct sim *s, const struct set *set, const struct account *account)
{
	for (size_t i = s->first_running; i < s->n_operations; i++) {
		struct operation *o = s->operations[i];
		if (o->status == STATUS_IN_PROGRESS && o->set == set &&
			(account == NULL || o->account == NULL || o->account == account))
			return o;
	}
	return NULL;
}

static void provision(struct operation *o)
{
	for (size_t i = 0; i < o->set->pairs.n; i++) {
		struct pair *pair = o->set->pairs.entries[i].value;
		if (o->account == NULL || pair->account == o->account)
			pair->outdated = 0;
	}
}

static void finish(struct sim *s, struct operation *o)
{
	if (o->type != OPERATION_PROVISION)
		s->outstanding--;
	if (o->reason == NULL && o->type == OPERATION_CREATE &&
		strcmp(o->account->state, "ACTIVE") != 0)
		o->reason = "The account is suspended.";
	o->status = o->reason != NULL ? STATUS_FAILED_ : STATUS_SUCCEEDED;
	if (o->reason != NULL)
		return;
	if (o->type == OPERATION_CREATE)
		sim_assign(o->set, o->account, o->principal);
	else if (o->type == OPERATION_DELETE)
		sim_unassign(o->set, o->account, o->principal);
	else
		provision(o);
}

void sim_advance(struct sim *s, int64_t now_ms, time_t now)
{
	s->now_ms = now_ms;
	s->now = now;
	/* All take the same time, so they end in the order in which they started. */
	while (s->first_running < s->n_operations &&
		s->operations[s->first_running]->due_ms <= now_ms)
		finish(s, s->operations[s->first_running++]);
}

char *sim_path(const struct sim *s, const struct account *account)
{
	char *path = mem_format("%s/", account->id);
	for (const struct unit *u = account->parent; u != NULL; u = u->parent) {
		char *longer = mem_format("%s/%s", u->id, path);
		free(path);
		path = longer;
	}
	char *whole = mem_format("%s/%s", s->organization_id, path);
	free(path);
	return whole;
}
