#include "fault.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "random.h"
#include "text.h"
#include "when.h"

#define DRIP_MS 100
#define ALPHANUMERIC "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

void faults_init(struct faults *f)
{
	memset(f, 0, sizeof(*f));
}

void faults_seed(struct faults *f, uint64_t seed)
{
	f->random = seed ^ 0xfa017u;
}

static void fault_release(struct fault *r)
{
	free(r->rule);
	free(r->service);
	free(r->operation);
	free(r->input);
	free(r->text);
}

void faults_cut(struct faults *f, size_t n)
{
	while (f->n > n)
		fault_release(&f->rules[--f->n]);
}

void faults_clear(struct faults *f)
{
	faults_cut(f, 0);
}

void faults_release(struct faults *f)
{
	faults_clear(f);
	free(f->rules);
}

/* --- reading a rule ---------------------------------------------------------------------
 */

/* 0 or -1: what one condition or action has behind its "=" (NULL: no "="). */
typedef int read_value(struct fault *r, const char *value);

static int read_nth(struct fault *r, const char *value)
{
	size_t len = strcspn(value, "-");
	char *first = mem_bytes(value, len);
	int status = text_number(first, 1000000000, &r->first);
	r->last = r->first;
	if (status == 0 && value[len] == '-') {
		r->last = 0;
		if (value[len + 1] != '\0')
			status = text_number(value + len + 1, 1000000000, &r->last);
	}
	free(first);
	return status == 0 && r->first > 0 &&
			       (value[len] == '\0' || value[len + 1] == '\0' ||
				       r->last >= r->first)
		       ? 0
		       : -1;
}

static int read_every(struct fault *r, const char *value)
{
	return text_number(value, 1000000000, &r->every) == 0 && r->every > 0 ? 0 : -1;
}

static int read_probability(struct fault *r, const char *value)
{
	char *end;
	r->probability = strtod(value, &end);
	return end != value && *end == '\0' && r->probability >= 0 && r->probability <= 1
		       ? 0
		       : -1;
}

static int read_after(struct fault *r, const char *value)
{
	return when_parse_span(value, &r->after_ms);
}

static int read_until(struct fault *r, const char *value)
{
	return when_parse_span(value, &r->until_ms) == 0 && r->until_ms > 0 ? 0 : -1;
}

static int read_input(struct fault *r, const char *value)
{
	free(r->input);
	r->input = mem_string(value);
	return *value != '\0' ? 0 : -1;
}

static int read_code(struct fault *r, const char *value)
{
	size_t len = value != NULL ? strcspn(value, "/") : 0;
	unsigned long status = 400;
	if (len == 0 || strspn(value, ALPHANUMERIC) != len ||
		(value[len] == '/' && text_number(value + len + 1, 599, &status) != 0) ||
		status < 400)
		return -1;
	r->text = mem_bytes(value, len);
	r->http_status = (int)status;
	return 0;
}

static int read_seconds(struct fault *r, const char *value)
{
	unsigned long n;
	if (value == NULL)
		return 0;
	if (text_number(value, 86400, &n) != 0)
		return -1;
	r->text = mem_string(value);
	return 0;
}

static int read_nothing(struct fault *r, const char *value)
{
	(void)r;
	return value == NULL ? 0 : -1;
}

static int read_span(struct fault *r, const char *value)
{
	return value != NULL ? when_parse_span(value, &r->span_ms) : -1;
}

static int read_drip(struct fault *r, const char *value)
{
	r->span_ms = DRIP_MS;
	return value != NULL ? read_span(r, value) : 0;
}

static int read_reason(struct fault *r, const char *value)
{
	r->text = mem_string(value != NULL
				     ? value
				     : "Received a 404 status error: NoSuchEntity: policy "
				       "IncidentResponse does not exist or is not "
				       "attachable.");
	return *r->text != '\0' ? 0 : -1;
}

static const struct word {
	const char *name;
	read_value *read;
} conditions[] = { { "nth", read_nth }, { "every", read_every }, { "p", read_probability },
	{ "after", read_after }, { "until", read_until }, { "input", read_input } },
  actions[FAULT_ACTIONS] = {
	  [FAULT_ERROR] = { "error", read_code },
	  [FAULT_THROTTLE] = { "throttle", read_seconds },
	  [FAULT_INTERNAL] = { "internal", read_nothing },
	  [FAULT_UNAVAILABLE] = { "unavailable", read_nothing },
	  [FAULT_DENIED] = { "denied", read_nothing },
	  [FAULT_EXPIRED] = { "expired", read_nothing },
	  [FAULT_UNSEEN] = { "unseen", read_nothing },
	  [FAULT_RESET] = { "reset", read_nothing },
	  [FAULT_RESET_AFTER] = { "reset-after", read_nothing },
	  [FAULT_STALL] = { "stall", read_nothing },
	  [FAULT_STALL_AFTER] = { "stall-after", read_nothing },
	  [FAULT_TRUNCATE] = { "truncate", read_nothing },
	  [FAULT_GARBAGE] = { "garbage", read_nothing },
	  [FAULT_DRIP] = { "drip", read_drip },
	  [FAULT_DELAY] = { "delay", read_span },
	  [FAULT_ASYNC] = { "async", read_reason },
  };

#define N_CONDITIONS (sizeof(conditions) / sizeof(conditions[0]))

/* The word that len bytes at s name, or NULL. */
static const struct word *find_word(
	const struct word *words, size_t n, const char *s, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(words[i].name) == len && strncmp(words[i].name, s, len) == 0)
			return &words[i];
	return NULL;
}

