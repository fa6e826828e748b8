/* What is to be known beside the permission sets, and what it all comes to. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "show.h"

#define SUMMARY_MAX 2000

/* --- remarks ------------------------------------------------------------------------ */

static int compare(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static int by_remark(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;
	const struct remark *r = x->value, *s = y->value;
	int c = compare(r->set, s->set);
	if (c == 0 && r->who != NULL && s->who != NULL)
		c = compare(r->who->name, s->who->name);
	return c != 0 ? c : strcmp(x->key, y->key);
}

/* What was tried, in words that go before "to group X" and "in Y". */
static const char *tried(const char *operation)
{
	static const struct {
		const char *operation, *words;
	} all[] = {
		{ "CreateAccountAssignment", "grant to" },
		{ "DeleteAccountAssignment", "revoke from" },
		{ "CreatePermissionSet", "create the permission set" },
		{ "UpdatePermissionSet", "update the permission set" },
		{ "DeletePermissionSet", "delete the permission set" },
		{ "ProvisionPermissionSet", "update its roles" },
		{ "TagResource", "add tags" },
		{ "UntagResource", "remove tags" },
		{ "PutInlinePolicyToPermissionSet", "set the inline policy" },
		{ "DeleteInlinePolicyFromPermissionSet", "remove the inline policy" },
		{ "AttachManagedPolicyToPermissionSet", "attach a managed policy" },
		{ "DetachManagedPolicyFromPermissionSet", "detach a managed policy" },
		{ "AttachCustomerManagedPolicyReferenceToPermissionSet",
			"attach a customer managed policy" },
		{ "DetachCustomerManagedPolicyReferenceFromPermissionSet",
			"detach a customer managed policy" },
		{ "PutPermissionsBoundaryToPermissionSet", "set the permissions boundary" },
		{ "DeletePermissionsBoundaryFromPermissionSet",
			"remove the permissions boundary" },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i].operation, operation) == 0)
			return all[i].words;
	return operation;
}

/* The first line, about whom and what; a notice may be about nothing in particular. */
static void show_subject(struct page *page, const struct remark *r, enum colour colour)
{
	if (r->set != NULL)
		page_word(page, COLOUR_HEAD, r->set, ":");
	if (r->kind != REMARK_NOTICE)
		page_put(page, colour, "%s", tried(r->what));
	if (r->who != NULL) {
		char *label = principal_label(r->who);
		page_put(page, COLOUR_NONE, "%s", label);
		free(label);
		if (r->who->orphan)
			page_put(page, COLOUR_CHANGE, "(no longer exists)");
	}
	if (r->where.n > 0)
		page_put(page, COLOUR_NONE, "in");
	show_places(page, COLOUR_NONE, &r->where);
}

static void show_remark(struct page *page, const struct remark *r, enum colour colour)
{
	int long_subject = r->who != NULL || r->where.n > 0 || r->kind != REMARK_NOTICE;
	page_begin(page, 0, 4, colour, "!");
	show_subject(page, r, colour);
	if (long_subject) {
		page_end(page);
		page_begin(page, 6, 0, COLOUR_NONE, NULL);
	}
	page_put(page, COLOUR_NONE, "%s", r->reason);
	if (r->code != NULL && strstr(r->reason, r->code) == NULL)
		page_put(page, COLOUR_NONE, "(%s)", r->code);
	if (r->source != NULL)
		page_word(page, COLOUR_FAINT, r->source, "");
	page_end(page);
}

void show_remarks(struct page *page, const struct model *m)
{
	static const struct {
		const char *title;
		enum colour colour;
	} sections[REMARKS] = {
		[REMARK_FAILED] = { "Failed", COLOUR_REVOKE },
		[REMARK_SKIPPED] = { "Skipped", COLOUR_CHANGE },
		[REMARK_NOTICE] = { "Worth knowing", COLOUR_CHANGE },
	};
	struct map_entry *all = show_sorted(&m->remarks, by_remark);
	for (int kind = 0; kind < REMARKS; kind++) {
		if (m->n_remarks[kind] == 0)
			continue;
		page_blank(page);
		page_line(page, 0, COLOUR_HEAD, NULL, "%s", sections[kind].title);
		for (size_t i = 0; i < m->remarks.n; i++) {
			const struct remark *r = all[i].value;
			if ((int)r->kind == kind)
				show_remark(page, r, sections[kind].colour);
		}
	}
	free(all);
}

/* --- the summary -------------------------------------------------------------------- */

/* Adds "N thing(s)" behind a separator, unless there are none. */
static void add_count(struct buf *b, size_t n, const char *one, const char *many)
{
	if (n == 0)
		return;
	char *text = show_count(n, one, many);
	buf_addf(b, "%s%s", b->len > 0 ? ", " : "", text);
	free(text);
}

/* How many permission sets are created, changed, deleted; and only get their roles updated.
 */
struct tally {
	size_t created, changed, deleted, provisioned;
};

static struct tally count_sets(const struct model *m)
{
	struct tally t = { 0 };
	for (size_t i = 0; i < m->sets.n; i++) {
		const struct set *set = m->sets.entries[i].value;
		if (set->created)
			t.created++;
		else if (set->deleted)
			t.deleted++;
		else if (set->changed)
			t.changed++;
		else
			t.provisioned += set->provisioned != NULL;
	}
	return t;
}

