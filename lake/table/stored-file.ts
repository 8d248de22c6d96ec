// The `data_file` of a manifest entry, as manifests have it: what nearly everybody asks for is read at once, the column
// figures stay encoded until somebody asks, and the whole is carried over byte for byte.
import type { Codec, Cursor } from './avro-decode';
import type { Long } from './json';

export type Pairs<V> = readonly { readonly key: number; readonly value: V }[] | null;

/** `data_file` of an entry under the names of the spec. */
export interface RawFile {
  readonly content?: number;
  readonly file_path: string;
  readonly file_format: string;
  readonly partition: Readonly<Record<string, unknown>>;
  readonly record_count: Long;
  readonly file_size_in_bytes: Long;
  readonly column_sizes?: Pairs<Long>;
  readonly value_counts?: Pairs<Long>;
  readonly null_value_counts?: Pairs<Long>;
  readonly lower_bounds?: Pairs<Uint8Array>;
  readonly upper_bounds?: Pairs<Uint8Array>;
  readonly sort_order_id?: number | null;
  /** Of equality delete files: the columns that must be equal. */
  readonly equality_ids?: readonly number[] | null;
  /** Of position delete files that are about one data file. */
  readonly referenced_data_file?: string | null;
}

/** Columns of figures by column. */
const FIGURES = ['column_sizes', 'value_counts', 'null_value_counts', 'lower_bounds', 'upper_bounds'] as const;
export type FigureName = (typeof FIGURES)[number];
const FIGURE_NAMES: readonly string[] = FIGURES;

export type FieldCodec = Codec & { readonly name: string };

/** How the files of a manifest are spelled, by the schema of whoever wrote it. */
interface Spelling {
  readonly fields: readonly FieldCodec[];
  readonly figures: readonly (Codec | undefined)[];
}

/** The files of one block: their bytes, and where in them the figures of each begin. */
interface Shelf extends Spelling {
  readonly bytes: Buffer;
  /** One for each of FIGURES, file after file; -1: not written. */
  readonly starts: Int32Array;
}

function isLong(value: unknown): value is Long {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The figures are trusted to be of the spec's shape: reading them all to see would cost what laziness saves. */
function isPairs<V>(value: unknown): value is Exclude<Pairs<V>, null> {
  return Array.isArray(value);
}

class StoredFile implements RawFile {
  readonly content: number;
  readonly file_path: string;
  readonly file_format: string;
  readonly partition: Readonly<Record<string, unknown>>;
  readonly record_count: Long;
  readonly file_size_in_bytes: Long;
  readonly sort_order_id: number | null;
  readonly equality_ids: readonly number[] | null;
  readonly referenced_data_file: string | null;
  private readonly from: number;
  private readonly to: number;

  /** Reads the `nth` file of the shelf, which begins at the cursor. */
  constructor(
    private readonly shelf: Shelf,
    private readonly nth: number,
    cursor: Cursor,
  ) {
    let content: unknown;
    let path: unknown;
    let format: unknown;
    let partition: unknown;
    let rows: unknown;
    let size: unknown;
    let order: unknown;
    let ids: unknown;
    let referenced: unknown;
    this.from = cursor.at;
    for (const field of shelf.fields) {
      switch (field.name) {
        case 'content':
          content = field.decode(cursor);
          break;
        case 'file_path':
          path = field.decode(cursor);
          break;
        case 'file_format':
          format = field.decode(cursor);
          break;
        case 'partition':
          partition = field.decode(cursor);
          break;
        case 'record_count':
          rows = field.decode(cursor);
          break;
        case 'file_size_in_bytes':
          size = field.decode(cursor);
          break;
        case 'sort_order_id':
          order = field.decode(cursor);
          break;
        case 'equality_ids':
          ids = field.decode(cursor);
          break;
        case 'referenced_data_file':
          referenced = field.decode(cursor);
          break;
        default: {
          const figure = FIGURE_NAMES.indexOf(field.name);
          if (figure >= 0) shelf.starts[nth * FIGURES.length + figure] = cursor.at;
          field.skip(cursor);
        }
      }
    }
    this.to = cursor.at;
    if (
      typeof path !== 'string' ||
      typeof format !== 'string' ||
      !isRecord(partition) ||
      !isLong(rows) ||
      !isLong(size)
    )
      throw new Error('an entry without data file');
    // Absent before there were delete files.
    this.content = typeof content === 'number' ? content : 0;
    this.file_path = path;
    this.file_format = format;
    this.partition = partition;
    this.record_count = rows;
    this.file_size_in_bytes = size;
    this.sort_order_id = typeof order === 'number' ? order : null;
    this.equality_ids = Array.isArray(ids) ? ids : null;
    this.referenced_data_file = typeof referenced === 'string' ? referenced : null;
  }

  get encoded(): Uint8Array {
    return this.shelf.bytes.subarray(this.from, this.to);
  }

  private startOf(figure: number): number {
    return this.shelf.starts[this.nth * FIGURES.length + figure] ?? -1;
  }

  /** One figure of one column, the others left encoded. */
  figureAt(name: FigureName, id: number): unknown {
    const figure = FIGURES.indexOf(name);
    const at = this.startOf(figure);
    return at < 0 ? undefined : this.shelf.figures[figure]?.at?.({ bytes: this.shelf.bytes, at }, id);
  }

  private pairs<V>(figure: number): Pairs<V> {
    const at = this.startOf(figure);
    const found = at < 0 ? null : this.shelf.figures[figure]?.decode({ bytes: this.shelf.bytes, at });
    return isPairs<V>(found) ? found : null;
  }

  get column_sizes(): Pairs<Long> {
    return this.pairs(0);
  }
  get value_counts(): Pairs<Long> {
    return this.pairs(1);
  }
  get null_value_counts(): Pairs<Long> {
    return this.pairs(2);
  }
  get lower_bounds(): Pairs<Uint8Array> {
    return this.pairs(3);
  }
  get upper_bounds(): Pairs<Uint8Array> {
    return this.pairs(4);
  }
}

/** Readers of the files of one block after another, under a writer's schema. */
export function shelvesOf(
  fields: readonly FieldCodec[],
): (bytes: Buffer, count: number) => (cursor: Cursor) => RawFile {
  const figures = FIGURES.map((name) => fields.find((field) => field.name === name));
  return (bytes, count) => {
    const shelf = { fields, figures, bytes, starts: new Int32Array(count * FIGURES.length).fill(-1) };
    let nth = 0;
    return (cursor) => new StoredFile(shelf, nth++, cursor);
  };
}

/** The file as its manifest has it, for one with the same schema; undefined: it was not read from one. */
export function encodedFile(file: RawFile): Uint8Array | undefined {
  return file instanceof StoredFile ? file.encoded : undefined;
}

/** One figure of one column. */
export function figureAt(file: RawFile, name: FigureName, id: number): unknown {
  return file instanceof StoredFile ? file.figureAt(name, id) : file[name]?.find((pair) => pair.key === id)?.value;
}
