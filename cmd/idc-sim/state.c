#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "mem.h"
#include "rec.h"
#include "text.h"

/* Defaults of "Quotas and limits in IAM Identity Center", IAM Identity Center User Guide.
 */
#define SETS_MAX 3500
#define SETS_PER_ACCOUNT_MAX 500
#define POLICIES_MAX 20

void sim_init(struct sim *s)
{
	memset(s, 0, sizeof(*s));
	s->instance_tags = jv_object();
	s->options = (struct sim_options){ .async_ms = 50,
		.async_most_ms = 50,
		.outstanding = 10,
		.page = 100,
		.max_sets = SETS_MAX,
		.max_sets_per_account = SETS_PER_ACCOUNT_MAX,
		.max_policies = POLICIES_MAX };
}

/* --- orders -----------------------------------------------------------------------------
 */

static int by_unit(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;
	return strcmp(x->id, y->id);
}

int sim_by_account(const void *a, const void *b)
{
	const struct account *x = a, *y = b;
	return strcmp(x->id, y->id);
}

int sim_by_set(const void *a, const void *b)
{
	const struct set *x = a, *y = b;
	if (x == y)
		return 0;
	int c = strcmp(x->name, y->name);
	return c != 0 ? c : strcmp(x->arn, y->arn);
}

int sim_by_principal(const void *a, const void *b)
{
	const struct principal *x = a, *y = b;
	int c = (int)x->type - (int)y->type;
	if (c == 0)
		c = strcmp(x->name, y->name);
	return c != 0 ? c : strcmp(x->id, y->id);
}

static int by_pair_account(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	return strcmp(x->account->id, y->account->id);
}

static int by_pair(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = sim_by_set(x->set, y->set);
	return c != 0 ? c : by_pair_account(a, b);
}

/* --- release ----------------------------------------------------------------------------
 */

static void pair_free(struct pair *pair)
{
	list_release(&pair->principals);
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
	for (size_t i = 0; i < set->pairs.n; i++)
		pair_free(set->pairs.items[i]);
	list_release(&set->pairs);
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
	list_release(&a->pairs);
	free(a);
}

static void principal_free(struct principal *p)
{
	free(p->id);
	free(p->name);
	free(p->display);
	list_release(&p->groups);
	list_release(&p->pairs);
	free(p);
}

static void unit_free(struct unit *u)
{
	free(u->id);
	free(u->arn);
	free(u->name);
	jv_free(u->tags);
	free(u);
}

void sim_release(struct sim *s)
{
	for (size_t i = 0; i < s->sets.n; i++)
		set_free(s->sets.items[i]);
	for (size_t i = 0; i < s->accounts.n; i++)
		account_free(s->accounts.items[i]);
	for (size_t i = 0; i < s->principals.n; i++)
		principal_free(s->principals.items[i]);
	for (size_t i = 0; i < s->units.n; i++)
		unit_free(s->units.items[i]);
	for (size_t i = 0; i < s->n_operations; i++) {
		free(s->operations[i]->reason);
		free(s->operations[i]);
	}
	struct map *maps[] = { &s->units_by_id, &s->accounts_by_id, &s->principals_by_id,
		&s->principals_by_name, &s->sets_by_arn, &s->sets_by_name,
		&s->operations_by_id, &s->policies };
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		map_release(maps[i], NULL);
	struct list *lists[] = { &s->sets, &s->accounts, &s->principals, &s->units };
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		list_release(lists[i]);
	jv_free(s->instance_tags);
	void *owned[] = { s->operations, s->running, s->instance_arn, s->identity_store_id,
		s->owner_id, s->management_id, s->region, s->organization_id };
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		free(owned[i]);
}

/* --- makers -----------------------------------------------------------------------------
 */

/* n hex digits of SHA-256 over a text: the same every time. */
static void digest(char *out, size_t n, const char *text)
{
	unsigned char hash[32];
	char hex[65];
	EVP_Digest(text, strlen(text), hash, NULL, EVP_sha256(), NULL);
	text_hex(hex, hash, sizeof(hash));
	memcpy(out, hex, n);
	out[n] = '\0';
}

void sim_make_id(struct sim *s, char *out, size_t n, const char *what)
{
	char *text = mem_format(
		"%s %lu %llu", what, s->made++, (unsigned long long)s->options.seed);
	digest(out, n, text);
	free(text);
}

