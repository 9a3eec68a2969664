import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, type Icon } from '@tabler/icons-react';

export interface RowAction {
  readonly label: string;
  readonly icon: Icon;
  readonly onClick: () => void;
  /** Whether it destroys something; it stands in red. */
  readonly isDangerous?: boolean;
  readonly isDisabled?: boolean;
}

export interface RowMenuProps {
  /** Of what row, for people who cannot see it. */
  readonly label: string;
  readonly actions: readonly RowAction[];
}

/** What can be done with a row, behind three dots. */
export function RowMenu({ label, actions }: RowMenuProps) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={label}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ label: text, icon: IconOf, onClick, isDangerous = false, isDisabled = false }) => (
          <Menu.Item
            key={text}
            leftSection={<IconOf size={16} stroke={1.7} />}
            onClick={onClick}
            disabled={isDisabled}
            {...(isDangerous ? { color: 'red' } : {})}
          >
            {text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
