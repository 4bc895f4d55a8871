/** Tokens, for each data source, of what the library's own modules share. */
export const storeTokens = {
  options: (dataSource: string): string => `nestevents:options:${dataSource}`,
  model: (dataSource: string): string => `nestevents:model:${dataSource}`,
  journal: (dataSource: string): string => `nestevents:journal:${dataSource}`,
  lifecycle: (dataSource: string): string => `nestevents:lifecycle:${dataSource}`,
};
