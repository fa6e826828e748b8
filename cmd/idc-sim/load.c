#include "sim.h"

#include <fcntl.h>
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
#include "when.h"

struct load {
	struct sim *sim;
	const char *file;
	size_t line;
};

static int bad(const struct load *l, const char *what, const char *value)
{
	diag_at(DIAG_ERROR, l->file, l->line, 1, "%s '%s'", what,
		value != NULL ? value : "");
	return STATUS_INCOMPLETE;
}

static void take_string(char **to, jv rec, const char *key)
{
	const char *s = rec_str(rec, key);
	if (s == NULL)
		return;
	free(*to);
	*to = mem_string(s);
}

static void take_value(jv *to, jv rec, const char *key, jv_kind kind)
{
	jv v = rec_get(rec, key);
	if (jv_get_kind(v) == kind) {
		jv_free(*to);
		*to = v;
	} else {
		jv_free(v);
	}
}

static int load_instance(struct load *l, jv rec)
{
	struct sim *s = l->sim;
	take_string(&s->instance_arn, rec, "InstanceArn");
	take_string(&s->identity_store_id, rec, "IdentityStoreId");
	take_string(&s->owner_id, rec, "OwnerAccountId");
	take_string(&s->management_id, rec, "ManagementAccountId");
	take_string(&s->region, rec, "Region");
	take_string(&s->organization_id, rec, "OrganizationId");
	take_value(&s->instance_tags, rec, "Tags", JV_KIND_OBJECT);
	return 0;
}

/* The unit that ParentId names; NULL (the root, later) when there is none. */
static int find_parent(struct load *l, jv rec, struct unit **parent)
{
	const char *id = rec_str(rec, "ParentId");
	*parent = id != NULL ? sim_unit(l->sim, id) : l->sim->root;
	if (id != NULL && *parent == NULL)
		return bad(l, "no Root or OrganizationalUnit came before with the ParentId",
			id);
	return 0;
}

static int load_unit(struct load *l, jv rec)
{
	const char *id = rec_str(rec, "Id");
	struct unit *parent = NULL;
	if (id == NULL || sim_unit(l->sim, id) != NULL)
		return bad(l, "missing or repeated Id", id);
	if (rec_is(rec, "OrganizationalUnit") && l->sim->root == NULL)
		return bad(l, "a Root must come before the OrganizationalUnit", id);
	if (rec_is(rec, "OrganizationalUnit") && find_parent(l, rec, &parent) != 0)
		return STATUS_INCOMPLETE;
	struct unit *u = sim_add_unit(l->sim, id, rec_str(rec, "Name"), parent);
	take_string(&u->arn, rec, "Arn");
	take_value(&u->tags, rec, "Tags", JV_KIND_OBJECT);
	return 0;
}

static int load_account(struct load *l, jv rec)
{
	const char *id = rec_str(rec, "Id");
	struct unit *parent;
	if (id == NULL || sim_account(l->sim, id) != NULL)
		return bad(l, "missing or repeated Id", id);
	if (find_parent(l, rec, &parent) != 0)
		return STATUS_INCOMPLETE;
	struct account *a = sim_add_account(l->sim, id, rec_str(rec, "Name"),
		rec_str(rec, "Email"), rec_str(rec, "State"), parent);
	take_string(&a->arn, rec, "Arn");
	take_value(&a->tags, rec, "Tags", JV_KIND_OBJECT);
	return 0;
}

static int load_group(struct load *l, jv rec)
{
	const char *id = rec_str(rec, "GroupId"), *name = rec_str(rec, "DisplayName");
	if (name == NULL || sim_principal_named(l->sim, PRINCIPAL_GROUP, name) != NULL)
		return bad(l, "missing or repeated DisplayName", name);
	sim_add_principal(l->sim, PRINCIPAL_GROUP, id, name, NULL);
	return 0;
}

static int load_user(struct load *l, jv rec)
{
	const char *id = rec_str(rec, "UserId"), *name = rec_str(rec, "UserName");
	if (name == NULL || sim_principal_named(l->sim, PRINCIPAL_USER, name) != NULL)
		return bad(l, "missing or repeated UserName", name);
	struct principal *user = sim_add_principal(
		l->sim, PRINCIPAL_USER, id, name, rec_str(rec, "DisplayName"));
	jv groups = rec_get(rec, "Groups");
	int status = 0;
	for (int i = 0; status == 0 && i < rec_len(groups); i++) {
		const char *group_id = rec_str_at(groups, i);
		struct principal *group =
			group_id != NULL ? sim_principal(l->sim, group_id) : NULL;
		if (group == NULL)
			status = bad(l, "no Group came before with the GroupId", group_id);
		else
			sim_join_group(user, group);
	}
	jv_free(groups);
	return status;
}