static void hyphenate(char out[37], const char *h)
{
	snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12, h + 16, h + 20);
}

void sim_make_uuid(struct sim *s, char out[37], const char *what)
{
	char h[33];
	sim_make_id(s, h, 32, what);
	hyphenate(out, h);
}

/* The id of who was never given one: the same for the same name. */
static char *uuid_of(const char *name)
{
	char h[33], uuid[37];
	digest(h, 32, name);
	hyphenate(uuid, h);
	return mem_string(uuid);
}

struct unit *sim_add_unit(
	struct sim *s, const char *id, const char *name, struct unit *parent)
{
	struct unit *u = mem_alloc(sizeof(*u));
	u->id = mem_string(id);
	u->name = mem_string(name != NULL ? name : "Root");
	u->parent = parent;
	u->tags = jv_object();
	list_add(&s->units, u, by_unit);
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
	list_add(&s->accounts, a, sim_by_account);
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
	p->id = id != NULL ? mem_string(id) : uuid_of(key);
	p->name = mem_string(name);
	p->display = mem_string(display != NULL ? display : name);
	list_add(&s->principals, p, sim_by_principal);
	map_put(&s->principals_by_id, p->id, p);
	map_put(&s->principals_by_name, key, p);
	free(key);
	return p;
}

void sim_join_group(struct principal *user, struct principal *group)
{
	if (list_get(&user->groups, group, sim_by_principal) == NULL)
		list_add(&user->groups, group, sim_by_principal);
}

void sim_leave_group(struct principal *user, struct principal *group)
{
	list_remove(&user->groups, group, sim_by_principal);
}

void sim_remove_principal(struct sim *s, struct principal *p)
{
	char *key = name_key(p->type, p->name);
	p->gone = 1;
	map_put(&s->principals_by_name, key, NULL);
	free(key);
	for (size_t i = 0; p->type == PRINCIPAL_GROUP && i < s->principals.n; i++)
		sim_leave_group(s->principals.items[i], p);
	list_release(&p->groups);
	/* A state that was loaded knows such a principal by its id alone; so does this one.
	 */
	list_remove(&s->principals, p, sim_by_principal);
	for (size_t i = 0; i < p->pairs.n; i++)
		list_remove(&((struct pair *)p->pairs.items[i])->principals, p,
			sim_by_principal);
	free(p->name);
	p->name = mem_string(p->id);
	for (size_t i = 0; i < p->pairs.n; i++)
		list_add(&((struct pair *)p->pairs.items[i])->principals, p,
			sim_by_principal);
	list_add(&s->principals, p, sim_by_principal);
}

void sim_remove_unit(struct sim *s, struct unit *u)
{
	list_remove(&s->units, u, by_unit);
	map_put(&s->units_by_id, u->id, NULL);
	unit_free(u);
}

struct set *sim_add_set(struct sim *s, const char *name, const char *arn)
{
	struct set *set = mem_alloc(sizeof(*set));
	set->name = mem_string(name);
	if (arn != NULL) {
		set->arn = mem_string(arn);
	} else {
		/* A set that is made again has another ARN, as in AWS. */
		char id[17];
		sim_make_id(s, id, 16, name);
		const char *instance = strrchr(s->instance_arn, '/');
		set->arn = mem_format("arn:aws:sso:::permissionSet%s/ps-%s", instance, id);
	}
	set->duration = mem_string("PT1H");
	set->managed = jv_array();
	set->customer = jv_array();
	set->boundary = jv_invalid();
	set->tags = jv_object();
	set->created = SIM_LONG_AGO;
	list_add(&s->sets, set, sim_by_set);
	s->n_live_sets++;
	map_put(&s->sets_by_arn, set->arn, set);
	map_put(&s->sets_by_name, name, set);
	return set;
}

void sim_remove_set(struct sim *s, struct set *set)
{
	/* Operations that ended still point to it, so it is only marked. */
	set->deleted = 1;
	s->n_live_sets--;
	map_put(&s->sets_by_arn, set->arn, NULL);
	map_put(&s->sets_by_name, set->name, NULL);
}

static void set_default(char **member, const char *value)
{
	if (*member == NULL)
		*member = mem_string(value);
}

static void complete_unit(struct sim *s, struct unit *u)
{
	if (u->parent == NULL && u != s->root)
		u->parent = s->root;
	if (u->arn == NULL)
		u->arn = mem_format("arn:aws:organizations::%s:%s/%s/%s", s->management_id,
			u == s->root ? "root" : "ou", s->organization_id, u->id);
}

