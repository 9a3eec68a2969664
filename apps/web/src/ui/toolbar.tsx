import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** Filters above a list. */
export function Toolbar({ children }: { readonly children: ReactNode }) {
  return (
    <Group gap="sm" mb="md" align="flex-end" role="search">
      {children}
    </Group>
  );
}
