// The keys every home takes: what a folder on disk refuses is refused here too, so that a lake can be moved.
import { InputError } from '../../lake/errors';

const SEGMENT = /^(?!\.)[\x20-\x7e]+$/;
const FORBIDDEN = /[\\:*?"<>|%#]/;

/** @throws InputError E_KEY */
export function assertKey(key: string): void {
  const isSafe = key.split('/').every((segment) => SEGMENT.test(segment) && !FORBIDDEN.test(segment));
  if (isSafe && key.length <= 1024) return;
  throw new InputError('E_KEY', {
    vi: `Tên đối tượng ${JSON.stringify(key)} không hợp lệ. Chỉ dùng chữ không dấu, số và dấu . _ - = , ngăn cách bằng "/", không bắt đầu bằng dấu chấm. Hãy đổi tên rồi gửi lại.`,
    en: `The object key ${JSON.stringify(key)} is not allowed. Use ASCII letters, digits and . _ - = , separated by "/", no part starting with a dot. Rename it and try again.`,
  });
}

const MEDIA: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
};

/** What a browser is to take an object for; undefined: bytes to be saved. */
export function mediaType(key: string): string | undefined {
  return MEDIA[key.slice(key.lastIndexOf('.') + 1)];
}
