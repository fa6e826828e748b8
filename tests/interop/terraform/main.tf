# Permission sets and who has them, as a team's own configuration would say it. Where the
# service is comes from the environment alone: nothing here knows that it is simulated.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

variable "session_duration" {
  default = "PT2H"
}

variable "description" {
  default = "Reads and restarts."
}

variable "team" {
  default = "platform"
}

variable "actions" {
  default = ["ec2:RebootInstances"]
}

variable "managed_policies" {
  default = ["ReadOnlyAccess", "job-function/SupportUser"]
}

variable "operator_accounts" {
  default = ["dev-orders"]
}

locals {
  instance = tolist(data.aws_ssoadmin_instances.this.arns)[0]
  store    = tolist(data.aws_ssoadmin_instances.this.identity_store_ids)[0]
  accounts = { for a in data.aws_organizations_organization.this.accounts : a.name => a.id }
}

resource "aws_ssoadmin_permission_set" "operator" {
  instance_arn     = local.instance
  name             = "Operator"
  description      = var.description
  session_duration = var.session_duration
  relay_state      = "https://console.aws.amazon.com/ec2/"
  tags             = { SSOPipeline = "true", Team = var.team }
}

resource "aws_ssoadmin_permission_set" "auditor" {
  instance_arn = local.instance
  name         = "Auditor"
}

resource "aws_ssoadmin_managed_policy_attachment" "operator" {
  for_each           = toset(var.managed_policies)
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.operator.arn
  managed_policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

resource "aws_ssoadmin_managed_policy_attachment" "auditor" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.auditor.arn
  managed_policy_arn = "arn:aws:iam::aws:policy/SecurityAudit"
}

resource "aws_ssoadmin_customer_managed_policy_attachment" "operator" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.operator.arn
  customer_managed_policy_reference {
    name = "Restart"
    path = "/corp/"
  }
}

resource "aws_ssoadmin_permission_set_inline_policy" "operator" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.operator.arn
  inline_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Restart"
      Effect   = "Allow"
      Action   = var.actions
      Resource = "*"
    }]
  })
}

resource "aws_ssoadmin_permissions_boundary_attachment" "operator" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.operator.arn
  permissions_boundary {
    customer_managed_policy_reference {
      name = "Boundary"
    }
  }
}

resource "aws_ssoadmin_permissions_boundary_attachment" "auditor" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.auditor.arn
  permissions_boundary {
    managed_policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
  }
}

resource "aws_ssoadmin_account_assignment" "operator" {
  for_each           = toset(var.operator_accounts)
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.operator.arn
  principal_type     = "GROUP"
  principal_id       = data.aws_identitystore_group.developers.group_id
  target_type        = "AWS_ACCOUNT"
  target_id          = local.accounts[each.value]
}

resource "aws_ssoadmin_account_assignment" "auditor" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.auditor.arn
  principal_type     = "USER"
  principal_id       = data.aws_identitystore_user.robin.user_id
  target_type        = "AWS_ACCOUNT"
  target_id          = local.accounts["log-archive"]
}