/* Says that s is no operation, and which one it may have been meant for. */
static int fail_operation(char *why, size_t size, const char *s, size_t len)
{
	const char **names = mem_array(n_ops, sizeof(char *));
	char *given = mem_bytes(s, len);
	for (size_t i = 0; i < n_ops; i++)
		names[i] = ops[i].name;
	const char *nearest = text_nearest(given, names, n_ops);
	snprintf(why, size, "'%.60s' is no operation%s%s%s", given,
		nearest != NULL ? ": did you mean '" : "", nearest != NULL ? nearest : "",
		nearest != NULL ? "'?" : "");
	free(given);
	free(names);
	return -1;
}

/* "OPERATION" or "SERVICE/OPERATION"; one that is of no operation is a slip. */
static int read_operation(struct fault *r, const char *s, size_t len)
{
	const char *slash = memchr(s, '/', len);
	size_t service_len = slash != NULL ? (size_t)(slash - s) : 0;
	if (slash != NULL) {
		r->service = mem_bytes(s, service_len);
		s += service_len + 1;
		len -= service_len + 1;
	}
	r->operation = mem_bytes(s, len);
	for (size_t i = 0; i < n_ops; i++)
		if ((r->service == NULL || strcmp(r->service, ops[i].service) == 0) &&
			text_glob(r->operation, ops[i].name))
			return 0;
	return -1;
}

static void add_names(struct buf *b, const struct word *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s%s",
			i == 0	    ? ""
			: i + 1 < n ? ", "
				    : " and ",
			words[i].name);
}

static int fail_word(char *why, size_t size, const char *part)
{
	struct buf b;
	buf_init(&b, 1024);
	buf_addf(&b, "'%.60s' is no condition and no action: conditions are ", part);
	add_names(&b, conditions, N_CONDITIONS);
	buf_adds(&b, ", actions ");
	add_names(&b, actions, FAULT_ACTIONS);
	snprintf(why, size, "%s", buf_str(&b));
	buf_release(&b);
	return -1;
}

/* The parts behind the operation: conditions, then the action, which may have colons. */
static int read_parts(struct fault *r, const char *s, char *why, size_t size)
{
	for (;;) {
		size_t name_len = strcspn(s, "=:"), len = strcspn(s, ":");
		const struct word *w = find_word(actions, FAULT_ACTIONS, s, name_len);
		if (w != NULL) {
			r->action = (enum fault_action)(w - actions);
			if (w->read(r, s[name_len] == '=' ? s + name_len + 1 : NULL) == 0 &&
				s[name_len] != ':')
				return 0;
			snprintf(why, size, "'%.60s': the action has no such form", s);
			return -1;
		}
		w = find_word(conditions, N_CONDITIONS, s, name_len);
		if (w == NULL)
			return fail_word(why, size, s);
		char *value = s[name_len] == '='
				      ? mem_bytes(s + name_len + 1, len - name_len - 1)
				      : mem_string("");
		int status = w->read(r, value);
		free(value);
		if (status != 0 || s[len] == '\0') {
			snprintf(why, size, "'%.60s': %s", s,
				status != 0 ? "the condition has no such value"
					    : "an action has to follow");
			return -1;
		}
		s += len + 1;
	}
}

int faults_add(struct faults *f, const char *rule, char *why, size_t why_size)
{
	size_t len = strcspn(rule, ":");
	struct fault r = { .rule = mem_string(rule), .probability = 1 };
	int status = 0;
	if (read_operation(&r, rule, len) != 0) {
		status = fail_operation(why, why_size, rule, len);
	} else if (rule[len] != ':') {
		snprintf(why, why_size, "an action has to follow, as in %.60s:throttle",
			rule);
		status = -1;
	} else {
		status = read_parts(&r, rule + len + 1, why, why_size);
	}
	if (status != 0) {
		fault_release(&r);
		return -1;
	}
	mem_grow(&f->rules, &f->cap, f->n + 1, sizeof(*f->rules));
	f->rules[f->n++] = r;
	return 0;
}

/* --- matching ---------------------------------------------------------------------------
 */

static int matches(
	const struct fault *r, const struct op *op, const char *body, int64_t now_ms)
{
	return text_glob(r->operation, op->name) &&
	       (r->service == NULL || strcmp(r->service, op->service) == 0) &&
	       (r->input == NULL || strstr(body, r->input) != NULL) &&
	       now_ms >= r->after_ms && (r->until_ms == 0 || now_ms < r->until_ms);
}

/* Whether it is this one's turn, of those that match. */
static int fires(struct faults *f, struct fault *r)
{
	r->seen++;
	if (r->seen < r->first || (r->last > 0 && r->seen > r->last))
		return 0;
	if (r->every > 0 && r->seen % r->every != 0)
		return 0;
	return r->probability >= 1 || random_chance(&f->random, r->probability);
}

const struct fault *faults_find(
	struct faults *f, const struct op *op, const char *body, int64_t now_ms)
{
	struct fault *found = NULL;
	for (size_t i = 0; i < f->n; i++) {
		struct fault *r = &f->rules[i];
		if (matches(r, op, body, now_ms) && fires(f, r) && found == NULL)
			found = r;
	}
	if (found != NULL)
		found->fired++;
	return found;
}

void faults_write(const struct faults *f, struct buf *to)
{
	for (size_t i = 0; i < f->n; i++)
		buf_addf(to, "%s matched=%lu fired=%lu\n", f->rules[i].rule,
			f->rules[i].seen, f->rules[i].fired);
}
