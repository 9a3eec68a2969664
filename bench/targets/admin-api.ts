/** The administration's API, as an operator's program asks it. */
export class AdminApi {
  private token = '';

  constructor(private readonly baseUrl: string) {}

  async logIn(password: string): Promise<void> {
    this.token = (await this.post('auth/login', { username: 'admin', password })).token;
  }

  /** @throws Error with what the server answered when it refused. */
  async post(path: string, body: object): Promise<Record<'id' | 'secret' | 'token', string>> {
    const response = await fetch(`${this.baseUrl}/api/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST /api/${path} was refused: ${await response.text()}`);
    return (await response.json()) as Record<'id' | 'secret' | 'token', string>;
  }
}
