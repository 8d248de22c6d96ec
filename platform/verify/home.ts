// What of a home only its kind can tell whoever checks it.
import type { Head, ObjectStore } from '../ports';
import type { Problem, VerifyCheck } from './check';

/** Metadata files of a table, as its catalog has them one after the other. */
export interface MetadataLine {
  /** Keys of the curated zone, oldest first; the last is the current one. */
  readonly keys: readonly string[];
  /** What is wrong with the line itself, or with the pointer to its end. */
  readonly problems: readonly Problem[];
}

export interface VerifiedHome {
  metadataLine(table: string, head: Head): Promise<MetadataLine>;
  /** What lies around the tables that should not, or should lie there and does not. */
  surroundings(): Promise<VerifyCheck>;
  /** Hex SHA-256 of an object's bytes; undefined: it is not there. */
  sha256(store: ObjectStore, key: string): Promise<string | undefined>;
  /** Whether somebody else may be at work just now. */
  isBusy(): Promise<boolean>;
  /** A table has been looked at: what was fetched for it may go. */
  release(): Promise<void>;
}
