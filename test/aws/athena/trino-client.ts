// A statement sent to Trino over its HTTP protocol. Every value comes back as the text Trino wrote, so that no number is
// rounded on the way.

export interface Column {
  readonly name: string;
  /** As Trino spells it: decimal(9,2), timestamp(6). */
  readonly type: string;
}

export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows written, of a statement that writes. */
  readonly updateCount?: number;
  readonly scannedBytes: number;
}

export interface Session {
  readonly database?: string;
  /** Values of `?`, as SQL. */
  readonly parameters: readonly string[];
  readonly signal: AbortSignal;
  /** Bytes read so far; throwing ends the statement. */
  readonly onScanned: (bytes: number) => void;
}

/** The engine's refusal, with the name of the error that Athena shows before its message. */
export class EngineError extends Error {}

interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly Column[];
  readonly data?: readonly (readonly unknown[])[];
  readonly updateCount?: string;
  readonly stats?: { readonly physicalInputBytes?: string };
  readonly error?: { readonly errorName: string; readonly message: string };
}

/** JSON with every number as a string. */
function pageOf(text: string): Page {
  return JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    ),
  );
}

/** As Athena prints a value. @throws EngineError on a type nobody here has compared with Athena */
function printed(value: unknown, type: string): string | null {
  if (value === null) return null;
  if (Array.isArray(value) && type.startsWith('array('))
    return `[${value.map((one) => printed(one, type.slice(6, -1)) ?? 'null').join(', ')}]`;
  if (typeof value === 'object' || type === 'varbinary')
    throw new EngineError(`NOT_SUPPORTED: the adapter prints no values of type ${type}`);
  return String(value);
}

/** How long a server that has just started may take to find that its one worker knows the catalog. */
const FINDING_MS = 60_000;

export async function runOnTrino(url: string, catalog: string, sql: string, session: Session): Promise<Answer> {
  const until = Date.now() + FINDING_MS;
  for (;;)
    try {
      return await runOnce(url, catalog, sql, session);
    } catch (error) {
      // Refused before anything was done.
      const isFinding = error instanceof EngineError && error.message.startsWith('NO_NODES_AVAILABLE');
      if (!isFinding || Date.now() > until) throw error;
      await new Promise((done) => setTimeout(done, 500));
    }
}

async function runOnce(url: string, catalog: string, sql: string, session: Session): Promise<Answer> {
  const headers: Record<string, string> = {
    'X-Trino-User': 'athena',
    'X-Trino-Catalog': catalog,
    'X-Trino-Time-Zone': 'UTC',
    // Without it timestamps come in milliseconds.
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    ...(session.database === undefined ? {} : { 'X-Trino-Schema': session.database }),
  };
  let statement = sql;
  if (session.parameters.length > 0) {
    headers['X-Trino-Prepared-Statement'] = `cau=${encodeURIComponent(sql)}`;
    statement = `EXECUTE cau USING ${session.parameters.join(', ')}`;
  }
  const rows: (string | null)[][] = [];
  let columns: readonly Column[] = [];
  let updateCount: number | undefined;
  let scannedBytes = 0;
  let response = await fetch(`${url}/v1/statement`, { method: 'POST', headers, body: statement });
  for (;;) {
    if (!response.ok) throw new Error(`Trino answers ${response.status}: ${await response.text()}`);
    const page = pageOf(await response.text());
    if (page.error) throw new EngineError(`${page.error.errorName}: ${page.error.message}`);
    if (page.columns) columns = page.columns;
    for (const row of page.data ?? []) rows.push(row.map((value, i) => printed(value, columns[i]?.type ?? 'unknown')));
    if (page.updateCount !== undefined) updateCount = Number(page.updateCount);
    scannedBytes = Number(page.stats?.physicalInputBytes ?? scannedBytes);
    try {
      session.signal.throwIfAborted();
      session.onScanned(scannedBytes);
    } catch (error) {
      if (page.nextUri) await fetch(page.nextUri, { method: 'DELETE', headers });
      throw error;
    }
    if (!page.nextUri) return { columns, rows, scannedBytes, ...(updateCount === undefined ? {} : { updateCount }) };
    response = await fetch(page.nextUri, { headers });
  }
}
