/** What a Node proxy costs that does nothing but pass on: the measure of what Code Router adds. Its argument: the upstream. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { listenOnLoopback } from './listen-on-loopback.js';

const upstream = new Pool(process.argv[2] ?? '', { connections: 4_096, pipelining: 1 });

await listenOnLoopback(
  createServer((request, response) => {
    const received: Buffer[] = [];
    request.on('data', (chunk: Buffer) => received.push(chunk));
    request.on('end', () => void pass(request, Buffer.concat(received), response));
  }),
);

async function pass({ url = '/', headers }: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  try {
    const answer = await upstream.request({
      path: url,
      method: 'POST',
      headers: { 'content-type': headers['content-type'], authorization: headers.authorization },
      body,
    });
    response.writeHead(answer.statusCode, answer.headers);
    answer.body.pipe(response);
  } catch (error) {
    response.writeHead(502).end(String(error));
  }
}
