import type { UnchargedReason } from './uncharged.js';

/** What must hold when everything has recovered; a name for each rule. */
export type Rule =
  | 'lost'
  | 'double'
  | 'ledger-and-log-differ'
  | 'wrong-amount'
  | 'wrong-tokens'
  | 'billed-beyond-what-was-produced'
  | 'billed-below-what-was-received'
  | 'billed-without-a-call'
  | 'client-was-told-another-amount'
  | 'hold-past-its-lease'
  | 'balance-is-not-its-ledger'
  | 'event-never-seen'
  | 'roll-up-differs'
  | 'audit'
  | 'hung';

/** One place where the books disagree, and what each of them says. */
export interface Violation {
  readonly rule: Rule;
  /** A request id, or what it is about where it is about no single request. */
  readonly about: string;
  readonly says: Readonly<Record<string, string>>;
}

export interface Verdict {
  /** Calls that clients made. */
  readonly requests: number;
  /** Those that clients saw succeed. */
  readonly succeeded: number;
  readonly settled: number;
  readonly orphaned: number;
  readonly released: number;
  /** How often clients were refused, by the status that they got; 0 stands for none. */
  readonly refusals: Readonly<Record<number, number>>;
  /** Requests that were rightly not charged, by the reason; what has none is lost. */
  readonly uncharged: Readonly<Partial<Record<UnchargedReason, number>>>;
  readonly eventsSeen: number;
  readonly eventsSeenAgain: number;
  readonly violations: readonly Violation[];
}

export function countOf({ violations }: Verdict, rule: Rule): number {
  return violations.filter((violation) => violation.rule === rule).length;
}
