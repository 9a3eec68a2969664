import { Injectable } from '@nestjs/common';
import { DomainError } from '@code-router/contracts';
import { readEncryptionKey, SecretBox } from '@code-router/secret-box';

/** Encrypts the secrets of webhooks. Only who has webhooks needs a key: without one there can be none. */
@Injectable()
export class WebhookSecrets {
  /** @throws SettingsError when the key is malformed. */
  static fromEnvironment(environment: NodeJS.ProcessEnv = process.env): WebhookSecrets {
    const hasKey = Boolean(environment['CODE_ROUTER_ENCRYPTION_KEY']);
    return new WebhookSecrets(hasKey ? new SecretBox(readEncryptionKey(environment)) : undefined);
  }

  constructor(private readonly box: SecretBox | undefined) {}

  /** @throws DomainError `service_unavailable` without a key. */
  seal(secret: string, webhookId: string): Buffer {
    return this.openBox().seal(secret, ownerOf(webhookId));
  }

  /** @throws DomainError `service_unavailable` without a key; UnreadableSecret with another one. */
  open(sealed: Buffer, webhookId: string): string {
    return this.openBox().open(sealed, ownerOf(webhookId));
  }

  private openBox(): SecretBox {
    if (this.box) return this.box;
    const message = 'Webhooks need CODE_ROUTER_ENCRYPTION_KEY in the environment of usage-log, to keep their secrets.';
    throw new DomainError('service_unavailable', message);
  }
}

function ownerOf(webhookId: string): string {
  return `webhook:${webhookId}`;
}
