// Rewrites a text the engine cannot read as it is: one line ending, NFC, no header, and in place of every record
// whose shape is wrong a row of empty cells, so that record numbers stay the same. What was changed is in the scan's traits.
import { fieldsOf, quoteField, type RecordSpan, recordsOf } from './records';
import type { Misshapen } from './scan';

export interface CleanRequest {
  readonly delimiter: number;
  readonly fields: number;
  readonly misshapen: ReadonlyMap<number, { readonly kind: Misshapen }>;
}

/** Clean text of the records in `chunks` (from the first data record on), about one piece a chunk. */
export async function* cleanText(chunks: AsyncIterable<Uint8Array>, request: CleanRequest): AsyncGenerator<string> {
  const delimiter = String.fromCharCode(request.delimiter);
  const placeholder = delimiter.repeat(request.fields - 1);
  let carry: Uint8Array = new Uint8Array(0);
  let ordinal = 0;
  const line = (bytes: Uint8Array, span: RecordSpan): string => {
    if (span.kind === 'empty') return '';
    ordinal++;
    if (request.misshapen.has(ordinal) || span.kind === 'blank') return `${placeholder}\n`;
    const fields = fieldsOf(bytes, request.delimiter, span);
    return `${fields.map((field) => quoteField(field.normalize('NFC'), delimiter)).join(delimiter)}\n`;
  };
  for await (const chunk of chunks) {
    const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    let used = 0;
    let text = '';
    for (const span of recordsOf(bytes, request.delimiter)) {
      // The last record of a chunk may go on in the next one.
      if (span.next >= bytes.length) break;
      text += line(bytes, span);
      used = span.next;
    }
    carry = bytes.slice(used);
    yield text;
  }
  let text = '';
  for (const span of recordsOf(carry, request.delimiter)) text += line(carry, span);
  yield text;
}
