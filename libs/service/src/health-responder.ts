import { Controller, Inject, type Type } from '@nestjs/common';
import { healthOf, type ServiceChecks } from '@code-router/contracts';
import { Answers, ServiceClient } from '@code-router/messaging';
import { ServiceHealth } from './service-health.js';

/** Answers other services that want to know how this one is. */
export function healthResponder(service: string): Type {
  @Controller()
  class HealthResponder {
    constructor(
      @Inject(ServiceHealth) private readonly health: ServiceHealth,
      @Inject(ServiceClient) private readonly client: ServiceClient,
    ) {}

    @Answers(healthOf(service))
    report(): Promise<ServiceChecks> {
      return this.health.check(this.client);
    }
  }
  return HealthResponder;
}
