import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface Asking {
  readonly url: string;
  readonly cookie?: string | undefined;
  readonly accept?: string | undefined;
  /** Sent as JSON by POST. */
  readonly body?: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 });

/** One request as a browser would make it. Never rejects: status 0 is no answer at all. */
export function ask(asking: Asking): Promise<Answer> {
  const body = asking.body === undefined ? undefined : JSON.stringify(asking.body);
  return new Promise((resolve) => {
    const nothing = (): void => {
      resolve({ status: 0, headers: {}, text: '' });
    };
    const outgoing = request(asking.url, {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      timeout: 5000,
      headers: {
        'user-agent': 'Mozilla/5.0 (demo visitor)',
        accept: asking.accept ?? '*/*',
        ...(asking.cookie === undefined ? {} : { cookie: asking.cookie }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        'sec-fetch-site': 'same-origin',
      },
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', nothing);
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', nothing);
      incoming.on('end', () => {
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: Buffer.concat(parts).toString('utf8'),
        });
      });
    });
    outgoing.end(body);
  });
}
