import { findMember, splice } from './json-member.js';

const EMPTY = Buffer.alloc(0);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const SPACE = 0x20;
const DONE = '[DONE]';
/** Members of a delta that hold what the model wrote. */
const TEXT_MEMBERS = ['"content":', '"arguments":', '"refusal":'];
/** Two names of one thing: some servers, vLLM among them, write each piece of reasoning under both. */
const REASONING_MEMBERS = ['"reasoning_content":', '"reasoning":'];
/** How much of the end of an event, at most `\r\n\r\n`, may lie on either side of where two pieces meet. */
const SEAM_BYTES = 3;
/** An event that is still not whole at this size is no event. */
const EVENT_BYTES_MAX = 32 * 1024 * 1024;

export interface ChatStreamOptions {
  /** Whether the client asked for the usage chunk, so that it is passed on. */
  readonly forwardUsage: boolean;
  /** What no error that the provider reports may tell the client. */
  readonly secrets: readonly string[];
  /** Whether it matters that the answer cites the web. */
  readonly watchCitations: boolean;
  /** Members to add to the usage object that is passed on, as JSON without braces; undefined for none. */
  readonly membersForUsage: (usage: unknown) => string | undefined;
}

/**
 * Watches a stream of chat completion chunks go by. Whole events are passed on as the bytes they came in, at once; they
 * are parsed only where they hold usage or an error, which a search of the bytes tells. (In a JSON string every quote is
 * escaped, so what the model writes cannot look like a member's name.)
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class ChatStream {
  /** The last `usage` object. */
  usage: unknown;
  finishReason: string | undefined;
  /** What the provider says it answers with. */
  model: string | undefined;
  /** The stream was ended by its own last event. */
  isDone = false;
  /** The provider reported an error in the stream. */
  isFailed = false;
  /** The answer cites a page of the web: the provider has searched. */
  citesTheWeb = false;

  private readonly text: Measure = { bytes: 0, pieces: 0 };
  private readonly reasoning = REASONING_MEMBERS.map((member) => ({ member, bytes: 0, pieces: 0 }));
  /** What arrived of an event that is not whole yet, as it came: a large event comes in very many pieces. */
  private tail: Buffer[] = [];
  private tailBytes = 0;

  constructor(private readonly options: ChatStreamOptions) {}

  /** Takes what arrived and returns what the client gets of it: every event that is whole, except a usage chunk unasked. */
  push(chunk: Buffer): Buffer {
    const end = this.endOfLastEvent(chunk);
    if (end === 0) {
      this.keep(chunk);
      return EMPTY;
    }
    const ending = end === chunk.length ? chunk : chunk.subarray(0, end);
    const events = this.tailBytes > 0 ? Buffer.concat([...this.tail, ending]) : ending;
    this.tail = [];
    this.tailBytes = 0;
    if (end < chunk.length) this.keep(chunk.subarray(end));
    this.measure(events);
    return this.needsReading(events) ? this.readEach(events) : events;
  }

  private keep(part: Buffer): void {
    this.tail.push(part);
    this.tailBytes += part.length;
    if (this.tailBytes > EVENT_BYTES_MAX) throw new RangeError('The provider sent an event of more than 32 MiB.');
  }

  /** Where in the chunk the last whole event ends; 0 when none does. Only what is new is searched. */
  private endOfLastEvent(chunk: Buffer): number {
    if (this.tailBytes === 0) return endOfLastEvent(chunk);
    const within = endOfLastEvent(chunk);
    if (within > 0) return within;
    const before = this.lastBytes(SEAM_BYTES);
    const seam = Buffer.concat([before, chunk.subarray(0, SEAM_BYTES)]);
    return Math.max(0, endOfLastEvent(seam) - before.length);
  }

  /** The last few bytes of what was kept, in which the end of an event may have begun. */
  private lastBytes(count: number): Buffer {
    let index = this.tail.length;
    let found: Buffer = EMPTY;
    while (index > 0 && found.length < count) {
      index -= 1;
      found = Buffer.concat([this.tail[index]?.subarray(found.length - count) ?? EMPTY, found]);
    }
    return found.subarray(Math.max(0, found.length - count));
  }

  /** Bytes of text that the model wrote, its reasoning included. */
  get textBytes(): number {
    return this.text.bytes + this.reasoning.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  }

  /** In how many pieces. */
  get textPieces(): number {
    return this.text.pieces + this.reasoning.reduce((most, { pieces }) => Math.max(most, pieces), 0);
  }

  /** The model finished, whether or not the stream was ended as it should be. */
  get isComplete(): boolean {
    return !this.isFailed && (this.isDone || this.finishReason !== undefined);
  }

  private needsReading(events: Buffer): boolean {
    return (
      this.model === undefined ||
      events.includes(DONE) ||
      events.includes('"error"') ||
      valueStartsAfter(events, '"usage":', OPENING_BRACE)
    );
  }

  private readEach(events: Buffer): Buffer {
    const forwarded: Buffer[] = [];
    let start = 0;
    while (start < events.length) {
      const end = endOfFirstEvent(events, start);
      const event = this.readEvent(events.subarray(start, end));
      if (event) forwarded.push(event);
      start = end;
    }
    return forwarded.length === 1 ? (forwarded[0] as Buffer) : Buffer.concat(forwarded);
  }

  /** The event as the client gets it; undefined when it gets none. */
  private readEvent(arrived: Buffer): Buffer | undefined {
    let event = arrived;
    const dataStart = startOfData(event);
    if (dataStart === undefined) return event;
    if (event.includes(DONE, dataStart) && event.toString('utf8', dataStart).trim() === DONE) {
      // It is held back until the request is settled; and some servers end a failed stream as they end a whole one.
      this.isDone = true;
      return undefined;
    }
    const chunk = parseChunk(event.toString('utf8', dataStart));
    if (!chunk) return event;
    if (typeof chunk.model === 'string') this.model ??= chunk.model;
    if (chunk.error !== undefined && chunk.error !== null) {
      this.isFailed = true;
      event = withoutSecrets(event, this.options.secrets);
    }
    if (!isObject(chunk.usage)) return event;

    this.usage = chunk.usage;
    const isUsageOnly = Array.isArray(chunk.choices) && chunk.choices.length === 0;
    if (!this.options.forwardUsage) return isUsageOnly ? undefined : event;
    const members = this.options.membersForUsage(chunk.usage);
    const range = members ? findMember(event, 'usage', dataStart) : undefined;
    if (!members || !range) return event;
    const isEmpty = Object.keys(chunk.usage).length === 0;
    return splice(event, { start: range.start + 1, end: range.start + 1 }, isEmpty ? members : `${members},`);
  }

  /** Counts what the model wrote, for a stream that ends without usage; the text itself is not kept. */
  private measure(events: Buffer): void {
    for (const member of TEXT_MEMBERS) add(this.text, events, member);
    for (const measure of this.reasoning) add(measure, events, measure.member);
    if (this.options.watchCitations && !this.citesTheWeb) this.citesTheWeb = events.includes('"url_citation"');
    for (const { start, end } of stringValues(events, '"finish_reason":')) {
      this.finishReason = events.toString('utf8', start, end);
    }
  }
}

