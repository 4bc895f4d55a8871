/** Somebody else imports the same repository into the same database. */
export class ConcurrentImportError extends Error {
  constructor(path: string, options?: ErrorOptions) {
    super(
      `Another process imports the repository at ${path} into this database at the same time. ` +
        'Nothing was stored twice: let it finish, or stop it and start again to go on where it stopped.',
      options,
    );
  }
}

/** The application was told to stop in the middle of an import. */
export class ImportInterruptedError extends Error {
  constructor(path: string) {
    super(`The import of ${path} was interrupted. Start again to go on where it stopped.`);
  }
}
