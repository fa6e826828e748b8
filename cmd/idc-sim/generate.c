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
#include "rec.h"
#include "status.h"
#include "text.h"

struct size {
	unsigned long accounts, ous, groups, users, sets, foreign_sets, assignments, seed;
};

static uint64_t next_random(uint64_t *state)
{
	/* splitmix64 (Steele, Lea, Flood 2014). */
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static size_t pick(uint64_t *state, size_t n)
{
	return (size_t)(next_random(state) % n);
}

static int parse_size(const char *spec, struct size *size)
{
	const struct {
		const char *name;
		unsigned long *value;
		unsigned long max;
	} keys[] = { { "accounts", &size->accounts, 100000 }, { "ous", &size->ous, 10000 },
		{ "groups", &size->groups, 100000 }, { "users", &size->users, 1000000 },
		{ "permission-sets", &size->sets, 2000 },
		{ "foreign-sets", &size->foreign_sets, 1999 },
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

static void make_tree(struct sim *s, const struct size *size, uint64_t *random)
{
	sim_add_unit(s, "r-a1b2", "Root", NULL);
	for (unsigned long i = 0; i < size->ous; i++) {
		char id[40], name[60];
		snprintf(id, sizeof(id), "ou-a1b2-%08lx", i + 0x10000000);
		snprintf(name, sizeof(name), "%s-%lu", words[i % N_WORDS], i);
		/* A third hang below another unit, at most four deep as chance has it. */
		struct unit *parent = i > 2 && pick(random, 3) == 0
					      ? s->units[1 + pick(random, s->n_units - 1)]
					      : s->root;
		sim_add_unit(s, id, name, parent);
	}
	for (unsigned long i = 0; i < size->accounts; i++) {
		char id[32], name[80];
		snprintf(id, sizeof(id), "1%011lu", (i * 7919 + 100000) % 100000000000);
		snprintf(name, sizeof(name), "%s-%s-%lu", words[i % N_WORDS],
			stages[(i / N_WORDS) % N_STAGES], i);
		struct unit *parent = i > 0 ? s->units[pick(random, s->n_units)] : s->root;
		sim_add_account(s, id, i == 0 ? "management" : name, NULL, NULL, parent);
	}
}

static void make_directory(struct sim *s, const struct size *size, uint64_t *random)
{
	size_t first = s->n_principals;
	for (unsigned long i = 0; i < size->groups; i++) {
		char name[80];
		snprintf(name, sizeof(name), "aws-%s-%s-%lu", words[i % N_WORDS],
			roles[(i / N_WORDS) % N_ROLES], i);
		sim_add_principal(s, PRINCIPAL_GROUP, NULL, name, NULL);
	}
	for (unsigned long i = 0; i < size->users; i++) {
		char name[80];
		snprintf(name, sizeof(name), "user%lu@example.com", i);
		struct principal *user =
			sim_add_principal(s, PRINCIPAL_USER, NULL, name, NULL);
		if (size->groups > 0)
			sim_join_group(
				user, s->principals[first + pick(random, size->groups)]);
	}
}

static void make_sets(struct sim *s, const struct size *size)
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

/* Principals hold few sets in many accounts, as people's jobs have it. */
static void make_assignments(struct sim *s, const struct size *size, uint64_t *random)
{
	unsigned long tries = 0, made = 0, most = size->assignments * 20 + 1000;
	if (s->n_sets == 0 || s->n_principals == 0 || s->n_accounts < 2)
		return;
	while (made < size->assignments && tries++ < most) {
		size_t p = pick(random, s->n_principals);
		/* Groups get nine of ten. */
		if (size->groups > 0 && pick(random, 10) > 0)
			p = pick(random, size->groups);
		struct principal *principal = s->principals[p];
		struct set *set = s->sets[(p * 3 + pick(random, 3)) % s->n_sets];
		struct account *account = s->accounts[1 + pick(random, s->n_accounts - 1)];
		if (pair_has(sim_pair(set, account), principal))
			continue;
		sim_assign(set, account, principal);
		made++;
	}
	if (made < size->assignments)
		diag_warning("--generate: only %lu of %lu assignments fit", made,
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
	if (s->n_accounts > 0 || s->root != NULL) {
		diag_error("--generate and --state exclude each other");
		return STATUS_USAGE;
	}
	uint64_t random = size.seed;
	make_tree(s, &size, &random);
	sim_complete(s);
	make_directory(s, &size, &random);
	make_sets(s, &size);
	make_assignments(s, &size, &random);
	return 0;
}
