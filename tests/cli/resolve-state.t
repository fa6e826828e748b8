#!/bin/sh
# idc-resolve --state: what is no dump of an organization.
. "${0%/*}/../lib.sh"
. "${0%/*}/resolve.sh"

rule A GROUP '["Root"]' '"team-001"' | templates "$T/in"

# damage STATUS MESSAGE SED-SCRIPT...: a dump changed so is refused.
damage() {
	status=$1 message=$2
	shift 2
	sed "$@" "$org" >"$T/dump"
	run "$status" idc-resolve --state "$T/dump" "$T/in"
	out_empty
	err_has "$message"
}
run 1 idc-resolve --state "$T/none" "$T/in"
out_empty
err_has 'No such file or directory'
run 4 idc-resolve --state "$T/in" "$T/in"
out_empty
err_has 'expected a state stream, got templates'
damage 4 'incomplete input' "\$d"
damage 4 'the End record counts' '5d'
damage 1 'does not have all records of kind Instance' '/"Kind":"Instance"/d; /"End"/s/163/162/'
whole='not a whole organization'
# Without a line, the count is one less.
without() {
	damage 1 "$whole" "/$1/d;\$s/163/$2/"
}
without '"Kind":"Root"' 162
without '"Name":"Prod"' 162
without '"Name":"Payments"' 162
damage 4 'an Instance without IdentityStoreId' 's/"IdentityStoreId":"[^"]*",//'
damage 4 'a Root without a valid Id or Name' 's/"Id":"r-ab12"/"Id":"x-ab12"/'
damage 4 'an OrganizationalUnit without ParentId' 's/"Name":"Prod","ParentId"/"Name":"Prod","Parent"/'
damage 1 "$whole" \
	's/"Name":"Prod","ParentId":"r-ab12"/"Name":"Prod","ParentId":"ou-ab12-payments"/'
damage 4 'an Account without a valid Id' 's/222222220001/22222222/'
damage 4 'a Group without GroupId' 's/"GroupId"/"Id"/'

run 1 idc-resolve --instance-arn arn:aws:sso:::instance/ssoins-5555 --state "$org" "$T/in"
out_empty
err_has "no instance 'arn:aws:sso:::instance/ssoins-5555' in region eu-west-1, which has arn:aws:sso:::instance/ssoins-1111222233334444"
run 0 idc-resolve --instance-arn arn:aws:sso:::instance/ssoins-1111222233334444 --state "$org" "$T/in"

# A dump that is given twice is the same dump.
run 0 idc-resolve --state "$org" "$T/in"
cp "$out" "$T/once"
cat "$org" "$org" >"$T/dump"
run 0 idc-resolve --state "$T/dump" "$T/in"
ok 'the same' cmp "$out" "$T/once"
