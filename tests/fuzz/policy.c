/*
 * idc-validate's policy checker: the text is an inline policy.
 */
#include <assert.h>
#include <stdlib.h>

#include "../../cmd/idc-validate/policy.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[] = "policy.json";
	struct report report = { 0 };
	struct file f = { .path = name, .fd = -1, .report = &report, .len = size };
	struct json_fault fault;
	struct value x;
	f.text = fuzz_text(data, size);
	value_root(&x, &f, json_parse(f.text, f.len, &fault));
	if (jv_get_kind(x.v) == JV_KIND_OBJECT)
		policy_check(&x, NULL);
	for (size_t i = 0; i < report.n; i++)
		assert(report.list[i].pos.line >= 1 && report.list[i].message[0] != '\0');
	value_close(&x);
	file_drop_index(&f);
	report_release(&report);
	free(f.text);
	return 0;
}
