"""Roles, queues, topics, rules, schedules, state machines, mail."""
import json

from kinds import as_bool, as_text, camel, creates, tag_list, tags_of
from resolve import Made


@creates("AWS::IAM::Role")
def role(context, properties, name):
    iam = context.client("iam")
    role_name = properties.take("RoleName", name[-64:])
    attached, inline = properties.take("ManagedPolicyArns", []), properties.take("Policies", [])
    made = iam.create_role(
        RoleName=role_name,
        AssumeRolePolicyDocument=as_text(properties.must("AssumeRolePolicyDocument")),
        Tags=tag_list(tags_of(properties)),
        **properties.some("Description", "MaxSessionDuration", "PermissionsBoundary", "Path"),
    )["Role"]
    for policy in inline:
        document = as_text(policy["PolicyDocument"])
        iam.put_role_policy(RoleName=role_name, PolicyName=policy["PolicyName"], PolicyDocument=document)
    for arn in attached:
        iam.attach_role_policy(RoleName=role_name, PolicyArn=arn)
    return Made(role_name, Arn=made["Arn"], RoleId=made["RoleId"])


@creates("AWS::IAM::ManagedPolicy")
def managed_policy(context, properties, name):
    iam = context.client("iam")
    roles = properties.take("Roles", [])
    arn = iam.create_policy(
        PolicyName=properties.take("ManagedPolicyName", name),
        PolicyDocument=as_text(properties.must("PolicyDocument")),
        **properties.some("Description", "Path"),
    )["Policy"]["Arn"]
    for role_name in roles:
        iam.attach_role_policy(RoleName=role_name, PolicyArn=arn)
    return Made(arn, PolicyArn=arn)


@creates("AWS::IAM::Policy")
def policy(context, properties, _name):
    policy_name, document = properties.must("PolicyName"), as_text(properties.must("PolicyDocument"))
    for role_name in properties.must("Roles"):
        context.client("iam").put_role_policy(RoleName=role_name, PolicyName=policy_name, PolicyDocument=document)
    return Made(policy_name)


QUEUE_ATTRIBUTES = (
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
)


@creates("AWS::SQS::Queue")
def queue(context, properties, name):
    sqs = context.client("sqs")
    queue_name = properties.take("QueueName", name)
    tags = tags_of(properties)
    attributes = {}
    for key, value in properties.some(*QUEUE_ATTRIBUTES).items():
        text = json.dumps(value) if isinstance(value, dict) else str(value)
        attributes[key] = text.lower() if isinstance(value, bool) else text
    url = sqs.create_queue(QueueName=queue_name, Attributes=attributes, tags=tags)["QueueUrl"]
    arn = f"arn:aws:sqs:{context.region}:{context.account}:{queue_name}"
    return Made(url, Arn=arn, QueueName=queue_name, QueueUrl=url)


@creates("AWS::SQS::QueuePolicy")
def queue_policy(context, properties, name):
    document = as_text(properties.must("PolicyDocument"))
    for url in properties.must("Queues"):
        # A queue may be named by the address it has at AWS.
        own = context.client("sqs").get_queue_url(QueueName=url.rsplit("/", 1)[1])["QueueUrl"]
        context.client("sqs").set_queue_attributes(QueueUrl=own, Attributes={"Policy": document})
    return Made(name)


@creates("AWS::SNS::Topic")
def topic(context, properties, name):
    topic_name = properties.take("TopicName", name)
    tags = tag_list(tags_of(properties))
    attributes = {key: str(value) for key, value in properties.some("DisplayName", "KmsMasterKeyId").items()}
    arn = context.client("sns").create_topic(Name=topic_name, Attributes=attributes, Tags=tags)["TopicArn"]
    return Made(arn, TopicArn=arn, TopicName=topic_name)


@creates("AWS::SNS::TopicPolicy")
def topic_policy(context, properties, name):
    document = as_text(properties.must("PolicyDocument"))
    for arn in properties.must("Topics"):
        context.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document)
    return Made(name)


