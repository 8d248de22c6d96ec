import { readFileSync } from 'node:fs';
import { fixedClock, seededRng } from '../../../platform/memory/clock-rng';
import { memoryObjectStore } from '../../../platform/memory/object-store';

describe('the memory store', () => {
  it('keeps its own copy of what it was given', async () => {
    const store = memoryObjectStore();
    const body = Buffer.from('một');
    expect(await store.putIfAbsent('a/b', body)).toBe('CREATED');
    body.fill(0);
    expect(await store.putIfAbsent('a/b', 'hai')).toBe('EXISTS');
    expect(Buffer.from((await store.get('a/b')) ?? []).toString()).toBe('một');
    expect(readFileSync(await store.toFile('a/b'), 'utf8')).toBe('một');
    expect(await store.list('a/')).toEqual([{ key: 'a/b', sizeBytes: 5, modifiedAtMs: 0 }]);
  });
});

describe('seeded chance', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    const draw = (seed: number) => {
      const rng = seededRng(seed);
      return [rng.safeId(), rng.uuid(), [...rng.bytes(4)]];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('gives positive ids that stay exact as numbers', () => {
    const rng = seededRng(5);
    const ids = Array.from({ length: 1000 }, () => rng.safeId());
    expect(ids.every((id) => Number.isSafeInteger(id) && id > 0)).toBe(true);
    expect(new Set(ids).size).toBe(1000);
    expect(rng.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('the fixed clock', () => {
  it('moves only when told', () => {
    const clock = fixedClock(5);
    expect([clock.now(), clock.now()]).toEqual([5, 5]);
    clock.advance(3);
    expect(clock.now()).toBe(8);
  });
});
