// A topic people are told by: encrypted, TLS only, with mail subscriptions that each address confirms itself.
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { LakeStack } from './lake-stack';
import { fromUs } from './statements';

export interface TopicProps {
  readonly name: string;
  /** Shown as the sender of mails; longer ones are cut. */
  readonly title: string;
  readonly mails: readonly string[];
  /** Services that may write to it, with the ARNs they do it for. */
  readonly services?: Readonly<Record<string, string>>;
}

const TITLE_MAX = 100;

export class Topic extends Construct {
  readonly arn: string;

  constructor(stack: LakeStack, id: string, { name, title, mails, services = {} }: TopicProps) {
    super(stack, id);
    const { names } = stack.lake;
    this.arn = names.topicArn(name);
    const topic = new CfnTopic(this, 'Topic', {
      topicName: name,
      displayName: title.slice(0, TITLE_MAX),
      kmsMasterKeyId: stack.keyArn('control'),
    });
    new CfnTopicPolicy(this, 'Policy', {
      topics: [topic.ref],
      policyDocument: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'PlainHttp',
            effect: Effect.DENY,
            principals: [new AnyPrincipal()],
            actions: ['sns:Publish'],
            resources: [this.arn],
            conditions: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          ...Object.entries(services).map(
            ([service, source]) =>
              new PolicyStatement({
                sid: service.split('.')[0]!.replace(/^./, (c) => c.toUpperCase()),
                principals: [new ServicePrincipal(service)],
                actions: ['sns:Publish'],
                resources: [this.arn],
                conditions: fromUs(names, source),
              }),
          ),
        ],
      }),
    });
    mails.forEach((endpoint, i) => {
      new CfnSubscription(this, `Mail${i + 1}`, { topicArn: topic.ref, protocol: 'email', endpoint });
    });
  }
}
