// A template in few lines, so that a change of it can be read: a heading a resource (id and type), a line a property, a line a
// policy statement. Names of the place and of assets are left out. Pure; text to compare, and to read back.
import { createHash } from 'node:crypto';
import type { Names } from './names';

/** A resource as its golden tells: type, and what each property says. */
export interface Told {
  readonly type: string;
  readonly lines: ReadonlyMap<string, string>;
}

/** Texts longer than this stand as a hash: SQL, dashboards and state machines have tests of their own. */
const LONGEST = 160;
const LEFT_OUT = ['AlarmDescription', 'CatalogId', 'Description', 'TableCatalogId', 'Tags'];

type Json = unknown;
const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: Json): readonly Json[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** References as CloudFormation's short forms; everything else as JSON. */
function word(value: Json): string {
  if (typeof value === 'string') return value;
  if (isRecord(value)) {
    const [key, inner] = Object.entries(value)[0] ?? [];
    if (key === 'Ref') return `!${String(inner)}`;
    if (key === 'Fn::GetAtt') return `!${list(inner).join('.')}`;
    if (key === 'Fn::Join' && Array.isArray(inner)) return list(inner[1]).map(word).join(String(inner[0]));
  }
  return JSON.stringify(value);
}

const words = (value: Json): string => list(value).map(word).toSorted().join(' ');

function statement(value: Json): string {
  if (!isRecord(value)) return word(value);
  const { Sid, Effect, Principal, Action, NotAction, Resource, NotResource, Condition } = value;
  const who = isRecord(Principal) ? Object.values(Principal).map(words).join(' ') : Principal;
  return [
    `${Effect === 'Deny' ? 'deny' : 'allow'} ${Sid === undefined ? '' : `${String(Sid)}:`}`.trim(),
    words(Action),
    NotAction === undefined ? '' : `not ${words(NotAction)}`,
    Resource === undefined ? '' : `on ${words(Resource)}`,
    NotResource === undefined ? '' : `not on ${words(NotResource)}`,
    who === undefined ? '' : `by ${String(who)}`,
    Condition === undefined ? '' : `if ${JSON.stringify(Condition)}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

const hasEffect = (value: Json): boolean => isRecord(value) && 'Effect' in value;

function flatten(value: Json, path: string, out: Map<string, string>): void {
  // Not what masks logs, which has statements of another kind.
  if (isRecord(value) && Array.isArray(value.Statement) && value.Statement.every(hasEffect)) {
    value.Statement.forEach((one, i) => {
      out.set(`${path}[${i}]`, statement(one));
    });
    return;
  }
  const isReference = isRecord(value) && /^(Ref|Fn::)/.test(Object.keys(value)[0] ?? '');
  if (isRecord(value) && !isReference && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value))
      if (!LEFT_OUT.includes(key)) flatten(inner, path === '' ? key : `${path}.${key}`, out);
    return;
  }
  if (Array.isArray(value) && value.some((one) => isRecord(one) && !/^(Ref|Fn::)/.test(Object.keys(one)[0] ?? ''))) {
    value.forEach((one, i) => {
      flatten(one, `${path}[${i}]`, out);
    });
    return;
  }
  out.set(path, Array.isArray(value) ? `[${value.map(word).join(' ')}]` : word(value));
}

/** @param template as CDK writes it */
export function golden(template: Json, names: Names): string {
  const { base, place } = names;
  const resources = isRecord(template) && isRecord(template.Resources) ? template.Resources : {};
  const tell = (text: string): string => {
    const plain = text
      .replaceAll(base, '~')
      .replaceAll(base.replaceAll('-', '_'), '~')
      .replaceAll(place.account, '<account>')
      .replaceAll(place.region, '<region>')
      .replace(/SsmParameterValuetamgiang\w+?key(data|control)[0-9A-F]+Parameter/g, 'key-$1')
      .replaceAll('\n', ' ');
    if (/^[0-9a-f]{64}\.zip$/.test(plain)) return '<asset>';
    if (text.length <= LONGEST || /^(allow|deny)\b/.test(text)) return plain;
    return `<${plain.length} characters, ${createHash('sha256').update(plain).digest('hex').slice(0, 12)}>`;
  };
  return Object.entries(resources)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, resource]) => {
      const { Type, Properties, DeletionPolicy } = isRecord(resource) ? resource : {};
      const lines = new Map<string, string>();
      flatten(Properties ?? {}, '', lines);
      if (DeletionPolicy !== undefined) lines.set('(deletion)', String(DeletionPolicy));
      const told = [...lines]
        .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
        .map(([path, text]) => `  ${path}: ${tell(text)}\n`);
      return `${id} ${String(Type)}\n${told.join('')}`;
    })
    .join('');
}

/** Reads a golden back, by logical id. */
export function parseGolden(text: string): ReadonlyMap<string, Told> {
  const resources = new Map<string, { type: string; lines: Map<string, string> }>();
  let current: Map<string, string> | undefined;
  for (const line of text.split('\n')) {
    const heading = /^(\S+) (\S+)$/.exec(line);
    const property = /^ {2}(\S+): (.*)$/.exec(line);
    if (heading) {
      current = new Map();
      resources.set(heading[1]!, { type: heading[2]!, lines: current });
    } else if (property) current?.set(property[1]!, property[2]!);
  }
  return resources;
}
