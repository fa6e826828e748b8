output "caller" {
  value = data.aws_caller_identity.this.account_id
}

output "owner" {
  value = data.aws_organizations_organization.this.master_account_id
}

output "services" {
  value = data.aws_organizations_organization.this.aws_service_access_principals
}

output "units" {
  value = sort(data.aws_organizations_organizational_units.top.children[*].name)
}

output "units_below_workloads" {
  value = sort(data.aws_organizations_organizational_unit_descendant_organizational_units.workloads.children[*].name)
}

output "accounts_in_workloads" {
  value = length(data.aws_organizations_organizational_unit_child_accounts.workloads.accounts)
}

output "accounts_below_workloads" {
  value = sort(data.aws_organizations_organizational_unit_descendant_accounts.workloads.accounts[*].name)
}

output "payments_tags" {
  value = data.aws_organizations_resource_tags.payments.tags
}

output "groups" {
  value = sort(data.aws_identitystore_groups.all.groups[*].display_name)
}

output "kim" {
  value = [data.aws_identitystore_user.kim.user_name, data.aws_identitystore_user.kim.display_name]
}

output "operator" {
  value = {
    description = data.aws_ssoadmin_permission_set.operator.description
    duration    = data.aws_ssoadmin_permission_set.operator.session_duration
    relay_state = data.aws_ssoadmin_permission_set.operator.relay_state
    tags        = data.aws_ssoadmin_permission_set.operator.tags
  }
}

output "permission_sets" {
  value = length(data.aws_ssoadmin_permission_sets.all.arns)
}
