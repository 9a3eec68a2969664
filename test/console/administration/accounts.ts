import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Account, CreatedKey, GrantReply, Key, LedgerAudit, LedgerEntry } from '@code-router/contracts';
import type { Refusal } from '../running-console.js';
import { type AdministrationStage, unique } from './administration-stage.js';

export function describeAccounts(stage: AdministrationStage): void {
  describe('accounts', () => {
    it('are opened, changed and read with their balance', async () => {
      const { name: group } = await stage.addGroup();
      const account = await stage.addAccount({ group, overdraftCredits: '0.5' });
      expect(account).toMatchObject({ group, status: 'active', balanceNanos: '0', overdraftNanos: '500000000' });
      const changes = { status: 'disabled', overdraftNanos: '7', name: unique('renamed') };
      const changed = await stage.console.ask<Account>('PATCH', `/api/accounts/${account.id}`, changes);
      expect(changed).toEqual({ ...account, ...changes, availableNanos: '7' });
      expect(await stage.console.ask('GET', `/api/accounts/${account.id}`)).toEqual(changed);
      expect(await stage.console.everyPage('/api/accounts', 200)).toContainEqual(changed);
    });

    it('are granted an amount once, however often the same grant is sent', async () => {
      const { id } = await stage.addAccount();
      const path = `/api/accounts/${id}/grants`;
      const reference = randomUUID();
      const grants = [
        () => stage.console.send<GrantReply>('POST', path, { json: { amountCredits: '5', reference } }),
        () =>
          stage.console.send<GrantReply>('POST', path, {
            json: { amountCredits: '5' },
            headers: { 'idempotency-key': reference },
          }),
        () => stage.console.send<GrantReply>('POST', path, { json: { amountNanos: '5000000000', reference } }),
      ];
      for (const send of grants) expect((await send()).body.account?.balanceNanos).toBe('5000000000');
      const ledger = await stage.console.everyPage<LedgerEntry>(`/api/accounts/${id}/ledger`, 200);
      expect(ledger).toMatchObject([{ kind: 'grant', reference, amountNanos: '5000000000', accountId: id }]);
    });

    it('refuse another amount under the reference of a grant', async () => {
      const { id } = await stage.addAccount();
      const reference = randomUUID();
      await stage.console.ask('POST', `/api/accounts/${id}/grants`, { amountNanos: '5', reference });
      const { status, body } = await stage.console.send<Refusal>('POST', `/api/accounts/${id}/grants`, {
        json: { amountNanos: '6', reference },
      });
      expect([status, body.error.code]).toEqual([409, 'conflict']);
    });

    it('have books that agree', async () => {
      await stage.grant((await stage.addAccount()).id);
      const audit = await stage.console.ask<LedgerAudit>('GET', '/api/audit');
      expect(Object.values(audit).length).toBeGreaterThan(0);
      expect(Object.values(audit).every((count) => count === 0)).toBe(true);
    });
  });

  describe('the books of accounts', () => {
    it('are read as a statement of a period, and as totals that add up to zero', async () => {
      const { id } = await stage.addAccount();
      await stage.grant(id, '700');
      const period = `from=2020-01-01T00:00:00Z&to=${new Date(Date.now() + 60_000).toISOString()}`;
      expect(await stage.console.ask('GET', `/api/accounts/${id}/statement?${period}`)).toMatchObject({
        accountId: id,
        openingNanos: '0',
        closingNanos: '700',
        items: [{ kind: 'grant', amountNanos: '700' }],
      });
      expect((await stage.console.send('GET', `/api/accounts/${id}/statement?from=2020-01-01T00:00:00Z`)).status).toBe(
        400,
      );
      expect(await stage.console.ask('GET', '/api/ledger/totals')).toMatchObject({ differenceNanos: '0' });
    });
  });

  describe('keys', () => {
    it('are made, shown once, changed and disabled', async () => {
      const [{ name: group }, { id: accountId }] = [await stage.addGroup(), await stage.addAccount()];
      await expect(stage.addKey(accountId, { group })).rejects.toThrow(/choosableBy/);
      await stage.console.ask('PUT', '/api/groups', { name: group, multiplier: '1', choosableBy: null });
      const wanted = {
        group,
        quotaCredits: '0.001',
        concurrencyMax: 3,
        showCost: false,
        expiresAt: '2100-01-01T00:00:00.000Z',
      };
      const { secret, ...key } = await stage.addKey(accountId, wanted);
      expect(secret).toMatch(/^sk-/);
      expect(secret.startsWith(key.prefix)).toBe(true);
      const { quotaCredits: _, ...rest } = wanted;
      expect(key).toMatchObject({ ...rest, accountId, quotaNanos: '1000000', spentNanos: '0', status: 'active' });
      expect(await stage.console.everyPage(`/api/accounts/${accountId}/keys`, 200)).toEqual([key]);

      const changes = { status: 'disabled', quotaNanos: null, group: null, expiresAt: null, concurrencyMax: null };
      expect(await stage.console.ask<Key>('PATCH', `/api/keys/${key.id}`, changes)).toEqual({ ...key, ...changes });
    });
  });

  describe('the secret of a key', () => {
    it('is rotated with an overlap, and a revoked key stays revoked', async () => {
      const { id: accountId } = await stage.addAccount();
      const key = await stage.addKey(accountId);
      const oldValidUntil = new Date(Date.now() + 60_000).toISOString();
      const rotated = await stage.console.ask<CreatedKey>('POST', `/api/keys/${key.id}/rotate`, { oldValidUntil });
      expect(rotated.secret).not.toBe(key.secret);
      expect(rotated.retiring).toEqual([{ prefix: key.prefix, validUntil: oldValidUntil }]);
      expect(await stage.console.ask<Key>('DELETE', `/api/keys/${key.id}`)).toMatchObject({ status: 'revoked' });
      const { status } = await stage.console.send('PATCH', `/api/keys/${key.id}`, { json: { status: 'active' } });
      expect(status).toBe(409);
    });
  });
}
