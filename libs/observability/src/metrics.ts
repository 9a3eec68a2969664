import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A number for each value of one label, read anew at every scrape. */
export interface LabelledGauge {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** A scrape waits for it, so it answers soon, and does not fail: a value that is not known is left out. */
  readonly read: () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
}

/** What is counted apart by the values of labels, of which there may be only few: each combination is kept for good. */
export interface Labelled {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** One reading of a gauge with several labels. */
export interface LabelledValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
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

  /** A gauge with several labels; the same is asked of `read` as of a gauge with one. */
  addGaugeOf({ name, help, labels, read }: Labelled & { readonly read: () => readonly LabelledValue[] }): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      collect: () => {
        gauge.reset();
        for (const { labels: values, value } of read()) gauge.set({ ...values }, value);
      },
    });
  }

  /** @returns what counts one more. Its arguments are the labels' values, in the order of the labels. */
  addCounter({ name, help, labels }: Labelled): (...values: readonly string[]) => void {
    // Counted here and told when somebody asks: the library would look each combination up anew for each request.
    const counts = new Map<string, { readonly values: readonly string[]; count: number }>();
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      collect: () => {
        counter.reset();
        for (const { values, count } of counts.values()) counter.labels(...values).inc(count);
      },
    });
    return (...values) => {
      const key = values.join('\n');
      const known = counts.get(key);
      if (known) known.count += 1;
      else counts.set(key, { values, count: 1 });
    };
  }

  /**
   * @param buckets the upper bounds of what is counted together, in the unit that the name says.
   * @returns what enters one value. What follows it are the labels' values, in the order of the labels.
   */
  addHistogram({
    name,
    help,
    labels,
    buckets,
  }: Labelled & { readonly buckets: readonly number[] }): (value: number, ...values: readonly string[]) => void {
    const histogram = new Histogram({
      name,
      help,
      labelNames: [...labels],
      buckets: [...buckets],
      registers: [this.registry],
    });
    const children = new Map<string, Histogram.Internal<string>>();
    return (value, ...values) => {
      const key = values.join('\n');
      let child = children.get(key);
      if (!child) children.set(key, (child = histogram.labels(...values)));
      child.observe(value);
    };
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    // Watching the event loop and the garbage collector costs a little: only from when somebody asks.
    if (!this.hasDefaults) collectDefaultMetrics({ register: this.registry });
    this.hasDefaults = true;
    return this.registry.metrics();
  }
}
