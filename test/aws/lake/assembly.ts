// What is deployed, made as it is for a deployment: packages, templates, and the emulator's account with all of it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LambdaFunction } from '../dispatcher/applied';

/** Packages of every function for both processors. */
export function buildPackages(root: string): string {
  return execFileSync(process.execPath, [join(root, 'lambdas', 'package.mjs')], { cwd: root, encoding: 'utf8' });
}

/** As `cdk synth -c province=…` would. @returns the folder */
export function synthesize(root: string, province: string, outdir: string): string {
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  execFileSync(process.execPath, [tsx, join('infra', 'app.ts')], {
    cwd: root,
    // What the CDK CLI tells an app.
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...contextOf(root), province }),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return outdir;
}

/** Account the templates are for. */
export function accountOf(assembly: string): string {
  const found = /"environment": *"aws:\/\/(\d{12})\//.exec(readFileSync(join(assembly, 'manifest.json'), 'utf8'))?.[1];
  if (found === undefined) throw new Error(`${assembly} names no account.`);
  return found;
}

function contextOf(root: string): object {
  const settings: { readonly context?: object } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  return settings.context ?? {};
}

const BINDING = /^node_modules\/@duckdb\/node-bindings-linux-(arm64|x64)\//;

function sums(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const key = path.slice(folder.length + 1).replace(BINDING, 'node_modules/@duckdb/node-bindings-linux-*/');
      const isBinding = key.includes('node-bindings-linux-*');
      // Of the binding only that it is there: its bytes are the processor's.
      return [key, isBinding ? 'binding' : createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

/** Package for this machine of a function whose deployed package is `asset`. */
export function runnablePackage(root: string, { FunctionName }: LambdaFunction, base: string): string {
  const name = FunctionName.slice(base.length + 1);
  return join(root, 'dist', 'lambda', name === 'intake-heavy' ? 'intake' : name, 'x64');
}

/** Files in which two packages differ, but for the processor's own. */
export function packageDifference(deployed: string, run: string): readonly string[] {
  const [a, b] = [sums(deployed), sums(run)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)).sort();
}
