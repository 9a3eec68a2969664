import type { INestApplicationContext } from '@nestjs/common';
import type { ServiceClient } from '@code-router/messaging';

/** A process with the gateway's channels, and a way to ask the other services. */
export interface Gateway {
  readonly app: INestApplicationContext;
  readonly client: ServiceClient;
}
