import { ValidateBy } from 'class-validator';

/** Visible ASCII without a backslash, which browsers read as a slash; tabs and line breaks, which they leave out, are none. */
const PATH = /^\/[\x21-\x5b\x5d-\x7e]*$/;
/** What browsers, or a proxy that decodes a path before it sends it on, take for another site: `//host` and `/\host`. */
const OTHER_SITE = /^\/(\/|%2f|%5c)/i;
const HERE = 'http://site';

/**
 * The path, query and fragment as a browser that is sent there from this site reads them: `/a/../b` is `/b`.
 *
 * @returns undefined when that would be no path of this site; `/..//host` is `//host`, another site, once it is read.
 */
export function pathOfThisSite(text: string): string | undefined {
  if (!PATH.test(text) || OTHER_SITE.test(text) || !URL.canParse(text, HERE)) return undefined;
  const { origin, pathname, search, hash } = new URL(text, HERE);
  if (origin !== HERE || OTHER_SITE.test(pathname)) return undefined;
  return `${pathname}${search}${hash}`;
}

/** The field is a path that {@link pathOfThisSite} reads. */
export function IsPathOfThisSite(): PropertyDecorator {
  return ValidateBy({
    name: 'isPathOfThisSite',
    validator: {
      validate: (value) => typeof value === 'string' && pathOfThisSite(value) !== undefined,
      defaultMessage: () => '$property must be a path of this site',
    },
  });
}
