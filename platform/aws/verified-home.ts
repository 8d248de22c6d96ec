// What only a lake on AWS can tell whoever checks it: Glue's line of metadata files, folders of the curated bucket, hashes of
// objects as they stream by.
//
// | method       | actions |
// |--------------|---------|
// | metadataLine | s3:ListBucket on the curated bucket |
// | surroundings | s3:ListBucket on the curated bucket; glue:GetTables |
// | sha256       | s3:GetObject |
// | isBusy       | s3:ListBucket on the control bucket |
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { FaultError } from '../../lake/errors';
import type { Lake } from '../../lake/submission/submit';
import { keyAt } from '../../lake/table/location';
import { check, type Problem, type VerifyCheck } from '../verify/check';
import type { VerifiedHome } from '../verify/home';
import { accessError, failureOf, isDenied } from './failure';
import { tableNames } from './glue-catalog';
import type { GlueClients } from './glue-clients';
import { downloadsIn } from './lake-home';
import { s3ObjectStore } from './s3-object-store';

export interface VerifiedAws {
  readonly lake: Lake;
  readonly clients: { readonly s3: S3Client; readonly glue: GlueClients };
  /** Bucket of the curated zone. */
  readonly curated: string;
  readonly database: string;
  /** Folders of the curated bucket that hold no datasets. */
  readonly otherFolders: readonly string[];
  /** The lake's work folder. */
  readonly workDir: string;
}

/** An erasure notes what it does all the time: one that has not for so long is at work no more. */
const ERASING_MS = 3_600_000;

export function awsVerifiedHome(home: VerifiedAws): VerifiedHome {
  const { lake, clients, workDir } = home;
  const { curated, control } = lake.ports.zones;
  return {
    async metadataLine(table, { location, metadata }) {
      const log = metadata['metadata-log'] ?? [];
      const keys = [...log.map((entry) => keyAt(curated, entry['metadata-file'])), keyAt(curated, location)];
      const there = new Set((await curated.list(`${table}/metadata/`)).map(({ key }) => key));
      const problems = keys.flatMap((key): Problem[] =>
        there.has(key) ? [] : [{ text: { vi: `thiếu curated/${key}`, en: `curated/${key} is missing` } }],
      );
      return { keys, problems };
    },
    surroundings: () => surroundings(home),
    async sha256(store, key) {
      const place = store.location(key);
      const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(place) ?? [];
      try {
        const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
        if (!(Body instanceof Readable)) throw new FaultError('F_STORE', `${place}: the answer has no body.`);
        const hash = createHash('sha256');
        for await (const chunk of Body) hash.update(chunk);
        return hash.digest('hex');
      } catch (error) {
        const failure = failureOf(error);
        if (failure.name === 'NoSuchKey') return undefined;
        throw isDenied(failure) ? accessError('s3:GetObject', place, error) : error;
      }
    },
    async isBusy() {
      const journals = await control.list('erasure-work/');
      return journals.some(({ modifiedAtMs }) => lake.ports.clock.now() - modifiedAtMs < ERASING_MS);
    },
    release: () => rm(downloadsIn(workDir), { recursive: true, force: true }),
  };
}

async function surroundings({
  lake,
  clients,
  curated,
  database,
  otherFolders,
  workDir,
}: VerifiedAws): Promise<VerifyCheck> {
  const datasets = [...lake.contracts.values()].map(({ dataset }) => dataset);
  const tables = new Set(await tableNames(clients.glue, database));
  const folders = await s3ObjectStore({ client: clients.s3, bucket: curated, workDir }).folders('');
  const problems: Problem[] = [];
  for (const name of folders.filter((one) => !tables.has(one) && !otherFolders.includes(one)))
    problems.push({
      text: { vi: `curated/${name} không thuộc bảng nào trong Glue`, en: `curated/${name} is of no table in Glue` },
    });
  for (const name of datasets.filter((one) => !tables.has(one)))
    problems.push({
      text: { vi: `Glue không có bảng ${name} của hợp đồng`, en: `Glue has no table ${name}, which has a contract` },
      repair: 'npm run deploy',
    });
  const looked = {
    vi: `${tables.size} bảng trong Glue, ${folders.length} thư mục trong vùng curated`,
    en: `${tables.size} tables in Glue, ${folders.length} folders in the curated zone`,
  };
  return check('home', looked, problems);
}
