#include "sim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "diag.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "status.h"
#include "stream.h"

static void put(struct stream_out *to, jv rec)
{
	stream_write(to, rec);
	jv_free(rec);
}

static int by_unit_id(const void *a, const void *b)
{
	const struct unit *const *x = a, *const *y = b;
	return strcmp((*x)->id, (*y)->id);
}

static int by_account_id(const void *a, const void *b)
{
	const struct account *const *x = a, *const *y = b;
	return strcmp((*x)->id, (*y)->id);
}

static int by_principal(const void *a, const void *b)
{
	const struct principal *const *x = a, *const *y = b;
	int c = (*x)->type == (*y)->type ? 0 : (*x)->type < (*y)->type ? -1 : 1;
	if (c == 0)
		c = strcmp((*x)->name, (*y)->name);
	return c != 0 ? c : strcmp((*x)->id, (*y)->id);
}

static int by_set_name(const void *a, const void *b)
{
	const struct set *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

static int by_pair_account(const void *a, const void *b)
{
	const struct pair *const *x = a, *const *y = b;
	return strcmp((*x)->account->id, (*y)->account->id);
}

/* A sorted copy of an array of n pointers, owned by the caller. */
static void *sorted(const void *array, size_t n, int (*order)(const void *, const void *))
{
	void *copy = mem_array(n, sizeof(void *));
	if (n > 0) {
		memcpy(copy, array, n * sizeof(void *));
		qsort(copy, n, sizeof(void *), order);
	}
	return copy;
}

static void save_instance(const struct sim *s, struct stream_out *to)
{
	jv r = rec_new("Instance");
	r = rec_set_str(r, "InstanceArn", s->instance_arn);
	r = rec_set_str(r, "IdentityStoreId", s->identity_store_id);
	r = rec_set_str(r, "OwnerAccountId", s->owner_id);
	r = rec_set_str(r, "ManagementAccountId", s->management_id);
	r = rec_set_str(r, "Region", s->region);
	put(to, rec_set_str(r, "OrganizationId", s->organization_id));
}

static void save_unit(const struct unit *u, struct stream_out *to)
{
	jv r = rec_new(u->parent == NULL ? "Root" : "OrganizationalUnit");
	r = rec_set_str(r, "Id", u->id);
	r = rec_set_str(r, "Arn", u->arn);
	r = rec_set_str(r, "Name", u->name);
	put(to, rec_set_str(r, "ParentId", u->parent != NULL ? u->parent->id : NULL));
}

/* Parents before their children, siblings by id. */
static void save_units(const struct sim *s, struct unit *const *units,
	const struct unit *parent, struct stream_out *to)
{
	for (size_t i = 0; i < s->n_units; i++)
		if (units[i]->parent == parent) {
			save_unit(units[i], to);
			save_units(s, units, units[i], to);
		}
}

static void save_account(const struct account *a, struct stream_out *to)
{
	jv r = rec_new("Account");
	r = rec_set_str(r, "Id", a->id);
	r = rec_set_str(r, "Arn", a->arn);
	r = rec_set_str(r, "Name", a->name);
	r = rec_set_str(r, "Email", a->email);
	r = rec_set_str(r, "State", a->state);
	r = rec_set_str(r, "ParentId", a->parent->id);
	if (rec_len(a->tags) > 0)
		r = rec_set(r, "Tags", jv_copy(a->tags));
	put(to, r);
}

static void save_principal(const struct principal *p, struct stream_out *to)
{
	int group = p->type == PRINCIPAL_GROUP;
	jv r = rec_new(group ? "Group" : "User");
	r = rec_set_str(r, group ? "GroupId" : "UserId", p->id);
	r = rec_set_str(r, group ? "DisplayName" : "UserName", p->name);
	if (!group)
		r = rec_set_str(r, "DisplayName", p->display);
	if (p->n_groups > 0) {
		jv ids = jv_array();
		for (size_t i = 0; i < p->n_groups; i++)
			ids = rec_push_str(ids, p->groups[i]->id);
		r = rec_set(r, "Groups", rec_sorted_unique(ids));
		jv_free(ids);
	}
	put(to, r);
}

static jv set_record(const struct set *set)
{
	jv r = rec_new("PermissionSet");
	r = rec_set_str(r, "Name", set->name);
	r = rec_set_str(r, "PermissionSetArn", set->arn);
	r = rec_set_str(r, "Description", set->description);
	r = rec_set_str(r, "SessionDuration", set->duration);
	r = rec_set_str(r, "RelayState", set->relay_state);
	r = rec_set(r, "ManagedPolicies", rec_sorted_unique(set->managed));
	r = rec_set(r, "CustomerManagedPolicies",
		jv_sort(jv_copy(set->customer), jv_copy(set->customer)));
	if (jv_is_valid(set->boundary))
		r = rec_set(r, "PermissionsBoundary", jv_copy(set->boundary));
	if (set->inline_policy != NULL) {
		struct json_fault fault;
		jv policy =
			json_parse(set->inline_policy, strlen(set->inline_policy), &fault);
		if (jv_is_valid(policy))
			r = rec_set(r, "InlinePolicy", policy);
		else
			jv_free(policy);
	}
	r = rec_set(r, "Tags", jv_copy(set->tags));
	return rec_set(
		r, "Managed", rec_has(set->tags, "SSOPipeline") ? jv_true() : jv_false());
}

static void save_set(const struct set *set, struct stream_out *to)
{
	size_t provisioned = 0;
	jv outdated = jv_array();
	for (size_t i = 0; i < set->pairs.n; i++) {
		const struct pair *pair = set->pairs.entries[i].value;
		provisioned += pair->provisioned != 0;
		if (pair->outdated)
			outdated = rec_push_str(outdated, pair->account->id);
	}
	jv r = rec_set_num(set_record(set), "ProvisionedAccounts", (double)provisioned);
	if (rec_len(outdated) > 0)
		r = rec_set(r, "OutdatedAccounts", rec_sorted_unique(outdated));
	jv_free(outdated);
	put(to, r);
}

static void save_pair(const struct pair *pair, struct stream_out *to)
{
	struct principal **principals = sorted(pair->principals, pair->n, by_principal);
	for (size_t i = 0; i < pair->n; i++) {
		const struct principal *p = principals[i];
		jv r = rec_new("AccountAssignment");
		r = rec_set_str(r, "AccountId", pair->account->id);
		r = rec_set_str(r, "AccountName", pair->account->name);
		r = rec_set_str(r, "PermissionSetName", pair->set->name);
		r = rec_set_str(r, "PrincipalType", principal_type_name(p->type));
		r = rec_set_str(r, "PrincipalId", p->id);
		put(to, rec_set_str(r, "PrincipalName", p->gone ? NULL : p->name));
	}
	free(principals);
}

static void save_assignments(const struct set *set, struct stream_out *to)
{
	struct pair **pairs = mem_array(set->pairs.n, sizeof(struct pair *));
	for (size_t i = 0; i < set->pairs.n; i++)
		pairs[i] = set->pairs.entries[i].value;
	if (set->pairs.n > 0)
		qsort(pairs, set->pairs.n, sizeof(struct pair *), by_pair_account);
	for (size_t i = 0; i < set->pairs.n; i++)
		save_pair(pairs[i], to);
	free(pairs);
}

static void save_all(const struct sim *s, struct stream_out *to)
{
	struct unit **units = sorted(s->units, s->n_units, by_unit_id);
	struct account **accounts = sorted(s->accounts, s->n_accounts, by_account_id);
	struct principal **principals =
		sorted(s->principals, s->n_principals, by_principal);
	struct set **sets = sorted(s->sets, s->n_sets, by_set_name);
	save_instance(s, to);
	save_units(s, units, NULL, to);
	for (size_t i = 0; i < s->n_accounts; i++)
		save_account(accounts[i], to);
	for (size_t i = 0; i < s->n_principals; i++)
		if (!principals[i]->gone)
			save_principal(principals[i], to);
	for (size_t i = 0; i < s->n_sets; i++)
		if (!sets[i]->deleted)
			save_set(sets[i], to);
	for (size_t i = 0; i < s->n_sets; i++)
		if (!sets[i]->deleted)
			save_assignments(sets[i], to);
	free(units);
	free(accounts);
	free(principals);
	free(sets);
}

int sim_save(const struct sim *s, const char *path, time_t now)
{
	char *temporary = mem_format("%s.%ld.tmp", path, (long)getpid());
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	struct out *out = mem_alloc(sizeof(*out));
	struct stream_out to;
	struct err err = { 0 };
	int failed = fd < 0;
	if (!failed) {
		out_init(out, fd);
		stream_begin(&to, out, STREAM_STATE, cmd_version(), now);
		save_all(s, &to);
		stream_end(&to);
		failed = out_close(out, &err) != 0 || rename(temporary, path) != 0;
		if (failed)
			unlink(temporary);
	}
	if (failed)
		diag_error("can't write %s: %s", path,
			out->error != 0 ? strerror(out->error) : strerror(errno));
	free(out);
	free(temporary);
	return failed ? STATUS_FAILED : 0;
}
