import { v5 as uuidv5 } from 'uuid';

/** The namespace of the namespaces of repositories; any UUID, but always this one. */
const REPOSITORIES = 'b0d9c7a4-3f5e-4d57-9a39-6a2f0a6c1f4b';

/** The id of the aggregate of a path: a UUID, so that any path works, however long and whatever its bytes. */
export function fileId(repository: string, path: Buffer): string {
  return uuidv5(path, uuidv5(repository, REPOSITORIES));
}
