import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

export interface LightLinkProps {
  readonly to: string;
  readonly search: Readonly<Record<string, string>>;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/**
 * A link within the app that follows no change of the address, and so costs next to nothing: for lists that are drawn
 * with each keystroke. Elsewhere, the router's own `Link` is right.
 */
export function LightLink({ to, search, className, children }: LightLinkProps) {
  const router = useRouter();
  const follow = (event: MouseEvent) => {
    // What asks for another tab or a download is left to the browser.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ to, search });
  };
  const preload = () => void router.preloadRoute({ to, search });
  return (
    <a
      href={to + router.options.stringifySearch(search)}
      className={className}
      onClick={follow}
      onMouseEnter={preload}
      onFocus={preload}
    >
      {children}
    </a>
  );
}
