#!/bin/sh
# Terraform with its AWS provider against idc-sim: what it applies is there, its next plan is
# empty, a change is a change, and what it destroys is gone. Every step has an idc-sim of its
# own that loads what the one before saved, so what is saved answers as what was there.

# Where an installation keeps its providers; looked for before lib.sh takes HOME away.
mirrors() {
	if [ -r "${TF_CLI_CONFIG_FILE:-}" ]; then
		sed -n '/filesystem_mirror/,/}/s/^[^#]*path *= *"\(.*\)".*/\1/p' "$TF_CLI_CONFIG_FILE"
	fi
	for m in "$HOME/.terraform.d/plugins" /usr/local/share/terraform/plugins /usr/share/terraform/plugins /opt/*; do
		echo "$m"
	done
}
providers=$(mirrors | while read -r m; do
	set -- "$m"/registry.terraform.io/hashicorp/aws/*
	if [ -e "$1" ]; then
		echo "$m"
		break
	fi
done)
. "${0%/*}/../lib.sh"
command -v terraform >/dev/null || skip_all 'terraform is not installed'
[ -n "$providers" ] || skip_all "there is no plugin folder with Terraform's AWS provider"

cat >"$T/terraform.rc" <<X
provider_installation {
  filesystem_mirror {
    path = "$providers"
  }
}
X
export TF_CLI_CONFIG_FILE="$T/terraform.rc" TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1
cp "$TOP"/tests/interop/terraform/*.tf "$T"
cd "$T" || exit 1

# sim COMMAND...: runs it with the state that the step before left.
n=0
sim() {
	run 0 idc-sim --state "$T/state.$n" --save "$T/state.$((n + 1))" --async 20ms --log "$T/log" -- "$@"
	n=$((n + 1))
}

# What the state has of our two sets, without ids that differ from run to run.
ours() {
	jq -cS 'select(.Name == "Operator" or .Name == "Auditor" or .PermissionSetName == "Operator" or
		.PermissionSetName == "Auditor") | if .Kind == "PermissionSet" then [.Name, .Description,
		.SessionDuration, .RelayState, .ManagedPolicies, .CustomerManagedPolicies, .PermissionsBoundary,
		.InlinePolicy.Statement[0].Action, .Tags, .ProvisionedAccounts, .OutdatedAccounts]
		else [.PermissionSetName, .AccountName, .PrincipalName] end' "$T/state.$n" >"$out"
}

run 0 idc-sim --state "$TOP/tests/data/org-sample.ndjson" --save "$T/state.0" -- true
run 0 terraform init -no-color

sim terraform apply -auto-approve -no-color
out_has 'Apply complete! Resources: 11 added, 0 changed, 0 destroyed.'
run 0 terraform output -json
jq -c 'map_values(.value) | to_entries[] | [.key, .value]' "$out" >"$T/read"
mv "$T/read" "$out"
out_is <<'X'
["accounts_below_workloads",["dev-orders","dev-payments","prod-orders","prod-payments","prod-payments-dr","prod-search"]]
["accounts_in_workloads",0]
["caller","222233334444"]
["groups",["Billing","Database-Admins","Developers","Network-Team","Payments-OnCall","Platform-Admins","Security-Auditors"]]
["kim",["kim@example.com","Kim"]]
["operator",{"description":"Reads and restarts.","duration":"PT2H","relay_state":"https://console.aws.amazon.com/ec2/","tags":{"SSOPipeline":"true","Team":"platform"}}]
["owner","111122223333"]
["payments_tags",{"Env":"prod","Team":"payments"}]
["permission_sets",2]
["services",["sso.amazonaws.com"]]
["units",["Infrastructure","Sandbox","Security","Suspended","Workloads"]]
["units_below_workloads",["Dev","Payments","Prod"]]
X
ours
out_is <<'X'
["Auditor",null,"PT1H",null,["arn:aws:iam::aws:policy/SecurityAudit"],[],{"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"},null,{},1,null]
["Operator","Reads and restarts.","PT2H","https://console.aws.amazon.com/ec2/",["arn:aws:iam::aws:policy/ReadOnlyAccess","arn:aws:iam::aws:policy/job-function/SupportUser"],[{"Name":"Restart","Path":"/corp/"}],{"CustomerManagedPolicyReference":{"Name":"Boundary","Path":"/"}},["ec2:RebootInstances"],{"SSOPipeline":"true","Team":"platform"},1,null]
["Auditor","log-archive","robin@example.com"]
["Operator","dev-orders","Developers"]
X

sim terraform plan -detailed-exitcode -no-color
out_has 'No changes. Your infrastructure matches the configuration.'
ok 'a plan changes nothing' cmp "$T/state.1" "$T/state.2"

cat >terraform.tfvars <<'X'
session_duration  = "PT8H"
description       = "Reads, restarts and stops."
team              = "operations"
actions           = ["ec2:StopInstances"]
managed_policies  = ["ReadOnlyAccess", "AWSSupportAccess"]
operator_accounts = ["dev-orders", "dev-payments"]
X
sim terraform apply -auto-approve -no-color
out_has 'Apply complete! Resources: 2 added, 2 changed, 1 destroyed.'
ours
out_is <<'X'
["Auditor",null,"PT1H",null,["arn:aws:iam::aws:policy/SecurityAudit"],[],{"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"},null,{},1,null]
["Operator","Reads, restarts and stops.","PT8H","https://console.aws.amazon.com/ec2/",["arn:aws:iam::aws:policy/AWSSupportAccess","arn:aws:iam::aws:policy/ReadOnlyAccess"],[{"Name":"Restart","Path":"/corp/"}],{"CustomerManagedPolicyReference":{"Name":"Boundary","Path":"/"}},["ec2:StopInstances"],{"SSOPipeline":"true","Team":"operations"},2,null]
["Auditor","log-archive","robin@example.com"]
["Operator","dev-orders","Developers"]
["Operator","dev-payments","Developers"]
X
sim terraform plan -detailed-exitcode -no-color
out_has 'No changes. Your infrastructure matches the configuration.'

# Someone clicks in the console: the next plan would take it back.
jq -c 'if .Name == "Operator" then .SessionDuration = "PT12H" else . end' "$T/state.$n" >"$T/clicked"
run 2 idc-sim --state "$T/clicked" -- terraform plan -detailed-exitcode -no-color
out_has '~ session_duration = "PT12H" -> "PT8H"'
out_has 'Plan: 0 to add, 1 to change, 0 to destroy.'

sim terraform destroy -auto-approve -no-color
out_has 'Destroy complete! Resources: 12 destroyed.'
# But for the count of ids, of which none comes twice.
for state in 0 "$n"; do
	jq -c 'del(.IdsMade)' "$T/state.$state" >"$T/plain.$state"
done
ok 'all is as it was before' cmp "$T/plain.0" "$T/plain.$n"
is 'every request was for an operation that idc-sim has' "$(jq -r 'select(.Operation == null)' "$T/log")" ''
