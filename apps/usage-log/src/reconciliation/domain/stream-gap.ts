/**
 * Which postings have no event in the stream, found while both are read in the order of time: what has met its other half
 * is forgotten, so that this holds the differences and what lies between the two, and not the period.
 */
export class StreamGap {
  private readonly posted = new Map<string, string>();
  private readonly streamed = new Set<string>();
  private isFull = false;

  /** @param missingMax of how many postings it remembers that they are missing. */
  constructor(private readonly missingMax: number) {}

  /** A posting, by the id of its event. */
  addPosting(eventId: string, reservationId: string): void {
    if (this.streamed.delete(eventId)) return;
    if (this.posted.size >= this.missingMax) this.isFull = true;
    else this.posted.set(eventId, reservationId);
  }

  /** An event of the stream. Of those that nobody has posted, the first ones are forgotten when there are too many. */
  addEvent(eventId: string): void {
    if (this.posted.delete(eventId)) return;
    this.streamed.add(eventId);
    if (this.streamed.size <= this.missingMax) return;
    for (const oldest of this.streamed) {
      this.streamed.delete(oldest);
      break;
    }
  }

  /** By event id, the reservations of those postings that no event was seen of. */
  get missing(): ReadonlyMap<string, string> {
    return this.posted;
  }

  /** Whether more may be missing than it remembers. */
  get hasMore(): boolean {
    return this.isFull;
  }
}
