#include "diff_sets.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diff_policies.h"
#include "mem.h"
#include "rec.h"
#include "text.h"
#include "when.h"

#define DEFAULT_TAG_VALUE "true"

/* --- adding ------------------------------------------------------------------------- */

jv diff_input(const struct diff *d, const char *arn_member)
{
	jv in = rec_set_str(
		jv_object(), "InstanceArn", model_instance(d->p->m, "InstanceArn"));
	return rec_set(in, arn_member, set_reference(d->p->m, d->set));
}

jv diff_change(const char *field, jv from, jv to)
{
	jv both = jv_object();
	if (jv_is_valid(from))
		both = rec_set(both, "From", from);
	else
		jv_free(from);
	if (jv_is_valid(to))
		both = rec_set(both, "To", to);
	else
		jv_free(to);
	return rec_set(jv_object(), field, both);
}

uint32_t diff_add(struct diff *d, enum operation op, jv request, jv changes, char *reason)
{
	struct action a = action_of(op, d->set);
	a.request = request;
	a.reason = reason;
	if (jv_is_valid(d->live))
		a.changes = changes;
	else
		jv_free(changes);
	uint32_t number = plan_add(d->p, a);
	plan_depend(d->p, d->edits->gate);
	d->edits->n++;
	if (jv_is_valid(d->live) && op != TAG && op != UNTAG)
		d->edits->changed = 1;
	return number;
}

char *diff_because(const struct diff *d, const char *what)
{
	if (d->place[0] == '\0')
		return mem_string(what);
	return mem_format("%s (%s)", what, d->place);
}

/* --- tags --------------------------------------------------------------------------- */

static int is_reserved_tag(const struct diff *d, const char *key)
{
	return strcmp(key, d->p->settings->tag_key) == 0 || text_starts(key, "aws:");
}

static jv ownership_tag(const struct diff *d)
{
	const char *value = d->p->settings->tag_value;
	jv tag = rec_set_str(jv_object(), "Key", d->p->settings->tag_key);
	return rec_set_str(tag, "Value", value != NULL ? value : DEFAULT_TAG_VALUE);
}

/* Members of a that b has not, or has with another value; reserved ones left out. */
static jv tags_beyond(const struct diff *d, jv a, jv b, int keys_only)
{
	jv out = jv_object();
	jv keys = jv_is_valid(a) ? jv_keys(jv_copy(a)) : jv_array();
	for (int i = 0; i < rec_len(keys); i++) {
		const char *key = rec_str_at(keys, i);
		const char *value = rec_str_or(a, key, ""), *other = rec_str(b, key);
		if (is_reserved_tag(d, key) ||
			(other != NULL && (keys_only || strcmp(value, other) == 0)))
			continue;
		out = rec_set_str(out, key, value);
	}
	jv_free(keys);
	return out;
}

/* {"k": "v"} as AWS takes tags, behind those that are in list already (taken). */
static jv tag_list(jv list, jv tags)
{
	jv_object_foreach(tags, key, value)
	{
		jv tag = rec_set(jv_object(), "Key", key);
		list = rec_push(list, rec_set(tag, "Value", value));
	}
	return list;
}

/* The values that other has for the keys of tags. */
static jv tags_among(jv tags, jv other)
{
	jv out = jv_object();
	jv keys = jv_keys(jv_copy(tags));
	for (int i = 0; i < rec_len(keys); i++)
		out = rec_set_from(out, rec_str_at(keys, i), other);
	jv_free(keys);
	return out;
}

static void diff_added_tags(struct diff *d, jv want, jv live)
{
	int adopt = d->p->m->sets[d->set].adopt;
	jv more = tags_beyond(d, want, live, 0);
	if (adopt || rec_len(more) > 0) {
		jv list = jv_array();
		if (adopt)
			list = rec_push(list, ownership_tag(d));
		jv request =
			rec_set(diff_input(d, "ResourceArn"), "Tags", tag_list(list, more));
		jv changes = diff_change("Tags", tags_among(more, live), jv_copy(more));
		uint32_t number = diff_add(d, TAG, request, changes,
			adopt ? mem_format("--adopt %s: the ownership tag is added",
					d->p->m->sets[d->set].name)
			      : diff_because(d, "the tags differ from the template"));
		if (adopt)
			d->edits->gate = number;
	}
	jv_free(more);
}

static void diff_removed_tags(struct diff *d, jv want, jv live)
{
	jv extra = tags_beyond(d, live, want, 1);
	if (rec_len(extra) > 0) {
		jv request = rec_set(
			diff_input(d, "ResourceArn"), "TagKeys", jv_keys(jv_copy(extra)));
		diff_add(d, UNTAG, request,
			diff_change("Tags", jv_copy(extra), jv_invalid()),
			diff_because(d, "the template does not have these tags"));
	}
	jv_free(extra);
}

/* --- create and update -------------------------------------------------------------- */

static void create(struct diff *d)
{
	const struct set *s = &d->p->m->sets[d->set];
	jv request = rec_set_str(jv_object(), "Name", s->name);
	request = rec_set_from(request, "Description", d->want);
	request =
		rec_set_str(request, "InstanceArn", model_instance(d->p->m, "InstanceArn"));
	request = rec_set_from(request, "SessionDuration", d->want);
	request = rec_set_from(request, "RelayState", d->want);
	jv tags = rec_get(d->want, "Tags");
	jv own = tags_beyond(d, tags, jv_invalid(), 0);
	jv list = rec_push(jv_array(), ownership_tag(d));
	request = rec_set(request, "Tags", tag_list(list, own));
	jv_free(own);
	jv_free(tags);
	char *reason = s->was == NONE
			       ? diff_because(d, "no such permission set yet")
			       : mem_format("permission set '%s' is renamed to '%s'%s%s%s",
					 d->p->m->sets[s->was].name, s->name,
					 d->place[0] != '\0' ? " (" : "", d->place,
					 d->place[0] != '\0' ? ")" : "");
	d->edits->gate = diff_add(d, CREATE_SET, request, jv_invalid(), reason);
}

