// The events of Lambda@Edge, as far as they are used here.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html

/** Keyed by the name in lower case; a header that was sent more than once has more than one entry. */
export type LambdaHeaders = Record<string, { key?: string; value: string }[] | undefined>;

export interface LambdaRequest {
  readonly method: string;
  uri: string;
  readonly querystring: string;
  readonly headers: LambdaHeaders;
}

export interface LambdaResponse {
  readonly status: string;
  readonly headers: LambdaHeaders;
  readonly body?: string;
}

export interface LambdaEvent {
  readonly Records: readonly [
    {
      readonly cf: {
        readonly config: { readonly eventType: string; readonly requestId?: string };
        readonly request: LambdaRequest;
        /** In viewer-response. */
        readonly response?: LambdaResponse;
      };
    },
  ];
}
