// The two kinds of failure. Bad input is never mixed with our own fault; nothing else is thrown on purpose.

/** Words a message is made of; both languages come from one object, so they cannot drift apart. */
export interface Bilingual {
  readonly vi: string;
  readonly en: string;
}

/**
 * Someone outside must change something: a file, a flag, a contract, a question. Never retried; exit status 2.
 * The text says what, where, found, expected and the next step. `code` has a heading in docs/errors.md.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(
    readonly code: string,
    readonly text: Bilingual,
    options?: { cause?: unknown },
  ) {
    super(text.en, options);
  }
}

/** Our fault or the platform's: thrown, retried by whoever runs us, alarmed. Exit status 1. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  constructor(
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
