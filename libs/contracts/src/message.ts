declare const payloads: unique symbol;

/** A request that one service answers: the subject it is sent to, and the types of what is asked and answered. */
export interface RequestContract<Request, Reply> {
  readonly subject: string;
  readonly [payloads]?: { request: Request; reply: Reply };
}

/** A notice that every replica of every interested service receives, at most once. */
export interface NoticeContract<Notice> {
  readonly subject: string;
  readonly [payloads]?: { notice: Notice };
}

export function defineRequest<Request, Reply>(subject: string): RequestContract<Request, Reply> {
  return { subject };
}

export function defineNotice<Notice>(subject: string): NoticeContract<Notice> {
  return { subject };
}
