export const PROVIDER_KEY_STATUSES = ['active', 'disabled'] as const;
export type ProviderKeyStatus = (typeof PROVIDER_KEY_STATUSES)[number];

/** One of the keys that open a channel, as people see it. */
export interface ProviderKeySummary {
  /** UUID; it stays when the secret is replaced. */
  readonly id: string;
  /** What operators call it; null when they gave it no name. */
  readonly label: string | null;
  /** Enough of the secret to recognise it by, such as `sk-…abcd`. */
  readonly hint: string;
  readonly status: ProviderKeyStatus;
  /** The status of the provider's answers that it was disabled for; null unless that was done automatically. */
  readonly disabledFor: number | null;
  /** ISO 8601; null while it is enabled. */
  readonly disabledAt: string | null;
  /** When its present secret was entered, ISO 8601: another secret is another key for all that is known of it. */
  readonly enteredAt: string;
}

/** A key as the relay uses it. */
export interface ProviderKey extends ProviderKeySummary {
  /** In clear text. Never logged, never in an answer. */
  readonly secret: string;
}

/** A key that is about to be stored. */
export type NewProviderKey = Pick<ProviderKey, 'id' | 'label' | 'secret' | 'enteredAt'>;

/** How people tell it from the other keys of its channel, where its secret must not be told. */
export function nameOfProviderKey({ label, hint }: Pick<ProviderKeySummary, 'label' | 'hint'>): string {
  return label ?? hint;
}
