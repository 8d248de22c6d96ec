"""Buckets, keys, parameters, logs."""
from kinds import as_bool, as_text, creates, tag_list, tags_of
from resolve import Made


def lifecycle_rule(rule):
    left = dict(rule)
    made = {"ID": left.pop("Id"), "Status": left.pop("Status"), "Filter": {"Prefix": left.pop("Prefix", "")}}
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload", "NoncurrentVersionTransitions"):
        if name in left:
            made[name] = left.pop(name)
    if "ExpirationInDays" in left:
        made["Expiration"] = {"Days": left.pop("ExpirationInDays")}
    if "ExpiredObjectDeleteMarker" in left:
        made.setdefault("Expiration", {})["ExpiredObjectDeleteMarker"] = left.pop("ExpiredObjectDeleteMarker")
    if "Transitions" in left:
        made["Transitions"] = [
            {"Days": one["TransitionInDays"], "StorageClass": one["StorageClass"]} for one in left.pop("Transitions")
        ]
    if left:
        raise KeyError(f"nobody told S3 of {sorted(left)} of a lifecycle rule")
    return made


@creates("AWS::S3::Bucket")
def bucket(context, properties, name):
    s3 = context.client("s3")
    bucket = properties.take("BucketName", name.lower())
    place = {"CreateBucketConfiguration": {"LocationConstraint": context.region}}
    locked = as_bool(properties.take("ObjectLockEnabled", False))
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=locked, **place)

    def put(property_name, tell):
        value = properties.take(property_name)
        if value is not None:
            tell(value)

    put("VersioningConfiguration", lambda v: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=v))
    put("OwnershipControls", lambda v: s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=v))
    put(
        "PublicAccessBlockConfiguration",
        lambda v: s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=v),
    )

    def encryption(value):
        rules = []
        for one in value["ServerSideEncryptionConfiguration"]:
            left = dict(one)
            rule = {"ApplyServerSideEncryptionByDefault": left.pop("ServerSideEncryptionByDefault"), **left}
            rules.append(rule)
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})

    put("BucketEncryption", encryption)
    put(
        "LifecycleConfiguration",
        lambda v: s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": [lifecycle_rule(rule) for rule in v["Rules"]]}
        ),
    )

    def notifications(value):
        if set(value) - {"EventBridgeConfiguration"}:
            raise KeyError(f"only EventBridge is told of objects here, not {sorted(value)}")
        if as_bool(value["EventBridgeConfiguration"].get("EventBridgeEnabled", True)):
            told = {"EventBridgeConfiguration": {}}
            s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)

    put("NotificationConfiguration", notifications)
    put("ObjectLockConfiguration", lambda v: s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=v))
    tags = tags_of(properties)
    if tags:
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_list(tags)})
    host = f"{bucket}.s3.amazonaws.com"
    regional = f"{bucket}.s3.{context.region}.amazonaws.com"
    return Made(bucket, Arn=f"arn:aws:s3:::{bucket}", DomainName=host, RegionalDomainName=regional)


@creates("AWS::S3::BucketPolicy")
def bucket_policy(context, properties, _name):
    bucket = properties.must("Bucket")
    context.client("s3").put_bucket_policy(Bucket=bucket, Policy=as_text(properties.must("PolicyDocument")))
    return Made(bucket)


@creates("AWS::KMS::Key")
def key(context, properties, _name):
    kms = context.client("kms")
    tags = tag_list(tags_of(properties), "TagKey", "TagValue")
    rotates = as_bool(properties.take("EnableKeyRotation", False))
    made = kms.create_key(
        Policy=as_text(properties.must("KeyPolicy")), Tags=tags, **properties.some("Description", "KeySpec", "KeyUsage")
    )["KeyMetadata"]
    if rotates:
        kms.enable_key_rotation(KeyId=made["KeyId"])
    return Made(made["KeyId"], Arn=made["Arn"], KeyId=made["KeyId"])


@creates("AWS::KMS::Alias")
def alias(context, properties, _name):
    alias_name = properties.must("AliasName")
    context.client("kms").create_alias(AliasName=alias_name, TargetKeyId=properties.must("TargetKeyId"))
    return Made(alias_name)


@creates("AWS::SSM::Parameter")
def parameter(context, properties, name):
    parameter_name = properties.take("Name", f"/{name}")
    value = properties.must("Value")
    tags = tag_list(tags_of(properties))
    context.client("ssm").put_parameter(
        Name=parameter_name, Value=value, Tags=tags, **properties.some("Description", "Type", "Tier", "AllowedPattern")
    )
    return Made(parameter_name, Type="String", Value=value)


@creates("AWS::Logs::LogGroup")
def log_group(context, properties, name):
    logs = context.client("logs")
    group = properties.take("LogGroupName", name)
    days = properties.take("RetentionInDays")
    tags = tags_of(properties)
    logs.create_log_group(
        logGroupName=group,
        tags=tags,
        **properties.some(kmsKeyId="KmsKeyId", logGroupClass="LogGroupClass"),
    )
    if days is not None:
        logs.put_retention_policy(logGroupName=group, retentionInDays=int(days))
    return Made(group, Arn=f"arn:aws:logs:{context.region}:{context.account}:log-group:{group}:*")


@creates("AWS::Logs::MetricFilter")
def metric_filter(context, properties, name):
    filter_name = properties.take("FilterName", name)
    transformations = [
        {key[0].lower() + key[1:]: value for key, value in one.items()} for one in properties.must("MetricTransformations")
    ]
    context.client("logs").put_metric_filter(
        logGroupName=properties.must("LogGroupName"),
        filterName=filter_name,
        filterPattern=properties.must("FilterPattern"),
        metricTransformations=transformations,
    )
    return Made(filter_name)


@creates("AWS::Logs::ResourcePolicy")
def resource_policy(context, properties, _name):
    policy = properties.must("PolicyName")
    context.client("logs").put_resource_policy(
        policyName=policy, policyDocument=as_text(properties.must("PolicyDocument"))
    )
    return Made(policy)
