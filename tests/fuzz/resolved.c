/*
 * idc-plan's reader of resolved streams, from idc-resolve and from --last-applied.
 */
#include "../../cmd/idc-plan/resolved.h"

#include <assert.h>

#include "diag.h"
#include "fuzz.h"
#include "status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	diag_init("idc-plan");
	for (int role = RESOLVED_WANTED; role <= RESOLVED_APPLIED; role++) {
		struct stream_in in;
		struct model m;
		model_init(&m);
		stream_open(&in, fuzz_file(data, size), "<stdin>", "idc-plan",
			STREAM_BIT(STREAM_RESOLVED));
		int status = resolved_read(&m, &in, (enum resolved_role)role);
		assert(status == STATUS_OK || status == STATUS_INCOMPLETE ||
			status == STATUS_FAILED);
		stream_release(&in);
		model_release(&m);
	}
	return 0;
}
