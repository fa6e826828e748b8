#include "sim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "diag.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "status.h"
#include "stream.h"
#include "when.h"

static void put(struct stream_out *to, jv rec)
{
	stream_write(to, rec);
	jv_free(rec);
}

static jv set_tags(jv r, jv tags)
{
	return rec_len(tags) > 0 ? rec_set(r, "Tags", jv_copy(tags)) : r;
}

static void save_instance(const struct sim *s, struct stream_out *to)
{
	jv r = rec_new("Instance");
	r = rec_set_str(r, "InstanceArn", s->instance_arn);
	r = rec_set_str(r, "IdentityStoreId", s->identity_store_id);
	r = rec_set_str(r, "OwnerAccountId", s->owner_id);
	r = rec_set_str(r, "ManagementAccountId", s->management_id);
	r = rec_set_str(r, "Region", s->region);
	r = rec_set_str(r, "OrganizationId", s->organization_id);
	if (s->made > 0)
		r = rec_set_num(r, "IdsMade", (double)s->made);
	put(to, set_tags(r, s->instance_tags));
}

static void save_unit(const struct unit *u, struct stream_out *to)
{
	jv r = rec_new(u->parent == NULL ? "Root" : "OrganizationalUnit");
	r = rec_set_str(r, "Id", u->id);
	r = rec_set_str(r, "Arn", u->arn);
	r = rec_set_str(r, "Name", u->name);
	r = rec_set_str(r, "ParentId", u->parent != NULL ? u->parent->id : NULL);
	put(to, set_tags(r, u->tags));
}

