#include "call.h"

#include <strings.h>

#include "rec.h"

int tags_allowed(struct call *c)
{
	jv list = rec_get(c->input, "Tags");
	for (int i = 0; i < rec_len(list); i++) {
		jv tag = rec_at(list, i);
		if (strncasecmp(rec_str_or(tag, "Key", ""), "aws:", 4) == 0)
			call_fail(c, 400, validation_code(c),
				"aws: prefixed tag key names are not allowed for external "
				"use.");
		jv_free(tag);
	}
	jv_free(list);
	return c->status == 0 ? 0 : -1;
}

jv tags_merge(jv tags, jv list)
{
	for (int i = 0; i < rec_len(list); i++) {
		jv tag = rec_at(list, i);
		tags = rec_set_str(tags, rec_str(tag, "Key"), rec_str(tag, "Value"));
		jv_free(tag);
	}
	return tags;
}

int tags_add(struct call *c, jv *tags, int max)
{
	if (tags_allowed(c) != 0)
		return -1;
	jv list = rec_get(c->input, "Tags");
	jv merged = tags_merge(jv_copy(*tags), list);
	jv_free(list);
	if (rec_len(merged) > max) {
		jv_free(merged);
		call_fail(
			c, 400, "ServiceQuotaExceededException", "more than %d tags", max);
		return -1;
	}
	jv_free(*tags);
	*tags = merged;
	return 0;
}

void tags_remove(const struct call *c, jv *tags)
{
	jv keys = rec_get(c->input, "TagKeys");
	for (int i = 0; i < rec_len(keys); i++)
		*tags = jv_object_delete(*tags, rec_at(keys, i));
	jv_free(keys);
}

struct tags {
	jv tags, keys;
};

static jv tag_item(const struct call *c, const void *items, size_t i)
{
	const struct tags *t = items;
	const char *key = rec_str_at(t->keys, (int)i);
	(void)c;
	return rec_set_str(
		rec_set_str(jv_object(), "Key", key), "Value", rec_str(t->tags, key));
}

jv page_tags(struct call *c, jv tags, const struct page *page)
{
	struct tags t = { tags, jv_keys(jv_copy(tags)) };
	jv answer = page_answer(c, "Tags", &t, (size_t)rec_len(t.keys), page, tag_item);
	jv_free(t.keys);
	return answer;
}
