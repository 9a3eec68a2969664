const END_OF_HEAD = '\r\n\r\n';
const LAST_CHUNK = '\r\n0\r\n\r\n';
const END_OF_EVENTS = '[DONE]';
/** Bytes kept of the end of a body: the last chunk of HTTP, and before it the last event. */
const TAIL_BYTES = 48;

/** What became of a response when bytes arrived. */
export type Progress = 'head' | 'body' | 'complete';

/**
 * Finds the end of HTTP/1.1 responses on one connection, and does nothing else: the load generator shares two cores with
 * what it measures. Requests are not pipelined, so that no response begins before the one before has ended.
 */
export class ResponseReader {
  private head = '';
  private bodyBytesLeft = 0;
  private isChunked = false;
  private tail: Buffer = Buffer.alloc(0);
  private inBody = false;

  /** @throws Error for a status other than 200, and for a stream that ends without its last event. */
  push(data: Buffer): Progress {
    if (this.inBody) return this.pushBody(data);
    const end = data.indexOf(END_OF_HEAD);
    if (end === -1) {
      this.head += data.toString('latin1');
      if (!this.head.includes(END_OF_HEAD)) return 'head';
      // The head came in pieces, which happens rarely enough to begin again with all of it.
      const whole = Buffer.from(this.head, 'latin1');
      this.head = '';
      return this.push(whole);
    }
    this.readHead(this.head + data.toString('latin1', 0, end), data);
    return this.pushBody(data.subarray(end + END_OF_HEAD.length));
  }

  private readHead(head: string, data: Buffer): void {
    if (!head.startsWith('HTTP/1.1 200')) throw new Error(data.toString('utf8', 0, 600));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.isChunked = length === undefined;
    if (this.isChunked && !/\r\ntransfer-encoding: *chunked/i.test(head)) {
      throw new Error('The response does not say where it ends.');
    }
    this.bodyBytesLeft = Number(length ?? 0);
    this.head = '';
    this.tail = Buffer.from('\r\n');
    this.inBody = true;
  }

  private pushBody(data: Buffer): Progress {
    if (!this.isChunked) {
      this.bodyBytesLeft -= data.length;
      if (this.bodyBytesLeft > 0) return data.length > 0 ? 'body' : 'head';
      this.inBody = false;
      return 'complete';
    }
    if (data.length === 0) return 'head';
    const seen = data.length >= TAIL_BYTES ? data : Buffer.concat([this.tail, data]);
    this.tail = seen.length > TAIL_BYTES ? seen.subarray(seen.length - TAIL_BYTES) : seen;
    const end = this.tail.toString('latin1');
    if (!end.endsWith(LAST_CHUNK)) return 'body';
    if (!end.includes(END_OF_EVENTS)) throw new Error(`The stream ended without ${END_OF_EVENTS}: ${end}`);
    this.inBody = false;
    return 'complete';
  }
}
