#!/usr/bin/env python3
"""Does one build of a buildspec file as AWS CodeBuild does, on this machine.

    codebuild.py --source DIR-OR-ZIP --out DIR [--project NAME] [--kill-after FILE:LINES] [--relative]
                 [NAME=VALUE]...

SOURCE is the input artifact: its content is laid into a clean directory, with no permissions of its own (an artifact
carries none that can be relied on). The buildspec is SOURCE's buildspec.yml. NAME=VALUE are the variables of the
project, which come before those of the buildspec. Into --out are written:

    artifact.zip     what the artifacts section names
    exported.json    the exported variables, as they are at the end
    phases           "PHASE STATUS" a line: SUCCEEDED or FAILED
    log              what the commands wrote
    reports/         the files of the reports section
    credentials      how often the credentials endpoint was asked

The status is 0 when the build succeeded, 1 when it failed, 3 when the buildspec is not understood.
With --kill-after, the whole build is killed (SIGKILL) as soon as FILE in the source directory has that many lines;
then there are neither artifacts nor exported variables, and the status is 137.
With --relative the credentials endpoint is at 169.254.170.2, as in CodeBuild, which this machine has to have.

The environment of the commands is that of a build container: PATH, HOME, AWS_REGION, AWS_DEFAULT_REGION, CODEBUILD_*,
a credentials endpoint, and what idc-sim needs; none of the caller's credentials. The reader is strict: a key that the
buildspec reference of CodeBuild does not have is an error.
"""
import argparse
import http.server
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

import yaml

PHASES = ("install", "pre_build", "build", "post_build")
KEYS = {
    "": {"version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"},
    "env": {"shell", "variables", "parameter-store", "exported-variables", "secrets-manager", "git-credential-helper"},
    "phases": set(PHASES),
    "phase": {"run-as", "on-failure", "runtime-versions", "commands", "finally"},
    "report": {"files", "base-directory", "discard-paths", "file-format"},
    "artifacts": {"files", "name", "discard-paths", "base-directory", "exclude-paths", "enable-symlinks", "s3-prefix",
                  "secondary-artifacts"},
}
# What reaches the commands of the caller's environment: where the simulator is, and the test's own double of S3.
PASSED = re.compile(r"AWS_ENDPOINT_URL(_S3)?|IDC_(SIM|SPEED|TPS|TIME)|S3_ROOT|PYTHONDONTWRITEBYTECODE")


class Wrong(Exception):
    """The buildspec is not what CodeBuild takes."""


class Strict(yaml.SafeLoader):
    """Refuses a key that stands twice."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise Wrong(f"the key {key} stands twice")
        return super().construct_mapping(node, deep)


def known(what, mapping, where):
    if not isinstance(mapping, dict):
        raise Wrong(f"{where or 'the file'}: expected a mapping")
    for key in mapping:
        if key not in KEYS[what]:
            raise Wrong(f"{where or 'the file'}: unknown key {key}")


def strings(value, where):
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise Wrong(f"{where}: expected a list of strings")
    return value


def read(path):
    with open(path, encoding="utf-8") as file:
        spec = yaml.load(file, Strict)
    known("", spec, "")
    if spec.get("version") != 0.2:
        raise Wrong("version: expected 0.2")
    env = spec.setdefault("env", {})
    known("env", env, "env")
    if env.get("shell", "sh") not in ("sh", "bash"):
        raise Wrong("env/shell: expected sh or bash")
    for name, value in env.setdefault("variables", {}).items():
        if not isinstance(value, str) or name.startswith("CODEBUILD_"):
            raise Wrong(f"env/variables: {name} is no string, or reserved")
    for name in strings(env.get("exported-variables", ["none"]), "env/exported-variables"):
        if name.startswith("AWS_"):
            raise Wrong(f"env/exported-variables: {name} can't be exported")
    known("phases", spec.get("phases"), "phases")
    for name, phase in spec["phases"].items():
        known("phase", phase, name)
        strings(phase.get("commands"), f"{name}/commands")
        if "finally" in phase:
            strings(phase["finally"], f"{name}/finally")
        if phase.get("on-failure", "CONTINUE") not in ("ABORT", "CONTINUE"):
            raise Wrong(f"{name}/on-failure")
    for name, report in spec.setdefault("reports", {}).items():
        known("report", report, f"reports/{name}")
        strings(report.get("files"), f"reports/{name}/files")
        if report.get("file-format", "JUNITXML").upper() != "JUNITXML":
            raise Wrong(f"reports/{name}/file-format")
    known("artifacts", spec.setdefault("artifacts", {"files": ["**/*"]}), "artifacts")
    strings(spec["artifacts"].get("files"), "artifacts/files")
    return spec


def expand(pattern):
    """The regular expression of a path pattern: * within a name, **/ across folders."""
    return re.compile("".join(
        "(?:.*/)?" if part == "**/" else "[^/]*" if part == "*" else re.escape(part)
        for part in re.split(r"(\*\*/|\*)", pattern)))


def matching(directory, patterns, excluded=()):
    found = []
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), directory)
            if any(expand(p).fullmatch(path) for p in patterns) and \
                    not any(expand(p).fullmatch(path) for p in excluded):
                found.append(path)
    return sorted(found)


def lay(source, directory):
    """The input artifact's files, without their permissions."""
    if os.path.isdir(source):
        shutil.copytree(source, directory, copy_function=shutil.copyfile)
    else:
        with zipfile.ZipFile(source) as archive:
            archive.extractall(directory)


