import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** A number for each value of one label, read anew at every scrape. */
export interface LabelledGauge {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** A scrape waits for it, so it answers soon, and does not fail: a value that is not known is left out. */
  readonly read: () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
}

/** What Prometheus reads of one process: its own state, and whatever its services add. */
export class Metrics {
  private readonly registry = new Registry();
  private hasDefaults = false;

  get contentType(): string {
    return this.registry.contentType;
  }

  addGauge({ name, help, label, read }: LabelledGauge): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect: async () => {
        const values = await read();
        gauge.reset();
        for (const [value, number] of Object.entries(values)) gauge.set({ [label]: value }, number);
      },
    });
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    // Watching the event loop and the garbage collector costs a little: only from when somebody asks.
    if (!this.hasDefaults) collectDefaultMetrics({ register: this.registry });
    this.hasDefaults = true;
    return this.registry.metrics();
  }
}
