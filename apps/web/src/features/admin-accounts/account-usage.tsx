import { Button, Group } from '@mantine/core';
import { IconReceiptRefund } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '@code-router/contracts';
import { Panel } from '../../ui/panel';
import { RefundDialog } from '../../ui/usage/refund-dialog';
import { UsageTable } from '../../ui/usage/usage-table';

/** The requests of one account. */
export function AccountUsage({ accountId }: { readonly accountId: string }) {
  const { t } = useTranslation('admin-accounts');
  const [refunding, setRefunding] = useState<UsageRecord | null>(null);
  return (
    <Panel flush>
      <UsageTable
        path="/api/usage"
        filters={{ accountId }}
        isOperator
        renderActions={(record) =>
          record.amountNanos === '0' ? null : (
            <Group>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconReceiptRefund size={14} />}
                onClick={() => setRefunding(record)}
              >
                {t('action.refund')}
              </Button>
            </Group>
          )
        }
      />
      {refunding ? <RefundDialog record={refunding} onClose={() => setRefunding(null)} /> : null}
    </Panel>
  );
}
