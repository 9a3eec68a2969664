import type { ReactNode } from 'react';
import classes from './facts.module.css';

export interface FactsProps {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}

/** What is known of one thing: names at the left, values at the right. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
