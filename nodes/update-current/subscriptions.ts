import type { NodeMessageInFlow } from 'node-red';
import type { CurrentControl, Decision } from '../../src/client';
import type { Place } from './target';

/** Hears a decision that nobody waits for, with the newest message about its place. */
type Hear = (decision: Decision, place: Place, message: NodeMessageInFlow) => void;

interface Touch {
  control: CurrentControl;
  message: NodeMessageInFlow;
  deaf: () => void;
}

/** The places that one node is in touch with: one, or several where messages name them. */
export class TargetSubscriptions {
  private readonly touched = new Map<string, Touch>();

  /** @param hear must not throw. */
  constructor(
    private readonly by: string,
    private readonly hear: Hear,
  ) {}

  /** From now on decisions about this place travel on this message. */
  keep(control: CurrentControl, place: Place, message: NodeMessageInFlow): void {
    const known = this.touched.get(place.id);
    if (known) {
      Object.assign(known, { control, message });
      return;
    }
    const touch: Touch = { control, message, deaf: () => undefined };
    touch.deaf = control.listen(place.id, this.by, (decision) => this.hear(decision, place, touch.message));
    this.touched.set(place.id, touch);
  }

  /** @param removed the node is deleted or disabled: its wishes are taken back. */
  end(removed: boolean): void {
    for (const [id, { control, deaf }] of this.touched) {
      deaf();
      if (removed) control.withdraw(id, this.by);
    }
  }
}
