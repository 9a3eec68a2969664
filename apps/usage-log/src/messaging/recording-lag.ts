import { Injectable } from '@nestjs/common';
import { Metrics } from '@code-router/observability';

/** After so long without a job there is nothing that lags. */
const FRESH_MS = 60_000;

/** Shows how long ago the requests were completed that are being recorded. */
@Injectable()
export class RecordingLag {
  private lagMs = 0;
  private notedAt = 0;

  constructor(metrics: Metrics) {
    metrics.addGauge({
      name: 'code_router_usage_recording_lag_seconds',
      help: 'From the completion of the oldest request of the last job to its record',
      label: 'queue',
      read: () => ({ usage: Date.now() - this.notedAt < FRESH_MS ? this.lagMs / 1_000 : 0 }),
    });
  }

  /** To be told of each batch that was recorded. */
  note(events: readonly unknown[]): void {
    const now = Date.now();
    const oldest = events.reduce<number>((least, event) => Math.min(least, timeOf(event)), now);
    this.lagMs = Math.max(now - oldest, 0);
    this.notedAt = now;
  }
}

/** Infinity for what is no event. */
function timeOf(event: unknown): number {
  const time = typeof event === 'object' && event !== null && 'time' in event ? Date.parse(String(event.time)) : NaN;
  return Number.isNaN(time) ? Infinity : time;
}
