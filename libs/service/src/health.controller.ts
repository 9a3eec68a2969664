import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import { ServiceClient } from '@code-router/messaging';
import { ServiceHealth } from './service-health.js';

/** What Kubernetes asks: whether to restart this process, and whether to send it requests. */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(ServiceHealth) private readonly health: ServiceHealth,
    @Inject(ServiceClient) private readonly client: ServiceClient,
  ) {}

  /** The process answers. It says nothing of its dependencies: restarting does not cure a database. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** Every dependency answers now. Which one does not is said, and not why: anybody may ask. */
  @Get('ready')
  async ready() {
    const results = Object.entries(await this.health.check(this.client));
    const checks = Object.fromEntries(results.map(([name, result]) => [name, result === 'ok' ? 'ok' : 'failed']));
    const ready = Object.values(checks).every((check) => check === 'ok');
    if (!ready) throw new ServiceUnavailableException({ status: 'unavailable', checks });
    return { status: 'ok', checks };
  }
}
