"""Random requests from a seed, signed by botocore and by lib/sig4: sig4.py N SEED.

What is signed must be the same bytes. Left out is where botocore does something else than AWS's
"Create a signed AWS API request" (IAM User Guide,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html) has it:

- A query in a URL: botocore takes it as it is, the guide has each name and value encoded ("URI-encode each
  parameter name and value individually"). So a query goes to botocore in its decoded form (params) while
  lib/sig4 gets one of the ways to write it; or in a URL, then encoded as the guide wants it. "+" is never
  left to mean itself, as forms have it mean a blank; nor are there parts without a name and a value ("a&&b"),
  of which botocore makes "=".
- Values of headers: botocore makes one blank of what Python calls white space, U+00A0 and control characters
  among it; the guide speaks of spaces. Here there are blanks, tabs and line folds.
- What botocore never signs (User-Agent, Expect, ...), or sets itself (Date).
- The path of S3: lib/sig4 encodes every path, which for S3 would be once too often, so S3's paths have only
  what needs no encoding; they still have dots and double slashes, which are not to be resolved.
- Bodies with NUL, which no JSON text for this project has.
"""

import datetime
import hashlib
import json
import random
import subprocess
import sys
from urllib.parse import quote

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
ODD = "!\"$%&'()*,/:;<=>@[\\]^`{|}+ ?#"
WIDE = "\u00e4\u00df\u0416\u05d0\u20ac\u4e2d\u200d\ufeff\uffff\U0001f600\U0010ffff"
TOKEN = "ABCabc0129!#$%&'*+-.^_`|~"


def text(r, most, letters):
    return "".join(r.choice(letters) for _ in range(r.randrange(most + 1)))


def word(r, most=8):
    return text(r, most, r.choice((UNRESERVED, UNRESERVED + ODD, UNRESERVED + ODD + WIDE)))


def path(r, plain):
    """A path as it stands on a request line, encoded or not; plain: of unreserved characters."""
    parts = []
    for _ in range(r.randrange(6)):
        kind = r.randrange(8)
        if kind == 0:
            parts.append(r.choice((".", "..", "...", "", "", ".a", "a..")))
        elif plain or kind < 3:
            parts.append(text(r, 8, UNRESERVED))
        elif kind < 5:
            parts.append(quote(word(r), safe=r.choice(("", "!$&'()*+,;=:@"))))
        elif kind == 5:
            parts.append(r.choice(("%2e%2E", "%2F", "%", "%zz", "%25", "a%2", "%e4", "100%")))
        else:
            parts.append(word(r).replace("?", "").replace("#", "").replace("\\", ""))
    return "/" + "/".join(parts) + r.choice(("", "", "/", "//", "/.", "/.."))


def loosely(r, s):
    """s percent-encoded, with some of what may stand for itself left so, and hex digits of either case."""
    out = []
    for byte in s.encode():
        c = chr(byte)
        if c in UNRESERVED and r.random() < 0.95 or c in "!$'()*,;:@/?" and r.random() < 0.5:
            out.append(c)
        else:
            out.append(r.choice(("%%%02X", "%%%02x")) % byte)
    return "".join(out)


def query(r):
    """The parameters, and a way to write them."""
    keys = [word(r) for _ in range(3)] + ["a", "A", "a-b", "a b", "X-Amz-Thing"]
    pairs = [(r.choice(keys), word(r)) for _ in range(r.randrange(7))]
    parts = []
    for key, value in pairs:
        part = loosely(r, key) + "=" + loosely(r, value)
        if value == "" and key != "" and r.random() < 0.5:
            part = part[:-1]
        parts.append(part)
    return pairs, "&".join(parts)


def canonical(pairs):
    return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in pairs)


SPACE = (" ", "  ", "\t", " \t ", "\r\n ", "   ")


def value(r):
    words = [text(r, 6, UNRESERVED + '",;=%' + (WIDE if r.random() < 0.3 else "")) for _ in range(r.randrange(5))]
    s = r.choice(SPACE).join(words)
    return r.choice(("", "", *SPACE)) + s + r.choice(("", "", *SPACE))


