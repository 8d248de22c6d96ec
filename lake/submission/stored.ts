// Small JSON records of our own in a store: read whole, or refused by name with the way to mend them.
import type { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
import { InputError } from '../errors';

/** @throws InputError E_RECORD naming the file and what to do */
export async function readStored<T>(store: ObjectStore, key: string, shape: z.ZodType<T>): Promise<T | undefined> {
  const body = await store.get(key);
  if (!body) return undefined;
  try {
    return shape.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch (cause) {
    throw damagedRecord(store.location(key), cause);
  }
}

function damagedRecord(location: string, cause: unknown): InputError {
  const file = location.replace(/^file:\/\//, '');
  return new InputError(
    'E_RECORD',
    {
      vi: `Tệp ghi chép ${file} của hồ dữ liệu bị hỏng hoặc ghi dở, không đọc được. Khôi phục tệp này từ bản sao lưu; nếu không có bản sao, xóa tệp này rồi gửi lại tệp số liệu của bài gửi đó bằng “tamgiang put”.`,
      en: `The lake’s record ${file} is damaged or half-written and cannot be read. Restore it from a backup; without one, delete it and send the file of that submission again with “tamgiang put”.`,
    },
    { cause },
  );
}
