import { Injectable } from '@nestjs/common';
import { DomainError, PAGE_LIMIT_MAX, PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';

/** More groups than anybody keeps; it bounds the reading of a list that answers itself in a circle. */
const PAGES_MAX = 100;
const NAMED_IN_ERROR_MAX = 20;

/**
 * Knows which groups exist. A group that is misspelt would be billed at a multiplier of one, so whatever names a group
 * is refused unless pricing has it.
 */
@Injectable()
export class KnownGroups {
  constructor(private readonly client: ServiceClient) {}

  /**
   * @param field the field of the request that names the groups.
   * @param names what it names; null and undefined name none.
   * @throws DomainError `invalid_request_error` when one of them does not exist.
   */
  async expect(field: string, names: string | readonly string[] | null | undefined): Promise<void> {
    const wanted = typeof names === 'string' ? [names] : (names ?? []);
    if (wanted.length === 0) return;
    const known = await this.read();
    const unknown = wanted.filter((name) => !known.has(name));
    if (unknown.length === 0) return;
    const listed = [...known].slice(0, NAMED_IN_ERROR_MAX).join(', ');
    throw new DomainError(
      'invalid_request_error',
      `${field} names a group that does not exist: ${unknown.join(', ')}. Known groups: ${listed}` +
        `${known.size > NAMED_IN_ERROR_MAX ? ', …' : ''}. Groups are entered with PUT /api/groups.`,
      { param: field },
    );
  }

  private async read(): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { items, nextCursor } = await this.client.request(PricingMessages.listGroups, {
        limit: PAGE_LIMIT_MAX,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { name } of items) names.add(name);
      if (nextCursor === undefined) break;
      cursor = nextCursor;
    }
    return names;
  }
}
