import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readChoice, writeChoice } from '../api/choices';
import appEnglish from '../app/locales/en.json';
import uiEnglish from '../ui/locales/en.json';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

const LANGUAGE = 'language';

type Texts = Readonly<Record<string, unknown>>;

/** The texts of each feature in each language; each file is loaded when it is needed. */
const files: Readonly<Record<string, () => Promise<Texts>>> = {
  ...import.meta.glob<Texts>('../features/*/locales/*.json', { import: 'default' }),
  ...import.meta.glob<Texts>(['../{app,ui}/locales/*.json', '!**/en.json'], { import: 'default' }),
};

const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  // With two parameters i18next takes the promise that it answers with.
  read: async (language: string, namespace: string) => {
    const load =
      files[`../features/${namespace}/locales/${language}.json`] ?? files[`../${namespace}/locales/${language}.json`];
    if (!load) throw new Error(`There are no texts ${namespace} in ${language}.`);
    return load();
  },
};

/** Resolves when the texts that every page needs are there. */
export async function startTranslation(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : language;
  });
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: firstLanguage(),
      fallbackLng: 'en',
      supportedLngs: LANGUAGES,
      ns: ['app', 'ui'],
      defaultNS: 'app',
      resources: { en: { app: appEnglish, ui: uiEnglish } },
      partialBundledLanguages: true,
      // React escapes.
      interpolation: { escapeValue: false },
    });
}

/** Loads the texts of a feature, while its code is loaded. */
export async function loadTexts(namespace: string): Promise<void> {
  await i18next.loadNamespaces(namespace);
}

export function currentLanguage(): Language {
  return LANGUAGES.find((language) => i18next.language?.startsWith(language)) ?? 'en';
}

/** The language with its region, as `Intl` takes it. */
export function currentLocale(): string {
  return currentLanguage() === 'zh' ? 'zh-CN' : 'en-US';
}

export async function chooseLanguage(language: Language): Promise<void> {
  writeChoice(LANGUAGE, language);
  await i18next.changeLanguage(language);
}

function firstLanguage(): Language {
  const chosen = readChoice(LANGUAGE);
  const wanted = chosen === null ? navigator.languages : [chosen];
  for (const tag of wanted) {
    const language = LANGUAGES.find((known) => tag.toLowerCase().startsWith(known));
    if (language) return language;
  }
  return 'en';
}
