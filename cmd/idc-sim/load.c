#include "sim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "diag.h"
#include "json.h"
#include "mem.h"
#include "pattern.h"
#include "rec.h"
#include "status.h"
#include "stream.h"
#include "when.h"

struct load {
	struct sim *sim;
	const char *file;
	size_t line;
	int partial; /* it does not have all records of every kind */
};

static int bad(const struct load *l, const char *what, const char *value)
{
	diag_at(DIAG_ERROR, l->file, l->line, 1, "%s '%s'", what,
		value != NULL ? value : "");
	return STATUS_INCOMPLETE;
}

/* What is wrong with a name or id that is not there, or was there before. */
static int named(const struct load *l, const char *member, const char *value)
{
	char *what = value != NULL ? mem_format("repeated %s", member)
				   : mem_format("no %s that is a string:", member);
	int status = bad(l, what, value);
	free(what);
	return status;
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

#define UUID                                                                               \
	"([0-9a-f]{10}-)?[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-"     \
	"[A-Fa-f0-9]{12}"
#define INSTANCE "(sso)?ins-[a-zA-Z0-9-.]{16}"
#define ARN "arn:aws(-[a-z]{1,5}){0,3}:"

/* What members have to look like where they are given: ids and ARNs are taken apart later.
 */
static const struct form {
	const char *kind, *key, *pattern;
} forms[] = {
	{ "Instance", "InstanceArn", ARN "sso:::instance/" INSTANCE },
	{ "Instance", "IdentityStoreId", "d-[0-9a-f]{10}|" UUID },
	{ "Instance", "OwnerAccountId", "\\d{12}" },
	{ "Instance", "ManagementAccountId", "\\d{12}" },
	{ "Instance", "Region", "[a-z]{2,5}(-[a-z]{2,12}){1,3}-\\d{1,2}" },
	{ "Instance", "OrganizationId", "o-[a-z0-9]{10,32}" },
	{ "Root", "Id", "r-[0-9a-z]{4,32}" },
	{ "OrganizationalUnit", "Id", "ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}" },
	{ "Account", "Id", "\\d{12}" },
	{ "Account", "State",
		"PENDING_ACTIVATION|ACTIVE|SUSPENDED|PENDING_CLOSURE|CLOSED" },
	{ "Group", "GroupId", UUID },
	{ "User", "UserId", UUID },
	{ "PermissionSet", "PermissionSetArn",
		ARN "sso:::permissionSet/" INSTANCE "/ps-[a-zA-Z0-9-./]{16}" },
	{ "PermissionSet", "Name", "[\\w+=,.@-]{1,32}" },
	{ "PermissionSet", "SessionDuration", "PT(\\d+H)?(\\d+M)?(\\d+S)?" },
	{ "AccountAssignment", "PrincipalId", UUID },
};

static int check_forms(struct load *l, const char *kind, jv rec)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *value = strcmp(kind, forms[i].kind) == 0
					    ? rec_str(rec, forms[i].key)
					    : NULL;
		if (value != NULL && !pattern_matches(forms[i].pattern, value)) {
			char *what = mem_format("%s is not of AWS's form:", forms[i].key);
			int status = bad(l, what, value);
			free(what);
			return status;
		}
	}
	return 0;
}

/* The elements of a set's policies: ARNs, and objects with a name. */
static int check_policies(struct load *l, jv rec)
{
	jv managed = rec_get(rec, "ManagedPolicies"),
	   customer = rec_get(rec, "CustomerManagedPolicies");
	int status = 0;
	for (int i = 0; status == 0 && i < rec_len(managed); i++) {
		const char *arn = rec_str_at(managed, i);
		if (arn == NULL ||
			!pattern_matches(ARN "iam::aws:policy/[\\w+=,.@/-]+", arn))
			status = bad(l, "no ARN of a managed policy:", arn);
	}
	for (int i = 0; status == 0 && i < rec_len(customer); i++) {
		jv reference = rec_at(customer, i);
		if (rec_str(reference, "Name") == NULL)
			status = bad(l, "a customer managed policy without", "Name");
		jv_free(reference);
	}
	jv_free(managed);
	jv_free(customer);
	return status;
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
	double made = rec_num(rec, "IdsMade", 0);
	if (made > (double)s->made && made < 1e15)
		s->made = (unsigned long)made;
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
		return named(l, "Id", id);
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
		return named(l, "Id", id);
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
		return named(l, "DisplayName", name);
	if (id != NULL && sim_principal(l->sim, id) != NULL)
		return named(l, "GroupId", id);
	sim_add_principal(l->sim, PRINCIPAL_GROUP, id, name, NULL);
	return 0;
}

static int load_user(struct load *l, jv rec)
{
	const char *id = rec_str(rec, "UserId"), *name = rec_str(rec, "UserName");
	if (name == NULL || sim_principal_named(l->sim, PRINCIPAL_USER, name) != NULL)
		return named(l, "UserName", name);
	if (id != NULL && sim_principal(l->sim, id) != NULL)
		return named(l, "UserId", id);
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
		return named(l, "Name", name);
	if (check_policies(l, rec) != 0)
		return STATUS_INCOMPLETE;
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
	set->managed = jv_sort(jv_copy(set->managed), set->managed);
	set->customer = jv_sort(jv_copy(set->customer), set->customer);
	for (int i = 0; i < rec_len(set->managed); i++)
		map_put(&l->sim->policies, rec_str_at(set->managed, i), set);
	take_value(&set->boundary, rec, "PermissionsBoundary", JV_KIND_OBJECT);
	take_value(&set->tags, rec, "Tags", JV_KIND_OBJECT);
	jv policy = rec_get(rec, "InlinePolicy");
	if (jv_get_kind(policy) == JV_KIND_OBJECT)
		set->inline_policy = json_string(policy);
	take_string(&set->inline_policy, rec, "InlinePolicyText");
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
	const char *kind = rec_str_or(rec, "Kind", "");
	if (check_forms(l, kind, rec) != 0)
		return STATUS_INCOMPLETE;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kind, kinds[i].kind) == 0)
			return kinds[i].load(l, rec);
	return 0;
}

static void note_begin(void *ctx, jv begin)
{
	struct load *l = ctx;
	l->partial |= rec_has(begin, "Complete");
}

int sim_load_fd(struct sim *s, int fd, const char *name)
{
	struct load l = { .sim = s, .file = name };
	struct stream_in in;
	struct err err;
	stream_open(&in, fd, name, "idc-sim", STREAM_BIT(STREAM_STATE));
	in.begun = note_begin;
	in.begun_ctx = &l;
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
	if (status == 0 && l.partial)
		diag_warning(
			"%s has not all that there is (idc-dump --only): what it lacks "
			"is taken for not there",
			name);
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
