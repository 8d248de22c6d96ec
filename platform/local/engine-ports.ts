// What reads and writes rows here, whichever home they lie in: DuckDB, and copies of files without the people who were erased.
import { convert } from '../duckdb/convert';
import { duckdbRewriter } from '../duckdb/rewrite';
import type { EnginePorts } from '../ports';
import { redact } from './redact';

export const enginePorts: EnginePorts = { converter: { convert }, rewriter: duckdbRewriter, redactor: { redact } };
