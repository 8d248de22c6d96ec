"""moto's server with four things AWS promises and moto leaves out:

* a request is one step. moto serves in threads, looks whether a key is taken, and then writes it;
* Glue's UpdateTable with a VersionId that is not the current one is refused. moto takes no notice of VersionId;
* a rule that has a schedule and no pattern hears no events. moto hands it every one, and stops at its target;
* a statement of a bucket's policy holds under its conditions. moto reads none of them, so that a refusal of plain HTTP refuses
  everything; here such statements are kept and not enforced.

The refusal has the name and the text of the real service. Everything else is moto as it is. What left the account, mails and
notifications, is told at GET /bench/sent, because the services themselves do not tell it; who asked for what, at GET /bench/calls:
moto enforces no rights, so that whoever tests holds the requests against the roles.

    python moto_server.py -p PORT
"""
import io
import json
import re
import threading
from datetime import timedelta
from urllib.parse import parse_qsl

from moto import server
from moto.core.exceptions import JsonRESTError
from moto.events.models import Rule
from moto.glue.responses import GlueResponse
from moto.s3.models import FakeBucket, s3_backends
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

one_at_a_time = threading.Lock()
moto_update_table = GlueResponse.update_table
moto_send_to_targets = Rule.send_to_targets
moto_get_permission = FakeBucket.get_permission


def update_table(self):
    expected = self.parameters.get("VersionId")
    if expected is not None:
        name = self.parameters["TableInput"]["Name"]
        table = self.glue_backend.get_table(self.parameters["DatabaseName"], name)
        if table.as_dict()["VersionId"] != expected:
            raise JsonRESTError(
                "ConcurrentModificationException", "Update table failed due to concurrent modifications."
            )
    return moto_update_table(self)


def send_to_targets(self, original_event, transform_input=True):
    if self.event_pattern.get_pattern():
        moto_send_to_targets(self, original_event, transform_input)


def get_permission(self, action, resource):
    if self.policy is None:
        return moto_get_permission(self, action, resource)
    kept, policy = self.policy, json.loads(self.policy)
    policy["Statement"] = [one for one in policy["Statement"] if "Condition" not in one]
    self.policy = json.dumps(policy).encode() if policy["Statement"] else None
    try:
        return moto_get_permission(self, action, resource)
    finally:
        self.policy = kept


def sent():
    """Of all accounts and Regions, in the order of sending within each."""
    mails = [
        {
            "source": mail.source,
            "destinations": mail.destinations,
            "subject": getattr(mail, "subject", None),
            "body": getattr(mail, "body", None),
            "raw": getattr(mail, "raw_data", None),
        }
        for account in ses_backends.values()
        for backend in account.values()
        for mail in backend.sent_messages
    ]
    notifications = [
        {"topic": topic.arn, "message": message, "subject": subject}
        for account in sns_backends.values()
        for backend in account.values()
        for topic in backend.topics.values()
        for _, message, subject, *_ in topic.sent_notifications
    ]
    return {"mails": mails, "notifications": notifications}


CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/aws4_request")
# The tests' own requests.
NOBODY = {"thu"}
calls = []


def note(environ):
    found = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if found is None or found[1] in NOBODY:
        return
    fields = {}
    if found[2] != "s3":
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        text = body.decode()
        fields = json.loads(text) if text.startswith("{") else dict(parse_qsl(text))
    calls.append(
        {
            "who": found[1],
            "service": found[2],
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "query": environ.get("QUERY_STRING", ""),
            "action": environ.get("HTTP_X_AMZ_TARGET", "").split(".")[-1],
            "bypassesLock": environ.get("HTTP_X_AMZ_BYPASS_GOVERNANCE_RETENTION") == "true",
            "fields": fields,
        }
    )


def make_older(bucket, key, hours):
    for account in s3_backends.values():
        for backend in account.values():
            if bucket in backend.buckets:
                for version in backend.buckets[bucket].keys.getlist(key):
                    version.last_modified -= timedelta(hours=hours)


class OneStepApplication(server.DomainDispatcherApplication):
    def __call__(self, environ, start_response):
        with one_at_a_time:
            if environ["PATH_INFO"] == "/bench/sent":
                start_response("200 OK", [("Content-Type", "application/json")])
                return [json.dumps(sent()).encode()]
            if environ["PATH_INFO"] == "/bench/older":
                make_older(**json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
                start_response("204 No Content", [])
                return []
            if environ["PATH_INFO"] == "/bench/calls":
                start_response("200 OK", [("Content-Type", "application/json")])
                return [json.dumps(calls).encode()]
            note(environ)
            return list(super().__call__(environ, start_response))


GlueResponse.update_table = update_table
Rule.send_to_targets = send_to_targets
FakeBucket.get_permission = get_permission
server.DomainDispatcherApplication = OneStepApplication

if __name__ == "__main__":
    server.main()
