import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  TopUpMessages,
  type ActiveStatus,
  type BeginPayment as BeginPaymentRequest,
  type BegunPayment,
  type CorrectionRequest,
  type CreatedRedemptionBatch,
  type CreateRedemptionBatch as CreateBatchRequest,
  type Page,
  type PageRequest,
  type Payment,
  type PaymentWebhook,
  type PostedEntry,
  type RedemptionBatch,
  type RefundedAmount,
  type RefundRequest as RefundMessage,
  type TopUpState,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { BeginPayment } from '../use-cases/begin-payment.js';
import { ConfirmTrialPayment } from '../use-cases/confirm-trial-payment.js';
import { CorrectBalance } from '../use-cases/correct-balance.js';
import { CreateRedemptionBatch } from '../use-cases/create-redemption-batch.js';
import { DescribeTopUp } from '../use-cases/describe-top-up.js';
import { ListPayments } from '../use-cases/list-payments.js';
import { ListRedemptionBatches } from '../use-cases/list-redemption-batches.js';
import { ReceivePaymentWebhook } from '../use-cases/receive-payment-webhook.js';
import { RedeemCode } from '../use-cases/redeem-code.js';
import { RefreshPayment } from '../use-cases/refresh-payment.js';
import { RefundRequest } from '../use-cases/refund-request.js';
import { SumRefunds } from '../use-cases/sum-refunds.js';
import { UpdateRedemptionBatch } from '../use-cases/update-redemption-batch.js';

interface OnePayment {
  readonly accountId: string;
  readonly id: string;
}

@Controller()
export class TopUpController {
  constructor(
    private readonly describeTopUp: DescribeTopUp,
    private readonly beginPayment: BeginPayment,
    private readonly refreshPayment: RefreshPayment,
    private readonly confirmTrialPayment: ConfirmTrialPayment,
    private readonly listPayments: ListPayments,
    private readonly receivePaymentWebhook: ReceivePaymentWebhook,
    private readonly createRedemptionBatch: CreateRedemptionBatch,
    private readonly listRedemptionBatches: ListRedemptionBatches,
    private readonly updateRedemptionBatch: UpdateRedemptionBatch,
    private readonly redeemCode: RedeemCode,
    private readonly correctBalance: CorrectBalance,
    private readonly refundRequest: RefundRequest,
    private readonly sumRefunds: SumRefunds,
  ) {}

  @Answers(TopUpMessages.topUpState)
  state(): TopUpState {
    return this.describeTopUp.execute();
  }

  @Answers(TopUpMessages.beginPayment)
  begin(@Payload() request: BeginPaymentRequest): Promise<BegunPayment> {
    return this.beginPayment.execute(request);
  }

  @Answers(TopUpMessages.refreshPayment)
  refresh(@Payload() request: OnePayment): Promise<Payment> {
    return this.refreshPayment.execute(request);
  }

  @Answers(TopUpMessages.confirmTrialPayment)
  confirmTrial(@Payload() request: OnePayment): Promise<Payment> {
    return this.confirmTrialPayment.execute(request);
  }

  @Answers(TopUpMessages.listPayments)
  payments(@Payload() request: PageRequest & { readonly accountId: string }): Promise<Page<Payment>> {
    return this.listPayments.execute(request);
  }

  @Answers(TopUpMessages.receiveWebhook)
  webhook(@Payload() request: PaymentWebhook): Promise<{ readonly received: true }> {
    return this.receivePaymentWebhook.execute(request);
  }

  @Answers(TopUpMessages.createRedemptionBatch)
  createBatch(@Payload() request: CreateBatchRequest): Promise<CreatedRedemptionBatch> {
    return this.createRedemptionBatch.execute(request);
  }

  @Answers(TopUpMessages.listRedemptionBatches)
  batches(@Payload() request: PageRequest): Promise<Page<RedemptionBatch>> {
    return this.listRedemptionBatches.execute(request);
  }

  @Answers(TopUpMessages.updateRedemptionBatch)
  updateBatch(@Payload() request: { readonly id: string; readonly status: ActiveStatus }): Promise<RedemptionBatch> {
    return this.updateRedemptionBatch.execute(request);
  }

  @Answers(TopUpMessages.redeem)
  redeem(
    @Payload() request: { readonly accountId: string; readonly userId: string; readonly code: string },
  ): Promise<PostedEntry> {
    return this.redeemCode.execute(request);
  }

  @Answers(TopUpMessages.correct)
  correct(@Payload() request: CorrectionRequest): Promise<PostedEntry> {
    return this.correctBalance.execute(request);
  }

  @Answers(TopUpMessages.refund)
  refund(@Payload() request: RefundMessage): Promise<PostedEntry> {
    return this.refundRequest.execute(request);
  }

  @Answers(TopUpMessages.refunded)
  refunded(@Payload() request: { readonly reservationId: string }): Promise<RefundedAmount> {
    return this.sumRefunds.execute(request);
  }
}
