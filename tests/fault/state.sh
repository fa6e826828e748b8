# shellcheck shell=sh
# What the campaign compares; sourced.

# plain: a state without what differs between two runs that did the same: its date, ARNs.
plain() {
	sed '1d; s/"PermissionSetArn":"[^"]*",//; s/"CreatedDate":[^,}]*,//'
}

# assignments: "ACCOUNT PERMISSION-SET PRINCIPAL" of each, sorted.
assignments() {
	sed -n 's/.*"Kind":"AccountAssignment".*"AccountId":"\([^"]*\)".*"PermissionSetName":"\([^"]*\)".*"PrincipalId":"\([^"]*\)".*/\1 \2 \3/p' |
		sort -u
}

# holders: "ACCOUNT PRINCIPAL" of who has anything there, sorted.
holders() {
	assignments | sed 's/ .* / /' | sort -u
}

# revokes LOG: accepted requests to delete an assignment that was there and is asked for; or
# one of somebody who is to stay in that account, before any other was made for him there.
# ../kept.arns has the former by ARN, ../stay the latter.
revokes() {
	awk -v kept=../kept.arns -v stay=../stay '
		function member(key) {
			return match($0, "\"" key "\":\"[^\"]*\"") ? \
				substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5) : ""
		}
		BEGIN {
			while ((getline line <kept) > 0) {
				asked[line] = 1
				split(line, part, " ")
				has[part[1] " " part[3]] = 1
			}
			while ((getline line <stay) > 0)
				stays[line] = 1
		}
		# AWS did it, whether or not anybody heard.
		/"Operation":"CreateAccountAssignment"/ && /"Fault":"[^"]*-after"/ {
			has[member("TargetId") " " member("PrincipalId")] = 1
		}
		!/"Status":200/ || /"Fault":"[^"]*:(reset|stall)"/ { next }
		/"Operation":"CreateAccountAssignment"/ {
			has[member("TargetId") " " member("PrincipalId")] = 1
		}
		/"Operation":"DeleteAccountAssignment"/ {
			who = member("TargetId") " " member("PrincipalId")
			what = member("TargetId") " " member("PermissionSetArn") " " member("PrincipalId")
			if (what in asked)
				print "asked for: " what
			else if (who in stays && !(who in has))
				print "too early: " what
		}' "$1"
}
