import { z } from 'zod';
import { logMasking } from '../../infra/constructs/log-masking';

const policy = z
  .object({
    Configuration: z.object({
      CustomDataIdentifier: z.array(z.object({ Name: z.string(), Regex: z.string() })),
    }),
    Statement: z.array(z.object({ DataIdentifier: z.array(z.string()) })),
  })
  .parse(logMasking('tg-x-dev'));
const expressions = policy.Configuration.CustomDataIdentifier;
const masks = (text: string) => expressions.filter(({ Regex }) => new RegExp(Regex).test(text)).map(({ Name }) => Name);

describe('masking in logs', () => {
  it('is written in what CloudWatch takes: ten expressions of 200 characters, no brackets', () => {
    expect(expressions.length).toBeGreaterThan(0);
    expect(expressions.length).toBeLessThanOrEqual(10);
    for (const { Name, Regex } of expressions) {
      expect(Name).toMatch(/^[\w-]{1,128}$/);
      expect(Regex).toMatch(/^[\w#=@/;, ^$?[\]{}|\\*+.-]{1,200}$/);
    }
  });

  it('finds a made-up identity number and telephone number, and no time or size', () => {
    expect(masks('so 001099000001 het')).toEqual(['SoDinhDanh']);
    expect(masks('goi 0912345678.')).toEqual(['SoDienThoai']);
    expect(masks('goi 84912345678.')).toEqual(['SoDienThoai']);
    expect(masks('at 1767225600000, 2048 bytes, version 0000000012')).toEqual([]);
  });

  it('asks for the same things when it looks and when it masks', () => {
    const [look, mask] = policy.Statement;
    expect(mask).toEqual(look);
    expect(look?.DataIdentifier).toEqual(expect.arrayContaining(expressions.map(({ Name }) => Name)));
  });
});
