#!/bin/sh
# idc-validate: the conditions and variables of inline policies.
# shellcheck disable=SC2016 # the variables are those of policies
. "${0%/*}/../lib.sh"
. "${0%/*}/validate-policy.sh"
. "${0%/*}/validate.sh"
good

# condition JSON: a statement with that Condition.
condition() {
	printf '{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*", "Condition": %s}' "$1"
}

# IDC057: operators.
for operator in StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase \
	StringLike StringNotLike ForAllValues:StringLike ForAnyValue:StringEqualsIfExists StringLikeIfExists; do
	clean "$(condition "{\"$operator\": {\"a:b\": \"c\"}}")"
done
for operator in NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan \
	NumericGreaterThanEquals NumericEqualsIfExists ForAnyValue:NumericEquals; do
	clean "$(condition "{\"$operator\": {\"a:b\": [7, \"-7\", \"0.5\", \"+1.\", \".5\"]}}")"
done
for operator in DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals; do
	clean "$(condition "{\"$operator\": {\"a:b\": [\"2026\", \"2026-12\", \"2026-12-31\", \"2026-12-31T18:00Z\",
		\"2026-12-31T18:00:00Z\", \"2026-12-31T18:00:00.25+02:00\", \"2026-12-31t18:00:00z\", 1795485600]}}")"
done
clean "$(condition '{"Bool": {"a:b": [true, "false", "${aws:SecureTransport}"]}, "BoolIfExists": {"a:b": "True"},
	"Null": {"a:b": "true"}, "BinaryEquals": {"a:b": ["QQ==", "QUI=", "QUJD", ""]}}')"
clean "$(condition '{"IpAddress": {"a:b": ["203.0.113.0/24", "203.0.113.7", "2001:db8::/32", "::1", "0.0.0.0/0"]},
	"NotIpAddressIfExists": {"a:b": "10.0.0.0/32"}}')"
