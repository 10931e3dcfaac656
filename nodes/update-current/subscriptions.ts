import type { NodeMessageInFlow } from 'node-red';
import type { CurrentControl, Decision } from '../../src/client';
import type { Target } from './target';

/** Takes a decision that answers no message, with the newest message about its target. */
type OnDecision = (decision: Decision, target: Target, message: NodeMessageInFlow) => void;

interface Subscription {
  control: CurrentControl;
  message: NodeMessageInFlow;
  end: () => void;
}

/** The targets whose later decisions one node passes on: one, or several where messages name them. */
export class TargetSubscriptions {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #by: string;
  readonly #onDecision: OnDecision;

  /** @param onDecision must not throw. */
  constructor(by: string, onDecision: OnDecision) {
    this.#by = by;
    this.#onDecision = onDecision;
  }

  /** From now on decisions about this target travel on copies of this message. */
  keep(control: CurrentControl, target: Target, message: NodeMessageInFlow): void {
    const known = this.#subscriptions.get(target.id);
    if (known?.control === control) {
      known.message = message;
      return;
    }
    // The connection was deployed anew, perhaps for another account.
    known?.end();
    const subscription: Subscription = { control, message, end: () => undefined };
    const onDecision = (decision: Decision) => this.#onDecision(decision, target, subscription.message);
    subscription.end = control.listen(target.id, this.#by, onDecision);
    this.#subscriptions.set(target.id, subscription);
  }

  end(): void {
    for (const { end } of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
  }
}
