import { Get } from '@nestjs/common';
import { TopUpMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { SignedInApi } from '../console-api.js';
import { TopUpStateDto } from './top-up.dto.js';

@SignedInApi('top-up', 'Top-up')
export class TopUpController {
  constructor(private readonly client: ServiceClient) {}

  /** How accounts can be topped up here. That no payment is configured is a state, and no error. */
  @Get()
  state(): Promise<TopUpStateDto> {
    return this.client.request(TopUpMessages.topUpState, {});
  }
}
