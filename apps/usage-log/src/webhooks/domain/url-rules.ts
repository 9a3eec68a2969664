/** Which addresses webhooks may have. */
export abstract class UrlRules {
  /** What is wrong with it, to go after the field's name; undefined when nothing is. */
  abstract faultOf(url: unknown): string | undefined;
}
