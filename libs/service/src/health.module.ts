import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Infrastructure } from '@code-router/config';
import { HealthController } from './health.controller.js';
import { ServiceHealth } from './service-health.js';

/** What every process has: its servers' addresses, and health. */
@Global()
@Module({})
export class HealthModule {
  static forInfrastructure(infrastructure: Infrastructure): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [ServiceHealth, { provide: Infrastructure, useValue: infrastructure }],
      exports: [ServiceHealth, Infrastructure],
    };
  }
}
