import { Body, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ChannelRegistry } from '../../routing/channel-registry.js';
import { AdminApi, MayBeNotFound } from '../console-api.js';
import { ChannelHealthListDto } from './channel-health.dto.js';
import { ChannelHealthReport } from './channel-health-report.js';
import { ChannelTest } from './channel-test.js';
import { ChannelTestDto, TestChannelDto } from './channel-test.dto.js';
import { ChannelIdDto } from './channel.dto.js';

@AdminApi('channels', 'Channels')
export class ChannelHealthController {
  constructor(
    private readonly registry: ChannelRegistry,
    private readonly health: ChannelHealthReport,
    private readonly tests: ChannelTest,
  ) {}

  /** How each channel did at this gateway in the last 15 minutes, and each of its keys. */
  @Get('health')
  list(): ChannelHealthListDto {
    return { items: this.registry.all().map((channel) => this.health.of(channel)) };
  }

  /** Sends the channel one small request, which nobody pays for, and says how it went. */
  @Post(':id/test')
  @HttpCode(200)
  @MayBeNotFound()
  test(
    @Param() { id }: ChannelIdDto,
    @Body() asked: TestChannelDto,
    @Req() request: FastifyRequest,
  ): Promise<ChannelTestDto> {
    return this.tests.run(id, asked, request.id);
  }
}
