/** "JSON Schema validators: at most 32,768 characters" (AWS, API reference, Validator); AWS reads draft 4. */
export const mostSchemaCharacters = 32_768;

const version = { type: 'string', maxLength: 64, pattern: '^(v[0-9A-Za-z.-]+|pr-[0-9]+-[0-9a-f]+)$' };
const texts = { type: 'array', items: { type: 'string', maxLength: 256 } };

const deployment = {
  type: 'object',
  required: ['activeVersion'],
  properties: {
    activeVersion: version,
    canaryVersion: { anyOf: [version, { type: 'null' }] },
    // `multipleOf: 0.01` would refuse 0.07: validators divide.
    canaryPercent: { type: 'number', minimum: 0, maximum: 100 },
    enabledRegions: texts,
    allowList: texts,
    audience: { type: 'string', maxLength: 256 },
    blocked: { type: 'array', items: version },
    generation: { type: 'integer', minimum: 0 },
    assignment: { type: 'string', maxLength: 256 },
    salt: { type: 'string', maxLength: 256, pattern: '^[^:]*$' },
    rolloutId: { type: 'string', maxLength: 256 },
  },
};

const appName = '^[a-z][a-z0-9-]{0,31}$';

/** What AppConfig lets into the profile of `deployments`, whoever writes it: the brief's fields and ours. */
export const deploymentSchema = JSON.stringify({
  $schema: 'http://json-schema.org/draft-04/schema#',
  title: 'Sluice: deployments',
  type: 'object',
  required: ['deployments'],
  properties: {
    schema: { type: 'integer', minimum: 1 },
    deployments: { type: 'object', patternProperties: { [appName]: deployment }, additionalProperties: false },
  },
});
