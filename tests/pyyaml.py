"""YAML with the short forms of CloudFormation, to JSON, by PyYAML: what yaml.pl is compared with."""
import json
import sys

import yaml


class Loader(yaml.SafeLoader):
    pass


def tagged(loader, tag, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    else:
        value = loader.construct_sequence(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else "Fn::" + tag: value}


Loader.add_multi_constructor("!", tagged)
with open(sys.argv[1], encoding="utf-8") as stack:
    print(json.dumps(yaml.load(stack, Loader)))
