import type { CloudFrontResponse, Cookie } from './event.js';
import { settings } from './settings.js';

// Part of the CloudFront Function for viewer-response: see choose-version.ts on how it is written.

/** A cookie that no script can read. */
export function hidden(value: string, maxAgeS: number): Cookie {
  const secure = settings.secure ? '; Secure' : '';
  return { value, attributes: `Path=/; Max-Age=${maxAgeS}; SameSite=Lax; HttpOnly${secure}` };
}

/** Another answer in the place of what the origin or the cache has, without its cookies; nobody keeps it. */
export function turnInto(response: CloudFrontResponse, statusCode: number, body: string): void {
  response.statusCode = statusCode;
  response.body = body;
  response.cookies = {};
  // What they say of the body that was there. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html#functions-event-structure-status-body
  delete response.headers['content-encoding'];
  delete response.headers['content-length'];
  delete response.headers['etag'];
  response.headers['cache-control'] = { value: 'no-store' };
}
