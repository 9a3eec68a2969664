import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A stored secret that does not open under the configured encryption key. */
export class UnreadableSecret extends Error {
  override readonly name = 'UnreadableSecret';
}

const ALGORITHM = 'aes-256-gcm';

/** The layout of a sealed secret: version, key id, nonce, ciphertext, tag. Another layout gets another version. */
const VERSION = 1;
const KEY_ID_BYTES = 4;
/** 96 bits, which GCM takes as they are; random, and far from repeating at the number of secrets sealed here. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

/**
 * Encrypts secrets at rest with AES-256-GCM. Each is bound to its owner: a sealed secret that somebody copies into
 * another row does not open there.
 *
 * @see https://csrc.nist.gov/pubs/sp/800/38/d/final
 */
export class SecretBox {
  private readonly header: Buffer;

  /** @param key 32 bytes. */
  constructor(private readonly key: Buffer) {
    this.header = Buffer.concat([Buffer.of(VERSION), keyIdOf(key)]);
  }

  /** @param owner the id of what the secret belongs to. */
  seal(secret: string, owner: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.boundTo(owner));
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([this.header, nonce, ciphertext, cipher.getAuthTag()]);
  }

  /** @throws UnreadableSecret saying whether the key is another one or the stored bytes were changed. */
  open(sealed: Buffer, owner: string): string {
    const header = sealed.subarray(0, HEADER_BYTES);
    if (header[0] !== VERSION || sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES) {
      throw new UnreadableSecret('it is not in a form that this version of Code Router writes');
    }
    if (!header.equals(this.header)) throw new UnreadableSecret('it was encrypted under another encryption key');
    const nonce = sealed.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(this.boundTo(owner));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const ciphertext = sealed.subarray(HEADER_BYTES + NONCE_BYTES, -TAG_BYTES);
    try {
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new UnreadableSecret('it was changed in the database, or belongs to another row', { cause: error });
    }
  }

  private boundTo(owner: string): Buffer {
    return Buffer.concat([this.header, Buffer.from(owner)]);
  }
}

/** Tells keys apart without telling anything about them that helps to find one. */
function keyIdOf(key: Buffer): Buffer {
  return createHash('sha256').update('code-router encryption key id').update(key).digest().subarray(0, KEY_ID_BYTES);
}
