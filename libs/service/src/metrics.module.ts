import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Metrics } from '@code-router/observability';
import { EventLogMetrics } from './event-log-metrics.js';
import { MetricsAccess } from './metrics-access.js';
import { MetricsController } from './metrics.controller.js';

/** One place for the metrics of a process, which every service in it adds to. */
@Global()
@Module({ controllers: [MetricsController], providers: [Metrics, EventLogMetrics], exports: [Metrics] })
export class MetricsModule {
  static forPort(access: MetricsAccess): DynamicModule {
    return { module: MetricsModule, providers: [{ provide: MetricsAccess, useValue: access }] };
  }
}
