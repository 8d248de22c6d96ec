// What a check of the lake answers: what was looked at, what is wrong with which file, and which command mends it.
import { type Bilingual, InputError } from '../../lake/errors';

/** What `verify --repair` can do about a problem on its own. */
export type Mend =
  | { readonly kind: 'hint'; readonly table: string }
  /** A live data file is gone or damaged; `path` as its manifest names it. */
  | { readonly kind: 'data'; readonly table: string; readonly path: string }
  /** Readers see something else of a submission than they should. */
  | { readonly kind: 'submission'; readonly submission: string }
  | { readonly kind: 'receipt'; readonly submission: string; readonly version: string }
  /** A retained snapshot, not the current one, can no longer be read. */
  | { readonly kind: 'past'; readonly table: string }
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'offers'; readonly dataset: string }
  /** A mart that is gone, or lost the data file named. */
  | { readonly kind: 'mart'; readonly table: string; readonly path?: string };

export interface Problem {
  readonly text: Bilingual;
  /** The command to run next. */
  readonly repair?: string;
  readonly mend?: Mend;
  /** Worth saying, but nothing is lost or wrong: the next ordinary command settles it. */
  readonly isNote?: true;
}

export interface VerifyCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly looked: Bilingual;
  /** What was looked at, and everything that is wrong, up to ten, with the commands that mend it. */
  readonly detail: Bilingual;
  readonly problems: readonly Problem[];
}

export const REPAIR = 'tamgiang verify --repair';

const SHOWN = 10;

function detail(lang: 'vi' | 'en', looked: Bilingual, problems: readonly Problem[]): string {
  if (problems.length === 0) return looked[lang];
  const shown = problems.slice(0, SHOWN).map(({ text }) => text[lang]);
  const left = problems.length - SHOWN;
  const more = left <= 0 ? '' : lang === 'vi' ? ` … và ${left} chỗ nữa` : ` … and ${left} more`;
  const commands = [...new Set(problems.flatMap(({ repair }) => repair ?? []))];
  const next = commands.length === 0 ? '' : ` → ${commands.join(', ')}`;
  return `${looked[lang]}: ${shown.join('; ')}${more}${next}`;
}

export function check(name: string, looked: Bilingual, problems: readonly Problem[] = []): VerifyCheck {
  return {
    name,
    looked,
    ok: problems.every((problem) => problem.isNote === true),
    detail: { vi: detail('vi', looked, problems), en: detail('en', looked, problems) },
    problems,
  };
}

/** The same with other commands to run next: what mends a lake in one place may not in another. */
export function advised(
  { name, looked, problems }: VerifyCheck,
  repairOf: (problem: Problem) => string | undefined,
): VerifyCheck {
  return check(
    name,
    looked,
    problems.map(({ repair: _, ...problem }) => {
      const repair = repairOf({ ...problem, ...(_ === undefined ? {} : { repair: _ }) });
      return repair === undefined ? problem : { ...problem, repair };
    }),
  );
}

/** One line: our own messages whole, the engine's without the statement below them. */
export function said(error: unknown): Bilingual {
  if (error instanceof InputError) {
    const line = (text: string) => text.replace(/\s+/g, ' ');
    return { vi: line(error.text.vi), en: line(error.text.en) };
  }
  const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return { vi: text, en: text };
}
