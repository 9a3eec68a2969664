import type { BodyReader, UpstreamBody } from '../provider.js';

/** A body made here: chunks with a pause between each two, which wait while the reader is paused. */
export class PacedBody implements UpstreamBody {
  private reader: BodyReader | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isPaused = false;
  private next = 0;

  constructor(
    private readonly chunks: readonly string[],
    private readonly delayMs: number,
  ) {}

  read(reader: BodyReader): void {
    this.reader = reader;
    this.schedule();
  }

  pause(): void {
    this.isPaused = true;
    clearTimeout(this.timer);
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.schedule();
  }

  cut(): void {
    this.reader = undefined;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    this.timer = setTimeout(() => this.deliver(), this.next === 0 ? 0 : this.delayMs);
  }

  private deliver(): void {
    do {
      const chunk = this.chunks[this.next];
      if (chunk === undefined) {
        this.reader?.end();
        return;
      }
      this.next += 1;
      this.reader?.chunk(Buffer.from(chunk));
    } while (this.delayMs === 0 && !this.isPaused && this.reader);
    if (!this.isPaused && this.reader) this.schedule();
  }
}
