// Functions by name, each with as many environments as are busy at once.
import type { FunctionSpec, Host, Instance, Invocation } from './instance';
import { startInstance } from './instance';

export interface Functions {
  readonly names: readonly string[];
  spec(name: string): FunctionSpec;
  invoke(name: string, event: unknown): Promise<Invocation>;
  /** Replaces what a scenario needs otherwise: less memory, less time. Environments that run are ended. */
  change(name: string, change: Partial<FunctionSpec>): Promise<void>;
  /** All lines any function has printed. */
  readonly logs: readonly { readonly functionName: string; readonly line: string }[];
  readonly invocations: readonly Invocation[];
  stop(): Promise<void>;
}

export function openFunctions(specs: readonly FunctionSpec[], host: Host): Functions {
  const known = new Map(specs.map((spec) => [spec.name, spec]));
  const idle = new Map<string, Instance[]>();
  const all = new Set<Instance>();
  const logs: { functionName: string; line: string }[] = [];
  const invocations: Invocation[] = [];

  const spec = (name: string): FunctionSpec => {
    const found = known.get(name);
    if (!found) throw new Error(`There is no function ${name}; there are ${[...known.keys()].join(', ')}.`);
    return found;
  };

  return {
    names: [...known.keys()],
    spec,
    logs,
    invocations,
    async invoke(name, event) {
      const free = idle.get(name) ?? [];
      idle.set(name, free);
      let instance = free.pop();
      if (!instance) {
        instance = await startInstance(spec(name), host, (line) => logs.push({ functionName: name, line }));
        all.add(instance);
      }
      const done = await instance.invoke(event);
      if (instance.isDead) all.delete(instance);
      else (idle.get(name) ?? []).push(instance);
      invocations.push(done);
      return done;
    },
    async change(name, change) {
      known.set(name, { ...spec(name), ...change });
      const free = idle.get(name) ?? [];
      idle.set(name, []);
      for (const instance of free) {
        all.delete(instance);
        await instance.stop();
      }
    },
    async stop() {
      await Promise.all([...all].map((instance) => instance.stop()));
    },
  };
}
