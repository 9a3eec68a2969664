import type { IncomingHttpHeaders } from 'node:http';

/** What is read of an HTTP request to find its session; a `FastifyRequest` is one. */
export interface ConsoleRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** `https` where the browser's connection is encrypted, as a trusted proxy may have said. */
  readonly protocol: string;
  /** The host and the port that the browser asked for. */
  readonly host: string;
}
