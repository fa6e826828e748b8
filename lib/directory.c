#include "directory.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

const struct directory_words directory_words[PRINCIPAL_TYPES] = {
	[PRINCIPAL_GROUP] = { "group", "GROUP", "Group", "GetGroupId", "ListGroups",
		"Groups", "DescribeGroup", "displayName", "GroupId", "DisplayName" },
	[PRINCIPAL_USER] = { "user", "USER", "User", "GetUserId", "ListUsers", "Users",
		"DescribeUser", "userName", "UserId", "UserName" },
};

const char *directory_type_name(enum principal_type type)
{
	return directory_words[type].type;
}

int directory_type_read(const char *s, enum principal_type *type)
{
	for (int i = 0; s != NULL && i < PRINCIPAL_TYPES; i++) {
		if (strcmp(s, directory_words[i].type) != 0)
			continue;
		*type = (enum principal_type)i;
		return 0;
	}
	return -1;
}

/* --- listing ------------------------------------------------------------------------ */

static int read_entry(void *ctx, jv item)
{
	const struct directory_listing *l = ctx;
	const struct directory_words *w = &directory_words[l->type];
	const char *id = rec_str(item, w->id);
	if (id == NULL || id[0] == '\0')
		return ask_bad(l->ask, w->list, "a %s without %s", w->word, w->id);
	l->entry(l->ctx, l->type, item, id, rec_str(item, w->name));
	return 0;
}

static int list_page(void *ctx, jv items)
{
	struct directory_listing *l = ctx;
	return ask_each(l->ask, directory_words[l->type].list, items, read_entry, l) ||
	       l->page(l->ctx, l->type);
}

static void list_done(void *ctx, const struct aws_result *res)
{
	const struct directory_listing *l = ctx;
	l->done(l->ctx, l->type, res);
}

void directory_list_from(struct directory_listing *l, const char *store, const char *next)
{
	const struct aws_op *op =
		aws_op_find(AWS_IDENTITYSTORE, directory_words[l->type].list);
	jv input = rec_set_str(jv_object(), "IdentityStoreId", store);
	input = rec_set_str(input, op->token_in, next);
	aws_list(l->ask->aws, op->service, op->name, input, list_page, list_done, l);
	jv_free(input);
}

void directory_list(struct directory_listing *l, const char *store)
{
	directory_list_from(l, store, NULL);
}

const char *directory_next(const struct aws_result *res)
{
	const char *token = rec_str(res->output, res->op->token_out);
	return token != NULL && token[0] != '\0' ? token : NULL;
}

/* --- one by one --------------------------------------------------------------------- */

struct lookup {
	struct ask *ask;
	enum principal_type type;
	const char *id;
	directory_found *found;
	void *ctx;
	uint32_t index;
};

static void described(void *ctx, const struct aws_result *res)
{
	struct lookup *u = ctx;
	const char *id = rec_str(res->output, directory_words[u->type].id);
	if (res->err != NULL && !aws_is(res->err, "ResourceNotFoundException"))
		ask_fail(u->ask, res, "can't look up '%.100s'", u->id);
	else if (res->err == NULL && (id == NULL || strcmp(id, u->id) != 0))
		ask_bad(u->ask, res->op->name, "not about '%.100s'", u->id);
	if (!ask_failed(u->ask))
		u->found(u->ctx, u->index, res->output);
	free(u);
}

void directory_describe(struct ask *ask, const char *store, enum principal_type type,
	const char *id, directory_found *found, void *ctx, uint32_t index)
{
	struct lookup *u = mem_alloc(sizeof(*u));
	*u = (struct lookup){ ask, type, id, found, ctx, index };
	jv input = rec_set_str(jv_object(), "IdentityStoreId", store);
	input = rec_set_str(input, directory_words[type].id, id);
	aws_call(ask->aws, AWS_IDENTITYSTORE, directory_words[type].describe, input,
		described, u);
	jv_free(input);
}
