/*
 * idc-sim's --fault rules, one a line, and then what they do to every operation.
 */
#include <assert.h>
#include <stdlib.h>

#include "../../cmd/idc-sim/fault.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *rest = text;
	struct faults f;
	struct buf written;
	faults_init(&f);
	faults_seed(&f, 1);
	while (*rest != '\0') {
		char why[600] = "";
		size_t before = f.n;
		if (faults_add(&f, fuzz_line(&rest), why, sizeof(why)) == 0)
			assert(f.n == before + 1);
		else
			assert(f.n == before && why[0] != '\0');
	}
	for (size_t i = 0; f.n > 0 && i < n_ops; i++) {
		const struct fault *found = faults_find(&f, &ops[i], "{\"a\":1}", 1500);
		if (found != NULL && found->action == FAULT_ERROR)
			assert(found->text != NULL && found->http_status >= 400);
	}
	buf_init(&written, 1u << 20);
	faults_write(&f, &written);
	buf_release(&written);
	faults_release(&f);
	free(text);
	return 0;
}
