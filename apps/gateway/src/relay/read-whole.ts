import { UpstreamFailure, type UpstreamBody } from '../providers/provider.js';

const BYTES_MAX = 256 * 1024 * 1024;

/** Reads a body to its end. @throws UpstreamFailure when it breaks off or is too large to keep. */
export function readWhole(body: UpstreamBody): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body.read({
      chunk: (data) => {
        chunks.push(data);
        bytes += data.length;
        if (bytes > BYTES_MAX) {
          body.cut();
          reject(new UpstreamFailure('broken', 'The provider sent an answer of more than 256 MiB.'));
        }
      },
      end: () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
      fail: reject,
    });
  });
}
