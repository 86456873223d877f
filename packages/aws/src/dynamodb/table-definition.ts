/** The table as data: infrastructure code, doctor and tests make and look at the same. */
export const tableDefinition = {
  /** Of what a row belongs to, and which of those it is. */
  partitionKey: 'p',
  sortKey: 's',
  /** Seconds since 1970, after which DynamoDB removes a row, without a charge. */
  ttlAttribute: 'x',
  /** Paid by request: rollouts come and go. */
  billing: 'PAY_PER_REQUEST',
} as const;

/** What the role of the ingestion function, and that of the controller, must be allowed on the table. */
export const tablePermissions = {
  ingestion: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  controller: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
} as const;
