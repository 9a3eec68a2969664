import { Adjustments } from './domain/adjustments.js';
import { PaymentProviders, Payments } from './domain/payments.js';
import { Redemptions } from './domain/redemptions.js';
import { configuredProviders } from './payments/configured-providers.js';
import { PostgresAdjustments } from './persistence/postgres-adjustments.js';
import { PostgresPayments } from './persistence/postgres-payments.js';
import { PostgresRedemptions } from './persistence/postgres-redemptions.js';
import { QUOTA_SETTINGS } from './quota-settings.js';
import { BeginPayment } from './use-cases/begin-payment.js';
import { ConfirmTrialPayment } from './use-cases/confirm-trial-payment.js';
import { CorrectBalance } from './use-cases/correct-balance.js';
import { CreateRedemptionBatch } from './use-cases/create-redemption-batch.js';
import { DescribeTopUp } from './use-cases/describe-top-up.js';
import { ListPayments } from './use-cases/list-payments.js';
import { ListRedemptionBatches } from './use-cases/list-redemption-batches.js';
import { ReceivePaymentWebhook } from './use-cases/receive-payment-webhook.js';
import { RedeemCode } from './use-cases/redeem-code.js';
import { RefreshPayment } from './use-cases/refresh-payment.js';
import { RefundRequest } from './use-cases/refund-request.js';
import { SumRefunds } from './use-cases/sum-refunds.js';
import { UpdateRedemptionBatch } from './use-cases/update-redemption-batch.js';

/** What redemption codes, payments, corrections and refunds are made of. */
export const topUpProviders = [
  { provide: Adjustments, useClass: PostgresAdjustments },
  { provide: Payments, useClass: PostgresPayments },
  { provide: PaymentProviders, useFactory: configuredProviders, inject: [QUOTA_SETTINGS] },
  { provide: Redemptions, useClass: PostgresRedemptions },
  BeginPayment,
  ConfirmTrialPayment,
  CorrectBalance,
  CreateRedemptionBatch,
  DescribeTopUp,
  ListPayments,
  ListRedemptionBatches,
  ReceivePaymentWebhook,
  RedeemCode,
  RefreshPayment,
  RefundRequest,
  SumRefunds,
  UpdateRedemptionBatch,
];