static void complete_account(struct sim *s, struct account *a)
{
	if (a->parent == NULL)
		a->parent = s->root;
	if (a->arn == NULL)
		a->arn = mem_format("arn:aws:organizations::%s:account/%s/%s",
			s->management_id, s->organization_id, a->id);
}

void sim_complete(struct sim *s)
{
	set_default(&s->instance_arn, "arn:aws:sso:::instance/ssoins-7223d5a1c0e94b68");
	set_default(&s->identity_store_id, "d-9067a1b2c3");
	set_default(&s->region, "us-east-1");
	set_default(&s->organization_id, "o-a1b2c3d4e5");
	if (s->management_id == NULL && s->accounts.n > 0)
		set_default(
			&s->management_id, ((struct account *)s->accounts.items[0])->id);
	set_default(&s->management_id, "111122223333");
	set_default(&s->owner_id, s->management_id);
	if (s->root == NULL)
		sim_add_unit(s, "r-a1b2", "Root", NULL);
	if (sim_account(s, s->management_id) == NULL)
		sim_add_account(s, s->management_id, "management", NULL, NULL, s->root);
	for (size_t i = 0; i < s->units.n; i++)
		complete_unit(s, s->units.items[i]);
	for (size_t i = 0; i < s->accounts.n; i++)
		complete_account(s, s->accounts.items[i]);
}

/* --- look-ups ---------------------------------------------------------------------------
 */

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

char *sim_path(const struct sim *s, const struct unit *unit, const struct account *account)
{
	char *path = account != NULL ? mem_format("%s/", account->id) : mem_string("");
	for (const struct unit *u = unit; u != NULL; u = u->parent) {
		char *longer = mem_format("%s/%s", u->id, path);
		free(path);
		path = longer;
	}
	char *whole = mem_format("%s/%s", s->organization_id, path);
	free(path);
	return whole;
}

/* --- assignments ------------------------------------------------------------------------
 */

/* A key for list_get, which does not change what it finds by. */
static struct pair *find_pair(const struct list *pairs, struct pair *key)
{
	return list_get(pairs, key, by_pair_account);
}

struct pair *sim_pair(const struct set *set, const struct account *account)
{
	struct account like = { .id = account->id };
	return find_pair(&set->pairs, &(struct pair){ .account = &like });
}

struct pair *sim_make_pair(struct set *set, struct account *account)
{
	struct pair *pair = sim_pair(set, account);
	if (pair != NULL)
		return pair;
	pair = mem_alloc(sizeof(*pair));
	pair->set = set;
	pair->account = account;
	list_add(&set->pairs, pair, by_pair_account);
	list_add(&account->pairs, pair, by_pair);
	return pair;
}

int pair_has(const struct pair *pair, const struct principal *principal)
{
	return pair != NULL &&
	       list_get(&pair->principals, principal, sim_by_principal) != NULL;
}

void sim_assign(struct set *set, struct account *account, struct principal *principal)
{
	struct pair *pair = sim_make_pair(set, account);
	list_add(&pair->principals, principal, sim_by_principal);
	list_add(&principal->pairs, pair, by_pair);
	if (!pair->provisioned) {
		pair->provisioned = 1;
		pair->outdated = 0;
		account->provisioned++;
	}
}

void sim_unassign(struct set *set, struct account *account, struct principal *principal)
{
	struct pair *pair = sim_pair(set, account);
	if (!pair_has(pair, principal))
		return;
	list_remove(&pair->principals, principal, sim_by_principal);
	list_remove(&principal->pairs, pair, by_pair);
	/* The last one's end takes the role out of the account. */
	if (pair->principals.n == 0 && pair->provisioned) {
		pair->provisioned = pair->outdated = 0;
		account->provisioned--;
	}
}

void sim_touch(struct set *set)
{
	set->changes++;
	for (size_t i = 0; i < set->pairs.n; i++) {
		struct pair *pair = set->pairs.items[i];
		pair->outdated = pair->provisioned;
	}
}

size_t sim_assigned(const struct set *set)
{
	size_t n = 0;
	for (size_t i = 0; i < set->pairs.n; i++)
		n += ((const struct pair *)set->pairs.items[i])->principals.n;
	return n;
}
