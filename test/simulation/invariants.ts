// The promises, as assertions. Numbers are those of the reliability reference, section 5.
//
// | I1  | history is linear, nothing in metadata/ or of the lake's own records is overwritten | here: onWrite, lineage      |
// | I2  | every live file exists, with the size and rows of its manifest entry                | here: live files, each swap |
// | I3  | a submission never goes back to an older upload, but by retraction                  | here: transitions           |
// | I4  | two effects of one submission in a row never have the same key                      | here: records               |
// | I5  | in the end readers see the newest valid version of each submission, and no more     | final.ts, with model.ts     |
// | I6  | old and new of one submission are never seen together, nor neither                  | here: contents; readers     |
// | I7  | rows of a refused file are never live                                               | here: contents              |
// | I8  | rows are conserved in records and in summaries                                      | here; tree-checks.ts        |
// | I9  | rows set aside are in quarantine, once                                              | final.ts                    |
// | I10 | the sequence number a reader sees never decreases                                   | acts.ts: readers            |
// | I11 | no file that a retained snapshot, a tag or an open offer names is deleted; no file   | here: onDelete, young files |
// |     | older than a lease becomes live                                                     |                             |
// | I12 | erased subjects are nowhere any more; where work has an end, from the certificate on | here: contents; final.ts    |
// | I13 | what is live equals what raw gives again                                            | here: contents; final.ts    |
// | I14 | compaction and copy-on-write leave the rows of all others as they are               | here: transitions           |
// | I16 | no manifest, summary, record or key holds a value of a personal column              | here: onWrite               |
// | I17 | everything comes to an end                                                          | final.ts, scheduler.ts      |
// | I18 | tags name snapshots that exist, and stay                                            | here: lineage               |
// | I19 | writer epoch and erasure epoch never decrease, nor the contract of a live version   | here: lineage, transitions  |
// | I20 | a snapshot without our record only rearranges rows, or nobody builds on it          | here: lineage               |
// | I21 | manifests are valid for others: explicit numbers, true counts, enclosing bounds     | tree-checks.ts              |
// | R26 | a snapshot leaves the history only when its record is in the ledger                 | here: lineage               |
//
// Not here: I15 (columns in Glue; there is no Glue in this run).
import { createHmac } from 'node:crypto';
import { normaliseSubject } from '../../lake/erasure/suppression';
import type { Snapshot, TableMetadata } from '../../lake/table/metadata';
import { NEW_CONTRACT, OLD_CONTRACT, type Row, SUBJECT_COLUMN, SUBJECT_MARK } from './made-format';
import { type PlainRow, plain, rowsOf, type SentVersion, versionName } from './model';
import { LEASE_MS } from './scenario';
import type { LiveFile, TreeReader } from './tree';
import { TreeChecks } from './tree-checks';
import { fail } from './violation';
import type { Watcher, World, ZoneName } from './world';

/** What of one submission a snapshot shows. */
interface Shown {
  readonly versions: ReadonlySet<string>;
  readonly contract: string;
  readonly rows: readonly PlainRow[];
}

interface RecordedEffect {
  readonly sk: string;
  readonly version: string;
  readonly ek: string;
  readonly op: string;
  readonly rowsIn: number;
  readonly rowsOk: number;
  readonly rowsRejected: number;
}

const ONCE = /^(version|verdict|retract|ledger)\/|^erasure\/[^/]+\/\d{6}\.json$/;

export class Watch implements Watcher {
  /** Found while a call was being applied; thrown after the step, so that no process can catch it. */
  failure: unknown;
  world!: World;
  tree!: TreeReader;
  /** Snapshots made by the run's own foreign overwrite, on which nobody may build. */
  readonly spoilt = new Set<string>();
  /** Set when an operator puts the table back to a former snapshot. */
  stewardActs = false;
  /** Set when somebody clears bytes away that whoever slept meanwhile was about to read. */
  bytesDeleted = false;
  /** Longest a committer may be held up between its last look and its swap. */
  patienceMs = LEASE_MS;
  readonly #shown = new Map<string, ReadonlyMap<string, Shown>>();
  #checks: TreeChecks | undefined;
  /** Files of the snapshot looked at last. */
  #live: { readonly of: Snapshot; readonly keys: ReadonlySet<string> } | undefined;
  readonly #lastEffect = new Map<string, string>();
  readonly #sent = new Map<string, SentVersion>();
  readonly #parsed = new Map<Buffer, SentVersion>();
  #referenced: { readonly of: TableMetadata; readonly keys: ReadonlySet<string> } | undefined;

