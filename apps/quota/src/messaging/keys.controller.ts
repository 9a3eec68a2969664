import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  QuotaMessages,
  type AvailableNanos,
  type CreatedKey,
  type CreateKey as CreateKeyRequest,
  type Key,
  type Page,
  type PageRequest,
  type Principal,
  type RotateKey as RotateKeyRequest,
  type UpdateKey as UpdateKeyRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { CreateKey } from '../use-cases/create-key.js';
import { FindPrincipal } from '../use-cases/find-principal.js';
import { GetKey } from '../use-cases/get-key.js';
import { ListKeys } from '../use-cases/list-keys.js';
import { ReadAvailable } from '../use-cases/read-available.js';
import { RevokeKey } from '../use-cases/revoke-key.js';
import { RotateKey } from '../use-cases/rotate-key.js';
import { UpdateKey } from '../use-cases/update-key.js';

@Controller()
export class KeysController {
  constructor(
    private readonly createKey: CreateKey,
    private readonly updateKey: UpdateKey,
    private readonly rotateKey: RotateKey,
    private readonly revokeKey: RevokeKey,
    private readonly listKeys: ListKeys,
    private readonly findPrincipal: FindPrincipal,
    private readonly getKey: GetKey,
    private readonly readAvailable: ReadAvailable,
  ) {}

  @Answers(QuotaMessages.createKey)
  create(@Payload() request: CreateKeyRequest): Promise<CreatedKey> {
    return this.createKey.execute(request);
  }

  @Answers(QuotaMessages.updateKey)
  update(@Payload() request: UpdateKeyRequest): Promise<Key> {
    return this.updateKey.execute(request);
  }

  @Answers(QuotaMessages.rotateKey)
  rotate(@Payload() request: RotateKeyRequest): Promise<CreatedKey> {
    return this.rotateKey.execute(request);
  }

  @Answers(QuotaMessages.revokeKey)
  revoke(@Payload() request: { readonly id: string }): Promise<Key> {
    return this.revokeKey.execute(request);
  }

  @Answers(QuotaMessages.listKeys)
  list(@Payload() request: PageRequest & { readonly accountId?: string }): Promise<Page<Key>> {
    return this.listKeys.execute(request);
  }

  @Answers(QuotaMessages.getKey)
  get(@Payload() request: { readonly id: string }): Promise<Key> {
    return this.getKey.execute(request);
  }

  @Answers(QuotaMessages.available)
  available(@Payload() request: { readonly keyId: string }): Promise<AvailableNanos> {
    return this.readAvailable.execute(request);
  }

  @Answers(QuotaMessages.findPrincipal)
  principal(@Payload() request: { readonly keyHash: string }): Promise<{ readonly principal: Principal | null }> {
    return this.findPrincipal.execute(request);
  }

  @Answers(QuotaMessages.principalOfKey)
  principalOfKey(@Payload() request: { readonly keyId: string }): Promise<{ readonly principal: Principal | null }> {
    return this.findPrincipal.ofKey(request);
  }
}
