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

  /** To be told of each batch that was recorded, and when the oldest of its requests was completed. */
  note(oldestAtMs: number): void {
    const now = Date.now();
    this.lagMs = Math.max(now - oldestAtMs, 0);
    this.notedAt = now;
  }
}
