import type { CloudFrontRequest } from '../cloudfront/event.js';

// What nginx gives to njs, as far as it is used here. https://nginx.org/en/docs/njs/reference.html#http
export interface NginxRequest {
  readonly method: string;
  readonly headersIn: Readonly<Record<string, string | undefined>>;
  readonly headersOut: Record<string, string | readonly string[]>;
  readonly variables: Record<string, string | undefined>;
  /** A line in the error log. */
  error(message: string): void;
  /** With the address where the status sends elsewhere. */
  return(status: number, body: string): void;
  internalRedirect(uri: string): void;
  subrequest(
    uri: string,
    options: { readonly method: 'GET' | 'HEAD' },
  ): Promise<{ readonly status: number; readonly responseText: string }>;
}

type Values = CloudFrontRequest['headers'];

/** The request as CloudFront shows it to its function. */
export function asCloudFront(r: NginxRequest): CloudFrontRequest {
  const headers: Values = {};
  const names = Object.keys(r.headersIn);
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] as string;
    headers[name.toLowerCase()] = { value: r.headersIn[name] as string };
  }
  const cookies = headers['cookie'];
  delete headers['cookie'];
  return {
    method: r.method,
    uri: (r.variables['request_uri'] as string).split('?')[0] as string,
    headers,
    cookies: pairs(cookies && cookies.value.length <= 16_384 ? cookies.value : '', ';'),
    querystring: pairs(queryOf(r), '&'),
  };
}

/** As it was sent, without `?`. */
export function queryOf(r: NginxRequest): string {
  return (r.variables['request_uri'] as string).split('?').slice(1).join('?');
}

/** The first of each name, as everywhere in Sluice. */
function pairs(text: string, separator: string): Values {
  const values: Values = {};
  const parts = text.split(separator);
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] as string;
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    if (at > 0 && !Object.prototype.hasOwnProperty.call(values, name)) {
      values[name] = { value: part.slice(at + 1).trim() };
    }
  }
  return values;
}
