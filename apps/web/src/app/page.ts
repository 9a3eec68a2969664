import { lazyRouteComponent } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { loadTexts } from '../i18n/i18n';

/**
 * What a route needs for a page that is loaded when it is opened: its code and its texts, both at once.
 *
 * `createRoute({ ..., ...page(() => import('../../features/keys/keys-page'), 'KeysPage', 'keys') })`
 */
export function page<Name extends string, Module extends Record<Name, ComponentType>>(
  load: () => Promise<Module>,
  component: Name,
  texts: string,
) {
  return { component: lazyRouteComponent(load, component), loader: () => loadTexts(texts) };
}
