// A cap on a process's memory. With a memory cgroup (version 1, writable) the kernel kills; otherwise a watcher that reads the
// resident size every 10 ms does, which a very fast grower outruns by some megabytes.
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const V1 = '/sys/fs/cgroup/memory';
const WATCH_MS = 10;

export type CapKind = 'cgroup' | 'watcher';

export interface MemoryCap {
  readonly kind: CapKind;
  /** Folder of the cgroup the process is to enter; empty: none. */
  readonly cgroup: string;
  /** To be called when the process is there. */
  watch(pid: number, kill: () => void): void;
  /** Largest resident size of the process so far. */
  peakMb(pid: number): number;
  /** True when the cap has killed. */
  isHit(): boolean;
  close(): void;
}

export function availableCap(): CapKind {
  if (process.getuid?.() !== 0 || !existsSync(join(V1, 'memory.limit_in_bytes'))) return 'watcher';
  try {
    accessSync(V1, constants.W_OK);
    return 'cgroup';
  } catch {
    return 'watcher';
  }
}

/** Megabytes; 0 once the process is gone. */
function statusMb(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Math.ceil(Number(line?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

export function memoryCap(name: string, limitMb: number, kind: CapKind): MemoryCap {
  return kind === 'cgroup' ? cgroupCap(name, limitMb) : watcherCap(limitMb);
}

function cgroupCap(name: string, limitMb: number): MemoryCap {
  const cgroup = join(V1, `tamgiang-${name}`);
  mkdirSync(cgroup);
  writeFileSync(join(cgroup, 'memory.limit_in_bytes'), `${limitMb * 1024 * 1024}`);
  let isHit = false;
  const look = () => {
    const control = readFileSync(join(cgroup, 'memory.oom_control'), 'utf8');
    isHit ||= /oom_kill [1-9]/.test(control);
    return isHit;
  };
  return {
    kind: 'cgroup',
    cgroup,
    watch: () => undefined,
    peakMb: (pid) => statusMb(pid, 'VmHWM'),
    isHit: look,
    close() {
      look();
      // The kernel needs a moment to let go of a process that was killed.
      for (let i = 0; ; i++)
        try {
          return rmdirSync(cgroup);
        } catch (error) {
          if (i === 50) throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
        }
    },
  };
}

function watcherCap(limitMb: number): MemoryCap {
  let timer: NodeJS.Timeout | undefined;
  let isHit = false;
  return {
    kind: 'watcher',
    cgroup: '',
    watch(pid, kill) {
      timer = setInterval(() => {
        if (statusMb(pid, 'VmRSS') <= limitMb) return;
        isHit = true;
        kill();
      }, WATCH_MS);
    },
    peakMb: (pid) => statusMb(pid, 'VmHWM'),
    isHit: () => isHit,
    close: () => clearInterval(timer),
  };
}
