import { Body, Get, Put } from '@nestjs/common';
import { knownSettings } from '@code-router/config';
import { AdminApi } from '../console-api.js';
import { ChangeSiteDto, SiteTextsDto } from '../site/site.dto.js';
import { Site } from '../site/site.js';
import { SettingsDto } from './settings.dto.js';

@AdminApi('settings', 'Settings')
export class SettingsController {
  constructor(private readonly site: Site) {}

  /** How it is set up. No secret is told. */
  @Get()
  async read(): Promise<SettingsDto> {
    return { site: await this.site.readTexts(), environment: knownSettings() };
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
