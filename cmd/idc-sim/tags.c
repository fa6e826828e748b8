#include "call.h"

#include <string.h>
#include <strings.h>

#include "rec.h"

#define TAGS_MAX 50

jv tags_merged(struct call *c, jv tags)
{
	jv list = rec_get(c->input, "Tags"), merged = jv_copy(tags);
	for (int i = 0; i < rec_len(list); i++) {
		jv tag = rec_at(list, i);
		const char *key = rec_str_or(tag, "Key", "");
		if (strncasecmp(key, "aws:", 4) == 0)
			call_fail(c, 400, validation_code(c),
				"aws: prefixed tag key names are not allowed for external "
				"use.");
		merged = rec_set_str(merged, key, rec_str(tag, "Value"));
		jv_free(tag);
	}
	jv_free(list);
	if (rec_len(merged) > TAGS_MAX)
		call_fail(c, 400,
			strcmp(c->op->service, "organizations") == 0
				? "ConstraintViolationException"
				: "ServiceQuotaExceededException",
			"You have exceeded the number of tags of a resource: %d", TAGS_MAX);
	if (c->status == 0)
		return merged;
	jv_free(merged);
	return jv_invalid();
}

int tags_add(struct call *c, jv *tags)
{
	jv merged = tags_merged(c, *tags);
	if (!jv_is_valid(merged))
		return -1;
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