  constructor(private readonly now: () => number) {}

  #guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.failure ??= error;
    }
  }

  onWrite(zone: ZoneName, key: string, body: Buffer, former: Buffer | undefined): void {
    this.#guard(() => {
      const isMetadata = zone === 'curated' && key.includes('/metadata/');
      if (former !== undefined) {
        if (zone === 'curated') fail('I1', `${key} was written twice`);
        if (zone === 'control' && ONCE.test(key)) fail('I1', `control/${key} was written again`);
      }
      if ((isMetadata || zone === 'control') && body.includes(SUBJECT_MARK))
        fail('I16', `${zone}/${key} holds a value of ${SUBJECT_COLUMN}`);
      if (zone === 'control' && /^erasure\/[^/]+\/\d{6}\.json$/.test(key)) this.#epoch(body);
      for (const subject of this.#certified)
        if (body.includes(subject)) fail('I12', `${zone}/${key} names ${subject}, of whom there is a certificate`);
      if (key.includes(SUBJECT_MARK)) fail('I16', `the key ${zone}/${key} holds a value of ${SUBJECT_COLUMN}`);
    });
  }

  onDelete(zone: ZoneName, key: string): void {
    if (zone !== 'curated') return;
    this.#guard(() => {
      for (const head of this.world.heads.values())
        if (this.#references(head.metadata).has(key))
          fail('I11', `${key} was deleted, but a retained snapshot names it`);
      // Files of somebody being erased go at once: the fence refuses whoever still offers them.
      const body = this.world.zones.curated.objects.get(key)?.body;
      if ([...this.toErase].some((subject) => body?.includes(subject))) return;
      for (const [offer, { body: offered, modifiedAtMs }] of this.world.zones.control.objects)
        if (offer.startsWith('handoff/') && this.now() - modifiedAtMs < LEASE_MS && offered.includes(key))
          fail('I11', `${key} was deleted, but the open offer ${offer} names it`);
    });
  }

  #references(metadata: TableMetadata): ReadonlySet<string> {
    if (this.#referenced?.of === metadata) return this.#referenced.keys;
    const keys = new Set<string>();
    for (const snapshot of metadata.snapshots ?? []) for (const key of this.tree.references(snapshot)) keys.add(key);
    this.#referenced = { of: metadata, keys };
    return keys;
  }

  onSwap(table: string, base: TableMetadata | undefined, next: TableMetadata): void {
    this.#guard(() => {
      if (base) this.#lineage(table, base, next);
      const known = new Set((base?.snapshots ?? []).map((s) => s['snapshot-id']));
      const added = (next.snapshots ?? []).filter((s) => !known.has(s['snapshot-id']));
      if (added.length > 1) fail('I1', `${added.length} snapshots at once`);
      const snapshot = added[0];
      if (!snapshot) return;
      const isFirst = !base?.snapshots?.length;
      if (snapshot['sequence-number'] !== (base?.['last-sequence-number'] ?? 0) + 1)
        fail('I1', `sequence number ${snapshot['sequence-number']} after ${base?.['last-sequence-number']}`);
      if (!isFirst && snapshot['parent-snapshot-id'] !== base?.['current-snapshot-id'])
        fail('I1', `snapshot ${snapshot['snapshot-id']} does not name the snapshot it was built on`);
      this.#snapshot(table, base, next, snapshot);
    });
  }

  #lineage(table: string, base: TableMetadata, next: TableMetadata): void {
    if (base['table-uuid'] !== next['table-uuid']) fail('I1', `${table} became another table`);
    if (next['last-sequence-number'] < base['last-sequence-number']) fail('I1', 'sequence numbers go back');
    if (next['last-updated-ms'] < base['last-updated-ms']) fail('I1', 'last-updated-ms goes back');
    const held = this.world.heads.get(table);
    const log = next['metadata-log']?.at(-1);
    if (held && log?.['metadata-file'] !== held.location)
      fail('I1', `the new metadata names ${log?.['metadata-file']} as its base, not ${held.location}`);
    for (const property of ['lake.writer-epoch', 'lake.erasure-epoch']) {
      const [was, is] = [base, next].map((metadata) => Number(metadata.properties?.[property] ?? '0'));
      if (is! < was!) fail('I19', `${property} goes from ${was} to ${is}`);
    }
    const kept = new Set((next.snapshots ?? []).map((s) => s['snapshot-id']));
    const erasing = (next.properties?.['lake.erasure-epoch'] ?? '0') !== '0';
    for (const [name, ref] of Object.entries(base.refs ?? {}))
      if (ref.type === 'tag' && !next.refs?.[name] && !erasing && !this.stewardActs)
        fail('I18', `the tag ${name} is gone`);
    for (const [name, ref] of Object.entries(next.refs ?? {}))
      if (!kept.has(ref['snapshot-id'])) fail('I18', `${name} names snapshot ${ref['snapshot-id']}, which is gone`);
    for (const snapshot of base.snapshots ?? []) {
      if (kept.has(snapshot['snapshot-id']) || this.spoilt.has(String(snapshot['snapshot-id']))) continue;
      if (snapshot.summary['lake.record'] !== undefined && !this.#inLedger(table, base, snapshot))
        fail('R26', `snapshot ${snapshot['snapshot-id']} left the history, its record is not in the ledger`);
    }
    if (base['current-snapshot-id'] !== next['current-snapshot-id'] && !this.stewardActs) {
      const current = next.snapshots?.find((s) => s['snapshot-id'] === next['current-snapshot-id']);
      if (base.snapshots?.includes(current!)) fail('I1', 'an older snapshot became current again');
    }
  }

  #inLedger(table: string, metadata: TableMetadata, snapshot: Snapshot): boolean {
    const prefix = `ledger/${table}/${metadata['table-uuid']}/`;
    const id = `"snapshotId":"${snapshot['snapshot-id']}"`;
    for (const [key, { body }] of this.world.zones.control.objects)
      if (key.startsWith(prefix) && body.includes(id)) return true;
    return false;
  }

  #snapshot(table: string, base: TableMetadata | undefined, next: TableMetadata, snapshot: Snapshot): void {
    const files = this.tree.snapshot(snapshot);
    this.#checks ??= new TreeChecks(this.tree);
    const parent = base?.snapshots?.find((s) => s['snapshot-id'] === snapshot['parent-snapshot-id']);
    this.#checks.check(files, snapshot, parent, next);
    if (this.spoilt.has(String(snapshot['snapshot-id']))) return;
    if (parent && this.spoilt.has(String(parent['snapshot-id'])))
      fail('I20', `snapshot ${snapshot['snapshot-id']} builds on a foreign snapshot that changed rows`);
    const before = parent ? this.shown(parent) : new Map<string, Shown>();
    const after = this.#show(snapshot, files.live);
    const name = snapshot.summary['lake.record'];
    const effects = name === undefined ? [] : this.#record(table, snapshot, name);
    // Files merged by others do not carry our effect keys any more: an effect may be committed once again.
    if (name === undefined) this.#lastEffect.clear();
    if (name === undefined && snapshot.summary.operation !== 'replace')
      fail('I20', `snapshot ${snapshot['snapshot-id']} has no record and is no "replace"`);
    this.#contents(after, next, new Set(effects.filter(({ op }) => op === 'put').map(({ sk }) => sk)));
    this.#transitions(before, after, effects);
    this.#youngFiles(snapshot, parent, files.live);
  }

  /** What a snapshot shows of each submission. */
  shown(snapshot: Snapshot): ReadonlyMap<string, Shown> {
    return this.#shown.get(String(snapshot['snapshot-id'])) ?? this.#show(snapshot, this.tree.snapshot(snapshot).live);
  }

  /** All rows of a snapshot seen before, sorted; undefined: a foreign one that changed rows. */
  knownSnapshot(snapshot: Snapshot): readonly PlainRow[] | undefined {
    const shown = this.#shown.get(String(snapshot['snapshot-id']));
    return shown && [...shown.values()].flatMap(({ rows }) => rows).sort();
  }

  #show(snapshot: Snapshot, live: readonly LiveFile[]): ReadonlyMap<string, Shown> {
    const groups = new Map<string, Row[]>();
    for (const { rows } of live)
      for (const row of rows) {
        const submission = String(row._submission);
        const group = groups.get(submission);
        if (group) group.push(row);
        else groups.set(submission, [row]);
      }
    const shown = new Map<string, Shown>();
    for (const [submission, rows] of groups)
      shown.set(submission, {
        versions: new Set(rows.map((row) => String(row._version))),
        contract: rows.some((row) => (row.ghi_chu ?? null) !== null) ? NEW_CONTRACT.version : OLD_CONTRACT.version,
        rows: rows.map(plain).sort(),
      });
    this.#shown.set(String(snapshot['snapshot-id']), shown);
    return shown;
  }

  #record(table: string, snapshot: Snapshot, name: string): readonly RecordedEffect[] {
    const record = this.tree.json(`${table}/metadata/${name}`) as {
      readonly snapshotId: string;
      readonly effects: readonly RecordedEffect[];
      readonly rewrites: readonly { readonly members: unknown }[];
    };
    // Nobody knows the effects of rows that went through other software; merged further they stay unknown.
    if (record.rewrites.some(({ members }) => members === null)) this.#lastEffect.clear();
    if (record.snapshotId !== String(snapshot['snapshot-id']))
      fail('I1', `${name} is of snapshot ${record.snapshotId}`);
    for (const effect of record.effects) {
      if (effect.op !== 'put' && effect.op !== 'retract') continue;
      if (effect.rowsIn !== effect.rowsOk + effect.rowsRejected) fail('I8', `${effect.sk}: rows are not conserved`);
      if (this.#lastEffect.get(effect.sk) === effect.ek)
        fail('I4', `${effect.sk} ${effect.version}: the effect ${effect.ek.slice(0, 16)} was committed twice in a row`);
      this.#lastEffect.set(effect.sk, effect.ek);
    }
    return record.effects;
  }

  sentVersion(submission: string, version: string): SentVersion {
    const name = versionName(submission, version);
    const known = this.#sent.get(name);
    if (known) return known;
    const sent = this.sentVersions().find((one) => one.submission === submission && one.version === version);
    if (!sent) fail('I7', `${name} is live, but nobody sent it`);
    this.#sent.set(name, sent);
    return sent;
  }

  /** From the zones as they stand, oldest first; texts as they were sent. */
  readonly texts = new Map<string, string>();
  sentVersions(): SentVersion[] {
    const sent: SentVersion[] = [];
    for (const [key, { body }] of this.world.zones.control.objects) {
      if (!key.startsWith('version/')) continue;
      const known = this.#parsed.get(body);
      if (known) {
        sent.push(known);
        continue;
      }
      const found = JSON.parse(String(body)) as Omit<SentVersion, 'text'>;
      const text = this.texts.get(found.sha256);
      if (text === undefined) fail('I7', `${key} names bytes nobody sent`);
      const one = { ...found, text };
      this.#parsed.set(body, one);
      sent.push(one);
    }
    return sent.sort((a, b) => a.arrival - b.arrival);
  }

  isRetracted(submission: string, version: string): boolean {
    for (const [key, { body }] of this.world.zones.control.objects)
      if (key.startsWith(`retract/${submission}/r/`) && body.includes(`"${version}"`)) return true;
    return false;
  }

  readonly #certified = new Set<string>();

  /** From here on nothing names the person, and nothing that does is written. */
  certify(subject: string): void {
    for (const [zone, { objects }] of Object.entries(this.world.zones))
      for (const [key, { body }] of objects)
        if (body.includes(subject)) fail('I12', `a certificate of ${subject} was written, whom ${zone}/${key} names`);
    this.#certified.add(subject);
  }

  /** Asked to be erased; from then on their rows may be missing. */
  readonly toErase = new Set<string>();
  /** Subject → epoch from which on nobody may bring its rows. */
  readonly erased = new Map<string, number>();

  #epoch(body: Buffer): void {
    const { epoch, subjects } = JSON.parse(body.toString('utf8')) as { epoch: number; subjects: readonly string[] };
    const held = this.world.zones.control.objects.get('erasure/key.json')?.body.toString('utf8') ?? '{}';
    const { key } = JSON.parse(held) as { key: string };
    for (const subject of this.toErase) {
      const hash = createHmac('sha256', Buffer.from(key, 'hex')).update(normaliseSubject(subject)).digest('hex');
      if (!this.erased.has(subject) && subjects.includes(hash)) this.erased.set(subject, epoch);
    }
  }

  #contents(after: ReadonlyMap<string, Shown>, next: TableMetadata, put: ReadonlySet<string>): void {
    const epoch = Number(next.properties?.['lake.erasure-epoch'] ?? '0');
    const schema = next.schemas.find((one) => one['schema-id'] === next['current-schema-id']);
    const isNew = schema?.fields.some(({ name }) => name === 'ghi_chu') ?? false;
    const gone = (subject: string) => (this.erased.get(subject) ?? Number.POSITIVE_INFINITY) <= epoch;
    for (const [submission, shown] of after) {
      const [version] = shown.versions;
      if (shown.versions.size !== 1 || version === undefined)
        fail('I6', `${submission} shows the versions ${[...shown.versions].join(', ')} together`);
      const sent = this.sentVersion(submission, version);
      const good = rowsOf(sent, shown.contract);
      if (shown.contract === NEW_CONTRACT.version && !isNew)
        fail('I19', `${submission} is live under contract ${shown.contract}, which the table knows nothing of`);
      if (!good) fail('I7', `${submission} ${version} is live, though it is refused under ${shown.contract}`);
      const rows = new Set(shown.rows);
      if (rows.size !== shown.rows.length) fail('I6', `${submission} ${version} shows a row twice`);
      let found = 0;
      for (const row of good) {
        if (rows.has(row.plain)) {
          found++;
          if (put.has(submission) && gone(row.subject))
            fail('I12', `${submission} ${version} shows a row of a subject erased before`);
        } else if (!this.toErase.has(row.subject)) fail('I13', `${submission} ${version} lacks the row ${row.plain}`);
      }
      if (found !== rows.size) fail('I13', `${submission} ${version} shows rows its file does not give`);
    }
  }

  #transitions(
    before: ReadonlyMap<string, Shown>,
    after: ReadonlyMap<string, Shown>,
    effects: readonly RecordedEffect[],
  ): void {
    const touched = new Map(effects.filter(({ op }) => op === 'put' || op === 'retract').map((e) => [e.sk, e]));
    for (const submission of new Set([...before.keys(), ...after.keys(), ...touched.keys()])) {
      const [was, is, effect] = [before.get(submission), after.get(submission), touched.get(submission)];
      if (!effect) {
        this.#untouched(submission, was, is);
        continue;
      }
      const [former] = was?.versions ?? [];
      if (effect.op === 'retract') {
        if (is) fail('I6', `${submission} is retracted, but rows are left`);
        if (former !== undefined && !this.isRetracted(submission, former))
          fail('I3', `${submission} ${former} was removed without being retracted`);
        continue;
      }
      const sent = this.sentVersion(submission, effect.version);
      if (!is) {
        const good = [OLD_CONTRACT.version, NEW_CONTRACT.version].map((contract) => rowsOf(sent, contract));
        if (!good.some((rows) => rows?.every((row) => this.toErase.has(row.subject))))
          fail('I6', `${submission} ${effect.version} was put, but nothing is seen of it`);
      } else if (!is.versions.has(effect.version))
        fail('I6', `${submission} ${effect.version} was put, but ${[...is.versions].join()} is seen`);
      if (former === undefined) continue;
      const back = sent.arrival < this.sentVersion(submission, former).arrival;
      if (back && !this.isRetracted(submission, former))
        fail('I3', `${submission} went back from ${former} to ${effect.version}`);
      if (former === effect.version && is && was && is.contract < was.contract)
        fail('I19', `${submission} ${former} went back from contract ${was.contract} to ${is.contract}`);
    }
  }

  #untouched(submission: string, was: Shown | undefined, is: Shown | undefined): void {
    if (!was && is) fail('I14', `${submission} is seen, though nobody put it`);
    if (!was || (is && is.rows.join() === was.rows.join())) return;
    const left = new Set(is?.rows ?? []);
    if ([...left].some((row) => !was.rows.includes(row))) fail('I14', `${submission} has rows it had not before`);
    const [version = ''] = was.versions;
    const subjects = new Map(
      rowsOf(this.sentVersion(submission, version), was.contract)?.map((r) => [r.plain, r.subject]),
    );
    for (const row of was.rows)
      if (!left.has(row) && !this.toErase.has(subjects.get(row) ?? ''))
        fail('I14', `${submission} lost the row ${row}, though the commit was of others`);
  }

  /** Orphans older than the grace may be deleted at any moment: a file that old must not be named any more. */
  #youngFiles(snapshot: Snapshot, parent: Snapshot | undefined, live: readonly LiveFile[]): void {
    const before = this.#live?.of === parent ? this.#live?.keys : undefined;
    const known = before ?? new Set(parent ? this.tree.snapshot(parent).live.map((file) => file.key) : []);
    this.#live = { of: snapshot, keys: new Set(live.map((file) => file.key)) };
    for (const { key } of live) {
      if (known.has(key)) continue;
      const age = this.now() - (this.world.zones.curated.objects.get(key)?.modifiedAtMs ?? 0);
      if (age > LEASE_MS + this.patienceMs)
        fail('I11', `${key} became live ${Math.round(age / 3_600_000)} hours after it was stored`);
    }
  }
}
