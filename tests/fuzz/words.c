/*
 * The small grammars, a word a line: times, durations, spans, targets. A time is the one
 * that writing and reading it again gives.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "target.h"
#include "text.h"
#include "when.h"

static void read_time(const char *s)
{
	time_t t, again;
	char text[WHEN_RFC3339_SIZE], basic[WHEN_BASIC_SIZE];
	if (when_parse_rfc3339(s, &t) != 0)
		return;
	when_rfc3339(text, t);
	when_basic(basic, t);
	assert(when_parse_rfc3339(text, &again) == 0 && again == t);
	assert(strlen(basic) + 1 == WHEN_BASIC_SIZE);
}

static void read_target(const char *s)
{
	struct target t;
	struct err err = { 0 };
	if (target_parse(&t, s, &err) != 0) {
		assert(err.kind == ERR_DATA && err.text[0] != '\0');
		return;
	}
	assert(t.value != NULL || t.kind == TARGET_ROOT);
	assert((t.pattern != NULL) == (t.kind == TARGET_TAG));
	if (t.pattern != NULL)
		(void)text_glob(t.pattern, "a-value:of some length");
	if (t.kind == TARGET_NAME)
		(void)text_glob(t.value, "payments-prod-1");
	target_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *rest = text;
	while (*rest != '\0') {
		const char *line = fuzz_line(&rest);
		long seconds = 0;
		int64_t ms = 0;
		read_time(line);
		if (when_parse_iso_duration(line, &seconds) == 0)
			assert(seconds >= 0 && seconds <= 3660L * 86400);
		if (when_parse_span(line, &ms) == 0)
			assert(ms >= 0);
		read_target(line);
	}
	free(text);
	return 0;
}
