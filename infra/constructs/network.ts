// Two subnets without a way to the internet. What functions talk to is reached through endpoints, which let only roles of this
// account through to things of this account.
import { Fn } from 'aws-cdk-lib';
import {
  CfnFlowLog,
  CfnRouteTable,
  CfnSecurityGroup,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
  CfnVPCEndpoint,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, CfnRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { LakeStack } from './lake-stack';
import { SECURITY_GROUP, SUBNETS } from './shared-parameters';
import { allow, fromUs, trust } from './statements';

const RANGE = '10.46.0.0/24';
/** One in each of two availability zones. */
const SUBNET_RANGES = ['10.46.0.0/25', '10.46.0.128/25'];

/** Service → what functions ask of it. */
export const ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  athena: [
    'athena:GetQueryExecution',
    'athena:GetQueryResults',
    'athena:StartQueryExecution',
    'athena:StopQueryExecution',
  ],
  email: ['ses:SendEmail'],
  glue: ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables', 'glue:UpdateTable'],
  sns: ['sns:Publish'],
  sqs: ['sqs:ChangeMessageVisibility', 'sqs:SendMessage'],
  states: ['states:StartExecution'],
};
const S3_ACTIONS = [
  's3:AbortMultipartUpload',
  's3:DeleteObject',
  's3:GetBucketLocation',
  's3:GetObject',
  's3:GetObjectTagging',
  's3:GetObjectVersion',
  's3:GetObjectVersionTagging',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:PutObject',
];

export class Network extends Construct {
  constructor(stack: LakeStack, controlKeyArn: string) {
    super(stack, 'network');
    const { names, config } = stack.lake;
    const { account, region } = config;
    const vpc = new CfnVPC(this, 'Vpc', { cidrBlock: RANGE, enableDnsSupport: true, enableDnsHostnames: true });
    const routes = new CfnRouteTable(this, 'Routes', { vpcId: vpc.ref });
    const subnets = SUBNET_RANGES.map((cidrBlock, index) => {
      const subnet = new CfnSubnet(this, `Subnet${index + 1}`, {
        vpcId: vpc.ref,
        availabilityZone: Fn.select(index, Fn.getAzs()),
        cidrBlock,
        mapPublicIpOnLaunch: false,
      });
      new CfnSubnetRouteTableAssociation(this, `Routes${index + 1}`, {
        subnetId: subnet.ref,
        routeTableId: routes.ref,
      });
      return subnet.ref;
    });
    const tls = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
    const functions = new CfnSecurityGroup(this, 'Functions', {
      groupDescription: 'Functions: out to endpoints by TLS, nothing in',
      vpcId: vpc.ref,
      // S3 is reached at public addresses through the gateway; there is no other route out.
      securityGroupEgress: [{ ...tls, cidrIp: '0.0.0.0/0', description: 'endpoints, and S3 through its gateway' }],
    });
    const endpoints = new CfnSecurityGroup(this, 'Endpoints', {
      groupDescription: 'Endpoints: in from functions by TLS',
      vpcId: vpc.ref,
      securityGroupIngress: [{ ...tls, cidrIp: RANGE, description: 'functions' }],
      securityGroupEgress: [{ ...tls, cidrIp: RANGE, description: 'nothing else' }],
    });
    const ours = (actions: readonly string[]) =>
      new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'OursOnly',
            principals: [new AnyPrincipal()],
            actions: [...actions],
            resources: ['*'],
            conditions: { StringEquals: { 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account } },
          }),
        ],
      });
    new CfnVPCEndpoint(this, 'S3', {
      vpcId: vpc.ref,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [routes.ref],
      policyDocument: ours(S3_ACTIONS),
    });
    for (const [service, actions] of Object.entries(ENDPOINTS))
      new CfnVPCEndpoint(this, service, {
        vpcId: vpc.ref,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: subnets,
        securityGroupIds: [endpoints.attrGroupId],
        policyDocument: ours(actions),
      });
    this.flowLogs(stack, vpc.ref, controlKeyArn);
    new CfnParameter(this, 'SubnetsParameter', {
      name: names.parameter(SUBNETS),
      type: 'StringList',
      value: subnets.join(','),
      description: 'Subnets of functions, for the other stacks',
    });
    new CfnParameter(this, 'GroupParameter', {
      name: names.parameter(SECURITY_GROUP),
      type: 'String',
      value: functions.attrGroupId,
      description: 'Security group of functions, for the other stacks',
    });
  }

  /** Who talked to whom in the network, for a year. */
  private flowLogs(stack: LakeStack, vpc: string, controlKeyArn: string): void {
    const { names } = stack.lake;
    const { account, region } = names.place;
    const name = `/aws/vpc/${names.base}`;
    const group = new CfnLogGroup(this, 'FlowLogs', {
      logGroupName: name,
      kmsKeyId: controlKeyArn,
      retentionInDays: 365,
    });
    const role = new CfnRole(this, 'FlowRole', {
      roleName: names.role('network-logs'),
      description: 'Writes the flow log of the network',
      assumeRolePolicyDocument: trust(
        'vpc-flow-logs.amazonaws.com',
        fromUs(names, `arn:aws:ec2:${region}:${account}:vpc-flow-log/*`),
      ),
      policies: [
        {
          policyName: 'write',
          policyDocument: new PolicyDocument({
            statements: [
              allow('WriteLog', {
                actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
                resources: [`arn:aws:logs:${region}:${account}:log-group:${name}:*`],
              }),
            ],
          }),
        },
      ],
    });
    const flow = new CfnFlowLog(this, 'Flow', {
      resourceId: vpc,
      resourceType: 'VPC',
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: name,
      deliverLogsPermissionArn: role.attrArn,
    });
    flow.addResourceDependency(group);
  }
}
