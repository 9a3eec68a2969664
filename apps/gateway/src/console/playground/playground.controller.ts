import { HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceClient } from '@code-router/messaging';
import { Authenticate } from '../../relay/authenticate.js';
import { ClientExchange } from '../../relay/client-exchange.js';
import { RelayFlow } from '../../relay/relay-flow.js';
import type { AccountCaller } from '../auth/account.guard.js';
import { Allows, Member } from '../auth/account.guard.js';
import { AccountApi } from '../console-api.js';
import { MyKeyIdDto } from '../my-accounts/member.dto.js';
import { expectOwnKey } from '../my-accounts/own-keys.js';

/**
 * Calls with a key of the account, for members who are signed in and do not have its secret at hand. From the key on it is
 * the request flow itself: every limit, price and record is that of a call with the secret.
 */
@AccountApi('keys/:keyId/chat/completions', 'My accounts')
export class PlaygroundController {
  constructor(
    private readonly client: ServiceClient,
    private readonly authenticate: Authenticate,
    private readonly flow: RelayFlow,
  ) {}

  @Post()
  @HttpCode(200)
  @Allows('keys.manage', 'keys.manage-own')
  @ApiOperation({
    summary: 'Calls a model with a key of the account: body and answer are those of `POST /v1/chat/completions`.',
  })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiOkResponse({ description: 'As OpenAI has it; a stream of events with `"stream": true`.' })
  async create(
    @Member() caller: AccountCaller,
    @Param() { keyId }: MyKeyIdDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await expectOwnKey(this.client, caller, keyId, 'keys.manage');
    const principal = await this.authenticate.principalOfKey(keyId);
    await this.flow.relay(new ClientExchange(request, reply), principal);
  }
}
