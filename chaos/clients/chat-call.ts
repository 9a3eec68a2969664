import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { nanosOfCredits } from '../price.js';
import { PIECE, type CallPlan } from '../upstream/call-plan.js';
import type { ClientEntry, ClientOutcome } from './client-book.js';

export interface ChatCall {
  readonly plan: CallPlan;
  readonly gateway: { readonly name: string; readonly url: string };
  readonly apiKey: string;
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** Goes away when so many pieces have come; with 0, a moment after it asked. */
  readonly leaveAtPiece: number | undefined;
  /** How long it reads nothing after each piece. */
  readonly readPauseMs: number;
  /** It must have ended by then, well or badly. */
  readonly boundMs: number;
}

const LEAVE_EARLY_MS = 30;
const END_OF_EVENT = '\n\n';

/** Makes one call, each on a connection of its own, and tells what came of it. It never rejects. */
export function chat(call: ChatCall): Promise<ClientEntry> {
  return new Promise((resolve) => new Caller(call, resolve));
}

class Caller {
  private readonly request: ClientRequest;
  private readonly bound: NodeJS.Timeout;
  private requestId: string | undefined;
  private status: number | undefined;
  private text = '';
  private pieces = 0;
  private firstPieceAt = 0;
  private lastPieceAt = 0;
  private told: bigint | undefined;
  private isDone = false;
  private isFailed = false;
  private hasEnded = false;

  constructor(
    private readonly call: ChatCall,
    private readonly resolve: (entry: ClientEntry) => void,
  ) {
    const body = JSON.stringify(bodyOf(call));
    this.request = httpRequest(`${call.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${call.apiKey}`,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
      },
    });
    this.request.on('response', (response) => this.receive(response));
    this.request.on('error', () => this.end('failed'));
    this.request.on('close', () => this.end('failed'));
    this.bound = setTimeout(() => this.end('hung'), call.boundMs);
    this.request.end(body);
    if (call.leaveAtPiece === 0) setTimeout(() => this.end('left'), LEAVE_EARLY_MS);
  }

  private receive(response: IncomingMessage): void {
    this.requestId = response.headers['x-request-id']?.toString();
    this.status = response.statusCode;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.read(text, response));
    response.on('error', () => undefined);
    // Also after an error: then the answer is not complete.
    response.on('close', () => this.end(this.judge(response.complete)));
  }

  private read(text: string, response: IncomingMessage): void {
    this.text += text;
    if (this.status !== 200 || !this.call.stream) return;
    const events = this.text.split(END_OF_EVENT);
    this.text = events.pop() ?? '';
    const before = this.pieces;
    for (const event of events) {
      this.readEvent(event);
      if (this.pieces === this.call.leaveAtPiece) return this.end('left');
    }
    if (this.call.readPauseMs === 0 || this.pieces === before) return;
    response.pause();
    setTimeout(() => response.resume(), this.call.readPauseMs);
  }

  private readEvent(event: string): void {
    if (event === 'data: [DONE]') this.isDone = true;
    if (event.startsWith('data: {"error"')) this.isFailed = true;
    if (event.includes(`"content":"${PIECE}"`)) this.countPiece();
    this.told ??= costIn(event);
  }

  private countPiece(): void {
    this.pieces += 1;
    this.lastPieceAt = Date.now();
    if (this.pieces === 1) this.firstPieceAt = this.lastPieceAt;
  }

  private judge(isComplete: boolean): ClientOutcome {
    if (this.status !== 200) return this.status !== undefined && this.status < 500 ? 'refused' : 'failed';
    if (this.call.stream) return isComplete && this.isDone && !this.isFailed ? 'succeeded' : 'broken';
    if (!isComplete) return 'broken';
    this.pieces = this.text.split(PIECE).length - 1;
    this.told = costIn(this.text);
    return 'succeeded';
  }

  private end(outcome: ClientOutcome): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    clearTimeout(this.bound);
    this.request.destroy();
    const { plan, gateway, stream } = this.call;
    this.resolve({
      callId: plan.callId,
      gateway: gateway.name,
      stream,
      requestId: this.requestId,
      outcome,
      status: this.status,
      pieces: this.pieces,
      receivingMs: this.lastPieceAt - this.firstPieceAt,
      toldNanos: this.told,
      endedAt: Date.now(),
    });
  }
}

function bodyOf({ plan, model, stream, includeUsage }: ChatCall): object {
  return {
    model,
    messages: [{ role: 'user', content: `please ${JSON.stringify(plan)}` }],
    max_tokens: plan.pieces + 20,
    ...(stream ? { stream } : {}),
    ...(stream && includeUsage ? { stream_options: { include_usage: true } } : {}),
  };
}

function costIn(text: string): bigint | undefined {
  const cost = /"cost":(\d+(?:\.\d+)?)/.exec(text)?.[1];
  return cost === undefined ? undefined : nanosOfCredits(cost);
}
