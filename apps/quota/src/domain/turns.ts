/** Lets so many pieces of work run at once and so many more wait, first come, first served. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limits: { readonly runningMax: number; readonly waitingMax: number }) {}

  /** @param tooMany makes what is thrown, before anything was begun, when as many wait as may. */
  async take<Result>(work: () => Promise<Result>, tooMany: () => Error): Promise<Result> {
    if (this.running >= this.limits.runningMax) {
      if (this.waiting.length >= this.limits.waitingMax) throw tooMany();
      await new Promise<void>((go) => this.waiting.push(go));
    } else {
      this.running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The next one takes over this place, so that nobody who comes meanwhile gets in before it.
      if (next) next();
      else this.running -= 1;
    }
  }
}
