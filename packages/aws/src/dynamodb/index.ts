/**
 * Counting sessions in a table of DynamoDB: by the ingestion function, for the controller.
 *
 *   import { createDynamoTable } from '@sluice/aws/dynamodb';
 *   const table = createDynamoTable({ table: 'sluice-telemetry', now: Date.now, newId: randomUUID });
 *   const source = createTableSource({ table, now: Date.now }); // of @sluice/telemetry
 */
export { createDynamoTable, type DynamoTableOptions } from './session-table.js';
export { tableDefinition, tablePermissions } from './table-definition.js';
