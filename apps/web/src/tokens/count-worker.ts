import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/** Counts off the page's own thread: a long text takes a while, and the vocabulary longer to load. */
self.addEventListener('message', ({ data }: MessageEvent<{ readonly id: number; readonly text: string }>) => {
  // Text that looks like a control token is text here.
  const tokens = countTokens(data.text, { disallowedSpecial: new Set() });
  self.postMessage({ id: data.id, tokens }, { transfer: [] });
});
