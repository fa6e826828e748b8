/*
 * Credentials as STS answers them: what is taken is visible ASCII, and whole.
 */
#include <assert.h>
#include <stdlib.h>

#include "cred_xml.h"
#include "fuzz.h"

static void visible(const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		assert(*s > ' ' && *s < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct cred cred = { 0 };
	struct err err = { 0 };
	if (cred_xml_read(text, size, &cred, &err) == 0)
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
