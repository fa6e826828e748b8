/*
 * idc-resolve's reader of templates streams: whatever it says, it can be asked for what it
 * read.
 */
#include "../../cmd/idc-resolve/input.h"

#include <assert.h>

#include "diag.h"
#include "fuzz.h"
#include "status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in;
	diag_init("idc-resolve");
	int status = input_read(&in, fuzz_file(data, size), "<stdin>", (time_t)1795485600);
	assert(status == STATUS_OK || status == STATUS_INCOMPLETE ||
		status == STATUS_FAILED);
	assert(input_live_rules(&in) <= in.n_rules);
	for (size_t i = 0; status == STATUS_OK && i < in.n_rules; i++) {
		const struct rule *r = &in.rules[i];
		assert(r->sid != NULL && r->lists[RULE_TARGET].n > 0);
	}
	input_release(&in);
	return 0;
}
