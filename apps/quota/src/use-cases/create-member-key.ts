import { Injectable } from '@nestjs/common';
import type { CreatedKey, CreateKey as CreateKeyRequest } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { MemberKeys } from '../domain/members.js';
import { noSuchAccount } from '../domain/not-found.js';
import { CreateKey } from './create-key.js';
import { UpdateKey } from './update-key.js';

/**
 * Makes a key on behalf of a member. Who made it is noted before anybody learns the secret: if this process ends in
 * between, a key is left that nobody can use.
 */
@Injectable()
export class CreateMemberKey {
  constructor(
    private readonly createKey: CreateKey,
    private readonly updateKey: UpdateKey,
    private readonly memberKeys: MemberKeys,
  ) {}

  /** @throws DomainError `not_found` when the member left meanwhile, and as {@link CreateKey}. */
  async execute(request: CreateKeyRequest & { readonly createdByUserId: string }): Promise<CreatedKey> {
    const { createdByUserId, ...wanted } = request;
    const checks = new InputChecks();
    const userId = checks.uuid('createdByUserId', createdByUserId);
    checks.done();
    const key = await this.createKey.execute(wanted);
    if (await this.memberKeys.attribute(key.id, userId)) return key;
    await this.updateKey.execute({ id: key.id, status: 'disabled' });
    throw noSuchAccount(key.accountId);
  }
}
