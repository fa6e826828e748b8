#!/bin/sh
# The stages of a pipeline with the real AWS CLI, which reads and writes the last applied stream on an S3 of this machine.
# shellcheck disable=SC2154 # python, aws, org, T, TOP, out and err are set by lib.sh
. "${0%/*}/lib.sh"

[ -n "$aws" ] || skip_all 'the AWS CLI is not installed'
command -v python3 >/dev/null || skip_all 'python3 is not installed'
command -v bash >/dev/null || skip_all 'bash is not installed'

# An S3 of one bucket, idc-state; of "denied" nothing is told. Paths have the bucket in front, as for an address.
cat >"$T/s3.py" <<'X'
import http.server, sys, threading
objects = {}
class S3(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def refused(self):
        if "Credential=" not in self.headers.get("Authorization", "") or self.path.startswith("/denied/"):
            code, status = "AccessDenied", 403
        elif not self.path.startswith("/idc-state/"):
            code, status = "NoSuchBucket", 404
        elif self.command == "GET" and self.path not in objects:
            code, status = "NoSuchKey", 404
        else:
            return False
        self.answer(status, f"<Error><Code>{code}</Code><Message>{code}.</Message></Error>".encode(),
                    [("Content-Type", "application/xml")])
        return True
    def body(self):
        if "aws-chunked" not in self.headers.get("Content-Encoding", "") and "Content-Length" in self.headers:
            return self.rfile.read(int(self.headers["Content-Length"]))
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return data
    def do_GET(self):
        if not self.refused():
            self.answer(200, objects[self.path], [("ETag", '"e"'), ("Last-Modified", "Tue, 24 Nov 2026 02:00:00 GMT")])
    def do_PUT(self):
        if self.headers.get("Expect"):
            self.send_response_only(100)
            self.end_headers()
        data = self.body()
        if not self.refused():
            objects[self.path] = data
            self.answer(200, b"", [("ETag", '"e"')])
    def log_message(self, format, *args):
        print(self.command, self.path, args[1], file=sys.stderr, flush=True)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), S3)
print(server.server_port, flush=True)
server.serve_forever()
X
python3 "$T/s3.py" >"$T/port" 2>"$T/requests" &
s3=$!
trap 'kill $s3; tap_end' EXIT
until [ -s "$T/port" ]; do sleep 0.05; done
AWS_ENDPOINT_URL_S3=http://127.0.0.1:$(cat "$T/port")
mkdir "$T/bin" "$T/repository"
ln -s "$aws" "$T/bin/aws"
PATH=$T/bin:$PATH
cp -R "$TOP/templates" "$T/repository"
cd "$T/repository" || exit 1
export AWS_ENDPOINT_URL_S3

# requests: those since the last time.
requests() {
	tr '\n' ' ' <"$T/requests"
	: >"$T/requests"
}

cat >"$T/stages" <<'X'
set -e
for stage in validate plan apply; do bash templates/ci/stage.sh $stage; done
bash templates/ci/stage.sh plan
bash templates/ci/stage.sh apply
X
unset IDC_TIME
STATE_URL=s3://idc-state/team/last.ndjson
export STATE_URL
run 0 idc-sim -q --state "$org" -- bash "$T/stages"
err_has 'this is the first run'
out_has 'No changes.'
is 'requests' "$(requests)" "GET /idc-state/team/last.ndjson 404 GET /idc-state/team/last.ndjson 404 \
PUT /idc-state/team/last.ndjson 200 GET /idc-state/team/last.ndjson 200 GET /idc-state/team/last.ndjson 200 \
PUT /idc-state/team/last.ndjson 200 "
for bucket in denied none; do
	run 5 idc-sim -q --state "$org" -- env STATE_URL=s3://$bucket/last.ndjson bash templates/ci/stage.sh plan
	err_has "plan: error: the last applied stream can't be read from s3://$bucket/last.ndjson; nothing was changed"
done
