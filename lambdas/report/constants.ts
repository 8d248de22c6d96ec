// Of report: what the stack gives it and what it counts. Pure: the stack and the handler read the same numbers.

/** Mostly waiting: a query of Athena takes seconds, and there are as many as figures. */
export const REPORT = { memoryMb: 512, timeoutSeconds: 600, ephemeralMb: 512 } as const;

export const REPORT_METRICS = ['ReportsWritten', 'MailsSent', 'ReportFaults'] as const;

/** In the reports bucket, put there by the province: the communes' outlines for the page. */
export const COMMUNE_MAP = 'maps/communes.geojson';

/** What the scheduler sends; `province` as it stands on the page. */
export interface ReportInput {
  readonly report: 'lanh_dao';
  /** `2026-10`; none: the last full month, Vietnamese time. */
  readonly period?: string;
  readonly recipients: readonly string[];
  readonly lang: 'vi' | 'en';
  readonly province: string;
  /** `<aws.scheduler.scheduled-time>`: a repeated call of one schedule sends no second mail. */
  readonly scheduledAt?: string;
}
