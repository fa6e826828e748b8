#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "rec.h"

const struct page page_sso = { "NextToken", "MaxResults", 10, 100 },
		  page_store = { "NextToken", "MaxResults", 50, 100 },
		  page_organizations = { "NextToken", "MaxResults", 20, 20 };

/* A token names the place and what was asked, so that it fits no other question. */
static unsigned long question(const struct call *c, const struct page *page)
{
	jv rest = jv_object_delete(jv_copy(c->input), jv_string(page->token_name));
	rest = jv_object_delete(rest, jv_string(page->max_name));
	char *text = json_string_sorted(rest);
	unsigned long hash = 5381;
	for (const char *p = c->op->name; *p != '\0'; p++)
		hash = hash * 33 + (unsigned char)*p;
	for (const char *p = text; *p != '\0'; p++)
		hash = hash * 33 + (unsigned char)*p;
	free(text);
	jv_free(rest);
	return hash & 0xffffffffu;
}

/* The place that a token names; -1 after call_fail. */
static int read_token(struct call *c, const char *token, unsigned long asked, size_t *first)
{
	char *end;
	unsigned long hash = strtoul(token, &end, 16);
	unsigned long at = *end == '-' ? strtoul(end + 1, &end, 16) : 0;
	if (*end == '\0' && hash == asked && at > 0) {
		*first = at;
		return 0;
	}
	c->reason = "INVALID_PAGINATION_TOKEN";
	call_fail(c, 400, validation_code(c), "The pagination token is invalid.");
	return -1;
}

int page_slice(struct call *c, const struct page *page, size_t n, size_t *first,
	size_t *count, char **next_token)
{
	const char *token = rec_str(c->input, page->token_name);
	int more = token != NULL && *token != '\0';
	double wanted = rec_num(c->input, page->max_name, 0);
	size_t size = wanted < 1		   ? page->fallback
		      : wanted > (double)page->max ? page->max
						   : (size_t)wanted;
	size_t largest = page->max;
	*next_token = NULL;
	*first = 0;
	if (c->sim->options.page > 0 && largest > c->sim->options.page)
		largest = c->sim->options.page;
	if (size > largest)
		size = largest;
	c->pages = n > 0 ? (n + largest - 1) / largest : 1;
	/* What was asked matters only where a list takes more than this page. */
	unsigned long asked = more || n > size ? question(c, page) : 0;
	if (more && read_token(c, token, asked, first) != 0)
		return -1;
	if (*first > n)
		*first = n;
	*count = n - *first < size ? n - *first : size;
	if (*first + *count < n)
		*next_token = mem_format("%lx-%zx", asked, *first + *count);
	return 0;
}

jv page_answer(struct call *c, const char *key, const void *items, size_t n,
	const struct page *page, page_item *item)
{
	size_t first, count;
	char *token;
	if (page_slice(c, page, n, &first, &count, &token) != 0)
		return jv_invalid();
	jv list = jv_array();
	for (size_t i = first; i < first + count; i++)
		list = rec_push(list, item(c, items, i));
	jv answer = rec_set_str(rec_set(jv_object(), key, list), page->token_name, token);
	free(token);
	return answer;
}

static void separate(struct buf *to)
{
	if (to->len > 0 && strchr("{[", to->data[to->len - 1]) == NULL)
		buf_addc(to, ',');
}

void page_member(struct buf *to, const char *name, const char *value)
{
	if (value == NULL)
		return;
	separate(to);
	json_write_string(to, name, strlen(name));
	buf_addc(to, ':');
	json_write_string(to, value, strlen(value));
}

jv page_write(struct call *c, const char *key, const void *items, size_t n,
	const struct page *page, page_writer *item)
{
	size_t first, count;
	char *token;
	if (page_slice(c, page, n, &first, &count, &token) != 0)
		return jv_invalid();
	buf_addf(&c->body, "{\"%s\":[", key);
	for (size_t i = first; i < first + count; i++) {
		separate(&c->body);
		item(c, items, i, &c->body);
	}
	buf_addc(&c->body, ']');
	page_member(&c->body, page->token_name, token);
	buf_addc(&c->body, '}');
	free(token);
	return jv_null();
}
