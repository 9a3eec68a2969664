import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DomainError, TopUpMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';

/** Far more than any event of Stripe, and less than a message between services may be. */
const BODY_BYTES_MAX = 512 * 1024;

/**
 * What payment providers call back. It needs no session: what counts is the signature over the body as it came, which
 * quota checks. Stripe tries again for days while it is not answered with a success.
 */
@ApiExcludeController()
@Controller('api/payments')
export class PaymentWebhooksController {
  constructor(private readonly client: ServiceClient) {}

  @Post('stripe/webhook')
  @HttpCode(200)
  stripe(
    @Body() body: unknown,
    @Headers('stripe-signature') signature: string | undefined,
  ): Promise<{ readonly received: true }> {
    if (!Buffer.isBuffer(body) || body.length > BODY_BYTES_MAX || signature === undefined) {
      throw new DomainError('invalid_request_error', 'This takes signed events of Stripe only.');
    }
    return this.client.request(TopUpMessages.receiveWebhook, {
      provider: 'stripe',
      body: body.toString('utf8'),
      signature,
    });
  }
}
