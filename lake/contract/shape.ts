// The part of ODCS v3.1.0 we read, and our additions, as strict zod shapes: what is not named here is refused, never ignored.
import { z } from 'zod';
import { WORDS_BREAK } from './explain';

/** A closed object. The message of an unknown key carries the allowed keys; explain.ts reads it. */
function closed<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });
}

const text = z.string().min(1);
/** Form of a text, with the words a person needs when it is wrong. */
function form(pattern: RegExp, vi: string, en: string) {
  return z.string().regex(pattern, vi + WORDS_BREAK + en);
}
const name = form(
  /^[a-z][a-z0-9_]{0,62}$/,
  'chữ thường không dấu, số và dấu gạch dưới, bắt đầu bằng chữ, không quá 63 ký tự',
  'lower-case ASCII letters, digits and underscores, starting with a letter, at most 63 of them',
);
/** Keys of the standard that say something to people or other tools and change nothing here. */
const anything = z.unknown().optional();
const forPeople = { id: anything, tags: anything, authoritativeDefinitions: anything };
const customList = z.array(closed({ id: anything, property: text, value: z.unknown() }));

const sqlRule = closed({
  id: form(/^[A-Z][A-Z0-9_]*$/, 'chữ hoa không dấu, số và dấu gạch dưới', 'upper-case letters, digits and underscores'),
  type: z.literal('sql'),
  severity: z.enum(['error', 'warning']),
  description: text,
  query: text,
  mustBe: z.literal(0),
  customProperties: customList,
  name: anything,
  dimension: anything,
  businessImpact: anything,
  unit: anything,
  tags: anything,
});

const libraryRule = closed({
  ...forPeople,
  type: z.literal('library'),
  metric: z.literal('rowCount'),
  mustBeGreaterOrEqualTo: z.number().int().min(0).exactOptional(),
  mustBeGreaterThan: z.number().int().min(0).exactOptional(),
  severity: z.literal('error').exactOptional(),
  name: anything,
  description: anything,
  dimension: anything,
  unit: anything,
});

const property = closed({
  ...forPeople,
  name,
  businessName: text,
  description: text,
  logicalType: z.enum(['string', 'integer', 'number', 'boolean', 'date', 'timestamp']),
  logicalTypeOptions: closed({
    pattern: text.exactOptional(),
    minLength: z.number().int().min(0).exactOptional(),
    maxLength: z.number().int().min(1).exactOptional(),
    minimum: z.number().exactOptional(),
    maximum: z.number().exactOptional(),
    timezone: z.literal(false).exactOptional(),
    defaultTimezone: z.literal('Asia/Ho_Chi_Minh').exactOptional(),
  }).exactOptional(),
  physicalType: text.exactOptional(),
  required: z.boolean().default(false),
  primaryKey: z.boolean().default(false),
  primaryKeyPosition: z.number().int().min(1).exactOptional(),
  examples: z.array(z.union([z.string(), z.number(), z.boolean()])).default([]),
  customProperties: customList,
  classification: anything,
  criticalDataElement: anything,
});

export const odcsShape = closed({
  ...forPeople,
  apiVersion: z.literal('v3.1.0'),
  kind: z.literal('DataContract'),
  id: text,
  name: text,
  version: form(/^\d+\.\d+\.\d+$/, 'ba số, ví dụ 1.0.0', 'three numbers, for example 1.0.0'),
  status: z.enum(['proposed', 'draft', 'active', 'deprecated', 'retired']),
  description: closed({
    purpose: text,
    usage: text.exactOptional(),
    limitations: text.exactOptional(),
    authoritativeDefinitions: anything,
  }),
  schema: z
    .array(
      closed({
        ...forPeople,
        name,
        logicalType: z.literal('object').exactOptional(),
        physicalType: z.literal('table').exactOptional(),
        businessName: text,
        description: anything,
        dataGranularityDescription: text,
        properties: z.array(property).min(1),
        quality: z.array(z.discriminatedUnion('type', [sqlRule, libraryRule])).default([]),
      }),
    )
    .length(1),
  customProperties: customList,
  tenant: anything,
  domain: anything,
  dataProduct: anything,
  support: anything,
  team: anything,
  roles: anything,
  contractCreatedTs: anything,
});

