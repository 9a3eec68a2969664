import { Get } from '@nestjs/common';
import { ConsoleApi } from '../console-api.js';
import { SiteDto } from './site.dto.js';
import { Site } from './site.js';

@ConsoleApi('site', 'Site')
export class SiteController {
  constructor(private readonly site: Site) {}

  /** What everybody may know of the site, without a session. */
  @Get()
  read(): Promise<SiteDto> {
    return this.site.read();
  }
}
