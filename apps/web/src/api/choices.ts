import { useCallback, useSyncExternalStore } from 'react';

/** What somebody chose on this device. A browser that keeps nothing forgets it with the page. */
const kept = new Map<string, string | null>();
const listeners = new Set<() => void>();

const storageKey = (name: string) => `code-router-${name}`;

export function readChoice(name: string): string | null {
  const known = kept.get(name);
  if (known !== undefined) return known;
  let value: string | null = null;
  try {
    value = localStorage.getItem(storageKey(name));
  } catch {
    // Storage is blocked: the choice lives as long as the page.
  }
  kept.set(name, value);
  return value;
}

export function writeChoice(name: string, value: string | null): void {
  kept.set(name, value);
  try {
    if (value === null) localStorage.removeItem(storageKey(name));
    else localStorage.setItem(storageKey(name), value);
  } catch {
    // As above.
  }
  for (const listener of listeners) listener();
}

export function useChoice(name: string): readonly [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(subscribe, () => readChoice(name));
  const choose = useCallback((next: string | null) => writeChoice(name, next), [name]);
  return [value, choose];
}

function subscribe(listener: () => void): () => void {
  const fromOtherTabs = (event: StorageEvent) => {
    if (event.key === null) kept.clear();
    else kept.delete(event.key.replace(/^code-router-/, ''));
    listener();
  };
  listeners.add(listener);
  window.addEventListener('storage', fromOtherTabs);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', fromOtherTabs);
  };
}