@creates("AWS::SNS::Subscription")
def subscription(context, properties, _name):
    attributes = {}
    for key, value in properties.some("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy").items():
        attributes[key] = as_text(value) if not isinstance(value, bool) else str(value).lower()
    made = context.client("sns").subscribe(
        TopicArn=properties.must("TopicArn"),
        Protocol=properties.must("Protocol"),
        Endpoint=properties.must("Endpoint"),
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return Made(made["SubscriptionArn"])


@creates("AWS::Events::Rule")
def rule(context, properties, name):
    events = context.client("events")
    rule_name = properties.take("Name", name[-64:])
    targets = properties.take("Targets", [])
    pattern = properties.take("EventPattern")
    tags = tag_list(tags_of(properties))
    arn = events.put_rule(
        Name=rule_name,
        Tags=tags,
        **({} if pattern is None else {"EventPattern": as_text(pattern)}),
        **properties.some("Description", "ScheduleExpression", "State", "RoleArn", "EventBusName"),
    )["RuleArn"]
    if targets:
        failed = events.put_targets(Rule=rule_name, Targets=targets)
        if failed["FailedEntryCount"]:
            raise RuntimeError(failed["FailedEntries"])
    return Made(rule_name, Arn=arn)


@creates("AWS::Scheduler::ScheduleGroup")
def schedule_group(context, properties, name):
    group = properties.take("Name", name)
    tags = tag_list(tags_of(properties))
    arn = context.client("scheduler").create_schedule_group(Name=group, Tags=tags)["ScheduleGroupArn"]
    return Made(group, Arn=arn)


@creates("AWS::Scheduler::Schedule")
def schedule(context, properties, name):
    schedule_name = properties.take("Name", name[-64:])
    # Shape and names are those of the API, which refuses what it does not know.
    arn = context.client("scheduler").create_schedule(Name=schedule_name, **properties.rest())["ScheduleArn"]
    return Made(schedule_name, Arn=arn)


@creates("AWS::StepFunctions::StateMachine")
def state_machine(context, properties, name):
    substitutions = properties.take("DefinitionSubstitutions", {})
    definition = as_text(properties.take("Definition") or properties.must("DefinitionString"))
    for key, value in substitutions.items():
        definition = definition.replace("${" + key + "}", str(value))
    settings = camel(
        properties.some("LoggingConfiguration", "TracingConfiguration", "EncryptionConfiguration", "StateMachineType")
    )
    if "stateMachineType" in settings:
        settings["type"] = settings.pop("stateMachineType")
    machine_name = properties.take("StateMachineName", name)
    arn = context.client("stepfunctions").create_state_machine(
        name=machine_name,
        definition=definition,
        roleArn=properties.must("RoleArn"),
        tags=tag_list(tags_of(properties), "key", "value"),
        **settings,
    )["stateMachineArn"]
    return Made(arn, Arn=arn, Name=machine_name)


@creates("AWS::SES::ConfigurationSet")
def configuration_set(context, properties, name):
    set_name = properties.take("Name", name)
    tags = tag_list(tags_of(properties))
    options = properties.some(
        "DeliveryOptions", "ReputationOptions", "SendingOptions", "SuppressionOptions", "TrackingOptions", "VdmOptions"
    )
    context.client("sesv2").create_configuration_set(ConfigurationSetName=set_name, Tags=tags, **options)
    return Made(set_name)


@creates("AWS::SES::EmailIdentity")
def email_identity(context, properties, _name):
    identity = properties.must("EmailIdentity")
    of_set = properties.take("ConfigurationSetAttributes", {})
    context.client("sesv2").create_email_identity(
        EmailIdentity=identity,
        Tags=tag_list(tags_of(properties)),
        **({"ConfigurationSetName": of_set["ConfigurationSetName"]} if of_set else {}),
        **properties.some("DkimSigningAttributes"),
    )
    return Made(identity)


@creates("AWS::GuardDuty::Detector")
def detector(context, properties, _name):
    features = properties.take("Features")
    tags = tags_of(properties)
    made = context.client("guardduty").create_detector(
        Enable=as_bool(properties.must("Enable")),
        Tags=tags,
        **({} if features is None else {"Features": features}),
        **properties.some("FindingPublishingFrequency", "DataSources"),
    )["DetectorId"]
    return Made(made, Id=made)
