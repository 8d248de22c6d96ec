"""Creates every resource of synthesized templates through the services' own APIs, at an emulator.

    python apply.py ENDPOINT ASSEMBLY [STACK …]      prints what was made as one JSON document

ASSEMBLY is a folder as `cdk synth` writes it; without names, all its stacks. A type nobody knows, a property nobody told the
service of and a reference that leads nowhere are errors. boto3 checks every call against the service's own model.
"""
import json
import os
import sys
from collections import Counter

import boto3
from botocore.config import Config

import catalogs  # noqa: F401  registers its types
import movers  # noqa: F401
import networks  # noqa: F401
import stores  # noqa: F401
from kinds import CREATES, RECORDED_ONLY, UNTOLD, Properties
from resolve import Made, Stack

BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
NOTHING = {"AWS::CDK::Metadata"}


class Context:
    def __init__(self, endpoint, account, region):
        self.endpoint, self.account, self.region = endpoint, account, region
        self._clients = {}

    def client(self, service):
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name=self.region,
                aws_access_key_id="thu",
                aws_secret_access_key="thu",
                config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
            )
        return self._clients[service]

    def parameter(self, name):
        return self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]


def recorded(kind, properties, name, context):
    """What Ref and GetAtt would give of a resource that is only written down."""
    if kind == "AWS::Lambda::Function":
        function = properties.get("FunctionName", name)
        return Made(function, Arn=f"arn:aws:lambda:{context.region}:{context.account}:function:{function}")
    if kind == "AWS::Lambda::CodeSigningConfig":
        arn = f"arn:aws:lambda:{context.region}:{context.account}:code-signing-config:csc-0{'0' * 16}"
        return Made(arn, CodeSigningConfigArn=arn, CodeSigningConfigId=arn.rsplit(":", 1)[1])
    if kind == "AWS::Signer::SigningProfile":
        arn = f"arn:aws:signer:{context.region}:{context.account}:/signing-profiles/{name}"
        return Made(arn, Arn=arn, ProfileName=name, ProfileVersion="v1", ProfileVersionArn=f"{arn}/v1")
    return Made(name, Id=name, Arn=name)


def apply_stack(stack, context, result):
    for logical_id in stack.ordered():
        resource = stack.resources[logical_id]
        kind, name = resource["Type"], f"{stack.name}-{logical_id}"
        if kind in NOTHING:
            continue
        try:
            values = stack.value(resource.get("Properties", {}))
            if kind in RECORDED_ONLY:
                stack.made[logical_id] = recorded(kind, values, name, context)
                result["recorded"].append({"type": kind, "stack": stack.name, "id": logical_id, "properties": values})
                continue
            if kind not in CREATES:
                raise KeyError(f"nobody here knows the type {kind}")
            for known, untold in UNTOLD:
                if known == kind and untold in values:
                    del values[untold]
                    result["untold"][f"{kind}.{untold}"] = UNTOLD[known, untold]
            properties = Properties(values)
            stack.made[logical_id] = CREATES[kind](context, properties, name)
            properties.assert_all_taken()
            result["created"][kind] += 1
        except Exception as error:
            raise RuntimeError(f"{stack.name}/{logical_id} ({kind}): {type(error).__name__}: {error}") from error
    for name, output in stack.template.get("Outputs", {}).items():
        if "Condition" in output and not stack.condition(output["Condition"]):
            continue
        value = stack.value(output["Value"])
        result["outputs"][f"{stack.name}.{name}"] = value
        if "Export" in output:
            result["exports"][stack.value(output["Export"]["Name"])] = value


def in_order(artifacts):
    """Stacks, each after those it depends on."""
    stacks = {name: one for name, one in artifacts.items() if one["type"] == "aws:cloudformation:stack"}
    order = []

    def visit(name):
        if name in order:
            return
        for other in stacks[name].get("dependencies", []):
            if other in stacks:
                visit(other)
        order.append(name)

    for name in stacks:
        visit(name)
    return [(name, stacks[name]) for name in order]


def assets_of(assembly, file):
    """Object key of each packaged folder -> the folder."""
    path = os.path.join(assembly, file)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf8") as source:
        files = json.load(source)["files"]
    return {
        destination["objectKey"]: os.path.abspath(os.path.join(assembly, one["source"]["path"]))
        for one in files.values()
        for destination in one["destinations"].values()
        if one["source"]["packaging"] == "zip"
    }


def main(endpoint, assembly, *only):
    with open(os.path.join(assembly, "manifest.json"), encoding="utf8") as file:
        artifacts = json.load(file)["artifacts"]
    result = {
        "created": Counter(),
        "recorded": [],
        "untold": {},
        "outputs": {},
        "exports": {},
        "assets": {},
        "stacks": [],
    }
    contexts = {}
    stacks = in_order(artifacts)
    unknown = set(only) - {name for name, _ in stacks}
    if unknown:
        raise RuntimeError(f"{assembly} has no stack {', '.join(sorted(unknown))}")
    for name, artifact in stacks:
        if only and name not in only:
            continue
        _, _, account_region = artifact["environment"].partition("aws://")
        account, region = account_region.split("/")
        context = contexts.setdefault((account, region), Context(endpoint, account, region))
        if not result["stacks"]:
            context.client("ssm").put_parameter(Name=BOOTSTRAP, Value="99", Type="String", Overwrite=True)
        with open(os.path.join(assembly, artifact["properties"]["templateFile"]), encoding="utf8") as file:
            template = json.load(file)
        stack = Stack(
            artifact["properties"].get("stackName", name),
            template,
            account=account,
            region=region,
            parameter=context.parameter,
            exports=result["exports"],
        )
        apply_stack(stack, context, result)
        result["stacks"].append(stack.name)
        result["assets"].update(assets_of(assembly, f"{name}.assets.json"))
    if len(contexts) != 1:
        raise RuntimeError(f"one account and Region, not {sorted(contexts)}")
    (result["account"], result["region"]), = contexts
    if not result["created"]:
        raise RuntimeError(f"{assembly} creates nothing")
    result["reasons"] = {kind: RECORDED_ONLY[kind] for kind in sorted({one["type"] for one in result["recorded"]})}
    json.dump(result, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:  # the whole chain is for the reader of the test's output
        causes, at = [], error
        while at is not None:
            causes.append(str(at))
            at = at.__cause__
        sys.exit("\n  caused by ".join(causes))
