# shellcheck shell=sh
# For the tests of the CloudFormation stacks: reading them as CloudFormation does.

# shellcheck disable=SC2154 # TOP and T are set by lib.sh
stacks=$TOP/templates/stacks
for stack in pipeline organization; do
	perl "$TOP/tests/yaml.pl" "$stacks/$stack.yaml" >"$T/$stack.json" || exit 1
done

# What has to be given: the stacks as tests/data/org-sample.ndjson is.
instance=arn:aws:sso:::instance/ssoins-7223d5a1c0e94b68
of_pipeline="{\"InstanceArn\":\"$instance\",\"IdentityStoreId\":\"d-9067a1b2c3\",\"OrganizationId\":\"o-a1b2c3d4e5\",\"ManagementAccountId\":\"111122223333\",\"Repository\":\"example/access\",\"AWS::Partition\":\"aws\",\"AWS::Region\":\"eu-west-1\",\"AWS::AccountId\":\"222233334444\"}"
of_organization='{"DelegatedAccountId":"222233334444","PipelineRegion":"eu-west-1","AWS::Partition":"aws","AWS::Region":"us-east-1","AWS::AccountId":"111122223333"}'

# made STACK GIVEN [MORE-GIVEN]: the stack as deployed with these parameters, both JSON objects.
made() {
	more=${3-}
	jq --argjson given "$2" --argjson more "${more:-{\}}" -n '$given + $more' >"$T/given"
	jq -f "$TOP/tests/cli/stacks.jq" --argjson given "$(cat "$T/given")" "$T/$1.json"
}

# both [MORE-FOR-PIPELINE [MORE-FOR-ORGANIZATION]]: $T/p and $T/o, made.
both() {
	made pipeline "$of_pipeline" "${1-}" >"$T/p" && made organization "$of_organization" "${2-}" >"$T/o"
}

of() { jq -r "$2" "$T/$1"; } # of p|o FILTER
