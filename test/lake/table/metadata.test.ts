import {
  currentSchema,
  metadataBytes,
  parseMetadata,
  printMetadata,
  type TableMetadata,
} from '../../../lake/table/metadata';
import { addSnapshot, createTable, evolve, keptMetrics, widens } from '../../../lake/table/metadata-builder';
import { TABLE } from './made-up';

const NOW = Date.UTC(2026, 6, 1);
const UUID = '00000000-0000-4000-8000-000000000001';
const created = createTable(TABLE, 'memory://lake/so_lieu_thu', UUID, NOW);
const snapshot = (id: number, nowMs: number) => ({
  snapshotId: id,
  operation: 'append' as const,
  manifestList: `memory://lake/so_lieu_thu/metadata/snap-${id}.avro`,
  summary: { 'added-records': '3' },
  nowMs,
});

describe('table metadata', () => {
  it('has every field Iceberg v2 requires', () => {
    expect(addSnapshot(created, { ...snapshot(41, NOW), baseLocation: 'memory://v1.metadata.json' })).toMatchSnapshot();
  });

  it('says that a new table has no snapshot, for readers that ask for the field', () => {
    expect(printMetadata(created)).toContain('"current-snapshot-id":-1');
  });

  it('keeps figures of public columns only', () => {
    expect([...keptMetrics(created)]).toEqual([1, 2, 11]);
  });

  it('survives parsing and printing with foreign 63-bit ids and unknown keys', () => {
    const text = printMetadata(created)
      .replace(
        '"snapshots":[]',
        `"snapshots":[${JSON.stringify({ 'snapshot-id': 0, 'sequence-number': 1, 'timestamp-ms': NOW, 'manifest-list': 'x', summary: { operation: 'append' } }).replace(':0,', ':3051729675574597004,')}]`,
      )
      .replace('"current-snapshot-id":-1', '"current-snapshot-id":3051729675574597004')
      .replace('"refs":{}', '"refs":{},"statistics":[{"blob":1}]');
    const parsed = parseMetadata(text, 'v1');
    expect(parsed['current-snapshot-id']).toBe(3051729675574597004n);
    expect(printMetadata(parsed)).toBe(text);
    expect(Buffer.from(metadataBytes(parsed)).toString('utf8')).toBe(text);
    expect(addSnapshot(parsed, snapshot(5, NOW)).snapshots?.[1]?.['parent-snapshot-id']).toBe(3051729675574597004n);
  });

  it('never lets a snapshot look older than its parent', () => {
    const first = addSnapshot(created, snapshot(1, NOW));
    const second = addSnapshot(first, snapshot(2, NOW - 5000));
    expect(second.snapshots?.map((s) => s['timestamp-ms'])).toEqual([NOW + 1, NOW + 2]);
    expect(second.snapshots?.map((s) => s['sequence-number'])).toEqual([1, 2]);
    expect(second.refs?.main?.['snapshot-id']).toBe(second['current-snapshot-id']);
  });

  it('remembers the last 100 metadata files', () => {
    let metadata = created;
    for (let i = 1; i <= 105; i++) metadata = addSnapshot(metadata, { ...snapshot(i, NOW), baseLocation: `v${i}` });
    const log = metadata['metadata-log'] ?? [];
    expect([log.length, log[0]?.['metadata-file'], log.at(-1)?.['metadata-file']]).toEqual([100, 'v6', 'v105']);
  });

  it.each([
    ['{"format-version":2', 'E_METADATA', 'not cut off'],
    ['[]', 'E_METADATA', 'an object'],
    ['{"format-version":3}', 'E_FORMAT_VERSION', 'version 2'],
    [printMetadata(created).replace('"last-column-id":12,', ''), 'E_METADATA', 'complete'],
    [printMetadata(created).replace('"refs":{}', '"current-snapshot-id":9'), 'E_METADATA', 'consistent'],
  ])('is refused, with the file named, unless it is right (%#)', (text, code) => {
    expect(() => parseMetadata(text, '/nha/v7.metadata.json')).toThrow(
      expect.objectContaining({ name: 'InputError', code, message: expect.stringContaining('/nha/v7.metadata.json') }),
    );
  });
});