/** How much text went by. */
interface Measure {
  bytes: number;
  pieces: number;
}

interface Chunk {
  readonly model?: unknown;
  readonly usage?: unknown;
  readonly choices?: unknown;
  readonly error?: unknown;
}

function withoutSecrets(event: Buffer, secrets: readonly string[]): Buffer {
  const told = secrets.filter((secret) => event.includes(secret));
  return told.length === 0
    ? event
    : Buffer.from(told.reduce((text, secret) => text.replaceAll(secret, '…'), event.toString('utf8')));
}

function parseChunk(json: string): Chunk | undefined {
  try {
    const chunk: unknown = JSON.parse(json);
    return isObject(chunk) ? chunk : undefined;
  } catch {
    // Not a chunk of ours to read; the client is told what the provider said.
    return undefined;
  }
}

function add(measure: Measure, events: Buffer, member: string): void {
  for (const { start, end } of stringValues(events, member)) {
    if (end > start) measure.pieces += 1;
    measure.bytes += end - start;
  }
}

/** The contents, without quotes, of each string that is the value of a member. */
function* stringValues(bytes: Buffer, member: string): Generator<{ start: number; end: number }> {
  let found = bytes.indexOf(member);
  while (found !== -1) {
    const valueStart = skipSpaces(bytes, found + member.length);
    let next = valueStart;
    if (bytes[valueStart] === QUOTE) {
      next = closingQuote(bytes, valueStart);
      yield { start: valueStart + 1, end: next };
    }
    found = bytes.indexOf(member, next);
  }
}

function valueStartsAfter(bytes: Buffer, member: string, first: number): boolean {
  let found = bytes.indexOf(member);
  while (found !== -1) {
    if (bytes[skipSpaces(bytes, found + member.length)] === first) return true;
    found = bytes.indexOf(member, found + member.length);
  }
  return false;
}

function closingQuote(bytes: Buffer, openingQuote: number): number {
  let position = openingQuote + 1;
  while (position < bytes.length && bytes[position] !== QUOTE) position += bytes[position] === BACKSLASH ? 2 : 1;
  return Math.min(position, bytes.length);
}

function skipSpaces(bytes: Buffer, from: number): number {
  let position = from;
  while (bytes[position] === SPACE) position += 1;
  return position;
}

/** After the blank line that ends the last whole event; 0 when none is whole. */
function endOfLastEvent(data: Buffer): number {
  const feed = data.lastIndexOf('\n\n');
  const carriage = data.lastIndexOf('\r\n\r\n');
  return Math.max(feed === -1 ? 0 : feed + 2, carriage === -1 ? 0 : carriage + 4);
}

function endOfFirstEvent(data: Buffer, from: number): number {
  const feed = data.indexOf('\n\n', from);
  const carriage = data.indexOf('\r\n\r\n', from);
  const ends = [feed === -1 ? data.length : feed + 2, carriage === -1 ? data.length : carriage + 4];
  return Math.min(...ends);
}

/** Where the value of the event's `data` field begins; undefined for comments and other fields. */
function startOfData(event: Buffer): number | undefined {
  const field = event.indexOf('data:');
  if (field === -1) return undefined;
  return event[field + 5] === SPACE ? field + 6 : field + 5;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
