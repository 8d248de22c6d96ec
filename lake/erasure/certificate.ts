// The proof handed out when a person is gone: numbers and names of datasets, nothing that tells who it was. It lies in
// the control zone: the receipts zone belongs to the departments, and this paper is between the lake and the person.
import { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
import { placeRecord } from '../place-file';
import { readStored } from '../submission/stored';
import { certificatePage } from './certificate-page';

const shape = z.object({
  requestId: z.string(),
  /** First 16 hex digits of the number's hash under the home's own key. */
  subject: z.string(),
  reason: z.string(),
  /** ISO 8601 UTC. */
  issuedAt: z.string(),
  datasets: z.array(z.object({ dataset: z.string(), title: z.string(), epoch: z.number() })),
  /** What was taken away, by place. */
  removed: z.record(z.string(), z.object({ rows: z.number(), files: z.number() })),
  /** `table: tag` of former states that were kept by name. */
  retiredTags: z.array(z.string()),
  probe: z.object({
    files: z.number(),
    found: z.literal(0),
    /** Files of other datasets nobody can look into, for example a refused workbook. */
    notSearchable: z.number(),
    /** Which stores were searched, former versions included; absent: one folder with everything in it. */
    stores: z.array(z.string()).optional(),
  }),
});

export type Certificate = Readonly<z.infer<typeof shape>>;

const prefix = (requestId: string): string => `erasure/certificate/${requestId}`;

/** Key of the page beside it. */
export const pageKey = (requestId: string): string => `${prefix(requestId)}.html`;

/** @throws InputError E_RECORD */
export function readCertificate(control: ObjectStore, requestId: string): Promise<Certificate | undefined> {
  return readStored(control, `${prefix(requestId)}.json`, shape);
}

/** Written once; the page first, so that a certificate that is there is whole. */
export async function writeCertificate(control: ObjectStore, certificate: Certificate): Promise<Certificate> {
  const { requestId } = certificate;
  await placeRecord(control, pageKey(requestId), certificatePage(certificate));
  await placeRecord(control, `${prefix(requestId)}.json`, `${JSON.stringify(certificate, null, 2)}\n`);
  return (await readCertificate(control, requestId)) ?? certificate;
}
