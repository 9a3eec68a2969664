import type { EventBook } from '../books/event-book.js';
import type { Random } from '../random.js';
import type { ChaosSystem } from '../system/chaos-system.js';

/** Where a fault strikes. */
export interface Scene {
  readonly system: ChaosSystem;
  readonly events: EventBook;
  /** Of this fault alone, so that its choices do not depend on what came before. */
  readonly random: Random;
  /** How long what is broken stays broken, in milliseconds. */
  readonly outageMs: number;
}

/** Takes away the cause, and resolves when whatever the fault ended runs again. Recovery is timed from its call. */
export type Mend = () => Promise<void>;

export interface Fault {
  /** As reports and `--faults` name it: a kind, and what it strikes. */
  readonly name: string;
  /** Breaks something for as long as the scene says. */
  strike(scene: Scene): Promise<Mend>;
}
