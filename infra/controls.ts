// Which control of the control table (docs/controls.md) is on at which level of Decree 85/2016/ND-CP. The only place where a
// level is compared: stacks ask `isOn`. A control never goes off again as the level grows. Pure.
import type { ProvinceConfig } from './province-config';

interface Control {
  /** Row of the control table. */
  readonly row: number;
  /** Lowest level at which it is on. */
  readonly from: 1 | 2 | 3 | 4 | 5;
  /** Key of the province's YAML that must also say yes: the control costs money for each file or hour. */
  readonly asks?: 'malwareScan' | 'vpc';
}

/**
 * What does not switch (TLS, own keys, versions, narrow roles, dead-letter queues) is on everywhere and not listed. Rows 15, 18
 * and 43 (copy in a second account and Region, Macie) are not built: a province's YAML names one account and one Region.
 */
export const CONTROLS = {
  /** GuardDuty reads an upload before intake may. */
  malwareGate: { row: 3, from: 1, asks: 'malwareScan' },
  /** Functions without a way to the internet; endpoints instead. */
  network: { row: 13, from: 1, asks: 'vpc' },
  /** Buckets refuse principals of other accounts. */
  perimeter: { row: 13, from: 3 },
  /** Raw files and evidence cannot be removed for a time. */
  objectLock: { row: 14, from: 3 },
  /** Who read or wrote which object, kept in the audit bucket. */
  dataEvents: { row: 16, from: 2 },
  /** GuardDuty, Security Hub, Access Analyzer. */
  detection: { row: 17, from: 2 },
  /** Functions run signed code. */
  codeSigning: { row: 30, from: 3 },
  /** Logs kept for a year instead of half a year. */
  longLogs: { row: 34, from: 3 },
  /** Mail addresses and identity numbers are masked where a log holds one. */
  logMasking: { row: 34, from: 2 },
  /** A role that sees settings and records, and no data. */
  auditor: { row: 45, from: 2 },
  /** Findings without personal data are handed to the national centre. */
  nationalFeed: { row: 46, from: 2 },
} as const satisfies Record<string, Control>;

export type ControlName = keyof typeof CONTROLS;

export function isOn(
  name: ControlName,
  config: Pick<ProvinceConfig, 'securityLevel' | 'malwareScan' | 'vpc'>,
): boolean {
  const control: Control = CONTROLS[name];
  return config.securityLevel >= control.from && (control.asks === undefined || config[control.asks]);
}
