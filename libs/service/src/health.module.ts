import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Infrastructure } from '@code-router/config';
import { healthResponder } from './health-responder.js';
import { HealthController } from './health.controller.js';
import { ServiceHealth } from './service-health.js';
import { settingsResponder } from './settings-responder.js';

/** What every process has: its servers' addresses, its health, and what it was set up with. */
@Global()
@Module({})
export class HealthModule {
  static forInfrastructure(infrastructure: Infrastructure, service: string): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController, healthResponder(service), settingsResponder(service)],
      providers: [ServiceHealth, { provide: Infrastructure, useValue: infrastructure }],
      exports: [ServiceHealth, Infrastructure],
    };
  }
}