/* Parents before their children, siblings by id. */
static void save_units(
	const struct sim *s, const struct unit *parent, struct stream_out *to)
{
	for (size_t i = 0; i < s->units.n; i++) {
		const struct unit *u = s->units.items[i];
		if (u->parent != parent)
			continue;
		save_unit(u, to);
		save_units(s, u, to);
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
	put(to, set_tags(r, a->tags));
}

static void save_principal(const struct principal *p, struct stream_out *to)
{
	int group = p->type == PRINCIPAL_GROUP;
	jv r = rec_new(group ? "Group" : "User");
	r = rec_set_str(r, group ? "GroupId" : "UserId", p->id);
	r = rec_set_str(r, group ? "DisplayName" : "UserName", p->name);
	if (!group)
		r = rec_set_str(r, "DisplayName", p->display);
	if (p->groups.n > 0) {
		jv ids = jv_array();
		for (size_t i = 0; i < p->groups.n; i++)
			ids = rec_push_str(
				ids, ((const struct principal *)p->groups.items[i])->id);
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
	r = rec_set(r, "ManagedPolicies", jv_copy(set->managed));
	r = rec_set(r, "CustomerManagedPolicies", jv_copy(set->customer));
	if (jv_is_valid(set->boundary))
		r = rec_set(r, "PermissionsBoundary", jv_copy(set->boundary));
	if (set->inline_policy != NULL) {
		struct json_fault fault;
		jv policy =
			json_parse(set->inline_policy, strlen(set->inline_policy), &fault);
		char *compact = json_string(policy);
		if (strcmp(compact, set->inline_policy) != 0)
			r = rec_set_str(r, "InlinePolicyText", set->inline_policy);
		free(compact);
		r = rec_set(r, "InlinePolicy", policy);
	}
	r = rec_set(r, "Tags", jv_copy(set->tags));
	char created[WHEN_RFC3339_SIZE];
	when_rfc3339(created, set->created);
	r = rec_set_str(r, "CreatedDate", created);
	return rec_set(
		r, "Managed", rec_has(set->tags, "SSOPipeline") ? jv_true() : jv_false());
}

static void save_set(const struct set *set, struct stream_out *to)
{
	size_t provisioned = 0;
	jv outdated = jv_array();
	for (size_t i = 0; i < set->pairs.n; i++) {
		const struct pair *pair = set->pairs.items[i];
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
	for (size_t i = 0; i < pair->principals.n; i++) {
		const struct principal *p = pair->principals.items[i];
		jv r = rec_new("AccountAssignment");
		r = rec_set_str(r, "AccountId", pair->account->id);
		r = rec_set_str(r, "AccountName", pair->account->name);
		r = rec_set_str(r, "PermissionSetName", pair->set->name);
		r = rec_set_str(r, "PrincipalType", principal_type_name(p->type));
		r = rec_set_str(r, "PrincipalId", p->id);
		put(to, rec_set_str(r, "PrincipalName", p->gone ? NULL : p->name));
	}
}

static void save_all(const struct sim *s, struct stream_out *to)
{
	save_instance(s, to);
	save_units(s, NULL, to);
	for (size_t i = 0; i < s->accounts.n; i++)
		save_account(s->accounts.items[i], to);
	for (size_t i = 0; i < s->principals.n; i++) {
		const struct principal *p = s->principals.items[i];
		if (!p->gone)
			save_principal(p, to);
	}
	for (size_t i = 0; i < s->sets.n; i++) {
		const struct set *set = s->sets.items[i];
		if (!set->deleted)
			save_set(set, to);
	}
	for (size_t i = 0; i < s->sets.n; i++) {
		const struct set *set = s->sets.items[i];
		for (size_t k = 0; !set->deleted && k < set->pairs.n; k++)
			save_pair(set->pairs.items[k], to);
	}
}

int sim_save_fd(const struct sim *s, int fd, time_t now)
{
	struct out *out = mem_alloc(sizeof(*out));
	struct stream_out to;
	out_init(out, fd);
	stream_begin(&to, out, STREAM_STATE, cmd_version(), now);
	save_all(s, &to);
	stream_end(&to);
	out_flush(out);
	int error = out->error;
	free(out);
	return error;
}

/*
 * Where path is to be written: a file is replaced whole, so beside it; what is no file (a
 * device, a pipe) is written to. Opens it; *temporary is the name to rename, owned, or
 * NULL.
 */
static int open_target(const char *path, char **target, char **temporary)
{
	struct stat st;
	*target = realpath(path, NULL);
	if (*target == NULL)
		*target = mem_string(path);
	*temporary = NULL;
	if (stat(*target, &st) == 0 && !S_ISREG(st.st_mode))
		return open(*target, O_WRONLY | O_CLOEXEC);
	*temporary = mem_format("%s.%ld.tmp", *target, (long)getpid());
	return open(*temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

static int save_failed(const char *path, int error)
{
	diag_error("can't write %s: %s", path, strerror(error));
	return STATUS_FAILED;
}

int sim_save_check(const char *path)
{
	char *target, *temporary;
	struct stat st;
	if (strcmp(path, "-") == 0 || (stat(path, &st) == 0 && !S_ISREG(st.st_mode)))
		return 0;
	int fd = open_target(path, &target, &temporary), error = errno;
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && temporary != NULL)
		unlink(temporary);
	free(target);
	free(temporary);
	return fd >= 0 ? 0 : save_failed(path, error);
}

int sim_save(const struct sim *s, const char *path, time_t now)
{
	char *target, *temporary;
	if (strcmp(path, "-") == 0) {
		int error = sim_save_fd(s, STDOUT_FILENO, now);
		return error == 0 ? 0 : save_failed("standard output", error);
	}
	int fd = open_target(path, &target, &temporary);
	int error = fd >= 0 ? sim_save_fd(s, fd, now) : errno;
	if (fd >= 0 && close(fd) != 0 && error == 0)
		error = errno;
	if (error == 0 && temporary != NULL && rename(temporary, target) != 0)
		error = errno;
	if (error != 0 && fd >= 0 && temporary != NULL)
		unlink(temporary);
	free(target);
	free(temporary);
	return error == 0 ? 0 : save_failed(path, error);
}
