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

/** What the database has of the repository, and what is to be imported, went different ways. */
export class DivergedHistoryError extends Error {
  constructor(
    path: string,
    { head, lastImported }: { head: string; lastImported: string },
    options?: ErrorOptions,
  ) {
    super(
      `The repository at ${path} is at commit ${head}, whose first-parent line does not have ${lastImported}, ` +
        'the last commit that this database has of it: the history was rewritten, or this is another branch. ' +
        'Check out the branch that was imported, or import this one into another database: set DATABASE_URL to an ' +
        'empty one, or, where it is not set, move the folder .data away. Then start again.',
      options,
    );
  }
}

/** The application was told to stop in the middle of an import. */
export class ImportInterruptedError extends Error {
  constructor(path: string, options?: ErrorOptions) {
    super(`The import of ${path} was interrupted. Start again to go on where it stopped.`, options);
  }
}
