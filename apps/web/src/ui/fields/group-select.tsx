import { MultiSelect, Select, type MultiSelectProps, type SelectProps } from '@mantine/core';
import type { KeptGroup } from '@code-router/contracts';
import { useWholeList } from '../../api/whole-list';

/** The groups of the price list, for administrators. */
export function useGroups() {
  return useWholeList<KeptGroup>('/api/groups');
}

function useGroupNames(): readonly string[] {
  return useGroups()
    .items.map(({ name }) => name)
    .toSorted();
}

/** One group. */
export function GroupSelect(props: Omit<SelectProps, 'data'>) {
  const names = useGroupNames();
  return <Select searchable {...props} data={[...names]} />;
}

/** Several groups; none means all, which the placeholder should say. */
export function GroupsSelect(props: Omit<MultiSelectProps, 'data'>) {
  const names = useGroupNames();
  return <MultiSelect searchable clearable {...props} data={[...names]} />;
}
