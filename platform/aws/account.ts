// What an AWS account says of itself, asked before anything is deployed into it. Reads only.
import { CloudControlClient, GetResourceCommand, paginateListResources } from '@aws-sdk/client-cloudcontrol';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { failureOf } from './failure';

/** One of a type that CloudFormation knows, whoever made it. */
export interface FoundResource {
  readonly id: string;
  /** As the type's schema names them. */
  readonly properties: unknown;
}

/** Answers are undefined where there is nothing; a refusal is thrown as the SDK throws it. */
export interface Account {
  /** Twelve digits of whoever asks, through the Region's own endpoint or through one that every account may use. */
  identity(through: 'region' | 'anywhere'): Promise<string | undefined>;
  parameter(name: string): Promise<string | undefined>;
  /** Whether mail may go to addresses nobody has verified. */
  mayMailAnyone(): Promise<boolean>;
  isVerifiedSender(address: string): Promise<boolean>;
  quota(service: string, code: string): Promise<number | undefined>;
  /** All of a type in the Region. */
  resources(type: string): Promise<readonly FoundResource[]>;
}

const ABSENT = new Set([
  'ParameterNotFound',
  'NotFoundException',
  'NoSuchResourceException',
  'ResourceNotFoundException',
]);
/** Security Hub refuses to list what it does not run. */
const NOT_ON = /not subscribed/i;

async function orAbsent<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    const { name, message } = failureOf(error);
    if (ABSENT.has(name) || NOT_ON.test(message)) return undefined;
    throw error;
  }
}

/** A Region that opt-in rules keep closed answers with this, as a wrong key does. */
const NOT_HERE = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'OptInRequired',
  'RegionDisabledException',
]);

export function awsAccount(region: string): Account {
  const config = { region, maxAttempts: 2 };
  return {
    async identity(through) {
      try {
        const sts = new STSClient(through === 'region' ? config : { ...config, region: 'us-east-1' });
        return (await sts.send(new GetCallerIdentityCommand({}))).Account;
      } catch (error) {
        if (NOT_HERE.has(failureOf(error).name)) return undefined;
        throw error;
      }
    },
    parameter: (name) =>
      orAbsent(
        async () => (await new SSMClient(config).send(new GetParameterCommand({ Name: name }))).Parameter?.Value,
      ),
    async mayMailAnyone() {
      const { ProductionAccessEnabled } = await new SESv2Client(config).send(new GetAccountCommand({}));
      return ProductionAccessEnabled === true;
    },
    async isVerifiedSender(address) {
      const client = new SESv2Client(config);
      // The address itself, or its domain.
      for (const identity of [address, address.slice(address.indexOf('@') + 1)]) {
        const found = await orAbsent(() => client.send(new GetEmailIdentityCommand({ EmailIdentity: identity })));
        if (found?.VerifiedForSendingStatus === true) return true;
      }
      return false;
    },
    quota: (service, code) =>
      orAbsent(async () => {
        const client = new ServiceQuotasClient(config);
        return (await client.send(new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }))).Quota?.Value;
      }),
    async resources(type) {
      const client = new CloudControlClient(config);
      const ids = await orAbsent(async () => {
        const found: string[] = [];
        for await (const page of paginateListResources({ client }, { TypeName: type }))
          for (const { Identifier } of page.ResourceDescriptions ?? [])
            if (Identifier !== undefined) found.push(Identifier);
        return found;
      });
      const resources: FoundResource[] = [];
      // A list may leave out properties, tags among them.
      for (const id of ids ?? []) {
        const one = await orAbsent(() => client.send(new GetResourceCommand({ TypeName: type, Identifier: id })));
        if (one) resources.push({ id, properties: JSON.parse(one.ResourceDescription?.Properties ?? '{}') });
      }
      return resources;
    },
  };
}
