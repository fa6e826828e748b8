#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

struct node {
	size_t key;    /* offset of the member's key; of the value in an array */
	size_t value;  /* offset of the value */
	size_t parent; /* index of the container; 0 for the root itself */
	size_t first;  /* its children: children[first .. first + n) */
	size_t n;
};

struct json_index {
	const char *text;
	size_t len;
	struct node *nodes; /* in the order of the text; the root is 0 */
	size_t n_nodes, nodes_cap;
	size_t *children; /* indices of nodes, grouped by parent, in order */
	size_t *lines;	  /* offsets of the first bytes of lines */
	size_t n_lines, lines_cap;
};

static size_t skip_space(const struct json_index *x, size_t p)
{
	while (p < x->len && strchr(" \t\r\n", x->text[p]) != NULL && x->text[p] != '\0')
		p++;
	return p;
}

/* Behind the string that starts at p. */
static size_t skip_string(const struct json_index *x, size_t p)
{
	for (p++; x->text[p] != '"'; p++)
		if (x->text[p] == '\\')
			p++;
	return p + 1;
}

/* Behind the number or word that starts at p. */
static size_t skip_scalar(const struct json_index *x, size_t p)
{
	if (x->text[p] == '"')
		return skip_string(x, p);
	while (p < x->len && strchr(",]} \t\r\n", x->text[p]) == NULL)
		p++;
	return p;
}

static size_t add_node(struct json_index *x, size_t key, size_t value, size_t parent)
{
	mem_grow(&x->nodes, &x->nodes_cap, x->n_nodes + 1, sizeof(*x->nodes));
	x->nodes[x->n_nodes] =
		(struct node){ .key = key, .value = value, .parent = parent };
	if (x->n_nodes > 0)
		x->nodes[parent].n++;
	return x->n_nodes++;
}

/*
 * Walks the text once. The text was checked, so punctuation needs no second look: what
 * follows a comma or an opening bracket is a key or a value, and brackets match.
 */
static void find_nodes(struct json_index *x)
{
	size_t open[JSON_DEPTH_MAX + 1] = { 0 }, depth = 0;
	size_t p = skip_space(x, 0);
	while (p < x->len) {
		char c = x->text[p];
		if (c == '}' || c == ']' || c == ',') {
			depth -= c != ',';
			p = skip_space(x, p + 1);
			continue;
		}
		size_t parent = depth > 0 ? open[depth - 1] : 0, key = p;
		if (depth > 0 && x->text[x->nodes[parent].value] == '{') {
			p = skip_space(x, skip_string(x, p));
			p = skip_space(x, p + 1);
		}
		size_t node = add_node(x, key, p, parent);
		c = x->text[p];
		if (c == '{' || c == '[') {
			open[depth++] = node;
			p++;
		} else {
			p = skip_scalar(x, p);
		}
		p = skip_space(x, p);
	}
}

static void group_children(struct json_index *x)
{
	x->children = mem_array(x->n_nodes, sizeof(*x->children));
	size_t next = 0;
	for (size_t i = 0; i < x->n_nodes; i++) {
		x->nodes[i].first = next;
		next += x->nodes[i].n;
		x->nodes[i].n = 0;
	}
	for (size_t i = 1; i < x->n_nodes; i++) {
		struct node *parent = &x->nodes[x->nodes[i].parent];
		x->children[parent->first + parent->n++] = i;
	}
}

static void find_lines(struct json_index *x)
{
	for (size_t p = 0; p <= x->len; p++) {
		if (p > 0 && x->text[p - 1] != '\n')
			continue;
		mem_grow(&x->lines, &x->lines_cap, x->n_lines + 1, sizeof(*x->lines));
		x->lines[x->n_lines++] = p;
	}
}

struct json_index *json_index_new(const char *text, size_t len)
{
	struct json_index *x = mem_alloc(sizeof(*x));
	x->text = text;
	x->len = len;
	find_nodes(x);
	group_children(x);
	find_lines(x);
	return x;
}

void json_index_free(struct json_index *x)
{
	if (x == NULL)
		return;
	free(x->nodes);
	free(x->children);
	free(x->lines);
	free(x);
}

static struct json_pos position(const struct json_index *x, size_t offset)
{
	size_t low = 0, high = x->n_lines;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (x->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return (struct json_pos){ low + 1, offset - x->lines[low] + 1 };
}

/* One token of a pointer, unescaped, owned; *pointer moves behind it. */
static char *next_token(const char **pointer)
{
	const char *p = *pointer + 1;
	size_t len = strcspn(p, "/");
	char *token = mem_bytes(p, len), *to = token;
	for (const char *from = token; *from != '\0'; from++) {
		if (from[0] == '~' && (from[1] == '0' || from[1] == '1'))
			*to++ = *++from == '0' ? '~' : '/';
		else
			*to++ = *from;
	}
	*to = '\0';
	*pointer = p + len;
	return token;
}

/* Whether the key at offset p reads as name; libjq resolves its escapes, if any. */
static int key_is(const struct json_index *x, size_t p, const char *name)
{
	size_t len = skip_string(x, p) - p;
	const char *quoted = x->text + p;
	if (memchr(quoted, '\\', len) == NULL)
		return strlen(name) == len - 2 && memcmp(quoted + 1, name, len - 2) == 0;
	jv key = jv_parse_sized(quoted, (int)len);
	int same = jv_get_kind(key) == JV_KIND_STRING &&
		   strcmp(jv_string_value(key), name) == 0;
	jv_free(key);
	return same;
}

/* The child of a container that token names, or 0 (the root is nobody's child). */
static size_t child(const struct json_index *x, const struct node *node, const char *token)
{
	unsigned long i;
	if (x->text[node->value] == '[') {
		if (text_number(token, INT32_MAX, &i) == 0 && i < node->n)
			return x->children[node->first + i];
		return 0;
	}
	for (i = 0; i < node->n; i++)
		if (key_is(x, x->nodes[x->children[node->first + i]].key, token))
			return x->children[node->first + i];
	return 0;
}

struct json_pos json_index_find(const struct json_index *x, const char *pointer, int key)
{
	if (x->n_nodes == 0)
		return (struct json_pos){ 1, 1 };
	size_t at = 0;
	while (*pointer == '/') {
		char *token = next_token(&pointer);
		size_t next = child(x, &x->nodes[at], token);
		free(token);
		if (next == 0) {
			key = 0;
			break;
		}
		at = next;
	}
	return position(x, key ? x->nodes[at].key : x->nodes[at].value);
}

struct json_pos json_locate(const char *text, size_t len, const char *pointer, int key)
{
	struct json_index *x = json_index_new(text, len);
	struct json_pos pos = json_index_find(x, pointer, key);
	json_index_free(x);
	return pos;
}
