import { errors, type Dispatcher } from 'undici';
import { UpstreamFailure, type UpstreamBody } from '../provider.js';
import { ArrivingBody } from './arriving-body.js';

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
    const giveUp = (): void => flow.giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    flow.finished = () => signal.removeEventListener('abort', giveUp);
    dispatcher.dispatch(options, flow);
  });
}

class HttpFlow implements Dispatcher.DispatchHandler {
  finished: () => void = () => undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private body: ArrivingBody | undefined;
  private isGivenUp = false;

  constructor(
    private readonly answered: (answer: HttpAnswer) => void,
    private readonly failed: (error: UpstreamFailure) => void,
  ) {}

  /** Whoever waits for the head, or reads the body, hears of it as of any other failure. */
  giveUp(): void {
    this.isGivenUp = true;
    this.controller?.abort(new UpstreamFailure('broken', 'The call was given up.'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isGivenUp) this.giveUp();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.body = new ArrivingBody(controller);
    this.answered({ status, headers, body: this.body });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.body?.arrived(chunk);
  }

  onResponseEnd(): void {
    this.finished();
    this.body?.ended('whole');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.finished();
    const failure = failureFrom(error);
    this.failed(failure);
    this.body?.ended(failure);
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
