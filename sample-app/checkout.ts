import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of the project, found from here or from `dist`: the sample can be started from anywhere. */
export const CHECKOUT = findCheckout(import.meta.dirname);

function findCheckout(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder)
    throw new Error(`There is no package.json in any folder above ${import.meta.dirname}.`);
  return findCheckout(parent);
}
