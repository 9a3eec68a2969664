import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientExchange } from './client-exchange.js';
import { RelayFlow } from './relay-flow.js';

/** `POST /v1/chat/completions`, as OpenAI has it. */
@ApiExcludeController()
@Controller('v1/chat/completions')
export class ChatCompletionsController {
  constructor(private readonly flow: RelayFlow) {}

  @Post()
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.flow.relay(new ClientExchange(request, reply));
  }
}
