/** One value under one dimension set, as CloudWatch takes it out of a line (AWS, "Specification: Embedded metric format"). */
export interface Extracted {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly atMs: number;
}

interface Document {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [name: string]: unknown;
}

export function extract(line: string): readonly Extracted[] {
  const document = JSON.parse(line) as Document;
  return document._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((set) =>
      Metrics.map(({ Name }) => {
        const value = document[Name] as number | readonly number[];
        return {
          namespace: Namespace,
          metric: Name,
          dimensions: Object.fromEntries(set.map((name) => [name, document[name] as string])),
          values: typeof value === 'number' ? [value] : value,
          atMs: document._aws.Timestamp,
        };
      }),
    ),
  );
}
