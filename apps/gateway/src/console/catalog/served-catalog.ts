import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { CatalogDto } from './catalog.dto.js';

type Encoding = 'br' | 'gzip' | 'identity';

/** Enough to make a tenth of a long catalogue in some milliseconds; it is done once for many answers. */
const BROTLI_QUALITY = 5;

/** A catalogue as it is sent: many are sent the same, so it is written and compressed once. */
export class ServedCatalog {
  private readonly bodies = new Map<Encoding, Promise<Buffer>>();
  private readonly json: Buffer;
  /** Another one for anything that differs. */
  readonly etag: string;

  constructor(readonly catalog: CatalogDto) {
    this.json = Buffer.from(JSON.stringify(catalog));
    this.etag = `W/"${createHash('sha256').update(this.json).digest('base64url').slice(0, 27)}"`;
  }

  /** @param accepted the header `accept-encoding`. */
  async bodyFor(accepted: string | undefined): Promise<{ readonly body: Buffer; readonly encoding: Encoding }> {
    const encoding = preferredOf(accepted);
    let body = this.bodies.get(encoding);
    if (!body) {
      body = compressed(this.json, encoding);
      this.bodies.set(encoding, body);
    }
    return { body: await body, encoding };
  }
}

function preferredOf(accepted = ''): Encoding {
  const names = accepted
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => !/;\s*q=0(\.0*)?$/.test(entry))
    .map((entry) => entry.split(';')[0]?.trim());
  if (names.includes('br')) return 'br';
  return names.includes('gzip') ? 'gzip' : 'identity';
}

async function compressed(json: Buffer, encoding: Encoding): Promise<Buffer> {
  switch (encoding) {
    case 'br':
      return promisify(brotliCompress)(json, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    case 'gzip':
      return promisify(gzip)(json);
    case 'identity':
      return json;
    default:
      return encoding satisfies never;
  }
}
