import { createTable } from '../../lake/table/metadata-builder';
import { clip, glueColumns, hiveType } from '../../platform/aws/glue-columns';

describe('columns of a Glue table', () => {
  it.each([
    ['string', 'string'],
    ['int', 'int'],
    ['long', 'bigint'],
    ['double', 'double'],
    ['boolean', 'boolean'],
    ['date', 'date'],
    ['timestamp', 'timestamp'],
    ['timestamptz', 'timestamp'],
    ['decimal(38, 6)', 'decimal(38,6)'],
    ['uuid', 'string'],
    ['fixed[16]', 'binary'],
  ])('have Hive’s names: %s is %s', (iceberg, hive) => {
    expect(hiveType(iceberg)).toBe(hive);
  });

  it('have Hive’s names for nested types of other writers', () => {
    const list = { type: 'list', 'element-id': 4, element: 'long', 'element-required': false };
    const map = { type: 'map', 'key-id': 5, key: 'string', 'value-id': 6, value: list, 'value-required': false };
    const fields = [
      { id: 7, name: 'a', required: false, type: 'decimal(9, 2)' },
      { id: 8, name: 'b', required: true, type: map },
    ];
    expect(hiveType({ type: 'struct', fields })).toBe('struct<a:decimal(9,2),b:map<string,array<bigint>>>');
  });

  it('have comments Glue takes: one line, 255 characters, none cut in half', () => {
    expect(clip('Đơn giá\n(nghìn đồng)', 255)).toBe('Đơn giá (nghìn đồng)');
    expect(clip('á'.repeat(255), 255)).toBe('á'.repeat(255));
    expect(clip('á'.repeat(256), 255)).toBe(`${'á'.repeat(254)}…`);
    expect(clip('𠀀'.repeat(200), 255)).toBe(`${'𠀀'.repeat(127)}…`);
    expect(clip(`a${'𠀀'.repeat(200)}`, 255)).toBe(`a${'𠀀'.repeat(126)}…`);
  });

  it('name every column once, the current schema’s first', () => {
    const table = createTable(
      { name: 't', fields: [{ id: 1, name: 'a', type: 'int' }], boundedFields: [] },
      's3://x/t',
      '00000000-0000-4000-8000-000000000001',
      0,
    );
    const later = {
      type: 'struct' as const,
      'schema-id': 1,
      fields: [
        { id: 2, name: 'b', required: true, type: 'string', doc: 'mới' },
        { id: 1, name: 'a', required: false, type: 'long' },
      ],
    };
    const columns = glueColumns({ ...table, schemas: [...table.schemas, later], 'current-schema-id': 1 });
    expect(columns.map(({ Name, Type, Comment }) => [Name, Type, Comment])).toEqual([
      ['b', 'string', 'mới'],
      ['a', 'bigint', undefined],
    ]);
    expect(columns[0]?.Parameters).toEqual({
      'iceberg.field.id': '2',
      'iceberg.field.optional': 'false',
      'iceberg.field.current': 'true',
    });
  });
});
