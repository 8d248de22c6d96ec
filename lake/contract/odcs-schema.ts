// Judges a contract against the official ODCS JSON Schema, which is passed in: it is not part of this repository.
import type { ErrorObject } from 'ajv/dist/2019.js';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { InputError } from '../errors';
import { shown } from './explain';
import type { PathPart, Problem } from './problem';

/** Say only that something inside them failed, which is reported itself. */
const OUTER = new Set(['if', 'allOf', 'oneOf', 'anyOf', '$ref']);

function pathOf(pointer: string): readonly PathPart[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replace(/~1/g, '/').replace(/~0/g, '~')));
}

function problemOf(error: ErrorObject): Problem {
  const path = pathOf(error.instancePath);
  const { additionalProperty, unevaluatedProperty, allowedValues, missingProperty } = error.params;
  const extra: unknown = additionalProperty ?? unevaluatedProperty;
  const text = error.message ?? error.keyword;
  const allowed = Array.isArray(allowedValues)
    ? allowedValues.map(String)
    : missingProperty === undefined
      ? [text]
      : [String(missingProperty)];
  const where = typeof extra === 'string' ? { path: [...path, extra], atKey: true } : { path };
  return {
    ...where,
    code: 'C_ODCS',
    found: shown(extra ?? error.data),
    expected: allowed,
    message: {
      vi: `Không đúng chuẩn ODCS v3.1.0: ${text}${typeof extra === 'string' ? ` ("${extra}")` : ''}.`,
      en: `Not valid ODCS v3.1.0: ${text}${typeof extra === 'string' ? ` ("${extra}")` : ''}.`,
    },
  };
}

/** Throws InputError (E_ODCS_SCHEMA) when the schema itself cannot be read. */
export function odcsProblems(value: unknown, odcsSchema: object): readonly Problem[] {
  const ajv = new Ajv2019({ allErrors: true, strict: false, validateFormats: false, verbose: true });
  let validate: ReturnType<typeof ajv.compile>;
  try {
    validate = ajv.compile(odcsSchema);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(
      'E_ODCS_SCHEMA',
      {
        vi: `Tệp JSON Schema của ODCS không dùng được: ${reason}`,
        en: `The ODCS JSON Schema cannot be used: ${reason}`,
      },
      { cause },
    );
  }
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const inner = errors.filter((error) => !OUTER.has(error.keyword));
  return (inner.length > 0 ? inner : errors).map(problemOf);
}
