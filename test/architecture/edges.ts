/** Which package may import which. An edge that is missing here is added with its reason. */
export const edges: Readonly<Record<string, readonly string[]>> = {
  core: [],
  schema: ['core'],
  contracts: ['core'],
  local: ['core'],
  // Of the resolver, publish reads the built boot script as a file; it imports nothing.
  publish: ['core', 'schema'],
  resolver: ['core'],
  federation: ['core', 'resolver'],
  // Runs in the build of an application: nothing of the platform is in it.
  vite: [],
  edge: ['core'],
  telemetry: ['core', 'schema'],
  controller: ['core', 'schema', 'telemetry'],
  // What is counted of a session is decided by the same code as in one process; DynamoDB only keeps it.
  aws: ['core', 'telemetry'],
  // Starts programs for tests; knows nothing of ours.
  peers: [],
  // It drives the real reducer and analysis, and nothing else of Sluice.
  simulate: ['core'],
  // The place where adapters meet ports: it starts everything.
  cli: ['core', 'schema', 'simulate', 'local', 'aws', 'publish', 'edge', 'telemetry', 'controller'],
};

/**
 * What tests may import beyond that (core's may not): our fakes are the local adapters, adapters run the contracts, and
 * what is served in a test was published by publish and written by schema.
 */
export const testEdges: readonly string[] = ['local', 'contracts', 'peers', 'publish', 'schema'];

/** Packages that run in a page, or anywhere: no module of Node. */
export const withoutNode: readonly string[] = ['core', 'schema', 'resolver', 'federation', 'simulate'];
