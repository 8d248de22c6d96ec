// One figure of a leaders' page, computed; the page only draws it.
import type { Bilingual } from '../errors';

export interface Figure {
  readonly id: string;
  readonly title: Bilingual;
  /** One sentence: numerator over denominator, exclusions. */
  readonly formula: Bilingual;
  /** `percent`: values are ratios 0 to 1. `count`: whole things, named by `countUnit`. */
  readonly unit: 'percent' | 'count';
  readonly countUnit?: Bilingual;
  readonly better: 'higher' | 'lower';
  /** null: not enough data; `reason` says why. Never 0 for "unknown". */
  readonly value: number | null;
  readonly reason?: Bilingual;
  readonly target?: { readonly value: number; readonly source: string };
  readonly previous: number | null;
  readonly lastYear: number | null;
  /** Latest loading time among the submissions behind the figure, ISO 8601 UTC. */
  readonly asOf: string | null;
  /**
   * How far the data itself reaches: a moment in Vietnamese time without offset (`2026-10-15T13:55:00`; midnight is the
   * end of the day before), or the period of the list in use (`2026-10`). Left out: the data bears no time of its own.
   */
  readonly dataUntil?: string;
  readonly completeness: Share | null;
  /** How much of the period the reporters' data covers, where a reporter counted above may have sent very little. */
  readonly coverage?: Share;
  /** Agency that answers for the figure. */
  readonly owner: string;
  readonly sql: string;
  readonly chart: 'bars' | 'line' | 'map';
  /** Oldest first, ending with the report's period. */
  readonly series: readonly { readonly period: string; readonly value: number | null }[];
  /** Worst first. `code` is an agency, commune, station or item code. */
  readonly breakdown: readonly {
    readonly code: string;
    readonly label: string;
    readonly value: number | null;
    readonly numerator: number;
    readonly denominator: number;
    /** What `measure` says of this unit, a ratio; null: not known. */
    readonly measure?: number | null;
  }[];
  /** A ratio of each unit that tells more than its count, drawn instead of it, with the limit beyond which a unit counts. */
  readonly measure?: { readonly title: Bilingual; readonly limit: number };
}

interface Share {
  readonly have: number;
  readonly due: number;
  readonly of: Bilingual;
}

export interface LeadersPage {
  readonly title: Bilingual;
  /** Said above everything, on paper too, for example that the data is made up. */
  readonly note?: Bilingual;
  readonly province: string;
  /** `2026-10` */
  readonly period: string;
  /** ISO 8601 UTC */
  readonly generatedAt: string;
  readonly figures: readonly Figure[];
  /** GeoJSON FeatureCollection of communes with `properties.code`, when one was given. */
  readonly map: CommuneMap | null;
  /** Tables and snapshots the page was computed from. */
  readonly sources: readonly {
    readonly table: string;
    readonly snapshot: string;
    readonly committedAt: string;
    readonly rows: number;
  }[];
}

export interface CommuneMap {
  readonly features: readonly {
    readonly properties: { readonly code: string; readonly name: string };
    readonly geometry:
      | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly (readonly number[])[])[] }
      | {
          readonly type: 'MultiPolygon';
          readonly coordinates: readonly (readonly (readonly (readonly number[])[])[])[];
        };
  }[];
}
