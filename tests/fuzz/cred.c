/*
 * Credentials as JSON: what is taken is visible ASCII.
 */
#include <stdlib.h>

#include "cred_json.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	/* As each of the sources spells it. */
	static const struct cred_json_names *const names[] = { &cred_json_container,
		&cred_json_process, &cred_json_sso };
	struct cred cred = { 0 };
	struct err err = { 0 };
	fuzz_cred(cred_json_read(text, size, names[size % 3], &cred, &err), &cred, &err);
	free(text);
	return 0;
}
