# An organization as a state stream, for the tests of idc-resolve:
#
#     Root
#     |- Management (111111111111)
#     |- Prod: prod-shared (222222220001)
#     |  `- Payments: payments (222222220002), payments-old (222222220009, SUSPENDED)
#     |- Dev: dev-01 to dev-25 (300000000001 to 300000000025), tagged Env=dev
#     |- Parent: (no account)
#     |  `- Child: child (400000000001)
#     |- Empty
#     `- Closed: gone (500000000001, CLOSED)
#
# and 120 groups, team-001 to team-120, two users.
function put(line) {
	print line
	n++
}

function account(id, name, state, parent, more) {
	put(sprintf("{\"Kind\":\"Account\",\"Id\":\"%s\",\"Name\":\"%s\",\"State\":\"%s\",\"ParentId\":\"%s\"%s}",
		id, name, state, parent, more))
}

function ou(id, name, parent) {
	put(sprintf("{\"Kind\":\"OrganizationalUnit\",\"Id\":\"%s\",\"Name\":\"%s\",\"ParentId\":\"%s\"}",
		id, name, parent))
}

BEGIN {
	print "{\"Kind\":\"Begin\",\"Stream\":\"state\",\"Version\":1}"
	put("{\"Kind\":\"Instance\",\"InstanceArn\":\"arn:aws:sso:::instance/ssoins-1111222233334444\"," \
		"\"IdentityStoreId\":\"d-1234567890\",\"OwnerAccountId\":\"111111111111\"," \
		"\"ManagementAccountId\":\"111111111111\",\"Region\":\"eu-west-1\"}")
	put("{\"Kind\":\"Root\",\"Id\":\"r-ab12\",\"Name\":\"Root\"}")
	ou("ou-ab12-prod0000", "Prod", "r-ab12")
	ou("ou-ab12-payments", "Payments", "ou-ab12-prod0000")
	ou("ou-ab12-dev00000", "Dev", "r-ab12")
	ou("ou-ab12-parent00", "Parent", "r-ab12")
	ou("ou-ab12-child000", "Child", "ou-ab12-parent00")
	ou("ou-ab12-empty000", "Empty", "r-ab12")
	ou("ou-ab12-closed00", "Closed", "r-ab12")
	account("111111111111", "Management", "ACTIVE", "r-ab12")
	account("222222220001", "prod-shared", "ACTIVE", "ou-ab12-prod0000", ",\"Tags\":{\"Env\":\"prod\"}")
	account("222222220002", "payments", "ACTIVE", "ou-ab12-payments", ",\"Tags\":{\"Env\":\"prod\"}")
	account("222222220009", "payments-old", "SUSPENDED", "ou-ab12-payments", ",\"Tags\":{\"Env\":\"old\"}")
	for (i = 1; i <= 25; i++)
		account(sprintf("3000000000%02d", i), sprintf("dev-%02d", i), "ACTIVE", "ou-ab12-dev00000",
			",\"Tags\":{\"Env\":\"dev\"}")
	account("400000000001", "child", "ACTIVE", "ou-ab12-child000")
	account("500000000001", "gone", "CLOSED", "ou-ab12-closed00")
	for (i = 1; i <= 120; i++)
		put(sprintf("{\"Kind\":\"Group\",\"GroupId\":\"00000000-0000-0000-0000-000000000%03d\"," \
			"\"DisplayName\":\"team-%03d\"}", i, i))
	put("{\"Kind\":\"Group\",\"GroupId\":\"00000000-0000-0000-0000-000000000900\",\"DisplayName\":\"ann@example.com\"}")
	put("{\"Kind\":\"User\",\"UserId\":\"00000000-0000-0000-0000-000000000901\",\"UserName\":\"ann@example.com\"}")
	put("{\"Kind\":\"User\",\"UserId\":\"00000000-0000-0000-0000-000000000902\",\"UserName\":\"bob@example.com\"}")
	printf "{\"Kind\":\"End\",\"Stream\":\"state\",\"Count\":%d}\n", n
}
