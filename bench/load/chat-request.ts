/** The requests that every target gets, and what their answers cost. */

export const CHUNKS_PER_STREAM = 50;
export const PROMPT_TOKENS = 20;
export const COMPLETION_TOKENS = 50;

/** What the mock upstream and Code Router call the model. */
export const MODEL = 'bench';
/** Its streams stop after the first chunk until they are told to go on. */
export const IDLE_MODEL = 'idle-bench';
export const FINISH_IDLE_STREAMS_PATH = '/finish-idle-streams';

/** Nanos per million tokens. */
export const INPUT_RATE = 1_000_000_000n;
export const OUTPUT_RATE = 2_000_000_000n;
/** What one request is charged, worked out by hand from the rates above: whole nanos, nothing to round. */
export const PRICE_NANOS = (BigInt(PROMPT_TOKENS) * INPUT_RATE + BigInt(COMPLETION_TOKENS) * OUTPUT_RATE) / 1_000_000n;

export const KINDS = ['plain', 'stream'] as const;
export type RequestKind = (typeof KINDS)[number];

export interface Endpoint {
  readonly port: number;
  /** Beside those that every request has. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The bytes of a request; the same body for every target. */
export function requestBytes({ port, headers }: Endpoint, kind: RequestKind, model = MODEL): Buffer {
  const body = JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: 'Tell me in one sentence what a benchmark is good for.' },
    ],
    max_tokens: 100,
    ...(kind === 'stream' ? { stream: true, stream_options: { include_usage: true } } : {}),
  });
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
