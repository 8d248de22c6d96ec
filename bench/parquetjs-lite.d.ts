// The little of parquetjs-lite the bench uses; the package has no types of its own.
declare module 'parquetjs-lite' {
  interface ParquetField {
    readonly type: 'UTF8' | 'INT32' | 'DOUBLE' | 'DATE';
    readonly compression: 'SNAPPY';
  }
  export class ParquetSchema {
    constructor(fields: Readonly<Record<string, ParquetField>>);
  }
  export class ParquetWriter {
    static openFile(schema: ParquetSchema, path: string): Promise<ParquetWriter>;
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>;
    close(): Promise<void>;
  }
}
