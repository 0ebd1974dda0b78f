// @ts-check
// Waiting: for a quiet moment before something is done, and longer after each time it went wrong.

const WAITS_S = [1, 2, 4, 8, 16, 30];

/** Acts once it has been quiet, and at the latest so long after the first call. */
export class Quiet {
  /** @param {number} quietMs @param {number} longestMs @param {() => unknown} act */
  constructor(quietMs, longestMs, act) {
    this.quietMs = quietMs;
    this.longestMs = longestMs;
    this.act = act;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.longest = undefined;
  }

  touched() {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(this.act, this.quietMs);
    this.longest ??= setTimeout(this.act, this.longestMs);
  }

  /** Nothing is waited for any more: it is being done now, or never. */
  stop() {
    clearTimeout(this.quiet);
    clearTimeout(this.longest);
    this.longest = undefined;
  }
}

/** Longer each time, never in step with everybody else, and over at once when somebody wakes it. */
export class Patience {
  constructor() {
    this.failures = 0;
    this.wake = () => {};
  }

  /** @param {number} atLeast seconds the server asked for, or 0 */
  async wait(atLeast) {
    const seconds = WAITS_S[Math.min(this.failures, WAITS_S.length - 1)] * (0.5 + Math.random());
    this.failures += 1;
    await new Promise((resolve) => {
      const clock = setTimeout(resolve, Math.max(atLeast, seconds) * 1000);
      this.wake = () => {
        clearTimeout(clock);
        resolve(undefined);
      };
    });
    this.wake = () => {};
  }
}
