import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

/** The folders that have texts: each is a namespace of its name. */
const SOURCES = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['app', 'ui', ...readdirSync(join(SOURCES, 'features')).map((name) => join('features', name))].filter(
  (folder) => existsSync(join(SOURCES, folder, 'locales')),
);

/** Plurals have one key for each form that a language has; the code asks for the one without its ending. */
const PLURAL = /_(zero|one|two|few|many|other)$/;

type Texts = ReadonlyMap<string, string>;

function textsOf(folder: string, language: string): Texts {
  const file = join(SOURCES, folder, 'locales', `${language}.json`);
  return new Map(flat(JSON.parse(readFileSync(file, 'utf8')) as object, ''));
}

function flat(node: object, prefix: string): [string, string][] {
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' ? [[prefix + name, value]] : flat(value as object, `${prefix}${name}.`),
  );
}

const baseKeys = (texts: Texts) => new Set([...texts.keys()].map((key) => key.replace(PLURAL, '')));
const variables = (text: string) => [...text.matchAll(/\{\{-?\s*(\w+)/g)].map(([, name]) => name ?? '');

/** The sources of a folder, its own folders included. */
function sourcesOf(folder: string): string[] {
  return readdirSync(join(SOURCES, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(join(SOURCES, folder, file), 'utf8'));
}

interface Used {
  /** Keys that are written out. */
  readonly keys: ReadonlySet<string>;
  /** What stands before and after what is put in when the program runs. */
  readonly patterns: readonly RegExp[];
}

function usedIn(sources: readonly string[]): Used {
  const keys = new Set<string>();
  const patterns: RegExp[] = [];
  for (const source of sources) {
    for (const [, key] of source.matchAll(/['"]([\w-]+(?:\.[\w-]+)*)['"]/g)) if (key) keys.add(key);
    for (const [, template] of source.matchAll(/`((?:[\w.-]|\$\{[^{}`]*\})+)`/g)) {
      const parts = (template ?? '').split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
      if (parts.some((part) => part !== '')) patterns.push(new RegExp(`^${parts.join('[\\w.-]+')}$`));
    }
  }
  return { keys, patterns };
}

/** Keys that `t` is called with as they stand. */
function calledWith(sources: readonly string[]): string[] {
  return sources.flatMap((source) => [...source.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key]) => key ?? ''));
}

describe.each(FOLDERS)('the texts of %s', (folder) => {
  const english = textsOf(folder, 'en');
  const chinese = textsOf(folder, 'zh');

  it('have the same keys in both languages', () => {
    expect([...baseKeys(chinese)].toSorted()).toEqual([...baseKeys(english)].toSorted());
  });

  it('put the same things in, in both languages', () => {
    const chineseOf = (key: string) => chinese.get(key) ?? chinese.get(key.replace(PLURAL, '_other')) ?? '';
    const different = [...english].filter(
      ([key, text]) => variables(text).toSorted().join() !== variables(chineseOf(key)).toSorted().join(),
    );
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('are each used', () => {
    // Texts of the app and of parts of pages are used where their namespace is named.
    const name = basename(folder);
    const everywhere = ['app', 'ui', 'api', 'features'].flatMap(sourcesOf);
    const { keys, patterns } = usedIn(
      folder === 'app' || folder === 'ui'
        ? everywhere.filter(
            (source) => source.includes(`'${name}'`) || source.includes('TFunction') || source.includes('text:'),
          )
        : sourcesOf(folder),
    );
    const unused = [...baseKeys(english)].filter(
      (key) => !keys.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  it('are there for each key that is asked for', () => {
    const keys = baseKeys(english);
    const shared = new Set([...baseKeys(textsOf('app', 'en')), ...baseKeys(textsOf('ui', 'en'))]);
    expect(calledWith(sourcesOf(folder)).filter((key) => !keys.has(key) && !shared.has(key))).toEqual([]);
  });
});