describe('evolve', () => {
  const more = { ...TABLE, fields: [...TABLE.fields, { id: 13, name: 'ghi_chu', type: 'string' }] };

  it('adds new columns as a new schema and keeps the old one', () => {
    const next = evolve(created, more);
    expect([next['current-schema-id'], next.schemas.length, next['last-column-id']]).toEqual([1, 2, 13]);
    expect(next.schemas[1]?.fields.map((f) => f.id)).toEqual([1, 2, 3, 5, 11, 12, 13]);
    expect(next.properties?.['write.metadata.metrics.column.ghi_chu']).toBe('none');
  });

  it('changes nothing for an older definition', () => {
    const next = evolve(created, more);
    expect(evolve(next, TABLE).schemas).toBe(next.schemas);
  });

  it('stops keeping figures of a column that became personal', () => {
    expect([...keptMetrics(evolve(created, { ...TABLE, boundedFields: [] }))]).toEqual([1, 2]);
  });

  it.each([
    ['another type', { ...TABLE, fields: [{ id: 11, name: 'so_luong', type: 'string' }] }],
    ['another name', { ...TABLE, fields: [{ id: 11, name: 'luong', type: 'int' }] }],
    ['another id', { ...TABLE, fields: [{ id: 14, name: 'so_luong', type: 'int' }] }],
  ])('refuses %s', (_what, definition) => {
    expect(() => evolve(created, definition)).toThrow(
      expect.objectContaining({ name: 'InputError', code: 'E_EVOLUTION' }),
    );
  });

  it('widens numbers under the same id, and leaves a wider table alone', () => {
    const narrow = { ...TABLE, fields: [...TABLE.fields, { id: 21, name: 'tien', type: 'decimal(10,2)' }] };
    const wide = {
      ...TABLE,
      fields: [
        ...TABLE.fields.map((field) => (field.type === 'int' ? { ...field, type: 'long' } : field)),
        { id: 21, name: 'tien', type: 'decimal(18, 2)' },
      ],
    };
    const widened = evolve(evolve(created, narrow), wide);
    const types = (metadata: TableMetadata) => currentSchema(metadata).fields.map((f) => [f.id, f.type]);
    expect(types(widened)).toEqual(wide.fields.map((field) => [field.id, field.type]));
    expect(types(evolve(widened, narrow))).toEqual(types(widened));
    expect(evolve(widened, wide).schemas).toHaveLength(widened.schemas.length);
  });

  it.each([
    ['decimal(9,2)', 'decimal(10,2)', false],
    ['decimal(10,2)', 'decimal(18,2)', true],
    ['decimal(10,2)', 'decimal(18,3)', false],
    ['decimal(18,2)', 'decimal(38,2)', false],
    ['long', 'int', false],
    ['int', 'long', true],
    ['int', 'string', false],
  ])('%s to %s: %s', (from, to, does) => {
    expect(widens(from, to)).toBe(does);
  });

  it('divides new files otherwise under a spec of its own, and comes back to the old one', () => {
    const other = { ...TABLE, fields: [...TABLE.fields, { id: 22, name: 'xa', type: 'string' }], partitionBy: 22 };
    const changed = evolve(created, other);
    expect(changed['partition-specs'].map((spec) => [spec['spec-id'], spec.fields.map((f) => f.name)])).toEqual([
      [0, created['partition-specs'][0]!.fields.map((f) => f.name)],
      [1, ['xa']],
    ]);
    expect(changed['default-spec-id']).toBe(1);
    expect(changed['last-partition-id']).toBe(created['last-partition-id'] + 1);
    const back = evolve(changed, { ...other, partitionBy: TABLE.partitionBy! });
    expect([back['default-spec-id'], back['partition-specs'].length]).toEqual([0, 2]);
  });

  it('takes decimal(18, 2) as other engines spell it for the same type', () => {
    const money = { ...TABLE, fields: [{ id: 11, name: 'tien', type: 'decimal(18,2)' }] };
    const foreign = createTable(
      {
        ...money,
        fields: [
          { id: 5, name: 'ky_du_lieu', type: 'string' },
          { id: 11, name: 'tien', type: 'decimal(18, 2)' },
        ],
      },
      'x/y',
      UUID,
      NOW,
    );
    expect(evolve(foreign, money).schemas).toHaveLength(1);
  });
});
