import { parseJson } from '@sluice/schema';

/** One request for a JSON document, bounded in time and size. */
export interface JsonRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the whole answer is there. */
  readonly timeoutMs: number;
  /** Of the answer, as it is after decompression. */
  readonly maxBytes: number;
}

export type JsonAnswer =
  | { readonly kind: 'json'; readonly value: unknown }
  /** Half a sentence: what came instead. Quotes neither address nor headers: both may be secret. */
  | { readonly kind: 'none'; readonly why: string };

/** Asks once. Redirects are not followed: credentials go where the configuration says and nowhere else. Never rejects. */
export async function askJson(request: JsonRequest): Promise<JsonAnswer> {
  const { url, method, headers, body, timeoutMs } = request;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const given = body === undefined ? {} : { body };
    const response = await fetch(url, { method, headers, redirect: 'manual', signal, ...given });
    if (!response.ok) {
      await response.body?.cancel().catch(() => undefined);
      return none(refusalWords(response, url));
    }
    const text = await boundedText(response, request.maxBytes);
    if (text === undefined) return none(`it answered with more than ${String(request.maxBytes)} bytes`);
    const json = parseJson(text);
    return json.kind === 'ok' ? { kind: 'json', value: json.value } : none('its answer is not JSON');
  } catch (error) {
    return none(brokenWords(error, timeoutMs));
  }
}

function none(why: string): JsonAnswer {
  return { kind: 'none', why };
}

function refusalWords({ status, headers }: Response, asked: URL): string {
  if (status < 300 || status >= 400) return `it answered ${String(status)}`;
  const location = headers.get('location') ?? '';
  const host = URL.canParse(location, asked.href) ? new URL(location, asked).host : 'nowhere';
  return `it answered ${String(status)}, a redirect to ${host}: redirects are not followed`;
}

/** Undefined where there is more. */
async function boundedText(response: Response, maxBytes: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) return text + decoder.decode();
    bytes += next.value.byteLength;
    if (bytes > maxBytes) {
      await reader?.cancel().catch(() => undefined);
      return undefined;
    }
    text += decoder.decode(next.value, { stream: true });
  }
}

function brokenWords(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'it cannot be reached';
  if (error.name === 'TimeoutError') return `it did not answer within ${String(timeoutMs)} ms`;
  const code = (error.cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? `it cannot be reached (${code})` : 'it cannot be reached';
}
