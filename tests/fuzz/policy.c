/*
 * idc-validate's policy checker: the text is an inline policy; with all that can be
 * checked, names that AWS knows and MFA among it. A second half of the input, behind a line
 * "---", is read as the data of these names instead of the usual one.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/idc-validate/policy.h"
#include "fuzz.h"

static const char names[] =
	IAM_DATA_HEADER "\n"
			"a\tiam:listroles\tiam:ListRoles\t\n"
			"a\tiam:passrole\tiam:PassRole\trole\n"
			"a\ts3:getobject\ts3:GetObject\tobject,gone\n"
			"a\ts3:listbucket\ts3:ListBucket\tbucket\n"
			"k\taws:sourceip\taws:SourceIp\n"
			"p\taws:requesttag/*\taws:RequestTag/${TagKey}\n"
			"r\tiam/role\tarn:*:iam::*:role/*\n"
			"r\ts3/bucket\tarn:*:s3:::*\n"
			"r\ts3/object\tarn:*:s3:::*/*\n"
			"s\tiam\tiam\n"
			"s\ts3\ts3\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[] = "policy.json";
	struct report report = { 0 };
	struct file f = { .path = name, .fd = -1, .report = &report, .len = size };
	struct json_fault fault;
	struct value x;
	static const char *const mfa[] = { "iam:*", "s3:Get*" };
	struct policy_settings settings = { .mfa = mfa, .n_mfa = 2 };
	f.text = fuzz_text(data, size);
	char *own = strstr(f.text, "\n---\n");
	if (own != NULL) {
		f.len = (size_t)(own - f.text);
		*own = '\0';
		own += strlen("\n---\n");
	}
	if (own == NULL || iam_data_open_text(&settings.data, own, strlen(own)) != 0)
		assert(iam_data_open_text(&settings.data, names, strlen(names)) == 0);
	value_root(&x, &f, json_parse(f.text, f.len, &fault));
	if (jv_get_kind(x.v) == JV_KIND_OBJECT)
		policy_check(&x, &settings);
	for (size_t i = 0; i < report.n; i++)
		assert(report.list[i].message[0] != '\0' &&
			(report.list[i].pos.line >= 1 || report.n > FILE_FINDINGS_MAX));
	value_close(&x);
	file_drop_index(&f);
	report_release(&report);
	free(f.text);
	return 0;
}