class Credentials(http.server.BaseHTTPRequestHandler):
    """The container's credentials endpoint."""

    token = secrets.token_hex(16)
    path_of = "/v2/credentials/" + secrets.token_hex(8)
    asked = 0
    keys = {}

    def do_GET(self):
        good = self.path == self.path_of and self.headers.get("Authorization") == self.token
        body = json.dumps(self.keys if good else {"code": "Unauthorized", "message": "no"}).encode()
        Credentials.asked += good
        self.send_response(200 if good else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(relative):
    """The variables that tell where credentials are."""
    Credentials.keys = {
        "RoleArn": "arn:aws:iam::222233334444:role/build",
        "AccessKeyId": os.environ["AWS_ACCESS_KEY_ID"],
        "SecretAccessKey": os.environ["AWS_SECRET_ACCESS_KEY"],
        "Token": os.environ["AWS_SESSION_TOKEN"],
        "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600)),
    }
    if relative:
        Credentials.token = None
    server = http.server.ThreadingHTTPServer(("169.254.170.2", 80) if relative else ("127.0.0.1", 0), Credentials)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if relative:
        return {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": Credentials.path_of}
    return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{server.server_port}{Credentials.path_of}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": Credentials.token}


class Shell:
    """All commands run in one environment, as if in one shell; its options don't last."""

    RUN = 'cd "$1" || exit 1; eval "$2"; s=$?; env -0 >"$3"; pwd >"$4"; exit $s'

    def __init__(self, program, source, environment, log):
        self.program, self.source, self.env, self.log, self.cwd = program, source, environment, log, source
        self.stop = None
        self.killed = False

    def watch(self, process):
        path, lines = self.stop
        while process.poll() is None:
            try:
                with open(os.path.join(self.source, path), "rb") as file:
                    if file.read().count(b"\n") >= lines:
                        os.killpg(process.pid, signal.SIGKILL)
                        self.killed = True
                        return
            except OSError:
                pass
            time.sleep(0.01)

    def run(self, command):
        with tempfile.TemporaryDirectory() as kept:
            env, cwd = os.path.join(kept, "env"), os.path.join(kept, "cwd")
            process = subprocess.Popen(
                [self.program, "-c", self.RUN, self.program, self.cwd, command, env, cwd], env=self.env,
                stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True)
            if self.stop:
                self.watch(process)
            status = process.wait()
            if os.path.exists(cwd):
                with open(cwd, encoding="utf-8") as file:
                    self.cwd = file.read().rstrip("\n")
                with open(env, encoding="utf-8") as file:
                    pairs = (item.split("=", 1) for item in file.read().split("\0") if item)
                    self.env = {name: value for name, value in pairs if name not in ("_", "SHLVL", "PWD", "OLDPWD")}
        return status


def phase(shell, spec, log):
    """Whether all of its commands succeeded; those in finally are run in any case."""
    good = True
    for command in spec["commands"]:
        print(f"[Container] Running command {command}", file=log, flush=True)
        status = shell.run(command)
        if status != 0:
            print(f"[Container] Command did not exit successfully {command} exit status {status}", file=log, flush=True)
            good = False
            break
    if shell.killed:
        return False
    for command in spec.get("finally", []):
        good = shell.run(command) == 0 and good
    return good


def build(arguments, spec, source):
    project = dict(item.split("=", 1) for item in arguments.variables)
    environment = {name: value for name, value in os.environ.items() if PASSED.fullmatch(name)}
    environment.update({
        "PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LC_ALL": "C.UTF-8",
        "AWS_REGION": os.environ["AWS_REGION"], "AWS_DEFAULT_REGION": os.environ["AWS_REGION"],
        **serve(arguments.relative),
        "CODEBUILD_SRC_DIR": source, "CODEBUILD_BUILD_SUCCEEDING": "1",
        "CODEBUILD_BUILD_ID": f"{arguments.project}:{secrets.token_hex(8)}",
    })
    environment.update(spec["env"]["variables"])
    environment.update(project)
    out = arguments.out
    with open(os.path.join(out, "log"), "w", encoding="utf-8") as log, \
            open(os.path.join(out, "phases"), "w", encoding="utf-8") as phases:
        shell = Shell(spec["env"].get("shell", "sh"), source, environment, log)
        if arguments.kill_after:
            path, lines = arguments.kill_after.rsplit(":", 1)
            shell.stop = path, int(lines)
        failed = built = False
        for name in PHASES:
            # post_build follows a build that failed, nothing follows what failed before.
            if name not in spec["phases"] or failed and name != "post_build":
                continue
            built = built or name == "build"
            good = phase(shell, spec["phases"][name], log)
            if shell.killed:
                return 137
            print(name.upper(), "SUCCEEDED" if good else "FAILED", file=phases)
            shell.env["CODEBUILD_BUILD_SUCCEEDING"] = "1" if good and not failed else "0"
            failed = failed or not good
            if failed and (name in ("install", "pre_build") or spec["phases"][name].get("on-failure") == "ABORT"):
                break
        for name, report in spec["reports"].items():
            base = os.path.join(source, report.get("base-directory", "."))
            files = matching(base, report["files"])
            if not files and built:
                print(f"[Container] no matching report files found: {name}", file=log)
                failed = True
            for path in files:
                os.makedirs(os.path.join(out, "reports", name), exist_ok=True)
                shutil.copy(os.path.join(base, path), os.path.join(out, "reports", name))
        artifacts = spec["artifacts"]
        base = os.path.join(source, artifacts.get("base-directory", "."))
        excluded = artifacts.get("exclude-paths", [])
        paths = matching(base, artifacts["files"], excluded if isinstance(excluded, list) else [excluded])
        if not paths:
            print("[Container] no matching artifact paths found", file=log)
            failed = True
        with zipfile.ZipFile(os.path.join(out, "artifact.zip"), "w") as archive:
            for path in paths:
                archive.write(os.path.join(base, path), path)
    with open(os.path.join(out, "exported.json"), "w", encoding="utf-8") as file:
        json.dump({name: shell.env.get(name) for name in spec["env"].get("exported-variables", [])}, file)
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--project", default="idc")
    parser.add_argument("--kill-after")
    parser.add_argument("--relative", action="store_true")
    parser.add_argument("variables", nargs="*")
    arguments = parser.parse_intermixed_args()
    shutil.rmtree(arguments.out, ignore_errors=True)
    os.makedirs(arguments.out)
    work = tempfile.mkdtemp()
    try:
        source = os.path.join(work, "src")
        lay(arguments.source, source)
        status = build(arguments, read(os.path.join(source, "buildspec.yml")), source)
        with open(os.path.join(arguments.out, "credentials"), "w", encoding="utf-8") as file:
            print(Credentials.asked, file=file)
        return status
    except Wrong as wrong:
        print(f"codebuild.py: buildspec.yml: {wrong}", file=sys.stderr)
        return 3
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
