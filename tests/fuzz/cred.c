/*
 * Credentials as JSON: what is taken is visible ASCII.
 */
#include <assert.h>
#include <stdlib.h>

#include "cred_json.h"
#include "fuzz.h"

static void visible(const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		assert(*s > ' ' && *s < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	/* As each of the sources spells it. */
	static const struct cred_json_names *const names[] = { &cred_json_container,
		&cred_json_process, &cred_json_sso };
	struct cred cred = { 0 };
	struct err err = { 0 };
	if (cred_json_read(text, size, names[size % 3], &cred, &err) == 0)
		assert(cred.access_key_id != NULL && cred.secret_access_key != NULL);
	else
		assert(err.kind == ERR_CRED && err.text[0] != '\0');
	visible(cred.access_key_id);
	visible(cred.secret_access_key);
	visible(cred.session_token);
	cred_release(&cred);
	free(text);
	return 0;
}
