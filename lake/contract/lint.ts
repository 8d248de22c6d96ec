// Every mistake of a contract, placed by line: for `tamgiang contract lint` and editors. Never throws for a bad contract.
import type { CodeLists } from './contract';
import { odcsProblems } from './odcs-schema';
import type { ContractFinding } from './problem';
import { readContract } from './read';

export interface LintOptions {
  /** schemas/codes/*.csv by file name without extension. */
  readonly codeLists: CodeLists;
  /** Names `agency/dataset` of all contracts there are. */
  readonly known?: readonly string[];
  /** The official ODCS v3.1.0 JSON Schema, when the caller has it. */
  readonly odcsSchema?: object;
}

/** Findings by line; empty when the contract may be used. The official schema only adds lines nothing else was said of. */
export function lintContract(yamlText: string, fileName: string, options: LintOptions): readonly ContractFinding[] {
  const { findings, source } = readContract(yamlText, fileName, options);
  if (options.odcsSchema === undefined || source.findings.length > 0) return findings;
  const lines = new Set(findings.map((finding) => finding.line));
  const official = odcsProblems(source.value, options.odcsSchema)
    .map(source.place)
    .filter((finding) => !lines.has(finding.line));
  return [...findings, ...official].sort((a, b) => a.line - b.line || a.column - b.column);
}
