/*
 * Organizations made from a seed number: the same words for the same number, on every
 * machine.
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "random.h"
#include "rec.h"
#include "status.h"
#include "text.h"

struct size {
	unsigned long accounts, ous, groups, users, sets, foreign_sets, assignments, seed;
};

static int parse_size(const char *spec, struct size *size)
{
	const struct {
		const char *name;
		unsigned long *value;
		unsigned long max;
	} keys[] = { { "accounts", &size->accounts, 100000 }, { "ous", &size->ous, 10000 },
		{ "groups", &size->groups, 100000 }, { "users", &size->users, 1000000 },
		{ "permission-sets", &size->sets, 3500 },
		{ "foreign-sets", &size->foreign_sets, 3500 },
		{ "assignments", &size->assignments, 10000000 },
		{ "seed", &size->seed, 4294967295u } };
	const size_t n_keys = sizeof(keys) / sizeof(keys[0]);
	while (*spec != '\0') {
		size_t len = strcspn(spec, ","), name_len = strcspn(spec, "=,");
		char *value = name_len < len
				      ? mem_bytes(spec + name_len + 1, len - name_len - 1)
				      : NULL;
		size_t i = 0;
		while (i < n_keys && (strlen(keys[i].name) != name_len ||
					     strncmp(spec, keys[i].name, name_len) != 0))
			i++;
		int bad = i == n_keys || value == NULL ||
			  text_number(value, keys[i].max, keys[i].value) != 0;
		free(value);
		if (bad) {
			diag_error("--generate: '%.*s' is no KEY=NUMBER: keys are "
				   "accounts, ous, groups, users, "
				   "permission-sets, foreign-sets, assignments and seed",
				(int)len, spec);
			return STATUS_USAGE;
		}
		spec += len + (spec[len] == ',');
	}
	return 0;
}

static const char *const words[] = { "payments", "orders", "search", "billing", "identity",
	"catalog", "shipping", "reports", "media", "analytics", "mobile", "partner", "risk",
	"ledger", "support", "content" };
static const char *const stages[] = { "prod", "dev", "test", "stage" };
static const char *const roles[] = { "Admin", "ReadOnly", "Developer", "Operator",
	"Auditor", "Support", "Billing", "Deploy" };
#define N_WORDS (sizeof(words) / sizeof(words[0]))
#define N_STAGES (sizeof(stages) / sizeof(stages[0]))
#define N_ROLES (sizeof(roles) / sizeof(roles[0]))

/* What was made, in the order it was made: the lists have an order of their own. */
struct made {
	struct list units, accounts, principals, sets;
};

static void make_tree(
	struct sim *s, struct made *made, const struct size *size, uint64_t *random)
{
	list_push(&made->units, sim_add_unit(s, "r-a1b2", "Root", NULL));
	for (unsigned long i = 0; i < size->ous; i++) {
		char id[40], name[60];
		snprintf(id, sizeof(id), "ou-a1b2-%08lx", i + 0x10000000);
		snprintf(name, sizeof(name), "%s-%lu", words[i % N_WORDS], i);
		/* A third hang below another unit, at most four deep as chance has it. */
		struct unit *parent =
			i > 2 && random_pick(random, 3) == 0
				? made->units
					  .items[1 + random_pick(random, made->units.n - 1)]
				: s->root;
		list_push(&made->units, sim_add_unit(s, id, name, parent));
	}
	for (unsigned long i = 0; i < size->accounts; i++) {
		char id[32], name[80];
		snprintf(id, sizeof(id), "1%011lu", (i * 7919 + 100000) % 100000000000);
		snprintf(name, sizeof(name), "%s-%s-%lu", words[i % N_WORDS],
			stages[(i / N_WORDS) % N_STAGES], i);
		struct unit *parent =
			i > 0 ? made->units.items[random_pick(random, made->units.n)]
			      : s->root;
		list_push(&made->accounts,
			sim_add_account(
				s, id, i == 0 ? "management" : name, NULL, NULL, parent));
	}
}

static void make_directory(
	struct sim *s, struct made *made, const struct size *size, uint64_t *random)
{
	for (unsigned long i = 0; i < size->groups; i++) {
		char name[80];
		snprintf(name, sizeof(name), "aws-%s-%s-%lu", words[i % N_WORDS],
			roles[(i / N_WORDS) % N_ROLES], i);
		list_push(&made->principals,
			sim_add_principal(s, PRINCIPAL_GROUP, NULL, name, NULL));
	}
	for (unsigned long i = 0; i < size->users; i++) {
		char name[80];
		snprintf(name, sizeof(name), "user%lu@example.com", i);
		struct principal *user =
			sim_add_principal(s, PRINCIPAL_USER, NULL, name, NULL);
		list_push(&made->principals, user);
		if (size->groups > 0)
			sim_join_group(user,
				made->principals.items[random_pick(random, size->groups)]);
	}
}

