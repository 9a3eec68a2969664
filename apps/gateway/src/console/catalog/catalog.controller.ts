import { Get, HttpStatus, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { ConsoleApi, MayBeNotFound } from '../console-api.js';
import {
  CatalogDto,
  CatalogGroupsDto,
  CatalogModelDetailsDto,
  CatalogModelQueryDto,
  CatalogQueryDto,
  ViewerQueryDto,
} from './catalog.dto.js';
import { Catalogs } from './catalogs.js';
import { Viewers } from './viewers.js';

/** What everybody may see of models and prices; whoever is signed in sees them for their own group. */
@ConsoleApi('catalog', 'Catalogue')
export class CatalogController {
  constructor(
    private readonly catalogs: Catalogs,
    private readonly viewers: Viewers,
    private readonly client: ServiceClient,
  ) {}

  /** Lists the models that the viewer may use, and what they cost them. */
  @Get()
  @ApiOkResponse({ type: CatalogDto })
  @ApiResponse({ status: HttpStatus.NOT_MODIFIED, description: 'As the browser has it, says `If-None-Match`.' })
  @MayBeNotFound()
  async read(
    @Query() { group, accountId, accountGroup: asked, ...filters }: CatalogQueryDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const accountGroup = await this.viewers.accountGroupOf(request, { accountId, accountGroup: asked });
    const served = await this.catalogs.read({ ...filters, ...groupsOf(accountGroup, group) });
    void reply.headers({
      etag: served.etag,
      // Kept, and asked for again: what it costs must never be out of date.
      'cache-control': 'private, no-cache',
      vary: 'accept-encoding, authorization, cookie',
    });
    if (request.headers['if-none-match']?.includes(served.etag)) {
      await reply.status(HttpStatus.NOT_MODIFIED).send();
      return;
    }
    const { body, encoding } = await served.bodyFor(request.headers['accept-encoding']);
    if (encoding !== 'identity') void reply.header('content-encoding', encoding);
    await reply.header('content-type', 'application/json; charset=utf-8').send(body);
  }

  /** Lists the groups that the viewer's keys may choose. */
  @Get('groups')
  @MayBeNotFound()
  async groups(@Query() query: ViewerQueryDto, @Req() request: FastifyRequest): Promise<CatalogGroupsDto> {
    const accountGroup = await this.viewers.accountGroupOf(request, query);
    const { groups } = await this.client.request(PricingMessages.listChoosableGroups, { accountGroup });
    return { accountGroup, groups };
  }

  /** A model by its name, with everything that it cost, costs and will cost. Names have slashes, so it is no path. */
  @Get('models/by-name')
  @MayBeNotFound()
  async model(
    @Query() { name, group, ...viewer }: CatalogModelQueryDto,
    @Req() request: FastifyRequest,
  ): Promise<CatalogModelDetailsDto> {
    const accountGroup = await this.viewers.accountGroupOf(request, viewer);
    const model = await this.catalogs.model(groupsOf(accountGroup, group), name);
    return { model, history: await this.catalogs.history(model.name) };
  }
}

/** A key in its account's own group is one that chose none. */
function groupsOf(accountGroup: string, group: string | undefined) {
  return group === undefined || group === accountGroup ? { accountGroup } : { accountGroup, keyGroup: group };
}
