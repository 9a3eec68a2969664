import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { InProcessBus } from './in-process-bus.js';

/** Nest's transport strategy for services that live in one process: the same controllers, without a broker. */
export class InProcessServer extends Server implements CustomTransportStrategy {
  constructor(private readonly bus: InProcessBus) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.bus.open(this.messageHandlers);
    callback();
  }

  close(): void {
    this.bus.close();
  }

  override on(): never {
    throw new Error('The in-process transport has no events of its own.');
  }

  override unwrap<Inner>(): Inner {
    return this.bus as Inner;
  }
}
