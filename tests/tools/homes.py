#!/usr/bin/env python3
"""Does one run of templates/ci/github.yml or gitlab.yml on this machine, as far as it needs no service.

    homes.py github|gitlab FILE --event EVENT --branch BRANCH --repository DIR --work DIR [NAME=VALUE]...

Jobs run one after the other, each in a clean copy of the repository, with what earlier jobs hand on as the file says.
The conditions of the file are evaluated. EVENT is push, schedule, or pull_request (github) and merge_request_event
(gitlab). NAME=VALUE are the variables of the project. An action or key that is not known here is an error, so that
what the file asks for has been thought of. Written to standard output: a line "JOB STATUS" for each job, STATUS being
skipped, succeeded or failed; into --work: a log for each job, and what it hands on in a folder of its name.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys

import yaml

PASSED = re.compile(r"PATH|AWS_ENDPOINT_URL|IDC_(SPEED|TPS|TIME)|S3_ROOT|GH_LOG")


class Wrong(Exception):
    """The file has what is not known here."""


class Reference(list):
    """!reference [job, key]"""


class Loader(yaml.SafeLoader):
    """YAML 1.1 takes "on" for a truth value, GitHub and GitLab don't."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
Loader.add_constructor("!reference", lambda loader, node: Reference(loader.construct_sequence(node)))


def known(mapping, keys, where):
    for key in mapping:
        if key not in keys.split():
            raise Wrong(f"{where}: {key} is not known here")


def copy(source, target, paths):
    """The files of these paths that are there."""
    for path in paths:
        if os.path.exists(os.path.join(source, path)):
            os.makedirs(os.path.dirname(os.path.join(target, path)) or target, exist_ok=True)
            shutil.copy(os.path.join(source, path), os.path.join(target, path))


