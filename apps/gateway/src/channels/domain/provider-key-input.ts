import { DomainError } from '@code-router/contracts';
import type { ChannelSummary } from './channel.js';
import { isText, refuse, unless, type Problem } from './problems.js';
import type { NewProviderKey, ProviderKeyStatus, ProviderKeySummary } from './provider-key.js';

/** What an operator enters for another key of a channel. */
export interface AddProviderKeyInput {
  readonly apiKey: string;
  readonly label?: string | null;
}

/** What an operator changes of a key; what is absent stays as it is. */
export interface UpdateProviderKeyInput {
  /** Replaces the secret. */
  readonly apiKey?: string;
  readonly label?: string | null;
  readonly status?: ProviderKeyStatus;
}

export const PROVIDER_KEY_LIMITS = { keysMax: 100, lengthMax: 4_096, labelLengthMax: 100 } as const;

/**
 * A new key of a channel.
 *
 * @throws DomainError `invalid_request_error` naming every field that is wrong.
 */
export function newProviderKey(
  channel: ChannelSummary,
  { apiKey, label = null }: AddProviderKeyInput,
  identity: { readonly id: string; readonly enteredAt: string },
): NewProviderKey {
  const { keysMax } = PROVIDER_KEY_LIMITS;
  const problems = [
    ...unless(channel.provider !== 'demo', 'apiKey', 'has no meaning for the demo provider'),
    ...unless(channel.keys.length < keysMax, 'apiKey', `is one too many: a channel has at most ${keysMax} keys`),
    ...secretProblems(apiKey),
    ...labelProblems(label),
  ];
  if (problems.length > 0) refuse(problems);
  return { ...identity, label, secret: apiKey };
}

/**
 * What becomes of a key when it is edited. One that was disabled because its provider refused it is enabled by another
 * secret; one that an operator disabled is not.
 *
 * @throws DomainError `invalid_request_error` naming every field that is wrong.
 */
export function editedProviderKey(
  current: ProviderKeySummary,
  input: UpdateProviderKeyInput,
  now: string,
): Omit<ProviderKeySummary, 'hint'> {
  if (Object.values(input).every((value) => value === undefined)) {
    throw new DomainError('invalid_request_error', 'Give at least one field to change.');
  }
  const { hint: _, ...kept } = current;
  const { apiKey, label = kept.label } = input;
  const problems = [...(apiKey === undefined ? [] : secretProblems(apiKey)), ...labelProblems(label)];
  if (problems.length > 0) refuse(problems);
  const isOutlived = apiKey !== undefined && kept.disabledFor !== null;
  const status = input.status ?? (isOutlived ? 'active' : kept.status);
  const isDisabledAnyway = status === 'disabled' && input.status === undefined;
  return {
    id: kept.id,
    label,
    status,
    disabledFor: isDisabledAnyway ? kept.disabledFor : null,
    disabledAt: status === 'active' ? null : (kept.disabledAt ?? now),
    enteredAt: apiKey === undefined ? kept.enteredAt : now,
  };
}

/** It ends up in a header, which spaces and line ends would break out of. */
export function isSecret(apiKey: string): boolean {
  return apiKey.length <= PROVIDER_KEY_LIMITS.lengthMax && /^[\x21-\x7e]*$/.test(apiKey);
}

export const SECRET_FAULT = `must be at most ${PROVIDER_KEY_LIMITS.lengthMax} printable ASCII characters without spaces`;

function secretProblems(apiKey: string): readonly Problem[] {
  if (apiKey === '') return [['apiKey', 'must not be empty']];
  return unless(isSecret(apiKey), 'apiKey', SECRET_FAULT);
}

function labelProblems(label: string | null): readonly Problem[] {
  const { labelLengthMax } = PROVIDER_KEY_LIMITS;
  return unless(
    label === null || (isText(label, labelLengthMax) && label === label.trim()),
    'label',
    `must be 1 to ${labelLengthMax} characters, without spaces around it, or null`,
  );
}
