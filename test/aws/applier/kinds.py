"""Which function creates which type, and what is written down instead of created."""
import json
import re

CREATES = {}


def creates(kind):
    def register(function):
        if kind in CREATES:
            raise ValueError(f"{kind} is created twice")
        CREATES[kind] = function
        return function

    return register


class Properties:
    """Properties of a resource, each to be taken once: one that nobody takes is an error."""

    def __init__(self, values):
        self._left = dict(values)

    def take(self, name, default=None):
        return self._left.pop(name, default)

    def must(self, name):
        if name not in self._left:
            raise KeyError(f"the property {name} is missing")
        return self._left.pop(name)

    def some(self, *names, **renamed):
        """Those that are there, under the same or (API name = template name) another name."""
        found = {name: self._left.pop(name) for name in names if name in self._left}
        found.update({name: self._left.pop(theirs) for name, theirs in renamed.items() if theirs in self._left})
        return found

    def rest(self):
        left, self._left = self._left, {}
        return left

    def assert_all_taken(self):
        if self._left:
            raise KeyError(f"nobody told the service of {sorted(self._left)}")


def tags_of(properties, key="Tags"):
    """Tags as name -> value, whichever of the two shapes the template has."""
    tags = properties.take(key, [])
    return tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}


def tag_list(tags, key="Key", value="Value"):
    return [{key: name, value: text} for name, text in tags.items()]


def camel(value):
    """Names of Step Functions and CloudWatch Logs begin with a small letter where the templates' begin with a capital."""
    if isinstance(value, list):
        return [camel(one) for one in value]
    if isinstance(value, dict):
        return {re.sub(r"^.", lambda first: first.group().lower(), key): camel(one) for key, one in value.items()}
    return value


def as_text(document):
    return document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)


def as_bool(value):
    return value if isinstance(value, bool) else str(value).lower() == "true"


# Types the emulator cannot create. They are written down, counted and printed in every run.
RECORDED_ONLY = {
    "AWS::AccessAnalyzer::Analyzer": "moto has no Access Analyzer",
    "AWS::GuardDuty::MalwareProtectionPlan": "moto's GuardDuty has no malware plans; scan results are made by the scenarios",
    "AWS::Glue::TableOptimizer": "moto's Glue has no optimizers",
    "AWS::LakeFormation::DataCellsFilter": "moto lists filters but cannot create one",
    "AWS::Lambda::CodeSigningConfig": "functions are run by the bench, which checks no signatures",
    "AWS::Lambda::EventInvokeConfig": "the bench's dispatcher reads it",
    "AWS::Lambda::EventSourceMapping": "the bench's dispatcher reads it",
    "AWS::Lambda::Function": "the bench's runner reads it: moto's Lambda runs no code",
    "AWS::Lambda::Permission": "functions are run by the bench; permissions are judged by the policy tests",
    "AWS::SES::ConfigurationSetEventDestination": "moto's SESv2 has no event destinations",
    "AWS::Signer::SigningProfile": "moto has no way back from a profile's name to its version",
    "AWS::CE::AnomalyMonitor": "moto's Cost Explorer has no anomalies",
    "AWS::CE::AnomalySubscription": "moto's Cost Explorer has no anomalies",
}
# Properties of types that are created, of which the emulator knows nothing.
UNTOLD = {
    ("AWS::Athena::WorkGroup", "RecursiveDeleteOption"): "matters when a stack is removed",
    ("AWS::Logs::LogGroup", "DataProtectionPolicy"): "moto's Logs masks nothing",
    ("AWS::KMS::Key", "PendingWindowInDays"): "matters when a key is removed",
    ("AWS::S3::Bucket", "MetricsConfigurations"): "moto's S3 gives no metrics",
}
