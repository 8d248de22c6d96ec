// npm run deploy, played: what is asked of cdk and of commit, in which order, and where it stops. Time is made up.
import { LakeFormationClient } from '@aws-sdk/client-lakeformation';
import { deploy } from '../../infra/deploy/deployment';
import { EVERYBODY, openToIam, revoking } from '../../infra/deploy/open-to-iam';
import { played as answered } from '../platform/aws/played';
import { lakeOf } from './synth';

const LAKE = lakeOf('hue');
const { names } = LAKE;
const TABLES = LAKE.contracts.map(({ dataset }) => dataset);
const ALL = JSON.stringify({ registered: TABLES.slice(1), unchanged: TABLES.slice(0, 1) });
const MINUTE = 60_000;

interface Play {
  /** Exit status of each run of cdk; 0 when not said. */
  readonly statuses?: readonly number[];
  /** Of commit, to the nth request; undefined: none. */
  readonly answers?: readonly (string | undefined)[];
  /** How long commit takes. */
  readonly answersAfterMs?: number;
  readonly flags?: readonly string[];
  readonly open?: readonly string[] | undefined;
}

async function played({ statuses = [], answers = [ALL], answersAfterMs = 0, flags = [], ...play }: Play) {
  const events: string[] = [];
  const cdkCalls: (readonly string[])[] = [];
  const asked: { readonly id: string; readonly atMs: number }[] = [];
  let nowMs = 0;
  let error: unknown;
  const status = await deploy(LAKE, flags, {
    cdk: async (args) => {
      events.push(`cdk ${args.filter((arg) => arg.startsWith(names.base)).length}`);
      cdkCalls.push(args);
      return statuses[cdkCalls.length - 1] ?? 0;
    },
    commit: {
      ask: async (id) => {
        events.push('ask');
        asked.push({ id, atMs: nowMs });
      },
      answer: async (id) => {
        const nth = asked.findIndex((one) => one.id === id);
        const request = asked[nth];
        if (!request) throw new Error(`nobody asked ${id}`);
        return nowMs - request.atMs >= answersAfterMs ? answers[nth] : undefined;
      },
    },
    openToIam: async (databases) => {
      events.push(`open? ${databases.join(' ')}`);
      return 'open' in play ? play.open : [];
    },
    newId: () => `id-${asked.length}`,
    clock: {
      now: () => nowMs,
      wait: async (ms) => {
        nowMs += ms;
      },
    },
    say: (line) => events.push(line),
    complain: (line) => events.push(`! ${line}`),
  }).catch((thrown: unknown) => {
    error = thrown;
    return undefined;
  });
  return { status, error, events, cdkCalls, asked, minutes: nowMs / MINUTE };
}

const isDoor = (event: string) => event.includes('s3://');

describe('a deployment', () => {
  it('deploys every stack but governance, has the tables registered, deploys governance, shows the doors', async () => {
    const { status, events, cdkCalls } = await played({ answersAfterMs: 20_000 });
    expect(status).toBe(0);
    expect(cdkCalls[0]).toEqual([
      'deploy',
      ...['storage', 'catalog', 'intake', 'warehouse', 'reporting', 'monitoring'].map(
        (name) => `${names.base}-${name}`,
      ),
      '--exclusively',
      '-c',
      'province=hue',
    ]);
    expect(cdkCalls.slice(1)).toEqual([['deploy', `${names.base}-governance`, '--exclusively', '-c', 'province=hue']]);
    expect(
      events.map((event) => (isDoor(event) ? 'door' : event)).filter((event) => /^(cdk|ask|open|door)/.test(event)),
    ).toEqual([
      'cdk 6',
      'ask',
      'cdk 1',
      `open? ${names.curatedDatabase} ${names.warehouseDatabase}`,
      'door',
      'door',
      'door',
    ]);
    expect(events.filter((event) => event.includes(' · ') && event.includes('\n'))).toHaveLength(5);
  });

  it('hands flags on to both runs of cdk', async () => {
    const flags = ['--require-approval', 'never', '-c', 'compaction=off'];
    const { cdkCalls } = await played({ flags });
    expect(cdkCalls.map((args) => args.slice(-4))).toEqual([flags, flags]);
  });

  it('stops with the status of cdk where the first stacks fail, names the doctor and asks commit nothing', async () => {
    const { status, events } = await played({ statuses: [3] });
    expect(status).toBe(3);
    expect(events).toEqual(['cdk 6', expect.stringContaining('npx tamgiang doctor --aws hue')]);
  });

  it('shows no door when governance is not deployed', async () => {
    const { status, events } = await played({ statuses: [0, 4] });
    expect(status).toBe(4);
    expect(events.at(-1)).toMatch(/^! .*governance is not deployed/);
    expect(events.some(isDoor)).toBe(false);
  });
});

