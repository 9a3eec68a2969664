import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  QuotaMessages,
  type ExtendReply,
  type ExtendRequest,
  type ReserveBatchReply,
  type ReserveBatchRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { ExtendLease } from '../use-cases/extend-lease.js';
import { Reserve } from '../use-cases/reserve.js';

@Controller()
export class ReservationsController {
  constructor(
    private readonly reserve: Reserve,
    private readonly extendLease: ExtendLease,
  ) {}

  @Answers(QuotaMessages.reserve)
  hold(@Payload() request: ReserveBatchRequest): Promise<ReserveBatchReply> {
    return this.reserve.execute(request);
  }

  @Answers(QuotaMessages.extend)
  extend(@Payload() request: ExtendRequest): Promise<ExtendReply> {
    return this.extendLease.execute(request);
  }
}