static int same_text(const char *want, const char *live)
{
	return strcmp(want, live != NULL ? live : "") == 0;
}

static int same_duration(const char *want, const char *live)
{
	long a, b;
	return live != NULL && when_parse_iso_duration(want, &a) == 0 &&
	       when_parse_iso_duration(live, &b) == 0 && a == b;
}

static const struct {
	const char *name;
	int (*same)(const char *want, const char *live);
} fields[] = {
	{ "Description", same_text },
	{ "SessionDuration", same_duration },
	{ "RelayState", same_text },
};

/* UpdatePermissionSet clears what it is not given, so all of it is always sent. */
static void diff_fields(struct diff *d)
{
	jv request = diff_input(d, "PermissionSetArn"), changes = jv_object();
	struct buf names;
	int n = 0;
	buf_init(&names, 256);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *name = fields[i].name;
		const char *want = rec_str(d->want, name), *live = rec_str(d->live, name);
		if (want != NULL && !fields[i].same(want, live)) {
			jv from = rec_get(d->live, name), to = rec_get(d->want, name);
			jv one = diff_change(name, from, to);
			changes = rec_set_from(changes, name, one);
			jv_free(one);
			buf_addf(&names, "%s%s", n++ > 0 ? ", " : "", name);
		}
		request = rec_set_from(request, name, want != NULL ? d->want : d->live);
	}
	if (n > 0) {
		buf_adds(&names,
			n > 1 ? " differ from the template" : " differs from the template");
		diff_add(d, UPDATE_SET, request, changes, diff_because(d, buf_str(&names)));
	} else {
		jv_free(request);
		jv_free(changes);
	}
	buf_release(&names);
}

/* --- a set, and all of them --------------------------------------------------------- */

static void diff_set(struct diff *d)
{
	jv want_tags = rec_get(d->want, "Tags"), live_tags = rec_get(d->live, "Tags");
	if (!jv_is_valid(d->live)) {
		create(d);
	} else {
		diff_added_tags(d, want_tags, live_tags);
		diff_fields(d);
	}
	diff_policies(d);
	if (jv_is_valid(d->live))
		diff_removed_tags(d, want_tags, live_tags);
	jv_free(want_tags);
	jv_free(live_tags);
}

void diff_sets(struct plan *p)
{
	struct model *m = p->m;
	p->edits = mem_array(m->n_sets, sizeof(*p->edits));
	for (size_t i = 0; i < m->n_sets; i++) {
		struct diff d = { p, (uint32_t)i, m->sets[i].want, m->sets[i].live,
			&p->edits[i], NULL };
		p->edits[i] =
			(struct edits){ .first = (uint32_t)p->n_actions, .gate = NONE };
		if (!jv_is_valid(m->sets[i].want) || m->sets[i].same)
			continue;
		jv source = rec_get(d.want, "Source");
		d.place = source_text(source);
		diff_set(&d);
		free(d.place);
		jv_free(source);
	}
}

/* --- provisioning ------------------------------------------------------------------- */

static const char *accounts_text(size_t n)
{
	return n == 1 ? "account" : "accounts";
}

/* One account alone is named; more than one take one operation together. */
static void provision(struct plan *p, uint32_t set, uint32_t only, char *reason)
{
	const struct edits *e = &p->edits[set];
	struct action a = action_of(PROVISION, set);
	a.reason = reason;
	a.account = only;
	a.request = rec_set_str(
		jv_object(), "InstanceArn", model_instance(p->m, "InstanceArn"));
	a.request = rec_set(a.request, "PermissionSetArn", set_reference(p->m, set));
	if (only != NONE)
		a.request = rec_set_str(a.request, "TargetId", p->m->accounts[only].id);
	a.request = rec_set_str(a.request, "TargetType",
		only != NONE ? "AWS_ACCOUNT" : "ALL_PROVISIONED_ACCOUNTS");
	plan_add(p, a);
	for (uint32_t i = 0; i < e->n; i++)
		if (e->first + i == e->gate ||
			(p->actions[e->first + i].op != TAG &&
				p->actions[e->first + i].op != UNTAG))
			plan_depend(p, e->first + i);
}

void diff_provisioning(struct plan *p)
{
	for (uint32_t i = 0; i < p->m->n_sets; i++) {
		const struct set *s = &p->m->sets[i];
		if (!jv_is_valid(s->want) || !jv_is_valid(s->live))
			continue;
		if (p->edits[i].changed && s->n_accounts > 0)
			provision(p, i, NONE,
				mem_format("it changes, and is provisioned in %zu %s",
					s->n_accounts, accounts_text(s->n_accounts)));
		else if (!p->edits[i].changed && s->n_outdated > 0)
			provision(p, i, s->n_outdated == 1 ? s->outdated[0] : NONE,
				mem_format("its role is out of date in %zu %s",
					s->n_outdated, accounts_text(s->n_outdated)));
	}
}