const strptime = form(
  /^(?=.*%d)(?=.*%m)(?=.*%Y)(?:%[dmYHMSz]|[^%])+$/,
  'có %d, %m và %Y (năm bốn chữ số); thêm được %H %M %S %z',
  '%d, %m and %Y (four-digit year), and %H %M %S %z if wanted',
);
const decimalStyle = z.enum(['vi', 'en', 'plain', 'either']);
const DATES = ['%d/%m/%Y', '%Y-%m-%d', '%d-%m-%Y'];
const TIMESTAMPS = [
  '%d/%m/%Y %H:%M:%S',
  '%d/%m/%Y %H:%M',
  '%d/%m/%Y',
  '%Y-%m-%dT%H:%M:%S%z',
  '%Y-%m-%dT%H:%M:%S',
  '%Y-%m-%d %H:%M:%S',
];

/** `customProperties` of the document. */
export const datasetShape = closed({
  agency: name,
  steward: text,
  sharing: z.enum(['mo', 'dung_chung', 'rieng']),
  legalBasis: text.exactOptional(),
  dataClass: z.enum(['cot_loi', 'quan_trong', 'thuong']),
  storagePlace: z.enum(['trong_nuoc', 'aws_ngoai_nuoc', 'ca_hai']),
  slot: z.enum(['period', 'file']),
  period: z.enum(['day', 'month', 'quarter', 'year']),
  mode: z.literal('replace'),
  intake: closed({
    formats: z.array(z.enum(['csv', 'station'])).min(1),
    decimalStyle: decimalStyle.default('vi'),
    datePatterns: z.array(strptime).min(1).default(DATES),
    timestampPatterns: z.array(strptime).min(1).default(TIMESTAMPS),
    nullTokens: z.array(text).default([]),
    headerSearch: z.number().int().min(1).max(100).default(20),
    maxRejectedShare: z.number().min(0).max(1).default(0.2),
  }),
  open: closed({
    publish: z.boolean(),
    licence: text.exactOptional(),
    suppressBelow: z.number().int().min(0).exactOptional(),
  }),
  due: closed({
    every: form(/^P(?:\d+D|\d+M|\d+Y)$/, 'ví dụ P1D, P1M, P3M, P1Y', 'for example P1D, P1M, P3M, P1Y'),
    graceDays: z.number().int().min(0),
  }).exactOptional(),
});

/** `customProperties` of a column. */
export const columnShape = closed({
  fieldId: z.number().int().min(11),
  aliases: z.array(text).default([]),
  unit: text.exactOptional(),
  codeList: closed({
    file: name.exactOptional(),
    table: name.exactOptional(),
    column: name.exactOptional(),
    validAt: name.exactOptional(),
    editions: name.exactOptional(),
    severity: z.enum(['error', 'warning']).exactOptional(),
  }).exactOptional(),
  personal: z.enum(['none', 'basic', 'sensitive', 'quasi']).default('none'),
  mask: z.enum(['none', 'middle', 'all']).default('none'),
  subjectId: z.boolean().default(false),
  decimalStyle: decimalStyle.exactOptional(),
  datePatterns: z.array(strptime).min(1).exactOptional(),
  nullTokens: z.array(text).exactOptional(),
});

/** `customProperties` of an SQL rule. */
export const ruleShape = closed({
  columns: z.array(name).min(1),
  descriptionEn: text,
  fix: text,
  fixEn: text,
});

export type OdcsDocument = z.infer<typeof odcsShape>;
export type OdcsProperty = z.infer<typeof property>;
export type OdcsSqlRule = z.infer<typeof sqlRule>;
export type DatasetProperties = z.infer<typeof datasetShape>;
export type ColumnProperties = z.infer<typeof columnShape>;
export type RuleProperties = z.infer<typeof ruleShape>;
