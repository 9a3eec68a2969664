import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ConsoleModule } from './console/console.module.js';
import { ErrorEnvelopeFilter } from './http/error-envelope.filter.js';
import { RelayModule } from './relay/relay.module.js';

/** The HTTP edge: the relay that callers use, and the API of the console. */
@Module({
  imports: [RelayModule, ConsoleModule],
  providers: [{ provide: APP_FILTER, useClass: ErrorEnvelopeFilter }],
})
export class GatewayModule {}