class Run:
    """What both have in common."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.work = arguments.work
        self.variables = dict(item.split("=", 1) for item in arguments.variables)
        self.base = {name: value for name, value in os.environ.items() if PASSED.fullmatch(name)}
        self.base.update({"HOME": os.environ["HOME"], "LC_ALL": "C.UTF-8"})
        self.results = {}

    def lay(self, job):
        directory = os.path.join(self.work, job + ".d")
        shutil.copytree(self.arguments.repository, directory)
        return directory

    def shell(self, command, directory, environment, log):
        return subprocess.run(command, cwd=directory, env={**self.base, **environment}, stdin=subprocess.DEVNULL,
                              stdout=log, stderr=subprocess.STDOUT, check=False).returncode

    def finish(self, job, result):
        self.results[job] = result
        print(job, result, flush=True)


# --- GitHub ---------------------------------------------------------------------------------------------------------

class Context(dict):
    """github.event.x.y: what is not there is empty."""

    def __getattr__(self, name):
        value = self.get(name, "")
        return Context(value) if isinstance(value, dict) else value


class Nothing(str):
    def __getattr__(self, name):
        return Nothing()


class GitHub(Run):
    def evaluate(self, text, directory):
        event = self.arguments.event
        github = Context(event_name=event, token="token", repository="o/r",
                         ref="refs/heads/" + self.arguments.branch, event=Context())
        if event == "pull_request":
            github["event"] = Context(pull_request=Context(number=7, head=Context(repo=Context(full_name="o/r"))))
        else:
            github["event"] = Context(pull_request=Nothing())
        names = {
            "github": github, "inputs": Context(), "vars": Context(self.variables),
            "always": lambda: True,
            "hashFiles": lambda path: "x" if os.path.exists(os.path.join(directory or "/", path)) else "",
        }
        text = text.replace("&&", " and ").replace("||", " or ")
        return eval(text, {"__builtins__": {}}, names)

    def fill(self, value, directory=None):
        text = re.sub(r"\$\{\{(.*?)\}\}", lambda m: str(self.evaluate(m[1].strip(), directory)), str(value))
        return {"True": "true", "False": "false"}.get(text, text)

    def holds(self, condition, directory, failed):
        if condition is None:
            return not failed
        # A condition without always() holds only as long as nothing failed.
        if failed and "always()" not in condition:
            return False
        return bool(self.evaluate(condition, directory))

    def action(self, step, directory, environment):
        """What the actions do that the file uses."""
        name, with_ = step["uses"], {k: self.fill(v, directory) for k, v in step.get("with", {}).items()}
        store = os.path.join(self.work, with_.get("name", "none"))
        if name == "actions/checkout@v6":
            known(with_, "persist-credentials", name)
        elif name == "aws-actions/configure-aws-credentials@v6":
            known(with_, "role-to-assume aws-region", name)
            if not with_["role-to-assume"].startswith("arn:aws:iam::") or self.permissions.get("id-token") != "write":
                raise Wrong(f"{name}: no role, or the job may not have a token")
            environment.update({key: os.environ[key] for key in (
                "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")})
            environment.update({"AWS_REGION": with_["aws-region"], "AWS_DEFAULT_REGION": with_["aws-region"]})
        elif name == "github/codeql-action/upload-sarif@v4":
            known(with_, "sarif_file category", name)
            if self.permissions.get("security-events") != "write":
                raise Wrong(f"{name}: the job may not")
            copy(directory, self.work, [with_["sarif_file"]])
            return "NO_CODE_SCANNING" not in self.variables
        elif name == "actions/upload-artifact@v6":
            known(with_, "name path if-no-files-found retention-days", name)
            copy(directory, store, with_["path"].split())
            return os.path.isdir(store)
        elif name == "actions/download-artifact@v7":
            known(with_, "name", name)
            copy(store, directory, os.listdir(store))
        else:
            raise Wrong(f"{name} is not known here")
        return True

    def job(self, name, spec):
        known(spec, "needs if runs-on timeout-minutes permissions environment steps", name)
        if any(self.results[need] != "succeeded" for need in spec.get("needs", "").split()) or \
                not self.holds(spec.get("if"), None, False):
            return "skipped"
        self.permissions = spec["permissions"]
        directory, failed = self.lay(name), False
        environment = {"GITHUB_STEP_SUMMARY": os.path.join(self.work, "step-summary.md"), "GITHUB_ACTIONS": "true",
                       "GITHUB_REPOSITORY": "o/r"}
        environment.update({key: self.fill(value) for key, value in self.spec["env"].items()})
        with open(os.path.join(self.work, name + ".log"), "w", encoding="utf-8") as log:
            for step in spec["steps"]:
                known(step, "name if env run uses with continue-on-error", name)
                if not self.holds(step.get("if"), directory, failed):
                    continue
                if "uses" in step:
                    good = self.action(step, directory, environment) or step.get("continue-on-error", False)
                    failed = failed or not good
                else:
                    own = {key: self.fill(value, directory) for key, value in step.get("env", {}).items()}
                    status = self.shell(["bash", "-e", "-c", step["run"]], directory, {**environment, **own}, log)
                    failed = failed or status != 0
        return "failed" if failed else "succeeded"

    def run(self, spec):
        known(spec, "name on permissions concurrency env jobs", "the file")
        self.spec = spec
        if self.arguments.event not in spec["on"]:
            raise Wrong("this event starts nothing")
        for name, job in spec["jobs"].items():
            self.finish(name, self.job(name, job))


# --- GitLab ---------------------------------------------------------------------------------------------------------

class GitLab(Run):
    def extended(self, name):
        spec = self.spec[name]
        return {**self.extended(spec["extends"]), **spec} if "extends" in spec else spec

    def lines(self, value):
        for item in value:
            if isinstance(item, Reference):
                yield from self.lines(self.extended(item[0])[item[1]])
            else:
                yield item

    def rule(self, job):
        """The first rule that holds."""
        source = {"CI_PIPELINE_SOURCE": self.arguments.event, "CI_DEFAULT_BRANCH": "main"}
        if self.arguments.event != "merge_request_event":
            source["CI_COMMIT_BRANCH"] = self.arguments.branch
        for rule in job["rules"]:
            known(rule, "if changes when variables", "rules")
            text = re.sub(r"\$(\w+)", lambda m: repr(source.get(m[1])), rule["if"])
            if eval(text, {"__builtins__": {}}, {}):
                return rule
        return {"when": "never"}

    def job(self, name):
        job = self.extended(name)
        known(job, "extends image interruptible before_script id_tokens stage needs rules script artifacts"
              " resource_group environment", name)
        rule = self.rule(job)
        if rule.get("when") == "never" or any(self.results[need] != "succeeded" for need in job.get("needs", [])):
            return "skipped"
        directory = self.lay(name)
        # Without needs, the artifacts of all stages before are there.
        for need in job.get("needs", list(self.results)):
            copy(os.path.join(self.work, need), directory, self.extended(need)["artifacts"]["paths"])
        environment = {**self.spec["variables"], **rule.get("variables", {}), **self.variables,
                       "IDC_HOME": os.path.join(self.work, name + ".home"), "CI_PIPELINE_ID": "42"}
        for token, spec in job.get("id_tokens", {}).items():
            if spec != {"aud": "sts.amazonaws.com"}:
                raise Wrong(f"{name}: {token} is for another audience")
            environment[token] = "header.payload.signature"
        script = "\n".join([*self.lines(job["before_script"]), *self.lines(job["script"])])
        with open(os.path.join(self.work, name + ".log"), "w", encoding="utf-8") as log:
            status = self.shell(["bash", "-eo", "pipefail", "-c", script], directory, environment, log)
        known(job["artifacts"], "when access expose_as paths reports", name)
        copy(directory, os.path.join(self.work, name), job["artifacts"]["paths"])
        copy(directory, os.path.join(self.work, name), [job["artifacts"]["reports"]["junit"]])
        return "failed" if status else "succeeded"

    def run(self, spec):
        self.spec = spec
        jobs = [name for name in spec if not name.startswith(".") and name not in ("stages", "variables")]
        for stage in spec["stages"]:
            for name in jobs:
                if self.extended(name)["stage"] == stage:
                    self.finish(name, self.job(name))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["github", "gitlab"])
    parser.add_argument("file")
    for name in ("event", "branch", "repository", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("variables", nargs="*")
    arguments = parser.parse_intermixed_args()
    shutil.rmtree(arguments.work, ignore_errors=True)
    os.makedirs(arguments.work)
    try:
        with open(arguments.file, encoding="utf-8") as file:
            spec = yaml.load(file, Loader)
        run = (GitHub if arguments.kind == "github" else GitLab)(arguments)
        run.run(spec)
    except Wrong as wrong:
        print(f"homes.py: {arguments.file}: {wrong}", file=sys.stderr)
        return 3
    return 1 if "failed" in run.results.values() else 0


if __name__ == "__main__":
    sys.exit(main())
