import { useEffect } from 'react';

const DIALOG = '[role="dialog"]';
/** What opened a dialog may have been in a menu that is gone since; then what opened the menu is where one was. */
const REMEMBERED_MAX = 5;
/** The component library gives the focus back itself where a dialog stays on the page, ten milliseconds later. */
const LIBRARY_MS = 30;

/**
 * Gives the focus back to what a dialog was opened from. Most dialogs here leave the page together with the component that
 * shows them, and so have nothing left that could do it: the focus would be nowhere, and the next Tab at the page's start.
 */
export function useFocusReturn(): void {
  useEffect(() => {
    const before: HTMLElement[] = [];
    let timer: number | undefined;
    // Only while there is a dialog: pages change often, and have nothing to do with it.
    const watch = new MutationObserver(() => {
      if (document.querySelector(DIALOG)) return;
      watch.disconnect();
      timer = window.setTimeout(giveBack, LIBRARY_MS);
    });

    const giveBack = (): void => {
      const isNowhere = document.activeElement === null || document.activeElement === document.body;
      if (isNowhere) before.findLast((element) => element.checkVisibility())?.focus({ preventScroll: true });
    };
    const onFocus = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      if (target.closest(DIALOG)) {
        window.clearTimeout(timer);
        watch.observe(document.body, { childList: true, subtree: true });
      } else {
        before.push(target);
        if (before.length > REMEMBERED_MAX) before.shift();
      }
    };
    document.addEventListener('focusin', onFocus);
    return () => {
      document.removeEventListener('focusin', onFocus);
      watch.disconnect();
      window.clearTimeout(timer);
    };
  }, []);
}
