#include "rec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

#define KEYS_KEPT 256

static jv kept[KEYS_KEPT];

static void free_kept(void)
{
	for (size_t i = 0; i < KEYS_KEPT; i++)
		jv_free(kept[i]);
}

/*
 * key as libjq wants it, owned. The few that a program asks for again and again are kept
 * until its end, since to make one costs more than to look it up: found by the address,
 * which is mostly that of a literal, and known by the text.
 */
static jv key_string(const char *key)
{
	static int registered;
	if (!registered)
		registered = atexit(free_kept) == 0;
	uintptr_t at = (uintptr_t)key;
	jv *slot = &kept[(at ^ at >> 8) % KEYS_KEPT];
	if (jv_get_kind(*slot) != JV_KIND_STRING ||
		strcmp(jv_string_value(*slot), key) != 0) {
		jv_free(*slot);
		*slot = jv_string(key);
	}
	return jv_copy(*slot);
}

jv rec_get(jv rec, const char *key)
{
	if (jv_get_kind(rec) != JV_KIND_OBJECT)
		return jv_invalid();
	return jv_object_get(jv_copy(rec), key_string(key));
}

jv rec_at(jv array, int i)
{
	if (jv_get_kind(array) != JV_KIND_ARRAY || i < 0)
		return jv_invalid();
	return jv_array_get(jv_copy(array), i);
}

/*
 * The text of v, which is released here: v is a member of a container that the caller
 * holds, so the string itself lives on.
 */
static const char *borrowed_string(jv v)
{
	const char *s = jv_get_kind(v) == JV_KIND_STRING ? jv_string_value(v) : NULL;
	jv_free(v);
	return s;
}

const char *rec_str(jv rec, const char *key)
{
	return borrowed_string(rec_get(rec, key));
}

const char *rec_str_or(jv rec, const char *key, const char *fallback)
{
	const char *s = rec_str(rec, key);
	return s != NULL ? s : fallback;
}

const char *rec_str_at(jv array, int i)
{
	return borrowed_string(rec_at(array, i));
}

int rec_len(jv v)
{
	switch (jv_get_kind(v)) {
	case JV_KIND_ARRAY:
		return jv_array_length(jv_copy(v));
	case JV_KIND_OBJECT:
		return jv_object_length(jv_copy(v));
	default:
		return 0;
	}
}

int rec_has(jv rec, const char *key)
{
	if (jv_get_kind(rec) != JV_KIND_OBJECT)
		return 0;
	return jv_object_has(jv_copy(rec), key_string(key));
}

double rec_num(jv rec, const char *key, double fallback)
{
	jv v = rec_get(rec, key);
	double n = jv_get_kind(v) == JV_KIND_NUMBER ? jv_number_value(v) : fallback;
	jv_free(v);
	return n;
}

int rec_true(jv rec, const char *key)
{
	jv v = rec_get(rec, key);
	int is_true = jv_get_kind(v) == JV_KIND_TRUE;
	jv_free(v);
	return is_true;
}

int rec_is(jv rec, const char *kind)
{
	const char *s = rec_str(rec, "Kind");
	return s != NULL && strcmp(s, kind) == 0;
}

jv rec_new(const char *kind)
{
	return rec_set_str(jv_object(), "Kind", kind);
}

jv rec_set(jv rec, const char *key, jv value)
{
	return jv_object_set(rec, key_string(key), value);
}

jv rec_set_str(jv rec, const char *key, const char *s)
{
	return s != NULL ? rec_set(rec, key, jv_string(s)) : rec;
}

jv rec_set_num(jv rec, const char *key, double n)
{
	return rec_set(rec, key, jv_number(n));
}

jv rec_set_from(jv rec, const char *key, jv from)
{
	jv v = rec_get(from, key);
	if (!jv_is_valid(v)) {
		jv_free(v);
		return rec;
	}
	return rec_set(rec, key, v);
}

jv rec_push(jv array, jv value)
{
	return jv_array_append(array, value);
}

jv rec_push_str(jv array, const char *s)
{
	return jv_array_append(array, jv_string(s));
}

int rec_equal(jv a, jv b)
{
	return jv_equal(jv_copy(a), jv_copy(b));
}

jv rec_sorted_unique(jv strings)
{
	int n = rec_len(strings);
	const char **list = mem_array((size_t)n, sizeof(*list));
	size_t n_list = 0;
	for (int i = 0; i < n; i++) {
		const char *s = rec_str_at(strings, i);
		if (s != NULL)
			list[n_list++] = s;
	}
	if (n_list > 1)
		qsort(list, n_list, sizeof(*list), text_compare);
	jv sorted = jv_array();
	for (size_t i = 0; i < n_list; i++)
		if (i == 0 || strcmp(list[i], list[i - 1]) != 0)
			sorted = rec_push_str(sorted, list[i]);
	free(list);
	return sorted;
}
