// @ts-check
// A form that is sent by a press and never before it: what was only looked at is nobody's. Until the server has it,
// the words and ticks stay on the page, and sealed on this device; a press that found no server goes on asking.

import { Draft } from "./draft.js";

export class Once extends Draft {
  asked = false; // by a press that was not answered yet

  /** The line speaks of what was sent, so it is silent about what was not. */
  touched() {
    super.touched();
    if (!this.asked) this.line.write("");
  }

  flush() {
    return this.asked ? super.flush() : Promise.resolve();
  }

  /** @param {HTMLElement | null} button */
  press(button) {
    this.asked = true;
    return super.press(button);
  }

  /** @param {string} at */
  settle(at) {
    this.asked = false;
    super.settle(at);
  }

  /** Another tab goes on with it once this device has it. */
  async give() {
    await this.copy.write();
    return this.onDevice || super.give();
  }

  farewell() {
    if (this.asked) super.farewell();
    else this.copy.write();
  }
}