static void make_sets(struct sim *s, struct made *made, const struct size *size)
{
	static const char *const policies[] = {
		"arn:aws:iam::aws:policy/AdministratorAccess",
		"arn:aws:iam::aws:policy/ReadOnlyAccess",
		"arn:aws:iam::aws:policy/PowerUserAccess",
		"arn:aws:iam::aws:policy/SecurityAudit"
	};
	for (unsigned long i = 0; i < size->sets + size->foreign_sets; i++) {
		char name[40];
		snprintf(name, sizeof(name), "%s%s%lu", roles[i % N_ROLES],
			i < size->sets ? "" : "-foreign", i);
		struct set *set = sim_add_set(s, name, NULL);
		list_push(&made->sets, set);
		free(set->duration);
		set->duration = mem_string("PT4H");
		set->relay_state = mem_string("https://console.aws.amazon.com/");
		set->description = mem_format("%s access, generated.", roles[i % N_ROLES]);
		set->managed = rec_push_str(set->managed, policies[i % 4]);
		if (i % 3 == 0)
			set->inline_policy = mem_string(
				"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":"
				"\"Deny\","
				"\"Action\":[\"organizations:*\"],\"Resource\":\"*\"}]}");
		if (i < size->sets)
			set->tags = rec_set_str(set->tags, "SSOPipeline", "true");
	}
}

/* Numbers that were drawn already: an open table of them, 0 being a free place. */
struct drawn {
	uint64_t *places;
	size_t n;
};

/* Whether number (not 0) is new; then it is remembered. */
static int draw(struct drawn *d, uint64_t number)
{
	uint64_t state = number;
	size_t i = random_pick(&state, d->n);
	for (; d->places[i] != 0; i = (i + 1) % d->n)
		if (d->places[i] == number)
			return 0;
	d->places[i] = number;
	return 1;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

/* An assignment as a number: in the order in which all lists want them. */
static uint64_t assignment_number(
	const struct sim *s, const void *set, const void *account, const void *principal)
{
	uint64_t n = list_place(&s->sets, set, sim_by_set);
	n = n * s->accounts.n + list_place(&s->accounts, account, sim_by_account);
	return n * s->principals.n +
	       list_place(&s->principals, principal, sim_by_principal) + 1;
}

static void assign_number(struct sim *s, uint64_t number)
{
	number--;
	void *principal = s->principals.items[number % s->principals.n];
	number /= s->principals.n;
	void *account = s->accounts.items[number % s->accounts.n];
	sim_assign(s->sets.items[number / s->accounts.n], account, principal);
}

/* Principals hold few sets in many accounts, as people's jobs have it. */
static void make_assignments(
	struct sim *s, const struct made *made, const struct size *size, uint64_t *random)
{
	unsigned long tries = 0, n = 0, most = size->assignments * 20 + 1000;
	if (made->sets.n == 0 || made->principals.n == 0 || made->accounts.n < 2) {
		if (size->assignments > 0)
			diag_warning("--generate: assignments need a permission set, a "
				     "group or user, "
				     "and two accounts");
		return;
	}
	uint64_t *numbers = mem_array(size->assignments + 1, sizeof(*numbers));
	struct drawn drawn = { .n = size->assignments * 2 + 1 };
	drawn.places = mem_array(drawn.n, sizeof(*drawn.places));
	while (n < size->assignments && tries++ < most) {
		size_t p = random_pick(random, made->principals.n);
		/* Groups get nine of ten. */
		if (size->groups > 0 && random_pick(random, 10) > 0)
			p = random_pick(random, size->groups);
		size_t set = (p * 3 + random_pick(random, 3)) % made->sets.n;
		size_t account = 1 + random_pick(random, made->accounts.n - 1);
		uint64_t number = assignment_number(s, made->sets.items[set],
			made->accounts.items[account], made->principals.items[p]);
		if (draw(&drawn, number))
			numbers[n++] = number;
	}
	free(drawn.places);
	qsort(numbers, n, sizeof(*numbers), by_number);
	for (size_t i = 0; i < n; i++)
		assign_number(s, numbers[i]);
	free(numbers);
	if (n < size->assignments)
		diag_warning(
			"--generate: chance found room for only %lu of %lu assignments", n,
			size->assignments);
}

int sim_generate(struct sim *s, const char *spec)
{
	struct size size = {
		.accounts = 20, .ous = 5, .groups = 10, .users = 20, .sets = 10, .seed = 1
	};
	int status = parse_size(spec, &size);
	if (status != 0)
		return status;
	if (s->accounts.n > 0 || s->root != NULL) {
		diag_error("--generate and --state exclude each other");
		return STATUS_USAGE;
	}
	uint64_t random = size.seed;
	struct made made;
	memset(&made, 0, sizeof(made));
	make_tree(s, &made, &size, &random);
	sim_complete(s);
	make_directory(s, &made, &size, &random);
	make_sets(s, &made, &size);
	make_assignments(s, &made, &size, &random);
	struct list *lists[] = { &made.units, &made.accounts, &made.principals,
		&made.sets };
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		list_release(lists[i]);
	return 0;
}