/* "3 permission sets created, 1 changed"; of a plan, "to create" and so on. */
static void add_sets(struct buf *b, const struct tally *t, int plan)
{
	const struct {
		size_t n;
		const char *will, *did;
	} parts[] = {
		{ t->created, "to create", "created" },
		{ t->changed, "to change", "changed" },
		{ t->deleted, "to delete", "deleted" },
		{ t->provisioned, "to update in its accounts", "updated in its accounts" },
	};
	int first = 1;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].n == 0)
			continue;
		const char *things =
			parts[i].n == 1 ? " permission set" : " permission sets";
		buf_addf(b, "%s%zu%s %s", first ? "" : ", ", parts[i].n,
			first ? things : "", plan ? parts[i].will : parts[i].did);
		first = 0;
	}
}

/* " for 5 principals in 9 accounts" */
static void add_reach(struct buf *b, const struct model *m)
{
	char *who = show_count(m->touched_principals.n, "principal", "principals");
	char *where = show_count(m->touched_accounts.n, "account", "accounts");
	buf_addf(b, " for %s in %s", who, where);
	free(who);
	free(where);
}

static void add_assignments(struct buf *b, const struct model *m)
{
	struct buf part;
	buf_init(&part, SUMMARY_MAX);
	add_count(&part, m->n_what[WHAT_GRANT], "grant", "grants");
	add_count(&part, m->n_what[WHAT_REVOKE], "revoke", "revokes");
	add_count(&part, m->n_what[WHAT_REBIND], "rebind", "rebinds");
	if (part.len > 0) {
		add_reach(&part, m);
		buf_addf(b, "%s%s", b->len > 0 ? "; " : "", buf_str(&part));
	}
	buf_release(&part);
}

static void show_footnote(struct page *page)
{
	page_line(page, 0, COLOUR_CHANGE, "*",
		"the last assignment of the permission set in that account: AWS deletes "
		"its role "
		"there, and a role that is made later has another ARN");
}

static void show_outcome(struct page *page, const struct model *m)
{
	size_t bad = m->n_remarks[REMARK_FAILED] + m->n_remarks[REMARK_SKIPPED];
	if (bad == 0)
		page_line(page, 0, COLOUR_NONE, NULL,
			m->n_actions == 1 ? "Its one action succeeded."
					  : "All %zu actions succeeded.",
			m->n_actions);
	else
		page_line(page, 0, COLOUR_REVOKE, NULL,
			"%zu of %zu actions failed, %zu skipped.",
			m->n_remarks[REMARK_FAILED], m->n_actions,
			m->n_remarks[REMARK_SKIPPED]);
}

static void show_change_summary(struct page *page, const struct model *m)
{
	struct tally t = count_sets(m);
	int plan = m->type == STREAM_PLAN;
	struct buf b;
	buf_init(&b, SUMMARY_MAX);
	add_sets(&b, &t, plan);
	add_assignments(&b, m);
	if (b.len == 0)
		buf_adds(&b, "nothing changed");
	if (t.deleted == 0)
		buf_adds(&b, m->n_what[WHAT_REVOKE] == 0
				     ? "; nothing revoked, nothing deleted"
				     : "; nothing deleted");
	if (m->n_roles > 0) {
		page_blank(page);
		show_footnote(page);
	}
	page_blank(page);
	page_line(page, 0, COLOUR_HEAD, NULL, "%s: %s.", plan ? "To do" : "Done",
		buf_str(&b));
	if (!plan)
		show_outcome(page, m);
	buf_release(&b);
}

static void show_holdings_summary(struct page *page, const struct model *m)
{
	struct buf b;
	buf_init(&b, SUMMARY_MAX);
	add_count(&b, m->n_members[MEMBER_ACCOUNT], "account", "accounts");
	add_count(
		&b, m->n_members[MEMBER_OU], "organizational unit", "organizational units");
	add_count(&b, m->n_members[MEMBER_GROUP], "group", "groups");
	add_count(&b, m->n_members[MEMBER_USER], "user", "users");
	page_blank(page);
	if (b.len > 0)
		page_line(page, 0, COLOUR_NONE, NULL, "Organization: %s.", buf_str(&b));
	buf_clear(&b);
	add_count(&b, m->sets.n, "permission set", "permission sets");
	add_count(&b, m->n_rules, "rule", "rules");
	add_count(&b, m->n_what[WHAT_HELD], "assignment", "assignments");
	if (m->n_what[WHAT_HELD] > 0)
		add_reach(&b, m);
	page_line(page, 0, COLOUR_HEAD, NULL, "%s.",
		b.len > 0 ? buf_str(&b) : "No permission set, no assignment");
	buf_release(&b);
}

void show_summary(struct page *page, const struct model *m)
{
	int changes = m->type == STREAM_PLAN || m->type == STREAM_RESULTS;
	if (!changes) {
		show_holdings_summary(page, m);
	} else if (m->n_actions > 0) {
		show_change_summary(page, m);
	} else {
		page_blank(page);
		page_line(page, 0, COLOUR_HEAD, NULL,
			m->type == STREAM_PLAN ? "No changes." : "Nothing was to be done.");
	}
}
