import { Body, Get, Put } from '@nestjs/common';
import { knownSettings } from '@code-router/config';
import { AdminApi } from '../console-api.js';
import { ChangeSiteDto, SiteTextsDto } from '../site/site.dto.js';
import { Site } from '../site/site.js';
import { SettingsReport } from './settings-report.js';
import { SettingsDto } from './settings.dto.js';

@AdminApi('settings', 'Settings')
export class SettingsController {
  constructor(
    private readonly site: Site,
    private readonly report: SettingsReport,
  ) {}

  /** How it is set up, service by service. No secret is told. */
  @Get()
  async read(): Promise<SettingsDto> {
    const [site, services] = await Promise.all([this.site.readTexts(), this.report.make()]);
    return { site, environment: knownSettings(), services };
  }

  /** What the site is called, and what it announces. */
  @Get('site')
  readSite(): Promise<SiteTextsDto> {
    return this.site.readTexts();
  }

  /** Changes what the site is called, or what it announces; everybody sees it at once. */
  @Put('site')
  changeSite(@Body() input: ChangeSiteDto): Promise<SiteTextsDto> {
    return this.site.change(input);
  }
}
