const NUL = 0;

/** Cuts a stream of bytes into its NUL-terminated fields, whatever its chunks; keeps only the unfinished field. */
export class NulSplitter {
  private unfinished: Buffer[] = [];

  /** The fields that end in this chunk. They are views on it: copy what is kept. */
  *split(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    for (let end = chunk.indexOf(NUL); end !== -1; end = chunk.indexOf(NUL, start)) {
      const field = chunk.subarray(start, end);
      start = end + 1;
      if (this.unfinished.length === 0) {
        yield field;
      } else {
        const parts = [...this.unfinished, field];
        this.unfinished = [];
        yield Buffer.concat(parts);
      }
    }
    if (start < chunk.length) this.unfinished.push(chunk.subarray(start));
  }

  /** Whether the stream stopped in the middle of a field. */
  get isUnfinished(): boolean {
    return this.unfinished.length > 0;
  }
}
