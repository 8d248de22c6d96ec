// Dependencies read from the SQL, and the order they give.
import { InputError } from '../../../lake/errors';
import { inOrder, neededBy, tableNames } from '../../../lake/warehouse/graph';

describe('tableNames', () => {
  it.each([
    ['select * from a join b on a.x = b.x left join c using (x)', ['a', 'b', 'c']],
    ['select * from a x, b as y, c', ['a', 'b', 'c']],
    ['with q as (select * from a), r (n) as (select * from q) select * from r join b on true', ['a', 'b']],
    ['select (select max(x) from a) from (select * from b) s', ['a', 'b']],
    ['select extract(year from ngay), trim(both from ten) from a', ['a']],
    ['select * from a where x is distinct from y and z is not distinct from w', ['a']],
    ["select 'from x' from a -- from y\n/* from z */", ['a']],
    ['select * from "A" union all select * from kho.main.b', ['a', 'b']],
    ["select * from read_text('x'), a", ['a']],
    ["select * from (select * from a) s, (values ('x')) as t (kpi), b", ['b', 'a']],
    ['select * from (a join b on true), c', ['a', 'c', 'b']],
    ['select distinct from_where from a where b', ['a']],
  ])('reads %s', (sql, names) => {
    expect(tableNames(sql)).toEqual(names);
  });
});

describe('inOrder', () => {
  const model = (name: string, sql: string) => ({ name, path: `queries/${name}.sql`, sql });

  it('puts each model after everything it reads and else keeps the order', () => {
    const models = [
      model('kpi', 'select * from mart'),
      model('a', 'select 1'),
      model('mart', 'select * from stg, b'),
      model('stg', 'select * from t'),
    ];
    const order = inOrder([...models, model('b', 'select * from a')], ['t']).map(({ name }) => name);
    expect(order).toEqual(['stg', 'a', 'b', 'mart', 'kpi']);
  });

  it('refuses a circle and names it', () => {
    const circle = [model('a', 'select * from b'), model('b', 'select * from c'), model('c', 'select * from b')];
    expect(() => inOrder(circle, [])).toThrow(
      expect.objectContaining({
        code: 'E_MODEL_CYCLE',
        text: expect.objectContaining({ en: expect.stringContaining('b → c → b') }),
      }),
    );
  });

  it('refuses a name that nobody has, with the file and the nearest', () => {
    expect(() => inOrder([model('a', 'select * from ho_so_tthcc')], ['ho_so_tthc'])).toThrow(InputError);
    expect(() => inOrder([model('a', 'select * from ho_so_tthcc')], ['ho_so_tthc'])).toThrow(
      /queries\/a\.sql.*Did you mean "ho_so_tthc"/,
    );
  });
});

describe('neededBy', () => {
  const model = (name: string, sql: string) => ({ name, sql, path: `queries/${name}.sql` });
  const models = [
    model('a', 'select * from b join ma_x on true'),
    model('b', 'select * from bang_1 join c on true'),
    model('c', 'select * from bang_2'),
    model('khac', 'select * from bang_3'),
  ];

  it('is a model with everything below it, and the tables at the bottom', () => {
    const { models: needed, tables } = neededBy('a', models);
    expect(needed.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect([...tables].sort()).toEqual(['bang_1', 'bang_2', 'ma_x']);
  });

  it('ends where models read each other in a circle', () => {
    const circle = [model('a', 'select * from b'), model('b', 'select * from a')];
    expect(neededBy('a', circle).models).toHaveLength(2);
  });
});
