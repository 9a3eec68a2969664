/** How long nothing more is written of what the same user tries at the same route. */
const SILENCE_MS = 10 * 60_000;
/** Beyond so many the oldest are forgotten, and so written anew. */
const REMEMBERED_MAX = 10_000;

/**
 * What users tried who may not, as far as it is worth an entry in a log that nobody can delete from: that they tried, and
 * not how often. In the memory of each process.
 */
export class RefusedAttempts {
  /** By user and action, the oldest first: when an entry was last written, in milliseconds since 1970. */
  private readonly written = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Has an attempt written, unless one of the same user at the same route just was. */
  async note(userId: string, action: string, write: () => Promise<void>): Promise<void> {
    const attempt = `${userId} ${action}`;
    const last = this.written.get(attempt);
    if (last !== undefined && this.now() - last < SILENCE_MS) return;
    this.written.delete(attempt);
    // Before it is written, so that of many at once one is.
    this.written.set(attempt, this.now());
    const [oldest] = this.written.keys();
    if (oldest !== undefined && this.written.size > REMEMBERED_MAX) this.written.delete(oldest);
    try {
      await write();
    } catch (error) {
      this.written.delete(attempt);
      throw error;
    }
  }
}
