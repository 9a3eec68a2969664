import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { PricingMessages, QuotaMessages, type AvailableNanos, type BindingQuote } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { quotaUnitsText } from '@code-router/money';
import { SiteSettings } from '../site/site-settings.js';
import { Authenticate } from './authenticate.js';
import { readChatRequest } from './chat-request.js';
import { Estimating, type Estimate } from './estimate.js';
import { PricedQuote } from './quote.js';

/** How long a quote binds. */
const QUOTE_TTL_MS = 5 * 60_000;

/**
 * `POST /v1/quote` takes the body of any relay request and says what it costs at most, without calling a provider. Sent
 * back as `x-code-router-quote`, the quote is the price that is charged until it expires.
 */
@ApiExcludeController()
@Controller('v1/quote')
export class QuoteController {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly estimating: Estimating,
    private readonly client: ServiceClient,
    private readonly site: SiteSettings,
  ) {}

  @Post()
  @HttpCode(200)
  async quote(@Req() request: FastifyRequest, @Body() body: Buffer) {
    const principal = await this.authenticate.principalOf(request.headers);
    const chat = readChatRequest(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
    const { accountId, accountGroup, keyGroup, keyId } = principal;
    const [binding, available] = await Promise.all([
      this.client.request(PricingMessages.createBindingQuote, {
        model: chat.model,
        accountId,
        accountGroup,
        ...(keyGroup === undefined ? {} : { keyGroup }),
        ttlMs: QUOTE_TTL_MS,
      }),
      this.client.request(QuotaMessages.available, { keyId }),
    ]);
    const quote = new PricedQuote(binding.quote);
    const bound = this.estimating.bound(chat, quote);
    const estimate = (await this.estimating.count(chat, quote, bound)) ?? bound;
    return answer(binding, estimate, available, this.site);
  }
}

function answer(
  { id, quote, expiresAt }: BindingQuote,
  estimate: Estimate,
  available: AvailableNanos,
  { quotaUnitsPerCredit }: SiteSettings,
) {
  const { costNanos } = estimate;
  const fits = (left: string | null): boolean => left === null || costNanos <= BigInt(left);
  return {
    id,
    object: 'quote',
    model: quote.model,
    price_version: quote.priceVersionId,
    terms: quote.terms,
    multiplier_millionths: quote.multiplierMillionths,
    multiplier_source: quote.multiplierSource,
    input_tokens: estimate.inputTokens,
    output_tokens_max: estimate.outputTokens,
    units_max: estimate.units ?? {},
    cost_max_nanos: costNanos.toString(),
    cost_max: quotaUnitsText(costNanos, quotaUnitsPerCredit),
    affordable: {
      key: fits(available.keyNanos),
      member: fits(available.memberNanos),
      account: fits(available.accountNanos),
    },
    expires_at: expiresAt,
  };
}
