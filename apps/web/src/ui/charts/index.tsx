import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { StackedBarsProps } from './stacked-bars';

export type { BarSeries, StackedBarsProps } from './stacked-bars';

const HEIGHT_PX = 240;
const LoadedBars = lazy(() => import('./stacked-bars').then((module) => ({ default: module.StackedBars })));

/** Bars over time, one upon the other. The library that draws them is loaded with the first chart. */
export function StackedBars(props: StackedBarsProps) {
  const height = props.height ?? HEIGHT_PX;
  return (
    <Suspense fallback={<Skeleton height={height} />}>
      <LoadedBars {...props} height={height} />
    </Suspense>
  );
}
