/*
 * JSON: a text is refused with a place inside of it, or it is the value that writing and
 * reading again gives, and every value of it is found where it stands.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "json.h"
#include "mem.h"
#include "rec.h"

/* Looks up v, which is at pointer, and all below it: each starts with its first byte. */
static void find_all(const struct json_index *x, const char *pointer, jv v)
{
	struct json_pos at = json_index_find(x, pointer, 0);
	struct json_pos key = json_index_find(x, pointer, 1);
	assert(at.line >= 1 && at.column >= 1 && key.line <= at.line);
	if (jv_get_kind(v) == JV_KIND_ARRAY)
		for (int i = 0; i < rec_len(v) && i < 20; i++) {
			struct buf b;
			jv element = rec_at(v, i);
			buf_init(&b, 1u << 20);
			buf_addf(&b, "%s/%d", pointer, i);
			find_all(x, buf_str(&b), element);
			buf_release(&b);
			jv_free(element);
		}
	if (jv_get_kind(v) == JV_KIND_OBJECT) {
		jv_object_foreach(v, name, member)
		{
			struct buf b;
			buf_init(&b, 1u << 20);
			buf_adds(&b, pointer);
			json_pointer_add(&b, jv_string_value(name));
			find_all(x, buf_str(&b), member);
			buf_release(&b);
			jv_free(name);
			jv_free(member);
		}
	}
}

static void write_and_read(jv v)
{
	struct json_fault fault;
	char *text = json_string(v), *sorted = json_string_sorted(v);
	jv again = json_parse(text, strlen(text), &fault);
	jv ordered = json_parse(sorted, strlen(sorted), &fault);
	assert(rec_equal(v, again));
	assert(rec_equal(v, ordered));
	char *once_more = json_string_sorted(again);
	assert(strcmp(sorted, once_more) == 0);
	free(once_more);
	free(sorted);
	free(text);
	jv_free(ordered);
	jv_free(again);
}

/* Members as texts are those of the value, wherever no string is escaped. */
static void find_members(const char *text, size_t size, jv v)
{
	static const char *const names[] = { "a", "Kind", "" };
	struct json_span spans[3];
	char *copy = mem_bytes(text, size);
	int found = json_members(copy, size, names, 3, spans);
	assert(memcmp(copy, text, size) == 0);
	if (found == 0)
		json_members_end(spans, 3);
	for (int i = 0; found == 0 && i < 3; i++) {
		struct json_fault fault;
		jv member = rec_get(v, names[i]);
		assert((spans[i].text != NULL) == jv_is_valid(member));
		if (spans[i].text != NULL && spans[i].first == '"') {
			assert(strcmp(spans[i].text, jv_string_value(member)) == 0);
		} else if (spans[i].text != NULL) {
			jv same = json_parse(spans[i].text, spans[i].len, &fault);
			assert(rec_equal(same, member));
			jv_free(same);
		}
		jv_free(member);
	}
	free(copy);
}

/* A text that is JSON is to us what it is to libjq. */
static void read_by_libjq(const char *text, size_t size, jv v)
{
	jv same = jv_parse_sized(text, (int)size);
	assert(rec_equal(same, v));
	jv_free(same);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct json_fault fault = { 0 };
	int refused = json_check(text, size, &fault);
	jv v = json_parse(text, size, &fault);
	assert((refused == 0) == jv_is_valid(v));
	if (refused != 0) {
		assert(fault.pos.line >= 1 && fault.pos.column >= 1);
		assert(fault.text[0] != '\0');
	} else {
		struct json_index *x = json_index_new(text, size);
		find_all(x, "", v);
		json_index_find(x, "/no/such~1thing/7", 1);
		json_index_free(x);
		read_by_libjq(text, size, v);
		write_and_read(v);
		find_members(text, size, v);
	}
	jv_free(v);
	free(text);
	return 0;
}
