import { Logger } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import { firstValueFrom, isObservable, lastValueFrom } from 'rxjs';
import type { NoticeContract, RequestContract } from '@code-router/contracts';
import { domainErrorFrom, serviceUnavailable } from '../remote-error.js';
import { REQUEST_TIMEOUT_MS_DEFAULT, ServiceClient, type RequestOptions } from '../service-client.js';
import { InProcessBus } from './in-process-bus.js';

/**
 * Calls the handler of another service in this process. What is sent passes through JSON, as over a broker: a service
 * can neither reach into another's objects nor rely on a type that JSON has not.
 */
export class InProcessServiceClient extends ServiceClient {
  private readonly logger = new Logger(InProcessServiceClient.name);

  constructor(private readonly bus: InProcessBus) {
    super();
  }

  override async request<Request, Reply>(
    contract: RequestContract<Request, Reply>,
    request: Request,
    options: RequestOptions = {},
  ): Promise<Reply> {
    const handler = this.bus.handlerOf(contract.subject);
    if (!handler) throw serviceUnavailable(contract.subject);
    const timeoutMs = options.timeoutMs ?? REQUEST_TIMEOUT_MS_DEFAULT;
    return withDeadline(answer<Reply>(handler, request, contract.subject), timeoutMs, contract.subject);
  }

  override notify<Notice>(contract: NoticeContract<Notice>, notice: Notice): void {
    // A notice never makes its sender wait or fail.
    queueMicrotask(() => void this.deliver(contract.subject, notice));
  }

  override onReconnected(): void {
    // Within a process there is no connection to lose.
  }

  override isConnected(): boolean {
    return this.bus.isOpen;
  }

  /** The handler of the first listener; Nest has it call the others. */
  private async deliver(subject: string, notice: unknown): Promise<void> {
    const handler = this.bus.handlerOf(subject);
    if (!handler) return;
    try {
      const outcome: unknown = await handler(throughJson(notice));
      if (isObservable(outcome)) await lastValueFrom(outcome, { defaultValue: undefined });
    } catch (error) {
      this.logger.error(error, { subject });
    }
  }
}

async function answer<Reply>(handler: MessageHandler, request: unknown, subject: string): Promise<Reply> {
  const outcome: unknown = await handler(throughJson(request));
  if (!isObservable(outcome)) return throughJson(outcome as Reply);
  try {
    return throughJson((await firstValueFrom(outcome)) as Reply);
  } catch (error) {
    throw domainErrorFrom(error, subject);
  }
}

async function withDeadline<Reply>(reply: Promise<Reply>, timeoutMs: number, subject: string): Promise<Reply> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(serviceUnavailable(subject)), timeoutMs);
  });
  try {
    return await Promise.race([reply, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function throughJson<Value>(value: Value): Value {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value);
}
