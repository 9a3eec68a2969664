/**
 * The upstream that every target leads to, as little work as a Node server can make of it: a chat completion with usage,
 * or a stream of 50 chunks, each written in a turn of the event loop of its own as a model would. The answer's text never
 * changes, so a request has one price.
 */
import { createServer, type ServerResponse } from 'node:http';
import {
  CHUNKS_PER_STREAM,
  COMPLETION_TOKENS,
  FINISH_IDLE_STREAMS_PATH,
  IDLE_MODEL,
  PROMPT_TOKENS,
} from '../load/chat-request.js';
import { listenOnLoopback } from './listen-on-loopback.js';

const USAGE = {
  prompt_tokens: PROMPT_TOKENS,
  completion_tokens: COMPLETION_TOKENS,
  total_tokens: PROMPT_TOKENS + COMPLETION_TOKENS,
};
const IDENTITY = { id: 'chatcmpl-bench', created: 1_700_000_000, model: 'bench' };

const COMPLETION = Buffer.from(
  JSON.stringify({
    ...IDENTITY,
    object: 'chat.completion',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'word '.repeat(COMPLETION_TOKENS) }, finish_reason: 'stop' },
    ],
    usage: USAGE,
  }),
);
const COMPLETION_HEADERS = { 'content-type': 'application/json', 'content-length': String(COMPLETION.length) };
const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8' };

const CHUNKS = Array.from({ length: CHUNKS_PER_STREAM }, (_, index) =>
  event({
    choices: [
      { index: 0, delta: { content: 'word ' }, finish_reason: index === CHUNKS_PER_STREAM - 1 ? 'stop' : null },
    ],
  }),
);
const USAGE_CHUNK = event({ choices: [], usage: USAGE });
const DONE = Buffer.from('data: [DONE]\n\n');

const idleStreams: (() => void)[] = [];

const server = createServer((request, response) => {
  const received: Buffer[] = [];
  request.on('data', (chunk: Buffer) => received.push(chunk));
  request.on('end', () => {
    if (request.url === FINISH_IDLE_STREAMS_PATH) {
      for (const finish of idleStreams.splice(0)) finish();
      response.end();
      return;
    }
    const body = received.length === 1 ? (received[0] as Buffer) : Buffer.concat(received);
    if (body.includes('"stream":true')) stream(body, response);
    else response.writeHead(200, COMPLETION_HEADERS).end(COMPLETION);
  });
});
await listenOnLoopback(server);

function stream(body: Buffer, response: ServerResponse): void {
  const chunks = body.includes('"include_usage":true') ? [...CHUNKS, USAGE_CHUNK, DONE] : [...CHUNKS, DONE];
  response.writeHead(200, STREAM_HEADERS);
  if (!body.includes(IDLE_MODEL)) return writeFrom(0);
  response.write(CHUNKS[0]);
  idleStreams.push(() => writeFrom(1));

  function writeFrom(index: number): void {
    if (index === chunks.length - 1) {
      response.end(chunks[index]);
      return;
    }
    response.write(chunks[index]);
    setImmediate(writeFrom, index + 1);
  }
}

function event(members: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify({ ...IDENTITY, object: 'chat.completion.chunk', ...members })}\n\n`);
}
