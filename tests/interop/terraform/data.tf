data "aws_caller_identity" "this" {}

data "aws_ssoadmin_instances" "this" {}

data "aws_organizations_organization" "this" {}

data "aws_organizations_organizational_units" "top" {
  parent_id = data.aws_organizations_organization.this.roots[0].id
}

data "aws_organizations_organizational_unit" "workloads" {
  parent_id = data.aws_organizations_organization.this.roots[0].id
  name      = "Workloads"
}

data "aws_organizations_organizational_unit_descendant_organizational_units" "workloads" {
  parent_id = data.aws_organizations_organizational_unit.workloads.id
}

data "aws_organizations_organizational_unit_child_accounts" "workloads" {
  parent_id = data.aws_organizations_organizational_unit.workloads.id
}

data "aws_organizations_organizational_unit_descendant_accounts" "workloads" {
  parent_id = data.aws_organizations_organizational_unit.workloads.id
}

data "aws_organizations_resource_tags" "payments" {
  resource_id = local.accounts["prod-payments"]
}

data "aws_identitystore_groups" "all" {
  identity_store_id = local.store
}

data "aws_identitystore_group" "developers" {
  identity_store_id = local.store
  alternate_identifier {
    unique_attribute {
      attribute_path  = "DisplayName"
      attribute_value = "Developers"
    }
  }
}

data "aws_identitystore_users" "all" {
  identity_store_id = local.store
}

data "aws_identitystore_user" "robin" {
  identity_store_id = local.store
  alternate_identifier {
    unique_attribute {
      attribute_path  = "UserName"
      attribute_value = "robin@example.com"
    }
  }
}

data "aws_identitystore_user" "kim" {
  identity_store_id = local.store
  user_id           = one([for u in data.aws_identitystore_users.all.users : u.user_id if u.user_name == "kim@example.com"])
}

data "aws_ssoadmin_permission_set" "operator" {
  instance_arn = local.instance
  name         = aws_ssoadmin_permission_set.operator.name
}

data "aws_ssoadmin_permission_sets" "all" {
  instance_arn = local.instance
  depends_on   = [aws_ssoadmin_permission_set.operator, aws_ssoadmin_permission_set.auditor]
}
