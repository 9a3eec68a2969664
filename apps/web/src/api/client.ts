import { ApiError, readError } from './errors';

/** What follows the question mark of a path; what is undefined or empty is left out. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly signal?: AbortSignal;
}

/**
 * The gateway's API, asked with the cookie of the session.
 *
 * Each method throws an {@link ApiError}, whatever went wrong.
 */
export const api = {
  get: <Reply>(path: string, options: RequestOptions = {}) => ask<Reply>('GET', path, undefined, options),
  post: <Reply>(path: string, body?: unknown, options: RequestOptions = {}) =>
    ask<Reply>('POST', path, body ?? {}, options),
  put: <Reply>(path: string, body: unknown, options: RequestOptions = {}) => ask<Reply>('PUT', path, body, options),
  patch: <Reply>(path: string, body: unknown, options: RequestOptions = {}) => ask<Reply>('PATCH', path, body, options),
  delete: <Reply>(path: string, options: RequestOptions = {}) => ask<Reply>('DELETE', path, undefined, options),
};

async function ask<Reply>(method: string, path: string, body: unknown, options: RequestOptions): Promise<Reply> {
  const response = await send(method, path, body, options);
  const text = await response.text();
  try {
    return (text === '' ? undefined : JSON.parse(text)) as Reply;
  } catch {
    throw new ApiError('unreadable_answer', `${path} answered with something that is no JSON.`, response.status);
  }
}

/** Sends a request and answers with the response itself: for streams and downloads. @throws ApiError */
export async function send(
  method: string,
  path: string,
  body?: unknown,
  { query, signal }: RequestOptions = {},
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  // No other site can send this header with our cookie, so it tells the gateway that the request is ours.
  if (method !== 'GET') headers['x-code-router-csrf'] = '1';
  let response: Response;
  try {
    response = await fetch(pathWithQuery(path, query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('offline', 'The gateway cannot be reached. Check your connection, and try again.', 0);
  }
  if (!response.ok) throw await readError(response);
  return response;
}

export function pathWithQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
