import type { Random } from '../random.js';

/** What the upstream does wrong in an answer. */
export const MISBEHAVIOURS = [
  /** Leaves out what the answer used. */
  'omit-usage',
  /** Breaks the connection, with pieces of the answer written. */
  'reset',
  /** Falls silent after some pieces. */
  'stall',
  /** Writes bytes that are no event and no JSON. */
  'garbage',
  /** Ends the answer properly before it is whole. */
  'cut',
  /** Reports an error in the middle of an answer. */
  'error-event',
  'status-429',
  'status-500',
] as const;

export type Misbehaviour = (typeof MISBEHAVIOURS)[number];

/** What a client wants of the upstream; it travels as the content of the client's message. */
export interface CallPlan {
  /** The client's name for its call, which it knows even when no answer comes. */
  readonly callId: string;
  /** As the upstream will report it. */
  readonly promptTokens: number;
  /** The pieces of text of the answer; each is a token. */
  readonly pieces: number;
  /** Between two of them. */
  readonly pieceMs: number;
  /** How many bytes of no meaning each piece carries with it, for readers that are to be slow. */
  readonly paddingBytes: number;
  /** Only at the first call for it: when the gateway tries another channel, that one behaves. */
  readonly misbehaviour: Misbehaviour | null;
  /** After how many pieces, where it is in the middle. */
  readonly misbehaveAt: number;
}

/** Four bytes and one token for every tokenizer, so that nobody has to estimate. */
export const PIECE = ' cat';

const MISBEHAVING_SHARE = 0.18;
const LONG_SHARE = 0.06;

export function drawPlan(random: Random, callId: string): CallPlan {
  const isLong = random.chance(LONG_SHARE);
  const pieces = isLong ? random.whole(120, 200) : random.whole(4, 40);
  return {
    callId,
    promptTokens: random.whole(5, 400),
    pieces,
    pieceMs: isLong ? random.whole(30, 50) : random.whole(5, 40),
    paddingBytes: 0,
    misbehaviour: random.chance(MISBEHAVING_SHARE) ? random.pick(MISBEHAVIOURS) : null,
    misbehaveAt: random.whole(0, pieces - 1),
  };
}

/** @returns null when the message was not made by a client of the suite. */
export function readPlan(content: string): CallPlan | null {
  const at = content.indexOf('{');
  return at === -1 ? null : (JSON.parse(content.slice(at)) as CallPlan);
}
