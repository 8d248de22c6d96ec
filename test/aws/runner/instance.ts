// One execution environment of a function: the packaged code in a sandbox, started once, asked many times, killed when it
// takes too long or too much.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endsWithUs } from '../children';
import { availableCap, type CapKind, memoryCap } from './memory-cap';
import { type Answer, startRuntimeApi } from './runtime-api';

export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  /** Folder as it is packaged. */
  readonly codeDir: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly ephemeralMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Host {
  readonly region: string;
  /** What tools/lambda/runtime.mjs gave. */
  readonly runtimeDir: string;
  /** Images of /tmp. */
  readonly workDir: string;
  /** Overrides of every function's environment: endpoints. */
  readonly environment: Readonly<Record<string, string>>;
  /** Default: the best there is. */
  readonly cap?: CapKind;
  readonly sandboxScript: string;
}

export type Failure = 'function error' | 'timeout' | 'out of memory' | 'runtime exited';

export interface Invocation {
  readonly functionName: string;
  readonly outcome: 'ok' | Failure;
  /** The handler's answer, or the error as Lambda tells it. */
  readonly payload: unknown;
  readonly durationMs: number;
  /** Only of the first invocation. */
  readonly initMs?: number;
  /** Largest resident size the process has had, mapped files of Node itself included. */
  readonly maxMemoryMb: number;
}

export interface Instance {
  /** @throws never: what goes wrong is told in the outcome */
  invoke(event: unknown): Promise<Invocation>;
  readonly isDead: boolean;
  stop(): Promise<void>;
}

const quiet = { stdio: 'ignore' } as const;
let started = 0;

/** A sparse file with an empty file system of the size Lambda promises; made once, copied for each instance. */
function temporaryImage(workDir: string, megabytes: number, id: string): string {
  const pristine = join(workDir, `tmp-${megabytes}.img`);
  if (!existsSync(pristine)) {
    const part = `${pristine}.${id}`;
    writeFileSync(part, '');
    truncateSync(part, megabytes * 1024 * 1024);
    execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', '-O', '^has_journal', part], quiet);
    renameSync(part, pristine);
  }
  const image = join(workDir, `tmp-${id}.img`);
  execFileSync('cp', ['--sparse=always', pristine, image], quiet);
  return image;
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

export async function startInstance(spec: FunctionSpec, host: Host, onLog: (line: string) => void): Promise<Instance> {
  const id = `${process.pid}-${started++}`;
  mkdirSync(host.workDir, { recursive: true });
  const cap = memoryCap(id, spec.memoryMb, host.cap ?? availableCap());
  // Pages of a tmpfs are charged to the cgroup; Lambda's /tmp is a disk. The watcher does not count them.
  const kind = cap.kind === 'cgroup' ? 'image' : 'tmpfs';
  const image = kind === 'image' ? temporaryImage(host.workDir, spec.ephemeralMb, id) : '-';
  const api = await startRuntimeApi(spec.arn);
  const environment = {
    // What Lambda sets.
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `thu/[$LATEST]${id}`,
    AWS_LAMBDA_RUNTIME_API: api.address,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: host.region,
    AWS_DEFAULT_REGION: host.region,
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _HANDLER: spec.handler,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    NODE_HEAP_MB: String(Math.floor(spec.memoryMb * 0.9)),
    ...spec.environment,
    ...host.environment,
    // Told apart by name, so that what each asked for can be held against its role (test/aws/rights).
    AWS_ACCESS_KEY_ID: spec.name,
    AWS_SECRET_ACCESS_KEY: 'thu',
    AWS_SESSION_TOKEN: 'thu',
  };
  const sandbox = [host.sandboxScript, spec.codeDir, host.runtimeDir, image, cap.cgroup, kind];
  const startedAt = performance.now();
  // Root needs no user namespace; others become root of their own.
  const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const child = endsWithUs(
    spawn('unshare', [...namespace, 'sh', ...sandbox, String(spec.ephemeralMb)], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const last: string[] = [];
  const keep = (line: string) => {
    last.push(line);
    if (last.length > 5) last.shift();
    onLog(line);
  };
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', keep);
  const pid = child.pid ?? 0;
  const kill = () => child.kill('SIGKILL');
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  cap.watch(pid, kill);

  let isDead = false;
  let isFirst = true;
  let memoryMb = 0;
  const sampling = setInterval(() => {
    memoryMb = Math.max(memoryMb, cap.peakMb(pid));
  }, 50);

  const stop = async () => {
    if (isDead) return;
    isDead = true;
    clearInterval(sampling);
    kill();
    await exited;
    api.close();
    cap.close();
    if (image !== '-') rmSync(image, { force: true });
  };

  const failure = (outcome: Failure, message: string) => ({
    outcome,
    payload: { errorType: outcome, errorMessage: message },
  });

  const gone = exited.then(({ code, signal }) =>
    cap.isHit()
      ? failure('out of memory', `Runtime exited with error: signal: killed (${spec.memoryMb} MB)`)
      : failure('runtime exited', `Runtime exited with error: ${signal ?? `exit status ${code}`}\n${last.join('\n')}`),
  );
  const told = (answer: Answer) => ({
    outcome: answer.kind === 'response' ? ('ok' as const) : ('function error' as const),
    payload: parsed(answer.payload),
  });

  return {
    get isDead() {
      return isDead;
    },
    stop,
    async invoke(event) {
      let timer: NodeJS.Timeout | undefined;
      const late = () =>
        new Promise<ReturnType<typeof failure>>((done) => {
          timer = setTimeout(
            () => done(failure('timeout', `Task timed out after ${(spec.timeoutMs / 1000).toFixed(2)} seconds`)),
            spec.timeoutMs,
          );
        });
      const first = isFirst;
      isFirst = false;
      let initMs = 0;
      if (first) {
        const begun = await Promise.race([api.ready.then((error) => error && told(error)), gone, late()]);
        clearTimeout(timer);
        initMs = performance.now() - startedAt;
        if (begun) {
          await stop();
          return { functionName: spec.name, ...begun, durationMs: 0, initMs, maxMemoryMb: memoryMb };
        }
      }
      const from = performance.now();
      const result = await Promise.race([api.invoke(JSON.stringify(event), spec.timeoutMs).then(told), gone, late()]);
      clearTimeout(timer);
      const durationMs = performance.now() - from;
      memoryMb = Math.max(memoryMb, cap.peakMb(pid));
      // Lambda keeps an environment whose handler threw, and ends one whose process was lost or too slow.
      if (result.outcome !== 'ok' && result.outcome !== 'function error') await stop();
      return {
        functionName: spec.name,
        ...result,
        durationMs,
        ...(first ? { initMs } : {}),
        maxMemoryMb: memoryMb,
      };
    },
  };
}