def headers(r):
    names = ["X-Amz-Target", "Content-Type", "x-amz-meta-a", "X-AMZ-Meta-A", "My-Header1", "Accept"]
    names.append("X" + text(r, 8, TOKEN))
    return [[r.choice(names), value(r)] for _ in range(r.randrange(8))]


def request(r):
    s3 = r.random() < 0.2
    service = "s3" if s3 else r.choice(("sso", "identitystore", "organizations", "sts", "iam", "access-analyzer"))
    scheme, port = r.choice((("https", ""), ("https", ":443"), ("http", ":80"), ("http", ":8080"), ("https", ":80")))
    host = r.choice(("sso.us-east-1.amazonaws.com", "example.amazonaws.com", "localhost", "xn--e1afmkfd.example.com"))
    shown = host if (scheme, port) in (("https", ":443"), ("http", ":80")) else host + port
    pairs, written = query(r)
    in_url = r.random() < 0.3
    body = word(r, 200) if r.random() < 0.6 else ""
    q = {
        "method": r.choice(("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS")),
        "path": path(r, s3),
        "query": canonical(pairs) if in_url else written,
        "headers": headers(r),
        "body": body,
        "region": r.choice(("us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "aws-global")),
        "service": service,
        "normalize_path": not s3,
        "sign_body": s3 or r.random() < 0.3,
        "access_key_id": "ASIA" + text(r, 16, UNRESERVED[:26]),
        "secret_access_key": text(r, 60, UNRESERVED + "/+="),
        "session_token": text(r, 900, UNRESERVED + "/+=") + "=" if r.random() < 0.5 else None,
        "time": datetime.datetime.fromtimestamp(r.randrange(4102444800), datetime.timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        ),
    }
    url = f"{scheme}://{host}{port}{q['path']}"
    if in_url and pairs:
        url += "?" + q["query"]
    given = [list(h) for h in q["headers"]]
    if r.random() < 0.5:
        given.insert(r.randrange(len(given) + 1), [r.choice(("Host", "host", "HOST")), shown])
        q["headers"] = [list(h) for h in given]
    else:
        q["headers"].append(["Host", shown])
    if q["sign_body"] and not s3:
        given.append(["X-Amz-Content-SHA256", hashlib.sha256(body.encode()).hexdigest()])
    return q, url, None if in_url else pairs, given


def by_botocore(q, url, params, given):
    now = datetime.datetime.strptime(q["time"], "%Y-%m-%dT%H:%M:%SZ")
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: now
    of = botocore.auth.S3SigV4Auth if q["service"] == "s3" else botocore.auth.SigV4Auth
    signer = of(
        Credentials(q["access_key_id"], q["secret_access_key"], q["session_token"]), q["service"], q["region"]
    )
    a = AWSRequest(method=q["method"], url=url, data=q["body"].encode(), params=params)
    a.context["payload_signing_enabled"] = True
    for name, v in given:
        a.headers[name] = v
    signer.add_auth(a)
    signed = {"authorization": a.headers["Authorization"]}
    del a.headers["Authorization"]
    signed["canonical_request"] = signer.canonical_request(a)
    signed["string_to_sign"] = signer.string_to_sign(a, signed["canonical_request"])
    return signed


def main(n, seed):
    r = random.Random(seed)
    requests = [request(r) for _ in range(n)]
    lines = "".join(json.dumps(q) + "\n" for q, *_ in requests)
    ours = subprocess.run(["sign"], input=lines.encode(), stdout=subprocess.PIPE, check=False)
    ours = [json.loads(line) for line in ours.stdout.splitlines()]
    different = 0
    for (q, *rest), got in zip(requests, ours):
        want = by_botocore(q, *rest)
        for key in ("canonical_request", "string_to_sign", "authorization"):
            if want[key] != got[key]:
                different += 1
                if different <= 3:
                    print("#", json.dumps(q))
                    print("# botocore:", json.dumps(want[key]))
                    print("# lib/sig4:", json.dumps(got[key]))
                break
    print("ok" if len(ours) == n else "not ok", f"lib/sig4 signs {n} requests of seed {seed}")
    print("ok" if different == 0 else "not ok", f"as botocore does, but for {different} of them")


main(int(sys.argv[1]), int(sys.argv[2]))
