import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { currentLanguage, type Language } from '../../i18n/i18n';

type Descriptions = Readonly<Record<string, string>>;

/** By the names of variables. The services describe their settings in English themselves. */
const OTHER_LANGUAGES: Readonly<Partial<Record<Language, () => Promise<{ readonly default: Descriptions }>>>> = {
  zh: () => import('./descriptions/zh.json'),
};

const NONE: Descriptions = {};

/**
 * What settings are for, in the reader's language as far as it is known; undefined until it is there. Where it cannot be
 * had, the services' own words stand.
 */
export function useDescriptions(): Descriptions | undefined {
  useTranslation();
  const language = currentLanguage();
  const { data, isError } = useQuery({
    queryKey: ['setting-descriptions', language],
    queryFn: async () => (await OTHER_LANGUAGES[language]?.())?.default ?? NONE,
    staleTime: Infinity,
  });
  return isError ? NONE : data;
}
