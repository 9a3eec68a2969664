import { DomainError } from '@code-router/contracts';

export function noSuchAccount(id: string): DomainError {
  return new DomainError('not_found', `There is no account ${id}.`, { accountId: id });
}

export function noSuchKey(id: string): DomainError {
  return new DomainError('not_found', `There is no key ${id}.`, { keyId: id });
}

export function noSuchUser(id: string): DomainError {
  return new DomainError('not_found', `There is no user ${id}.`, { userId: id });
}

export function noSuchInvitation(): DomainError {
  return new DomainError('not_found', 'There is no such invitation, or it was used, revoked, or has expired.', {
    param: 'invitation',
  });
}

export function noSuchPayment(id: string): DomainError {
  return new DomainError('not_found', `There is no payment ${id}.`, { paymentId: id });
}

export function accountIsDisabled(): DomainError {
  return new DomainError('account_disabled', 'This account is disabled. Ask an administrator.');
}
