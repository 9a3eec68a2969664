import type { MessageHandler } from '@nestjs/microservices';

/** The handlers of every service in this process, by subject: what the in-process server fills and the client calls. */
export class InProcessBus {
  private handlers: ReadonlyMap<string, MessageHandler> = new Map();

  open(handlers: ReadonlyMap<string, MessageHandler>): void {
    this.handlers = handlers;
  }

  close(): void {
    this.handlers = new Map();
  }

  get isOpen(): boolean {
    return this.handlers.size > 0;
  }

  handlerOf(subject: string): MessageHandler | undefined {
    return this.handlers.get(subject);
  }
}
