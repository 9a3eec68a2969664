import { Injectable } from '@nestjs/common';
import { Infrastructure, knownSettings } from '@code-router/config';
import { SERVICE_NAMES, settingsOf } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { ServiceSettingsDto } from './settings.dto.js';

const ANSWER_MS_MAX = 3_000;

/** Gathers what each service was set up with. One that does not answer is reported as such. */
@Injectable()
export class SettingsReport {
  constructor(
    private readonly client: ServiceClient,
    private readonly infrastructure: Infrastructure,
  ) {}

  async make(): Promise<readonly ServiceSettingsDto[]> {
    // Where all services are one process, it has read the settings of all.
    if (!this.infrastructure.natsUrl) return [answeredBy('standalone', knownSettings())];
    return Promise.all(SERVICE_NAMES.map((name) => this.ask(name)));
  }

  private async ask(name: string): Promise<ServiceSettingsDto> {
    if (name === 'gateway') return answeredBy(name, knownSettings());
    try {
      const { settings } = await this.client.request(settingsOf(name), {}, { timeoutMs: ANSWER_MS_MAX });
      return answeredBy(name, settings);
    } catch {
      // That nobody answers is the news, and why is for the one who does not.
      return { name, status: 'unanswered', settings: [] };
    }
  }
}

function answeredBy(name: string, settings: ServiceSettingsDto['settings']): ServiceSettingsDto {
  return { name, status: 'ok', settings };
}
