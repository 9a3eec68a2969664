/** What operators write on their site while it runs. */
export interface SiteTexts {
  /** Null: the name that was configured. */
  readonly name: string | null;
  /** Shown on every page; null: nothing is. */
  readonly announcement: string | null;
}

/** Where the texts are kept. */
export abstract class SiteTextStore {
  abstract read(): Promise<SiteTexts>;

  /** What is absent stays as it is. @returns the texts as they are from then on. */
  abstract change(change: Partial<SiteTexts>): Promise<SiteTexts>;
}
