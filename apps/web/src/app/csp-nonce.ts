/** What the gateway puts into `index.html` in place of the placeholder; see `html.cspNonce` in vite.config.ts. */
const NONCE = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

/** The nonce with which `style` elements made here are let through by the Content-Security-Policy. */
export function cspNonce(): string {
  return NONCE;
}

// Where react-remove-scroll, below every dialog, looks for it.
Object.assign(globalThis, { __webpack_nonce__: NONCE });
