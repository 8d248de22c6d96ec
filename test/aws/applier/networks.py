"""Networks, where a province's functions have one of their own."""
from kinds import as_bool, as_text, creates, tag_list, tags_of
from resolve import Made


def tagged(kind, properties):
    tags = tag_list(tags_of(properties))
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


@creates("AWS::EC2::VPC")
def vpc(context, properties, _name):
    ec2 = context.client("ec2")
    made = ec2.create_vpc(CidrBlock=properties.must("CidrBlock"), **tagged("vpc", properties))["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        value = properties.take(attribute)
        if value is not None:
            ec2.modify_vpc_attribute(VpcId=made, **{attribute: {"Value": as_bool(value)}})
    return Made(made, VpcId=made)


@creates("AWS::EC2::Subnet")
def subnet(context, properties, _name):
    if as_bool(properties.take("MapPublicIpOnLaunch", False)):
        raise KeyError("a subnet with public addresses is nothing this lake makes")
    options = properties.some("AvailabilityZone", "CidrBlock", "VpcId")
    made = context.client("ec2").create_subnet(**options, **tagged("subnet", properties))["Subnet"]["SubnetId"]
    return Made(made, SubnetId=made)


@creates("AWS::EC2::RouteTable")
def route_table(context, properties, _name):
    options = tagged("route-table", properties)
    made = context.client("ec2").create_route_table(VpcId=properties.must("VpcId"), **options)
    identifier = made["RouteTable"]["RouteTableId"]
    return Made(identifier, RouteTableId=identifier)


@creates("AWS::EC2::SubnetRouteTableAssociation")
def route_table_association(context, properties, _name):
    made = context.client("ec2").associate_route_table(**properties.some("RouteTableId", "SubnetId"))
    return Made(made["AssociationId"], Id=made["AssociationId"])


def permissions_of(rules):
    made = []
    for rule in rules:
        left = dict(rule)
        described = {"Description": left.pop("Description")} if "Description" in left else {}
        if "CidrIp" in left:
            left["IpRanges"] = [{"CidrIp": left.pop("CidrIp"), **described}]
        if "DestinationPrefixListId" in left:
            left["PrefixListIds"] = [{"PrefixListId": left.pop("DestinationPrefixListId"), **described}]
        for theirs in ("DestinationSecurityGroupId", "SourceSecurityGroupId"):
            if theirs in left:
                left["UserIdGroupPairs"] = [{"GroupId": left.pop(theirs), **described}]
        made.append(left)
    return made


@creates("AWS::EC2::SecurityGroup")
def security_group(context, properties, name):
    ec2 = context.client("ec2")
    inward, outward = properties.take("SecurityGroupIngress", []), properties.take("SecurityGroupEgress", [])
    made = ec2.create_security_group(
        GroupName=properties.take("GroupName", name),
        Description=properties.must("GroupDescription"),
        VpcId=properties.must("VpcId"),
        **tagged("security-group", properties),
    )["GroupId"]
    if outward:
        # As CloudFormation: rules of one's own replace the one that lets everything out.
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        ec2.revoke_security_group_egress(GroupId=made, IpPermissions=everything)
        ec2.authorize_security_group_egress(GroupId=made, IpPermissions=permissions_of(outward))
    if inward:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=permissions_of(inward))
    return Made(made, GroupId=made)


@creates("AWS::EC2::VPCEndpoint")
def vpc_endpoint(context, properties, _name):
    policy = properties.take("PolicyDocument")
    options = properties.some(
        "PrivateDnsEnabled", "RouteTableIds", "SecurityGroupIds", "ServiceName", "SubnetIds", "VpcEndpointType", "VpcId"
    )
    made = context.client("ec2").create_vpc_endpoint(
        **options,
        **({} if policy is None else {"PolicyDocument": as_text(policy)}),
        **tagged("vpc-endpoint", properties),
    )["VpcEndpoint"]["VpcEndpointId"]
    return Made(made, Id=made)


@creates("AWS::EC2::FlowLog")
def flow_log(context, properties, _name):
    options = properties.some(
        "DeliverLogsPermissionArn",
        "LogDestination",
        "LogDestinationType",
        "LogGroupName",
        "MaxAggregationInterval",
        "ResourceType",
        "TrafficType",
    )
    made = context.client("ec2").create_flow_logs(
        ResourceIds=[properties.must("ResourceId")], **options, **tagged("vpc-flow-log", properties)
    )
    if made.get("Unsuccessful"):
        raise RuntimeError(made["Unsuccessful"])
    return Made(made["FlowLogIds"][0], Id=made["FlowLogIds"][0])
