import { describe, expect, it } from '@jest/globals';
import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('resolves to what the probe found, after asking as often as it takes', async () => {
    let asked = 0;
    expect(await waitFor(() => (++asked < 3 ? undefined : 'found'))).toBe('found');
  });

  it('takes a probe that throws for one that found nothing yet', async () => {
    let asked = 0;
    const probe = async () => {
      if (++asked < 3) throw new Error('not yet');
      return true;
    };
    expect(await waitFor(probe)).toBe(true);
  });

  it('tells what it waited for and why the last probe failed', async () => {
    const refused = new Error('connection refused');
    const waiting = waitFor(() => Promise.reject(refused), { timeoutMs: 20, what: 'the gateway' });
    await expect(waiting).rejects.toMatchObject({ message: 'waited 20 ms in vain for the gateway', cause: refused });
  });
});
