import { Body, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ChannelHealth, type ChannelReport } from '../../routing/channel-health.js';
import { ChannelRegistry } from '../../routing/channel-registry.js';
import { AdminApi, MayBeNotFound } from '../console-api.js';
import { ChannelTest } from './channel-test.js';
import { ChannelHealthListDto, ChannelTestDto, TestChannelDto, type ChannelHealthDto } from './channel-test.dto.js';
import { ChannelIdDto } from './channel.dto.js';

@AdminApi('channels', 'Channels')
export class ChannelHealthController {
  constructor(
    private readonly registry: ChannelRegistry,
    private readonly health: ChannelHealth,
    private readonly tests: ChannelTest,
  ) {}

  /** How each channel did at this gateway in the last 15 minutes. */
  @Get('health')
  list(): ChannelHealthListDto {
    return { items: this.registry.all().map(({ id }) => healthOf(id, this.health.reportOf(id))) };
  }

  /** Sends the channel one small request, which nobody pays for, and says how it went. */
  @Post(':id/test')
  @HttpCode(200)
  @MayBeNotFound()
  test(
    @Param() { id }: ChannelIdDto,
    @Body() { model }: TestChannelDto,
    @Req() request: FastifyRequest,
  ): Promise<ChannelTestDto> {
    return this.tests.run(id, model, request.id);
  }
}

function healthOf(channelId: string, report: ChannelReport): ChannelHealthDto {
  return {
    ...report,
    channelId,
    restsUntil: instantOf(report.restsUntil),
    lastErrorAt: instantOf(report.lastErrorAt),
    lastSuccessAt: instantOf(report.lastSuccessAt),
    keyRefusedAt: instantOf(report.keyRefusedAt),
  };
}

function instantOf(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
