/** How to read what a request is about: from which address, and which part of the answer. */
export interface Reading {
  readonly url: string;
  readonly pick?: (answer: unknown) => unknown;
}

export interface Asked {
  readonly method: string;
  /** The route, `/api/accounts/:id`. */
  readonly route: string;
  /** The path, with its ids. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Lists whose items have no address of their own are read for the one item; none is longer than a page in practice. */
const LIST = 'limit=200';

const byName = ({ body }: Asked): Reading => ({ url: `/api/models/by-name?name=${text(body['name'])}` });
const multiplier = ({ body }: Asked): Reading => ({
  url: `/api/multipliers?${LIST}`,
  pick: itemWith(body, ['kind', 'accountGroup', 'keyGroup', 'model', 'group']),
});

/** What is about something that its path does not name. */
const SPECIAL: Readonly<Record<string, (asked: Asked) => Reading>> = {
  'POST /api/models': byName,
  'PATCH /api/models': byName,
  'POST /api/prices': ({ body }) => ({
    url: `/api/prices?model=${text(body['model'])}&limit=1`,
    pick: (answer) => itemsOf(answer)[0] ?? null,
  }),
  'PUT /api/groups': ({ body }) => ({ url: `/api/groups?${LIST}`, pick: itemWith(body, ['name']) }),
  'PUT /api/group-limits': ({ body }) => ({ url: '/api/group-limits', pick: itemWith(body, ['group']) }),
  'PUT /api/multipliers': multiplier,
  'DELETE /api/multipliers': multiplier,
  'PATCH /api/redemption-batches/:id': ({ path }) => ({
    url: `/api/redemption-batches?${LIST}`,
    pick: itemWith({ id: path.split('/').at(-1) }, ['id']),
  }),
};

/**
 * How to read what a request is about, before and after: at its own path, if that names one thing and can be read, or at
 * the nearest one above. Null for what is about nothing yet, such as entering something.
 *
 * @param canRead whether there is a route to read at.
 */
export function readingOf(asked: Asked, canRead: (route: string) => boolean): Reading | null {
  const special = SPECIAL[`${asked.method} ${asked.route}`];
  if (special) return special(asked);
  const route = asked.route.split('/');
  const path = asked.path.split('/');
  // What is put has its address, though no id: there is one of it.
  if (asked.method === 'PUT' && canRead(asked.route)) return { url: asked.path };
  for (let length = route.length; length > 0; length -= 1) {
    const namesOne = route[length - 1]?.startsWith(':') === true;
    if (namesOne && canRead(route.slice(0, length).join('/'))) return { url: path.slice(0, length).join('/') };
  }
  return null;
}

function itemWith(wanted: Readonly<Record<string, unknown>>, fields: readonly string[]) {
  return (answer: unknown): unknown =>
    itemsOf(answer).find((item) => fields.every((field) => item[field] === wanted[field])) ?? null;
}

function itemsOf(answer: unknown): readonly Record<string, unknown>[] {
  const { items } = (answer ?? {}) as { items?: unknown };
  return Array.isArray(items) ? (items as Record<string, unknown>[]) : [];
}

function text(value: unknown): string {
  return encodeURIComponent(typeof value === 'string' ? value : '');
}