describe('registering', () => {
  it('waits as long as commit takes, however empty its queue looks meanwhile', async () => {
    const { status, asked, minutes } = await played({ answersAfterMs: 6 * MINUTE });
    expect(status).toBe(0);
    expect(asked).toHaveLength(1);
    expect(minutes).toBeCloseTo(6, 1);
  });

  it('asks again, under another id, after no answer, a failure, or an answer without all tables', async () => {
    const failed = JSON.stringify({ failed: { vi: 'E_ACCESS: chưa', en: 'E_ACCESS: not yet' } });
    const some = JSON.stringify({ registered: [], unchanged: TABLES.slice(1) });
    for (const first of [undefined, failed, some]) {
      const { status, asked, events } = await played({ answers: [first, ALL] });
      expect(status).toBe(0);
      expect(asked.map(({ id }) => id)).toEqual(['id-0', 'id-1']);
      expect(events.at(-1)).toContain('s3://');
    }
  });

  it('gives up with what commit said, before governance', async () => {
    const failed = JSON.stringify({ failed: { vi: 'E_EVOLUTION: cột gia', en: 'E_EVOLUTION: column gia' } });
    const { error, cdkCalls, events, minutes } = await played({ answers: [failed, failed, failed] });
    expect(error).toMatchObject({
      code: 'E_REGISTER',
      text: {
        vi: expect.stringContaining('E_EVOLUTION: cột gia'),
        en: expect.stringContaining('E_EVOLUTION: column gia'),
      },
    });
    expect(cdkCalls).toHaveLength(1);
    expect(events.some(isDoor)).toBe(false);
    expect(minutes).toBeLessThan(2);
  });

  it('gives up on a commit that never answers, naming where the request ends', async () => {
    const { error, asked, minutes, cdkCalls } = await played({ answers: [] });
    expect(error).toMatchObject({ code: 'E_REGISTER', message: expect.stringContaining(names.queue.commitDead) });
    expect([asked.length, cdkCalls.length]).toEqual([3, 1]);
    expect(minutes).toBeLessThan(25);
  });

  it('gives up where commit knows less tables than the province has, naming them', async () => {
    const some = JSON.stringify({ registered: [], unchanged: TABLES.slice(1) });
    const { error } = await played({ answers: [some, some, some] });
    expect(error).toMatchObject({ code: 'E_REGISTER', message: expect.stringContaining(TABLES[0] ?? '?') });
  });

  it('believes no answer it cannot read', async () => {
    const { error, cdkCalls } = await played({ answers: ['{"registered":[]}'] });
    expect(error).toBeDefined();
    expect(cdkCalls).toHaveLength(1);
  });

  it('shows no door where anything is open to everybody, and how to shut it', async () => {
    const { error, events } = await played({
      open: [names.warehouseDatabase, `${names.curatedDatabase}.gia_thi_truong`],
    });
    expect(error).toMatchObject({
      code: 'E_OPEN_CATALOG',
      message: expect.stringContaining(revoking(names.warehouseDatabase)),
    });
    expect(events.some(isDoor)).toBe(false);
  });

  it('says so where it may not ask, and shows the doors', async () => {
    const { status, events } = await played({ open: undefined });
    expect(status).toBe(0);
    expect(events.some((event) => event.includes('Not allowed to ask'))).toBe(true);
    expect(events.some(isDoor)).toBe(true);
  });
});

describe('what is open to everybody', () => {
  const list = (...pages: readonly (readonly object[])[]) => {
    const client = new LakeFormationClient({ region: 'ap-southeast-1' });
    return answered(client, (command, input) => {
      const { Principal, ResourceType, NextToken } = Object(input);
      if (command !== 'ListPermissionsCommand' || Principal) throw new Error(`${command} is not played so`);
      if (ResourceType === 'DATABASE') return Object({ PrincipalResourcePermissions: [] });
      const at = Number(NextToken ?? 0);
      return Object({
        PrincipalResourcePermissions: pages[at],
        ...(at + 1 < pages.length ? { NextToken: String(at + 1) } : {}),
      });
    });
  };
  const right = (Resource: object, who = EVERYBODY) => ({ Principal: { DataLakePrincipalIdentifier: who }, Resource });

  it('is asked for over all pages; other databases and other principals are nobody’s matter', async () => {
    const ours = 'arn:aws:iam::111111111111:role/commit';
    const client = list(
      [right({ Database: { Name: 'cua_ta' } }), right({ Database: { Name: 'cua_ai' } })],
      [
        right({ Table: { DatabaseName: 'cua_ta', Name: 'gia' } }),
        right({ Table: { DatabaseName: 'cua_ta', TableWildcard: {} } }),
        right({ Table: { DatabaseName: 'cua_ta', Name: 'xa' } }, ours),
        right({ Database: { Name: 'kho' } }, ours),
      ],
    );
    expect(await openToIam(client, ['cua_ta', 'kho'])).toEqual(['cua_ta', 'cua_ta.*', 'cua_ta.gia']);
  });

  it('is not known to who sees no right of the functions', async () => {
    expect(await openToIam(list([right({ Database: { Name: 'cua_ta' } })]), ['cua_ta'])).toBeUndefined();
  });

  it.each([
    ['kho', '{"Database":{"Name":"kho"}}'],
    ['kho.gia', '{"Table":{"DatabaseName":"kho","Name":"gia"}}'],
    ['kho.*', '{"Table":{"DatabaseName":"kho","TableWildcard":{}}}'],
  ])('%s is shut by a command that names it', (place, resource) => {
    expect(revoking(place)).toContain(
      `DataLakePrincipalIdentifier=IAM_ALLOWED_PRINCIPALS --permissions ALL --resource '${resource}'`,
    );
  });
});
