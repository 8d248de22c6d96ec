"""Databases and tables, workgroups, who may see what, what is watched and what it costs."""
from kinds import as_bool, as_text, creates, tag_list, tags_of
from resolve import Made


@creates("AWS::Glue::Database")
def database(context, properties, _name):
    made = properties.must("DatabaseInput")
    context.client("glue").create_database(DatabaseInput=made, **properties.some("CatalogId"))
    return Made(made["Name"])


@creates("AWS::Glue::Table")
def table(context, properties, _name):
    made = properties.must("TableInput")
    context.client("glue").create_table(
        DatabaseName=properties.must("DatabaseName"),
        TableInput=made,
        **properties.some("CatalogId", "OpenTableFormatInput"),
    )
    return Made(made["Name"])


@creates("AWS::Athena::WorkGroup")
def workgroup(context, properties, _name):
    group = properties.must("Name")
    tags = tag_list(tags_of(properties))
    athena = context.client("athena")
    state = properties.take("State", "ENABLED")
    athena.create_work_group(
        Name=group, Tags=tags, **properties.some("Description", Configuration="WorkGroupConfiguration")
    )
    if state != "ENABLED":
        athena.update_work_group(WorkGroup=group, State=state)
    return Made(group)


@creates("AWS::Athena::NamedQuery")
def named_query(context, properties, name):
    made = context.client("athena").create_named_query(
        Name=properties.take("Name", name), **properties.some("Database", "QueryString", "Description", "WorkGroup")
    )
    return Made(made["NamedQueryId"], NamedQueryId=made["NamedQueryId"])


@creates("AWS::LakeFormation::DataLakeSettings")
def data_lake_settings(context, properties, name):
    settings = properties.some(
        "CreateDatabaseDefaultPermissions",
        "CreateTableDefaultPermissions",
        "Parameters",
        "TrustedResourceOwners",
        "AllowExternalDataFiltering",
        "AllowFullTableExternalDataAccess",
        "AuthorizedSessionTagValueList",
        DataLakeAdmins="Admins",
    )
    # Whether this replaces or adds to what is there makes no difference where nothing is.
    properties.take("MutationType")
    context.client("lakeformation").put_data_lake_settings(DataLakeSettings=settings)
    return Made(name)


@creates("AWS::LakeFormation::Resource")
def lake_resource(context, properties, _name):
    arn = properties.must("ResourceArn")
    slr = as_bool(properties.take("UseServiceLinkedRole", False))
    context.client("lakeformation").register_resource(
        ResourceArn=arn, UseServiceLinkedRole=slr, **properties.some("RoleArn", "HybridAccessEnabled", "WithFederation")
    )
    return Made(arn)


@creates("AWS::LakeFormation::Tag")
def lake_tag(context, properties, _name):
    key = properties.must("TagKey")
    context.client("lakeformation").create_lf_tag(
        TagKey=key, TagValues=properties.must("TagValues"), **properties.some("CatalogId")
    )
    return Made(key)


@creates("AWS::LakeFormation::TagAssociation")
def tag_association(context, properties, name):
    failed = context.client("lakeformation").add_lf_tags_to_resource(
        Resource=properties.must("Resource"), LFTags=properties.must("LFTags")
    )["Failures"]
    if failed:
        raise RuntimeError(failed)
    return Made(name, ResourceIdentifier=name, TagsIdentifier=name)


@creates("AWS::LakeFormation::PrincipalPermissions")
def principal_permissions(context, properties, name):
    resource = properties.must("Resource")
    catalog = properties.some(CatalogId="Catalog")
    for part in ("Database", "Table", "TableWithColumns"):
        if part in resource:
            resource[part].setdefault("CatalogId", context.account)
    granted = {key: value for key, value in properties.some("Permissions", "PermissionsWithGrantOption").items() if value}
    context.client("lakeformation").grant_permissions(
        Principal=properties.must("Principal"), Resource=resource, **granted, **catalog
    )
    return Made(name, PrincipalIdentifier=name, ResourceIdentifier=name)


@creates("AWS::CloudWatch::Alarm")
def alarm(context, properties, name):
    alarm_name = properties.take("AlarmName", name)
    tags = tag_list(tags_of(properties))
    context.client("cloudwatch").put_metric_alarm(AlarmName=alarm_name, Tags=tags, **properties.rest())
    arn = f"arn:aws:cloudwatch:{context.region}:{context.account}:alarm:{alarm_name}"
    return Made(alarm_name, Arn=arn)


@creates("AWS::CloudWatch::CompositeAlarm")
def composite_alarm(context, properties, name):
    alarm_name = properties.take("AlarmName", name)
    context.client("cloudwatch").put_composite_alarm(AlarmName=alarm_name, **properties.rest())
    return Made(alarm_name, Arn=f"arn:aws:cloudwatch:{context.region}:{context.account}:alarm:{alarm_name}")


@creates("AWS::CloudWatch::Dashboard")
def dashboard(context, properties, name):
    dashboard_name = properties.take("DashboardName", name)
    tags = tag_list(tags_of(properties))
    context.client("cloudwatch").put_dashboard(
        DashboardName=dashboard_name, DashboardBody=as_text(properties.must("DashboardBody")), Tags=tags
    )
    return Made(dashboard_name)


@creates("AWS::CloudTrail::Trail")
def trail(context, properties, name):
    client = context.client("cloudtrail")
    trail_name = properties.take("TrailName", name)
    logs = as_bool(properties.must("IsLogging"))
    selectors = properties.some("EventSelectors", "AdvancedEventSelectors")
    tags = tag_list(tags_of(properties))
    renamed = properties.some(KmsKeyId="KMSKeyId")
    made = client.create_trail(
        Name=trail_name,
        TagsList=tags,
        **renamed,
        **properties.some(
            "S3BucketName",
            "S3KeyPrefix",
            "SnsTopicName",
            "IncludeGlobalServiceEvents",
            "IsMultiRegionTrail",
            "EnableLogFileValidation",
        ),
    )
    if selectors:
        client.put_event_selectors(TrailName=trail_name, **selectors)
    if logs:
        client.start_logging(Name=trail_name)
    return Made(trail_name, Arn=made["TrailARN"])


@creates("AWS::SecurityHub::Hub")
def security_hub(context, properties, name):
    tags = tags_of(properties)
    context.client("securityhub").enable_security_hub(Tags=tags, **properties.some("EnableDefaultStandards"))
    return Made(name)


@creates("AWS::Budgets::Budget")
def budget(context, properties, _name):
    made = properties.must("Budget")
    # Numbers in templates, texts in the API.
    made["BudgetLimit"]["Amount"] = str(made["BudgetLimit"]["Amount"])
    context.client("budgets").create_budget(
        AccountId=context.account, Budget=made, **properties.some("NotificationsWithSubscribers", "ResourceTags")
    )
    return Made(made["BudgetName"])
