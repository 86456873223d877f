import type { AppId, Pointer } from '@sluice/core';
import type { CloudFrontRequest } from '../cloudfront/event.js';
import { cookieOf, valueOf } from '../cloudfront/event.js';
import { decideVisit, type Decided } from '../decide-visit.js';
import type { EdgeSettings } from '../edge-settings.js';
import { claimsOf, previewed, type Visitor } from '../trust/visitor.js';
import type { Visit } from '../visit.js';

// What the functions of CloudFront cannot do: decide by what links have granted. It runs in njs: see choose-version.ts on how
// it is written.

export interface Granted {
  readonly settings: EdgeSettings;
  readonly app: AppId;
  /** The app's entry, as the functions would read it. */
  readonly entry: string;
  /** The request with the visitor's proven id. */
  readonly shown: CloudFrontRequest;
  readonly visitor: Visitor;
  /** For a page. */
  readonly random: string | undefined;
}

export function decideGranted(granted: Granted): Decided {
  const app = granted.app;
  const pointer = JSON.parse(granted.entry) as Pointer;
  const claims = claimsOf(granted.visitor);
  const deciding = { app, pointer, visit: visitOf(granted.shown), rules: granted.settings, claims };
  return previewed(granted.visitor, app, decideVisit(deciding, granted.random));
}

function visitOf(shown: CloudFrontRequest): Visit {
  return {
    header: (name) => valueOf(shown.headers, name),
    // The values of a query come as they were sent; an override has no other letters than these.
    query: (name) => {
      const value = valueOf(shown.querystring, name);
      return value && value.replace(/%3a/gi, ':').replace(/%2c/gi, ',');
    },
    cookie: (name) => cookieOf(shown, name),
  };
}
