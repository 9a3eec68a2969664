import type { EventForm } from './event-forms.js';
import type { HandleBatch } from './usage-event-log.js';

/** What became of an event that was handed over. */
export type Handling =
  | { readonly kind: 'handled' }
  /** It comes again. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** It can never be handled. */
  | { readonly kind: 'dead'; readonly reason: string };

/** After so many failures a batch is split, to find out whether one of its events is at fault. */
const SPLIT_AFTER = 3;
/** After so many failures it is split further although nothing of it could be handled so far. */
const SPLIT_DEEPER_AFTER = 6;
/** After so many failures alone, while others can be handled, an event is dead. */
const DEAD_AFTER = 5;
/** A batch that is still not through by then is left for the next time. */
const SPLITTING_MS_MAX = 20_000;
const SUSPECTS_MAX = 10_000;
const REASON_LENGTH_MAX = 500;

interface Suspect {
  /** How many times it came and was not handled. */
  failures: number;
  /** How many times it failed alone, with others handled since the time before. */
  failuresAlone: number;
  /** How much had been handled when it failed alone the last time. */
  handledThen: number;
}

interface Run<Event> {
  readonly handlings: Map<Event, Handling>;
  readonly startedAt: number;
  /** How much had been handled before this run, ever. */
  readonly handledBefore: number;
  /** Events whose failure in this run is counted. */
  readonly counted: Set<string>;
}

/**
 * Hands batches to a consumer so that an event which it cannot handle does not hold up the others. That a handler fails
 * says nothing of the events: most likely its database is away. So an event is dead only when it has failed alone
 * several times, and each time others had been handled since the time before.
 */
export class EventHandling<Event> {
  /** By the key of the event. */
  private readonly suspects = new Map<string, Suspect>();
  private handledCount = 0;

  constructor(
    private readonly handle: HandleBatch<Event>,
    readonly form: EventForm<Event>,
  ) {}

  /** Does not fail. @returns what became of each event. */
  async run(events: readonly Event[]): Promise<ReadonlyMap<Event, Handling>> {
    const run: Run<Event> = {
      handlings: new Map(),
      startedAt: Date.now(),
      handledBefore: this.handledCount,
      counted: new Set(),
    };
    const usable = events.filter((event) => this.form.isEvent(event));
    for (const event of events)
      if (!this.form.isEvent(event)) run.handlings.set(event, { kind: 'dead', reason: 'it is no event' });
    // Those that have failed alone before must not make the others fail with them.
    const suspected = usable.filter((event) => (this.suspectOf(event)?.failuresAlone ?? 0) > 0);
    const others = suspected.length === 0 ? usable : usable.filter((event) => !suspected.includes(event));
    if (others.length > 0 && !(await this.tryOut(others, run))) await this.split(others, run);
    for (const event of suspected) {
      if (hasTime(run)) await this.tryOut([event], run);
      else run.handlings.set(event, { kind: 'failed', error: new Error('the batch took too long') });
    }
    return run.handlings;
  }

  /** Nearly always nothing failed, and then no event needs to be known by its key. */
  private suspectOf(event: Event): Suspect | undefined {
    return this.suspects.size === 0 ? undefined : this.suspects.get(this.form.keyOf(event));
  }

  /** @returns whether the events are handled. */
  private async tryOut(events: readonly Event[], run: Run<Event>): Promise<boolean> {
    try {
      const refused = new Map((await this.handle(events))?.map(({ event, reason }) => [event, reason]));
      for (const event of events) {
        const reason = refused.get(event);
        run.handlings.set(event, reason === undefined ? { kind: 'handled' } : { kind: 'dead', reason });
        if (this.suspects.size > 0) this.suspects.delete(this.form.keyOf(event));
      }
      this.handledCount += events.length;
      return true;
    } catch (error) {
      for (const event of events) run.handlings.set(event, this.failed(event, error, events.length === 1, run));
      return false;
    }
  }

  /** Halves a batch that failed, until the events that are at fault are alone. */
  private async split(events: readonly Event[], run: Run<Event>): Promise<void> {
    const failures = Math.max(...events.map((event) => this.suspectOf(event)?.failures ?? 0));
    if (events.length === 1 || failures < SPLIT_AFTER || !hasTime(run)) return;
    const middle = Math.ceil(events.length / 2);
    const failed: (readonly Event[])[] = [];
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      if (!(await this.tryOut(half, run))) failed.push(half);
    }
    // Nothing can be handled: the consumer is at fault, and asking it for each event would only keep it from recovering.
    if (this.handledCount === run.handledBefore && failures < SPLIT_DEEPER_AFTER) return;
    for (const half of failed) await this.split(half, run);
  }

  private failed(event: Event, error: unknown, isAlone: boolean, run: Run<Event>): Handling {
    const id = this.form.keyOf(event);
    const suspect = this.suspects.get(id) ?? { failures: 0, failuresAlone: 0, handledThen: run.handledBefore };
    this.remember(id, suspect);
    if (!run.counted.has(id)) suspect.failures += 1;
    run.counted.add(id);
    if (!isAlone || this.handledCount === suspect.handledThen) return { kind: 'failed', error };
    suspect.handledThen = this.handledCount;
    suspect.failuresAlone += 1;
    if (suspect.failuresAlone < DEAD_AFTER) return { kind: 'failed', error };
    this.suspects.delete(id);
    return { kind: 'dead', reason: `it failed ${suspect.failures} times: ${messageOf(error)}` };
  }

  private remember(id: string, suspect: Suspect): void {
    this.suspects.set(id, suspect);
    const [oldest] = this.suspects.keys();
    // What another replica has handled since is not heard of here any more.
    if (this.suspects.size > SUSPECTS_MAX && oldest !== undefined) this.suspects.delete(oldest);
  }
}

function hasTime({ startedAt }: Run<unknown>): boolean {
  return Date.now() - startedAt < SPLITTING_MS_MAX;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, REASON_LENGTH_MAX);
}
