import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
/** The system is asked for the randomness of so many ids at a time. */
const pool = Buffer.allocUnsafeSlow(ID_BYTES * 256);
let used = pool.length;

/** `req_` and 128 random bits in hexadecimal. */
export function newRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return `req_${pool.toString('hex', used - ID_BYTES, used)}`;
}
