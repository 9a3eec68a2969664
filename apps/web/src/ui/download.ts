import { send, type Query } from '../api/client';

export interface DownloadProgress {
  readonly bytes: number;
  readonly rows: number;
  /** How many rows there will be, about; null when nobody knows. */
  readonly rowsEstimate: number | null;
}

const NEWLINE = 10;

/**
 * Reads a file of lines from the gateway and offers it as a download. The browser keeps what has come, on disk where it
 * is much; `onProgress` hears how far it is.
 *
 * @throws ApiError when it is refused; an AbortError when `signal` ends it.
 */
export async function downloadLines(
  path: string,
  query: Query,
  fileName: string,
  onProgress: (progress: DownloadProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await send('GET', path, undefined, { query, signal });
  const estimate = response.headers.get('x-code-router-rows-estimate');
  const rowsEstimate = estimate === null ? null : Number(estimate);
  const parts: Blob[] = [];
  let bytes = 0;
  let rows = 0;
  const reader = (response.body ?? new Blob().stream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(new Blob([value]));
    bytes += value.byteLength;
    for (const byte of value) if (byte === NEWLINE) rows += 1;
    onProgress({ bytes, rows, rowsEstimate });
  }
  const type = response.headers.get('content-type') ?? 'application/octet-stream';
  saveAs(new Blob(parts, { type }), fileName);
}

/** Hands a file to the browser. */
export function saveAs(content: Blob, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = fileName;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
