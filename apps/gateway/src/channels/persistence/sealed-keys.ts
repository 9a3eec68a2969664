import { Injectable } from '@nestjs/common';
import { SecretBox, UnreadableSecret } from '@code-router/secret-box';
import type { ProviderKey } from '../domain/provider-key.js';
import { keySummaryOf, type ChannelRow, type SealedKey } from './channel-rows.js';

/** Encrypts the keys of channels, each bound to its channel, and opens them. */
@Injectable()
export class SealedKeys {
  constructor(private readonly secrets: SecretBox) {}

  seal(channelId: string, secret: string): Buffer {
    return this.secrets.seal(secret, channelId);
  }

  /** @throws UnreadableSecret that says what to do. */
  openAll(row: ChannelRow<SealedKey>): readonly ProviderKey[] {
    return row.keys.map((key) => ({ ...keySummaryOf(key), secret: this.open(row, key) }));
  }

  /** Whether one of the keys, other than the one that is named, has the secret. One that cannot be read has not. */
  holds({ id, keys }: ChannelRow<SealedKey>, secret: string, otherThan?: string): boolean {
    return keys.some((key) => key.id !== otherThan && this.openOrNull(id, key) === secret);
  }

  private open({ id, name }: ChannelRow, key: SealedKey): string {
    try {
      return this.secrets.open(Buffer.from(key.sealed, 'base64'), id);
    } catch (error) {
      if (!(error instanceof UnreadableSecret)) throw error;
      throw new UnreadableSecret(
        `The key ${key.hint} of channel "${name}" cannot be decrypted: ${error.message}. Set CODE_ROUTER_ENCRYPTION_KEY to ` +
          `the key that it was stored under. If that key is lost, run DELETE FROM gateway.channel_keys WHERE id = ` +
          `'${key.id}', and enter the channel's key again.`,
        { cause: error },
      );
    }
  }

  private openOrNull(channelId: string, key: SealedKey): string | null {
    try {
      return this.secrets.open(Buffer.from(key.sealed, 'base64'), channelId);
    } catch (error) {
      if (!(error instanceof UnreadableSecret)) throw error;
      return null;
    }
  }
}
