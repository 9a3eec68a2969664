import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Model, PriceList } from '@code-router/contracts';
import { api } from '../../api/client';
import { useWholeList } from '../../api/whole-list';

export const MODELS = '/api/models';

/** A model with its price in force, where it has one. */
export interface PricedModel extends Model {
  readonly terms: PriceList['models'][number]['terms'];
  readonly isPlaceholder: boolean;
}

/** All models. Prices come from the exported list, which has every one in force in a single answer. */
export function useModels() {
  const models = useWholeList<Model>(MODELS);
  const prices = useQuery({
    queryKey: ['/api/price-list', 'code-router-json'],
    queryFn: async ({ signal }) => {
      const query = { format: 'code-router-json' };
      const { content } = await api.get<{ readonly content: string }>('/api/price-list', { query, signal });
      return new Map((JSON.parse(content) as PriceList).models.map((model) => [model.name, model]));
    },
  });
  const items = useMemo(
    () =>
      models.items
        .map((model): PricedModel => {
          const priced = prices.data?.get(model.name);
          return { ...model, terms: priced?.terms, isPlaceholder: priced?.isPlaceholder ?? false };
        })
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    [models.items, prices.data],
  );
  return {
    items,
    isLoading: models.isLoading || prices.isLoading,
    error: models.error ?? prices.error,
    reload: () => {
      models.reload();
      void prices.refetch();
    },
  };
}
