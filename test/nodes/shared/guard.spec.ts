import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import type { Node } from 'node-red';
import { CLOSED, guarded, onClose, onInput } from '../../../nodes/shared/guard';

const nodeLike = () =>
  Object.assign(new EventEmitter(), {
    warned: [] as string[],
    warn(text: string) {
      this.warned.push(text);
    },
  });
const asNode = (node: ReturnType<typeof nodeLike>) => node as unknown as Node;

/** Emits one message and waits for `done`. */
const emit = (node: EventEmitter) =>
  new Promise<unknown>((resolve) =>
    node.emit(
      'input',
      { _msgid: '1' },
      () => undefined,
      (error?: Error) => resolve(error),
    ),
  );

describe('the wrapper around handlers', () => {
  const failed = (thrown: unknown) => new Error(`failed: ${String(thrown)}`);

  for (const [name, handler] of [
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
  ] as const) {
    it(`turns a handler that ${name} into done(err)`, async () => {
      const node = nodeLike();
      onInput(asNode(node), handler, failed);
      expect(await emit(node))
        .to.be.an('error')
        .with.property('message', 'failed: Error: no');
    });
  }

  it('survives a done that throws', async () => {
    const node = nodeLike();
    onInput(asNode(node), () => Promise.resolve(), failed);
    node.emit(
      'input',
      {},
      () => undefined,
      () => {
        throw new Error('listener');
      },
    );
    expect(await emit(node)).to.equal(undefined);
  });

  it('says nothing for a message that was cut off by the end of the node', async () => {
    const node = nodeLike();
    let called = false;
    onInput(asNode(node), () => Promise.resolve(CLOSED), failed);
    node.emit(
      'input',
      {},
      () => undefined,
      () => {
        called = true;
      },
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(called).to.equal(false);
  });

  it('registers with the number of parameters that Node-RED counts', () => {
    const node = nodeLike();
    onInput(asNode(node), () => Promise.resolve(), failed);
    onClose(asNode(node), () => undefined);
    expect(node.listeners('input').map(({ length }) => length)).to.deep.equal([3]);
    expect(node.listeners('close').map(({ length }) => length)).to.deep.equal([2]);
  });

  it('calls done of close in the same turn, even when the cleanup throws', () => {
    const node = nodeLike();
    let done = 0;
    onClose(asNode(node), () => {
      throw new Error('leak');
    });
    node.emit('close', false, () => (done += 1));
    expect(done).to.equal(1);
    expect(node.warned).to.deep.equal(['close: leak']);
  });

  it('reports what the callback of a timer or an event throws', async () => {
    const reports: unknown[] = [];
    guarded(
      () => {
        throw new Error('a');
      },
      (thrown) => reports.push(thrown),
    )();
    guarded(
      () => Promise.reject(new Error('b')),
      (thrown) => reports.push(thrown),
    )();
    await new Promise((resolve) => setImmediate(resolve));
    expect(reports.map(String)).to.deep.equal(['Error: a', 'Error: b']);
  });
});
