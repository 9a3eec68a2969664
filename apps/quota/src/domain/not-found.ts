import { DomainError } from '@code-router/contracts';

export function noSuchAccount(id: string): DomainError {
  return new DomainError('not_found', `There is no account ${id}.`, { accountId: id });
}

export function noSuchKey(id: string): DomainError {
  return new DomainError('not_found', `There is no key ${id}.`, { keyId: id });
}
