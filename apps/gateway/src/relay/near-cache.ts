/** What was loaded, and how long it may be used. */
export interface Loaded<Value> {
  readonly value: Value;
  /** Epoch milliseconds; absent: as long as the cache keeps things. What is over already is answered and not kept. */
  readonly validUntil?: number | undefined;
}

export interface NearCacheOptions {
  readonly entriesMax: number;
  readonly ttlMs: number;
  /** The clock; Date.now when absent. */
  readonly now?: () => number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/**
 * Keeps what another service said, until it is told that it changed, or for a while in case the notice got lost.
 *
 * Callers that miss together share one load. What was being loaded while a notice came is answered but not kept: it may
 * have been read just before the change.
 */
export class NearCache<Value> {
  private readonly entries = new Map<string, Entry<Value>>();
  private readonly loading = new Map<string, Promise<Value>>();
  private readonly now: () => number;
  private generation = 0;

  constructor(private readonly options: NearCacheOptions) {
    this.now = options.now ?? Date.now;
  }

  /** The value kept for the key, without waiting; undefined when there is none to use. */
  peek(key: string): Value | undefined {
    const entry = this.entries.get(key);
    return entry && entry.expiresAt > this.now() ? entry.value : undefined;
  }

  /** The value kept for the key, or the one loaded now. A load that fails is not remembered. */
  async get(key: string, load: () => Promise<Loaded<Value>>): Promise<Value> {
    const kept = this.peek(key);
    if (kept !== undefined) return kept;
    const underWay = this.loading.get(key);
    if (underWay) return underWay;
    const started = this.load(key, load);
    this.loading.set(key, started);
    try {
      return await started;
    } finally {
      if (this.loading.get(key) === started) this.loading.delete(key);
    }
  }

  /** Drops everything, or the values that the predicate names. */
  invalidate(isStale: (value: Value) => boolean = () => true): void {
    this.generation += 1;
    // A caller that comes after the notice must not join a load that began before it.
    this.loading.clear();
    for (const [key, entry] of this.entries) {
      if (isStale(entry.value)) this.entries.delete(key);
    }
  }

  private async load(key: string, load: () => Promise<Loaded<Value>>): Promise<Value> {
    const { generation } = this;
    const { value, validUntil = Infinity } = await load();
    const now = this.now();
    if (generation === this.generation && validUntil > now) {
      // What is loaded anew is new: its old place, and its old entry, would make it the next to go.
      this.entries.delete(key);
      this.makeRoom();
      this.entries.set(key, { value, expiresAt: Math.min(now + this.options.ttlMs, validUntil) });
    }
    return value;
  }

  /** The oldest entry goes first: a map remembers the order in which keys came. */
  private makeRoom(): void {
    if (this.entries.size < this.options.entriesMax) return;
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }
}
