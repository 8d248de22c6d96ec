// Manifests of other writers are deflated; ours are not. Both are read.
import { deflateRawSync } from 'node:zlib';
import { readAvro, writeAvro } from '../../../lake/table/avro';

const SYNC = Buffer.from('0123456789abcdef');
const FILE = {
  schema: { type: 'record', name: 'dong', fields: [{ name: 'ten', type: 'string' }] },
  meta: { 'format-version': '2' },
  rows: [{ ten: 'Phường Thuận Hoá' }, { ten: '' }],
} as const;

/** Zigzag varint of a small count. */
const varint = (value: number): Buffer => {
  const zigzag = value * 2;
  return zigzag < 128 ? Buffer.from([zigzag]) : Buffer.from([(zigzag & 127) | 128, zigzag >> 7]);
};

/** The same container with its one block deflated, as Iceberg's Java writer makes it. */
function deflated(bytes: Buffer): Buffer {
  const codec = bytes.indexOf('avro.codec') + 'avro.codec'.length;
  const afterCodec = codec + 1 + 'null'.length;
  const sync = bytes.indexOf(SYNC) + SYNC.length;
  // One byte of row count, one of size: the block is short.
  const block = bytes.subarray(sync + 2, bytes.lastIndexOf(SYNC));
  const small = deflateRawSync(block);
  const head = [
    bytes.subarray(0, codec),
    varint('deflate'.length),
    Buffer.from('deflate'),
    bytes.subarray(afterCodec, sync),
  ];
  return Buffer.concat([...head, varint(FILE.rows.length), varint(small.length), small, SYNC]);
}

describe('an Avro container', () => {
  it('is written uncompressed and read back', () => {
    const bytes = Buffer.from(writeAvro(FILE, SYNC));
    expect(readAvro(bytes, 'thu.avro')).toMatchObject({ meta: FILE.meta, rows: FILE.rows });
    expect(bytes.includes('Phường Thuận Hoá')).toBe(true);
  });

  it('is read when its blocks are deflated', () => {
    const bytes = deflated(Buffer.from(writeAvro(FILE, SYNC)));
    expect(readAvro(bytes, 'thu.avro').rows).toEqual(FILE.rows.map((row) => expect.objectContaining(row)));
  });
});
