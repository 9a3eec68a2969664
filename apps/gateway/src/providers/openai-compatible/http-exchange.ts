import { errors, type Dispatcher } from 'undici';
import { UpstreamFailure, type BodyReader, type UpstreamBody } from '../provider.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: UpstreamBody;
}

/**
 * One HTTP request and the flow of its answer, on undici's dispatch interface: it hands over the parser's chunks
 * as they are, where a stream object in between would cost more than the rest of the relay.
 *
 * @throws UpstreamFailure when no head of an answer arrives.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const flow = new HttpFlow(resolve, reject);
    if (signal.aborted) {
      reject(new UpstreamFailure('broken', 'The call was given up before it was sent.'));
      return;
    }
    const giveUp = (): void => flow.cut();
    signal.addEventListener('abort', giveUp, { once: true });
    flow.finished = () => signal.removeEventListener('abort', giveUp);
    dispatcher.dispatch(options, flow);
  });
}

class HttpFlow implements Dispatcher.DispatchHandler, UpstreamBody {
  finished: () => void = () => undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private reader: BodyReader | undefined;
  private isCut = false;

  constructor(
    private readonly answered: (answer: HttpAnswer) => void,
    private readonly failed: (error: UpstreamFailure) => void,
  ) {}

  read(reader: BodyReader): void {
    this.reader = reader;
    this.controller?.resume();
  }

  pause(): void {
    this.controller?.pause();
  }

  resume(): void {
    this.controller?.resume();
  }

  cut(): void {
    this.isCut = true;
    this.reader = undefined;
    this.controller?.abort(new UpstreamFailure('broken', 'The call was given up.'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isCut) this.cut();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    // Nothing flows before somebody reads.
    controller.pause();
    this.answered({ status, headers, body: this });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.reader?.chunk(chunk);
  }

  onResponseEnd(): void {
    this.finished();
    this.reader?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.finished();
    const failure = failureFrom(error);
    this.failed(failure);
    this.reader?.fail(failure);
  }
}

function failureFrom(error: Error): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error;
  if (error instanceof errors.HeadersTimeoutError) {
    return new UpstreamFailure('timeout', 'The provider sent no answer in time.', { cause: error });
  }
  if (error instanceof errors.BodyTimeoutError) {
    return new UpstreamFailure('timeout', 'The provider fell silent in the middle of its answer.', { cause: error });
  }
  if (error instanceof errors.ConnectTimeoutError) {
    return new UpstreamFailure('timeout', 'The provider could not be connected to in time.', { cause: error });
  }
  const { code } = error as NodeJS.ErrnoException;
  const unreachable = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH';
  return unreachable
    ? new UpstreamFailure('unreachable', 'The provider could not be reached.', { cause: error })
    : new UpstreamFailure('broken', 'The connection to the provider broke off.', { cause: error });
}
