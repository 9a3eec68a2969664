import { Injectable } from '@nestjs/common';
import {
  DomainError,
  PAGE_LIMIT_MAX,
  PricingMessages,
  type CatalogModel,
  type CatalogRequest,
} from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { NearCache } from '../../relay/near-cache.js';
import type { PublicPriceVersionDto } from './catalog.dto.js';
import { ServedCatalog } from './served-catalog.js';

/** Each is a whole catalogue; there are not many groups. */
const CATALOGS_MAX = 50;
const HISTORIES_MAX = 2_000;
const TTL_MS = 60_000;

/** The catalogues that visitors see, kept until something in them changes. */
@Injectable()
export class Catalogs {
  private readonly catalogs = new NearCache<ServedCatalog>({ entriesMax: CATALOGS_MAX, ttlMs: TTL_MS });
  private readonly histories = new NearCache<readonly PublicPriceVersionDto[]>({
    entriesMax: HISTORIES_MAX,
    ttlMs: TTL_MS,
  });

  constructor(private readonly client: ServiceClient) {
    client.onReconnected(() => this.forget());
  }

  /**
   * Everything that the group sees, from memory; with filters, what pricing finds.
   *
   * @throws DomainError `forbidden` for a group that keys of the account group may not choose.
   */
  async read(request: CatalogRequest): Promise<ServedCatalog> {
    const { accountGroup, keyGroup, ...filters } = request;
    if (Object.values(filters).some((filter) => filter !== undefined)) return (await this.load(request)).value;
    // Group names cannot hold a line break, so the pair cannot be confused with another one.
    return this.catalogs.get(`${accountGroup}\n${keyGroup ?? ''}`, () => this.load(request));
  }

  /** @throws DomainError `model_not_found`, as {@link read} besides. */
  async model(request: CatalogRequest, name: string): Promise<CatalogModel> {
    const { models } = (await this.read(request)).catalog;
    const model = models.find((one) => one.name === name || one.aliases.includes(name));
    if (model) return model;
    throw new DomainError('model_not_found', `The model '${name}' does not exist, or is not for this group.`, {
      param: 'name',
    });
  }

  /** Every price of a model that somebody may see, newest first. */
  history(model: string): Promise<readonly PublicPriceVersionDto[]> {
    return this.histories.get(model, async () => {
      const { items } = await this.client.request(PricingMessages.listPriceVersions, { model, limit: PAGE_LIMIT_MAX });
      return { value: items.map(({ author: _author, note: _note, ...version }) => version) };
    });
  }

  /** Prices, groups or models changed somewhere. */
  forget(): void {
    this.catalogs.invalidate();
    this.histories.invalidate();
  }

  private async load(request: CatalogRequest) {
    const { catalogVersion, validUntil, models } = await this.client.request(PricingMessages.catalog, request);
    const { accountGroup, keyGroup = null } = request;
    return {
      value: new ServedCatalog({ catalogVersion, accountGroup, keyGroup, models }),
      validUntil: validUntil === undefined ? undefined : Date.parse(validUntil),
    };
  }
}
