/** Tokens, for each data source, of what the library's own modules share. */
export const storeTokens = {
  options: (dataSource: string): string => `nestevents:options:${dataSource}`,
  model: (dataSource: string): string => `nestevents:model:${dataSource}`,
  journal: (dataSource: string): string => `nestevents:journal:${dataSource}`,
  handlerStorage: (dataSource: string): string => `nestevents:handler-storage:${dataSource}`,
  wakeUpCalls: (dataSource: string): string => `nestevents:wake-up-calls:${dataSource}`,
  snapshotStorage: (dataSource: string): string => `nestevents:snapshot-storage:${dataSource}`,
  snapshotsLifecycle: (dataSource: string): string => `nestevents:snapshots-lifecycle:${dataSource}`,
  snapshots: (dataSource: string): string => `nestevents:snapshots:${dataSource}`,
  durableHandlers: (dataSource: string): string => `nestevents:durable-handlers:${dataSource}`,
  lifecycle: (dataSource: string): string => `nestevents:lifecycle:${dataSource}`,
};
