// One process that takes files into a real home, a few at a time, until it is done or killed. Bundled by run.mjs.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseTarget } from '../../lake/submission/key';
import { recover } from '../../lake/submission/recover';
import { submitAll } from '../../lake/submission/submit';
import { referencedKeys } from '../../lake/table/expire';
import { createHome, openHome } from '../../platform/local/home';
import { loadCodeLists, loadContracts } from '../../platform/local/schemas';

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

function lakeAt(ports, root) {
  return { ports, contracts: loadContracts(root), codeLists: loadCodeLists(root) };
}

/** Takes in the files of a list; each group is one call, as `put FILE…` makes it. */
async function work({ root, home, groups }) {
  const ports = await createHome(home);
  const swaps = { OK: 0, CONFLICT: 0, UNKNOWN: 0 };
  const catalog = {
    ...ports.catalog,
    swap: async (...args) => {
      const outcome = await ports.catalog.swap(...args);
      swaps[outcome]++;
      return outcome;
    },
  };
  const lake = lakeAt({ ...ports, catalog }, root);
  const finished = await recover(lake, (problem) => say({ problem: problem.en }));
  say({ recovered: finished.length });
  for (const group of groups) {
    const incoming = group.map(({ path, to }) => ({
      path,
      fileName: basename(path),
      ...parseTarget(to, lake.contracts),
    }));
    const submitted = await submitAll(incoming, lake);
    say({ done: submitted.map(({ file, verdict }) => [file, verdict]), swaps });
    for (const outcome of Object.keys(swaps)) swaps[outcome] = 0;
  }
}

/** Files of the curated zone that nothing names. */
async function orphans({ home }) {
  const { zones, catalog } = openHome(home);
  const named = new Set();
  for (const table of await catalog.list()) {
    const head = await catalog.load(table);
    for (const key of await referencedKeys(zones.curated, head.metadata)) named.add(key);
    const versions = (await zones.curated.list(`${table}/metadata/v`))
      .map(({ key }) => key)
      .filter((key) => /\/v\d+\.metadata\.json$/.test(key))
      .sort((a, b) => Number(/v(\d+)\./.exec(b)[1]) - Number(/v(\d+)\./.exec(a)[1]));
    // The newest hundred and one stay on purpose: those the metadata log names.
    for (const key of versions.slice(0, 101)) named.add(key);
    named.add(`${table}/metadata/version-hint.text`);
  }
  const listed = (await zones.curated.list('')).map(({ key }) => key);
  say({ listed: listed.length, orphans: listed.filter((key) => !named.has(key)) });
}

const [mode, list] = process.argv.slice(2);
const request = JSON.parse(readFileSync(list, 'utf8'));
await (mode === 'orphans' ? orphans(request) : work(request));
