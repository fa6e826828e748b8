"""Compares where awscall says that requests go with botocore's endpoint rule sets: every service, every
region of every partition, with and without FIPS and dual-stack."""
import os
import subprocess

from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader

SERVICES = ["sso-admin", "identitystore", "organizations", "accessanalyzer", "iam", "sts", "sso", "sso-oidc"]
loader = Loader()
partitions = loader.load_data("partitions")
rules = {s: EndpointProvider(loader.load_service_model(s, "endpoint-rule-set-1"), partitions) for s in SERVICES}


def botocore(service, region, fips, dual):
    """'URL REGION', as the rule set has it."""
    options = {"Region": region, "UseFIPS": fips, "UseDualStack": dual}
    if service == "sts":
        options["UseGlobalEndpoint"] = False
    try:
        found = rules[service].resolve_endpoint(**options)
    except BotoCoreError as e:
        return "none: %s" % e
    schemes = found.properties.get("authSchemes") or [{}]
    return "%s %s" % (found.url, schemes[0].get("signingRegion", region))


def ours(region, fips, dual):
    """The same for every service, from awscall."""
    env = dict(os.environ, AWS_USE_FIPS_ENDPOINT=str(fips).lower(), AWS_USE_DUALSTACK_ENDPOINT=str(dual).lower())
    text = subprocess.run(
        ["awscall", "endpoints", region], env=env, check=True, capture_output=True, text=True).stdout
    return dict(line.split(" ", 1) for line in text.splitlines())


for partition in partitions["partitions"]:
    name = partition["id"]
    known = [r for r in partition["regions"] if not r.endswith("-global")]
    # One that is opened tomorrow.
    prefix = known[-1].rsplit("-", 2)[0]
    wrong = []
    n = 0
    for region in known + [prefix + "-north-9"]:
        for fips in (False, True):
            for dual in (False, True):
                got = ours(region, fips, dual)
                for service in SERVICES:
                    want = botocore(service, region, fips, dual)
                    n += 1
                    if got.get(service) != want:
                        wrong.append("%s %s fips=%s dual=%s: %s, not %s"
                                     % (service, region, fips, dual, got.get(service), want))
    print("%s %s: %d endpoints as in botocore" % ("not ok" if wrong or n == 0 else "ok", name, n))
    for line in wrong[:20]:
        print("# " + line)
