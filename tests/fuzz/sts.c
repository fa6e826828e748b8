/*
 * Credentials as STS answers them: what is taken is visible ASCII, and whole.
 */
#include <stdlib.h>

#include "cred_xml.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct cred cred = { 0 };
	struct err err = { 0 };
	fuzz_cred(cred_xml_read(text, size, &cred, &err), &cred, &err);
	free(text);
	return 0;
}
