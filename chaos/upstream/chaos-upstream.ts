import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import { PIECE, readPlan, type CallPlan, type Misbehaviour } from './call-plan.js';
import { UpstreamBook, type UpstreamEntry } from './upstream-book.js';

interface ChatRequest {
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly messages: readonly { readonly content: string }[];
}

const ENRAGED_SHARE = 0.7;
const GARBAGE = Buffer.from([0x00, 0xff, 0xfe, 0x7b, 0x22, 0x64, 0xc3, 0x28, 0x0a]);

/** A provider that speaks OpenAI's dialect, keeps a book of all it served, and does wrong where it is told to. */
export class ChaosUpstream {
  readonly book = new UpstreamBook();
  /** What most answers do wrong now, whatever their plan says. */
  private enragedBy: Misbehaviour | undefined;

  static async start(random: Random): Promise<ChaosUpstream> {
    const upstream = new ChaosUpstream(random);
    await new Promise<void>((resolve) => upstream.server.listen(0, '127.0.0.1', 1_024, resolve));
    return upstream;
  }

  private constructor(private readonly random: Random) {}

  private readonly server = createServer((request, response) => {
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => void this.answer(request, Buffer.concat(chunks).toString('utf8'), response));
  });

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  enrage(misbehaviour: Misbehaviour | undefined): void {
    this.enragedBy = misbehaviour;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, text: string, response: ServerResponse): Promise<void> {
    const body = JSON.parse(text) as ChatRequest;
    const plan = readPlan(body.messages[0]?.content ?? '');
    if (!plan) return void response.writeHead(400).end('{"error":{"message":"not of the suite"}}');
    const misbehaviour = this.misbehaviourOf(plan);
    const requestId = String(request.headers['x-client-request-id'] ?? '');
    const entry = this.book.open(plan.callId, requestId, plan.promptTokens);
    if (misbehaviour === 'status-429' || misbehaviour === 'status-500') {
      const status = misbehaviour === 'status-429' ? 429 : 500;
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' });
      response.end('{"error":{"message":"on purpose","type":"server_error","code":null}}');
      return;
    }
    const answering = { plan, misbehaviour, entry, response };
    await (body.stream ? stream(answering, body.stream_options?.include_usage === true) : complete(answering));
  }

  private misbehaviourOf(plan: CallPlan): Misbehaviour | null {
    if (this.enragedBy && this.random.chance(ENRAGED_SHARE)) return this.enragedBy;
    return this.book.callsOf(plan.callId) === 0 ? plan.misbehaviour : null;
  }
}

interface Answering {
  readonly plan: CallPlan;
  readonly misbehaviour: Misbehaviour | null;
  readonly entry: UpstreamEntry;
  readonly response: ServerResponse;
}

async function complete({ plan, misbehaviour, entry, response }: Answering): Promise<void> {
  await sleep(plan.pieceMs * Math.min(plan.pieces, 20));
  if (response.destroyed) return;
  const usage = usageOf(plan, plan.pieces);
  const choice = {
    index: 0,
    message: { role: 'assistant', content: PIECE.repeat(plan.pieces) },
    finish_reason: 'stop',
  };
  const completion = { ...IDENTITY, object: 'chat.completion', choices: [choice] };
  const text = JSON.stringify(misbehaviour === 'omit-usage' ? completion : { ...completion, usage });
  const head = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  switch (misbehaviour) {
    case 'stall':
      return;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' }).end(GARBAGE);
      return;
    case 'error-event':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"error":{"message":"on purpose"}}');
      return;
    case 'reset':
    case 'cut':
      response.writeHead(200, head);
      response.write(text.slice(0, text.length / 2), () => breakOff(response));
      return;
    default:
      entry.produced = plan.pieces;
      entry.reported = misbehaviour === 'omit-usage' ? null : plan.pieces;
      entry.isWhole = true;
      response.writeHead(200, head).end(text);
  }
}

async function stream(answering: Answering, includesUsage: boolean): Promise<void> {
  const { plan, misbehaviour, entry, response } = answering;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const padding = plan.paddingBytes === 0 ? {} : { padding: 'x'.repeat(plan.paddingBytes) };
  for (let piece = 0; piece < plan.pieces; piece += 1) {
    if (piece === plan.misbehaveAt && misbehaveInStream(misbehaviour, response)) return;
    if (
      !(await write(response, { choices: [{ index: 0, delta: { content: PIECE }, finish_reason: null }], ...padding }))
    )
      return;
    entry.produced += 1;
    await sleep(plan.pieceMs);
  }
  if (!(await write(response, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))) return;
  if (includesUsage && misbehaviour !== 'omit-usage') {
    entry.reported = entry.produced;
    if (!(await write(response, { choices: [], usage: usageOf(plan, entry.produced) }))) return;
  }
  entry.isWhole = true;
  response.end('data: [DONE]\n\n');
}

/** @returns whether the answer ends here. */
function misbehaveInStream(misbehaviour: Misbehaviour | null, response: ServerResponse): boolean {
  switch (misbehaviour) {
    case 'reset':
      breakOff(response);
      return true;
    case 'stall':
      return true;
    case 'cut':
      response.end();
      return true;
    case 'error-event':
      response.end('data: {"error":{"message":"on purpose","type":"server_error"}}\n\ndata: [DONE]\n\n');
      return true;
    case 'garbage':
      // The answer goes on behind it.
      response.write(Buffer.concat([Buffer.from('data: '), GARBAGE, Buffer.from('\n\n')]));
      return false;
    default:
      return false;
  }
}

/** Waits for a reader that is slow. @returns false when there is no reader any more. */
async function write(response: ServerResponse, members: object): Promise<boolean> {
  if (response.destroyed) return false;
  const chunk = `data: ${JSON.stringify({ ...IDENTITY, object: 'chat.completion.chunk', ...members })}\n\n`;
  if (response.write(chunk)) return true;
  return new Promise((resolve) => {
    response.once('drain', () => resolve(true));
    response.once('close', () => resolve(false));
  });
}

function breakOff(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function usageOf({ promptTokens }: CallPlan, pieces: number) {
  return { prompt_tokens: promptTokens, completion_tokens: pieces, total_tokens: promptTokens + pieces };
}

const IDENTITY = { id: 'chatcmpl-chaos', created: 1_700_000_000, model: 'chaos' };