static int load_set(struct load *l, jv rec)
{
	const char *name = rec_str(rec, "Name"), *arn = rec_str(rec, "PermissionSetArn");
	if (name == NULL || map_get(&l->sim->sets_by_name, name) != NULL)
		return bad(l, "missing or repeated Name", name);
	if (arn != NULL && sim_set(l->sim, arn) != NULL)
		return bad(l, "repeated PermissionSetArn", arn);
	if (l->sim->n_live_sets == 0)
		sim_complete(l->sim);
	struct set *set = sim_add_set(l->sim, name, arn);
	when_parse_rfc3339(rec_str_or(rec, "CreatedDate", ""), &set->created);
	take_string(&set->description, rec, "Description");
	take_string(&set->duration, rec, "SessionDuration");
	take_string(&set->relay_state, rec, "RelayState");
	take_value(&set->managed, rec, "ManagedPolicies", JV_KIND_ARRAY);
	take_value(&set->customer, rec, "CustomerManagedPolicies", JV_KIND_ARRAY);
	take_value(&set->boundary, rec, "PermissionsBoundary", JV_KIND_OBJECT);
	take_value(&set->tags, rec, "Tags", JV_KIND_OBJECT);
	jv policy = rec_get(rec, "InlinePolicy");
	if (jv_get_kind(policy) == JV_KIND_OBJECT)
		set->inline_policy = json_string(policy);
	jv_free(policy);
	if (rec_true(rec, "Managed") && rec_len(set->tags) == 0)
		set->tags = rec_set_str(set->tags, "SSOPipeline", "true");
	jv outdated = rec_get(rec, "OutdatedAccounts");
	int status = 0;
	for (int i = 0; status == 0 && i < rec_len(outdated); i++) {
		const char *id = rec_str_at(outdated, i);
		struct account *account = id != NULL ? sim_account(l->sim, id) : NULL;
		if (account == NULL)
			status = bad(l, "no Account came before with the Id", id);
		else
			sim_make_pair(set, account)->outdated = 1;
	}
	jv_free(outdated);
	return status;
}

static int load_assignment(struct load *l, jv rec)
{
	struct sim *s = l->sim;
	const char *account_id = rec_str_or(rec, "AccountId", "");
	const char *name = rec_str_or(rec, "PermissionSetName", "");
	const char *type = rec_str_or(rec, "PrincipalType", "");
	const char *id = rec_str(rec, "PrincipalId"),
		   *principal_name = rec_str(rec, "PrincipalName");
	enum principal_type wanted =
		strcmp(type, "USER") == 0 ? PRINCIPAL_USER : PRINCIPAL_GROUP;
	struct account *account = sim_account(s, account_id);
	struct set *set = map_get(&s->sets_by_name, name);
	struct principal *principal = id != NULL ? sim_principal(s, id) : NULL;
	if (account == NULL)
		return bad(l, "no Account came before with the AccountId", account_id);
	if (set == NULL)
		return bad(
			l, "no PermissionSet came before with the PermissionSetName", name);
	if (id == NULL && principal_name != NULL)
		principal = sim_principal_named(s, wanted, principal_name);
	if (principal == NULL && id == NULL)
		return bad(l, "no Group or User came before with the PrincipalName",
			principal_name);
	if (principal == NULL) {
		/* An assignment outlives its principal: known by its id alone, in no list.
		 */
		principal = sim_add_principal(s, wanted, id, id, NULL);
		principal->gone = 1;
	}
	if (pair_has(sim_pair(set, account), principal))
		return bad(l, "a repeated AccountAssignment of the principal",
			principal->name);
	struct pair *pair = sim_make_pair(set, account);
	int outdated = pair->outdated;
	sim_assign(set, account, principal);
	/* OutdatedAccounts came with the set, before there was anything to be outdated. */
	pair->outdated = outdated;
	return 0;
}

static int load_record(struct load *l, jv rec)
{
	static const struct {
		const char *kind;
		int (*load)(struct load *, jv);
	} kinds[] = {
		{ "Instance", load_instance },
		{ "Root", load_unit },
		{ "OrganizationalUnit", load_unit },
		{ "Account", load_account },
		{ "Group", load_group },
		{ "User", load_user },
		{ "PermissionSet", load_set },
		{ "AccountAssignment", load_assignment },
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (rec_is(rec, kinds[i].kind))
			return kinds[i].load(l, rec);
	return 0;
}

int sim_load_fd(struct sim *s, int fd, const char *name)
{
	struct load l = { .sim = s, .file = name };
	struct stream_in in;
	struct err err;
	stream_open(&in, fd, name, "idc-sim", STREAM_BIT(STREAM_STATE));
	jv rec;
	int got, status = 0;
	while (status == 0 && (got = stream_next(&in, &rec, &err)) != 0) {
		if (got < 0) {
			status = stream_fail(&err);
			break;
		}
		l.line = in.lines.number;
		status = load_record(&l, rec);
		jv_free(rec);
	}
	stream_release(&in);
	return status;
}

int sim_load(struct sim *s, const char *path)
{
	const char *name;
	int fd = cmd_open(path, &name);
	if (fd < 0)
		return STATUS_FAILED;
	int status = sim_load_fd(s, fd, name);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}