clean "$(condition '{"ArnEquals": {"a:b": "arn:aws:s3:::x"}, "ArnLike": {"a:b": ["arn:aws:iam::*:role/*", "arn:*:s*:::x", "*"]},
	"ArnNotEquals": {"a:b": "arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}"},
	"ForAnyValue:ArnNotLikeIfExists": {"a:b": "${aws:PrincipalArn}"}}')"

wrong "$(condition '{"StringEqual": {"a:b": "c"}}')" \
	"4:77: error: conditions have no operator 'StringEqual': did you mean 'StringEquals'? [IDC057]"
wrong "$(condition '{"stringequals": {"a:b": "c"}}')" \
	"4:77: error: conditions have no operator 'stringequals': did you mean 'StringEquals'? [IDC057]"
wrong "$(condition '{"ForAnyValues:StringLikeIfExists": {"a:b": "c"}}')" \
	"4:77: error: conditions have no operator 'ForAnyValues:StringLikeIfExists': did you mean 'ForAnyValue:StringLikeIfExists'? [IDC057]"
wrong "$(condition '{"StringEqualsIfexists": {"a:b": "c"}}')" \
	"4:77: error: conditions have no operator 'StringEqualsIfexists': did you mean 'StringEqualsIfExists'? [IDC057]"
wrong "$(condition '{"NullIfExists": {"a:b": "true"}}')" \
	"4:77: error: 'NullIfExists' is no operator: Null asks itself whether the key is there: write it without IfExists [IDC057]"
wrong "$(condition '{"Matches": {"a:b": "c"}, "": {"a:b": "c"}}')" \
	"4:77: error: conditions have no operator 'Matches': they are those of idc-validate(1), such as 'StringEquals' [IDC057]" \
	"4:102: error: conditions have no operator '': they are those of idc-validate(1), such as 'StringEquals' [IDC057]"
wrong "$(condition '{"aws:RequestedRegion": ["eu-west-1"]}')" \
	"4:77: error: 'aws:RequestedRegion' where an operator is expected: put it into one: \"StringEquals\": {\"aws:RequestedRegion\": ...} [IDC057]"
wrong "$(condition '{"Matches": "c"}')" \
	"4:77: error: conditions have no operator 'Matches': they are those of idc-validate(1), such as 'StringEquals' [IDC057]"

# IDC058: values.
wrong "$(condition '{"NumericEquals": {"a:b": ["7", "seven", true, "1e3"]}}')" \
	"4:108: error: 'seven' is no number: write it like '10' or '0.5' [IDC058]" \
	"4:117: error: 'true' is no number: write it like '10' or '0.5' [IDC058]" \
	"4:123: error: '1e3' is no number: write it like '10' or '0.5' [IDC058]"
wrong "$(condition '{"DateLessThan": {"a:b": ["31.12.2026", "2026-13-01", "2026-12-31T24:00Z", "2026-12-31 18:00",
	"2026-12-31T18:00:00+2", "*"]}}')" \
	"4:102: error: '31.12.2026' is no date: write it like '2026-12-31T18:00:00Z' [IDC058]" \
	"4:116: error: '2026-13-01' is no date: write it like '2026-12-31T18:00:00Z' [IDC058]" \
	"4:130: error: '2026-12-31T24:00Z' is no date: write it like '2026-12-31T18:00:00Z' [IDC058]" \
	"4:151: error: '2026-12-31 18:00' is no date: write it like '2026-12-31T18:00:00Z' [IDC058]" \
	"5:2: error: '2026-12-31T18:00:00+2' is no date: write it like '2026-12-31T18:00:00Z' [IDC058]" \
	"5:27: error: '*' is no date: write it like '2026-12-31T18:00:00Z' [IDC058]"
wrong "$(condition '{"Bool": {"a:b": "yes"}, "Null": {"c:d": 1, "e:f": "${a:b}"}}')" \
	"4:93: error: 'yes' is no truth value: write 'true' or 'false' [IDC058]" \
	"4:117: error: '1' is no truth value: write 'true' for a key that is not there, 'false' for one that is [IDC058]" \
	"4:127: error: '\${a:b}' has a variable, which this operator does not take: write 'true' for a key that is not there, 'false' for one that is [IDC058]"
wrong "$(condition '{"IpAddress": {"a:b": ["10.0.0.0/33", "10.0.0.0.0", "2001:db8::/129", "10.0.0.*", "${a:b}", "10.0.0.0/"]}}')" \
	"4:99: error: '10.0.0.0/33' is no address: write it like '203.0.113.0/24' or '2001:db8::/32' [IDC058]" \
	"4:114: error: '10.0.0.0.0' is no address: write it like '203.0.113.0/24' or '2001:db8::/32' [IDC058]" \
	"4:128: error: '2001:db8::/129' is no address: write it like '203.0.113.0/24' or '2001:db8::/32' [IDC058]" \
	"4:146: error: '10.0.0.*' is no address: write it like '203.0.113.0/24' or '2001:db8::/32' [IDC058]" \
	"4:158: error: '\${a:b}' has a variable, which this operator does not take: write it like '203.0.113.0/24' or '2001:db8::/32' [IDC058]" \
	"4:168: error: '10.0.0.0/' is no address: write it like '203.0.113.0/24' or '2001:db8::/32' [IDC058]"
wrong "$(condition '{"BinaryEquals": {"a:b": "QQ"}}')" \
	"4:101: error: 'QQ' is no base64 text: write the bytes in base64 [IDC058]"

# IDC059, IDC060, IDC065: what Arn... operators compare with.
wrong "$(condition '{"ArnEquals": {"a:b": ["role/x", 7, "arn:asw:s3:::x", "arn:aws:iam::1111222233334:role/x"]}}')" \
	"4:99: error: 'role/x' is no ARN: an ARN is arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE [IDC059]" \
	"4:109: error: a number where an ARN is compared: an ARN is arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE [IDC059]" \
	"4:112: error: AWS has no partition 'asw': did you mean 'aws'? [IDC060]" \
	"4:130: error: '1111222233334' in 'arn:aws:iam::1111222233334:role/x' is no account id: it has 12 digits [IDC059]"
warns "$(condition '{"ArnLike": {"a:b": "arn:aws:s3:x"}}')" \
	"4:96: warning: 'arn:aws:s3:x' has 4 of the 6 parts of an ARN: an ARN is arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE [IDC065]"

# IDC061: variables.
# resource TEXT: a statement with a Resource that ends so; it starts in column 58.
resource() {
	printf '{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::%s"}' "$1"
}
# shellcheck disable=SC2016 # the variables are those of policies
for text in '${aws:username}' '${aws:PrincipalTag/cost-center}/*' 'a${*}b${?}c${$}' 'a$b{c}$' \
	"\${aws:PrincipalTag/team, 'none'}" "\${ aws:username , 'it''s } all' }" \
	'${www.amazon.com:user_id}'; do
	clean "$(resource "$text")"
done
warns "$(resource 'a/${aws:username')" \
	"4:58: warning: '\${aws:username' is not closed: write '}' behind its name [IDC061]"
warns "$(resource '${}')" \
	"4:58: warning: '\${}' names no key: write one between the braces, such as \${aws:PrincipalTag/team} [IDC061]"
warns "$(resource '${username}')" \
	"4:58: warning: '\${username}' names no key: keys are written SERVICE:KEY, such as \${aws:PrincipalTag/team} [IDC061]"
warns "$(resource '${aws:PrincipalTag/cost center}')" \
	"4:58: warning: '\${aws:PrincipalTag/cost center}' is no variable: write a condition key between the braces, such as \${aws:PrincipalTag/team} [IDC061]"
warns "$(resource '${aws:PrincipalTag/team, none}')" \
	"4:58: warning: '\${aws:PrincipalTag/team, none}' has a default value without quotes: write it like \${aws:PrincipalTag/team, 'none'} [IDC061]"
warns "$(condition '{"StringLike": {"s3:prefix": ["${aws:username}", "${aws:username"]}}')" \
	"4:125: warning: '\${aws:username' is not closed: write '}' behind its name [IDC061]"
warns '{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:${aws:RequestedRegion}::x"}' \
	"4:58: warning: a variable before the fifth colon of 'arn:aws:s3:\${aws:RequestedRegion}::x': only the last part of an ARN may have one [IDC061]"
# shellcheck disable=SC2016
statements "$(resource '${aws:username}')" 2008-10-17
run 0 idc-validate -q s a
err_is <<'X'
s/Admin.json:4:58: warning: '${aws:username}' is no variable in a policy of Version 2008-10-17: write Version '2012-10-17' [IDC061]
X
