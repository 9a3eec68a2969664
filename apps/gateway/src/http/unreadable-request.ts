import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '@code-router/contracts';
import { errorEnvelope } from './error-envelope.js';

/**
 * Answers what is no HTTP, or too much of it, before it becomes a request: no route, filter or id is there yet, and the
 * connection ends with the answer.
 */
export function answerUnreadable(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = reasonOf(error.code);
  const body = JSON.stringify(errorEnvelope(new DomainError('invalid_request_error', message)));
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      'connection: close\r\n' +
      'content-type: application/json; charset=utf-8\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  socket.destroySoon();
}

function reasonOf(code: string | undefined): readonly [status: number, message: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'The headers of the request are too large: 16 KiB are read.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'The request did not arrive in time.'];
    default:
      return [400, 'This is no valid HTTP request.'];
  }
}
