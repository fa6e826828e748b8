#include "state.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "diag.h"
#include "map.h"
#include "rec.h"
#include "status.h"
#include "stream.h"
#include "text.h"

/* One reading. */
struct reading {
	const struct state *to;
	struct stream_in in;
	struct map parents; /* account id to node + 1 */
	struct map units;   /* ids of the root and the OUs that have records */
};

static int bad(const struct reading *r, const char *what)
{
	diag_at(DIAG_ERROR, r->in.file, r->in.lines.number, 1, "%s", what);
	return -1;
}

static int read_instance(struct reading *r, jv rec)
{
	struct instance *to = r->to->instance;
	const char *management = rec_str(rec, "ManagementAccountId");
	if (management == NULL || !text_is_account_id(management) ||
		rec_str(rec, "InstanceArn") == NULL ||
		rec_str(rec, "IdentityStoreId") == NULL ||
		rec_str(rec, "OwnerAccountId") == NULL || rec_str(rec, "Region") == NULL)
		return bad(r, "an Instance record that lacks members");
	if (jv_is_valid(to->rec) && !rec_equal(to->rec, rec))
		return bad(r, "a second Instance, which is another one");
	jv_free(to->rec);
	to->rec = jv_copy(rec);
	to->region = rec_str(to->rec, "Region");
	snprintf(to->management, sizeof(to->management), "%s", management);
	return 0;
}

/* The node with rec's Id, named by it, or ORG_NONE. */
static uint32_t read_node(struct reading *r, jv rec, const char *prefix)
{
	const char *id = rec_str(rec, "Id"), *name = rec_str(rec, "Name");
	if (id == NULL || name == NULL || !text_starts(id, prefix)) {
		bad(r, "a record without a valid Id or Name");
		return ORG_NONE;
	}
	map_put(&r->units, id, NULL);
	uint32_t node = org_node_add(r->to->org, id);
	org_set_name(r->to->org, node, name);
	return node;
}

static int read_root(struct reading *r, jv rec)
{
	uint32_t node = read_node(r, rec, "r-");
	if (node == ORG_NONE)
		return -1;
	if (r->to->org->root != ORG_NONE && r->to->org->root != node)
		return bad(r, "a second root");
	r->to->org->root = node;
	return 0;
}

static int read_unit(struct reading *r, jv rec)
{
	uint32_t node = read_node(r, rec, "ou-");
	const char *parent = rec_str(rec, "ParentId");
	if (node == ORG_NONE)
		return -1;
	if (parent == NULL)
		return bad(r, "an OrganizationalUnit without ParentId");
	uint32_t above = org_node_add(r->to->org, parent);
	const struct org_node *n = &r->to->org->nodes[node];
	if ((n->parent != ORG_NONE && n->parent != above) ||
		org_is_under(r->to->org, above, node))
		return bad(r, "an OrganizationalUnit that is in two places, or in itself");
	r->to->org->nodes[node].parent = above;
	return 0;
}

static jv tag_list(jv tags)
{
	jv list = jv_array();
	if (jv_get_kind(tags) != JV_KIND_OBJECT)
		return list;
	jv_object_foreach(tags, key, value)
	{
		jv tag = rec_set(jv_object(), "Key", key);
		list = rec_push(list, rec_set(tag, "Value", value));
	}
	return list;
}

static int read_account(struct reading *r, jv rec)
{
	const char *id = rec_str(rec, "Id"), *name = rec_str(rec, "Name");
	const char *state = rec_str_or(rec, "State", "ACTIVE"),
		   *parent = rec_str(rec, "ParentId");
	if (id == NULL || !text_is_account_id(id) || name == NULL || parent == NULL)
		return bad(r, "an Account without a valid Id, Name or ParentId");
	struct org_account *a = org_add_account(r->to->org, id, name, state);
	jv tags = rec_get(rec, "Tags");
	a->tags = tag_list(tags);
	jv_free(tags);
	map_put(&r->parents, id, (void *)(uintptr_t)(org_node_add(r->to->org, parent) + 1));
	return 0;
}

static int read_principal(struct reading *r, int type, const char *id, const char *name)
{
	if (id == NULL || name == NULL)
		return bad(r, "a Group or User without its id or name");
	principals_tell(r->to->principals, type, name, id);
	return 0;
}

static int read_group(struct reading *r, jv rec)
{
	return read_principal(
		r, PRINCIPAL_GROUP, rec_str(rec, "GroupId"), rec_str(rec, "DisplayName"));
}

static int read_user(struct reading *r, jv rec)
{
	return read_principal(
		r, PRINCIPAL_USER, rec_str(rec, "UserId"), rec_str(rec, "UserName"));
}

static const struct {
	const char *kind;
	int (*read)(struct reading *r, jv rec);
} kinds[] = {
	{ "Instance", read_instance },
	{ "Root", read_root },
	{ "OrganizationalUnit", read_unit },
	{ "Account", read_account },
	{ "Group", read_group },
	{ "User", read_user },
};

static int read_record(struct reading *r, jv rec)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (rec_is(rec, kinds[i].kind))
			return kinds[i].read(r, rec);
	return 0;
}

/* Places the accounts, and marks everything as answered. -1: parts are missing. */
static int complete(struct reading *r)
{
	struct org *org = r->to->org;
	int missing = !jv_is_valid(r->to->instance->rec) || org->root == ORG_NONE;
	org_index(org);
	for (uint32_t i = 0; i < org->n_nodes; i++) {
		missing |= !map_has(&r->units, org->nodes[i].id);
		missing |= !missing && !org_is_under(org, i, org->root);
		org->nodes[i].children = ORG_ANSWERED;
		org->nodes[i].accounts = ORG_ANSWERED;
	}
	for (uint32_t i = 0; i < org->n_accounts; i++) {
		uintptr_t node = (uintptr_t)map_get(&r->parents, org->accounts[i].id);
		org_place(org, i, (uint32_t)(node - 1));
	}
	org->walk = 1;
	org->tags = ORG_ANSWERED;
	if (!missing && org->n_accounts > 0)
		return 0;
	diag_error(
		"%s: not a whole organization: it needs an Instance, a Root, accounts, and "
		"every parent that is mentioned",
		r->in.file);
	return -1;
}

/* Whether the dump is of the instance that was asked for. */
static int right_instance(const struct reading *r, const char *wanted)
{
	const char *arn = rec_str(r->to->instance->rec, "InstanceArn");
	if (wanted == NULL || strcmp(wanted, arn) == 0)
		return 1;
	diag_error("%s: it is of instance '%s', not of '%s'", r->in.file, arn, wanted);
	return 0;
}

int state_read(const struct state *to, const char *path, const char *instance_arn)
{
	struct reading r = { .to = to };
	struct err err;
	const char *name;
	jv rec;
	int wrong = 0, got;
	int fd = cmd_open(path, &name);
	if (fd < 0)
		return STATUS_FAILED;
	map_init(&r.parents);
	map_init(&r.units);
	stream_open(&r.in, fd, name, diag_prog(), STREAM_BIT(STREAM_STATE));
	while ((got = stream_next(&r.in, &rec, &err)) > 0) {
		wrong |= read_record(&r, rec);
		jv_free(rec);
	}
	int status = got < 0 ? stream_fail(&err) : STATUS_OK;
	if (status == STATUS_OK &&
		(wrong || complete(&r) != 0 || !right_instance(&r, instance_arn)))
		status = STATUS_FAILED;
	stream_release(&r.in);
	map_release(&r.parents, NULL);
	map_release(&r.units, NULL);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}
