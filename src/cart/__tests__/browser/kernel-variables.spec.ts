import type { Kernel } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { browserLake } from '../../../testing/browser-lake.js';
import { CartAcceptance } from '../../browser/acceptance.js';
import { KernelVariables } from '../../browser/kernel-variables.js';
import { NotebookCart } from '../../browser/notebook-cart.js';
import type { ItemId, KernelReport } from '../../contract.js';
import { entries, ITEM, notebook } from './open-cart.js';

const REPORT: KernelReport = [{ variableName: 'event_1', outcome: 'set', ready: true }];
const DIGITS = [...new TextEncoder().encode(JSON.stringify(REPORT))]
  .map(byte => byte.toString(16).padStart(2, '0'))
  .join('');

interface ISent {
  code: string;
  reply: (content: object) => void;
  drop: () => void;
}

/** What the session says of a kernel; it answers when the test says so. */
class StandInKernel {
  constructor(
    private readonly _info: Promise<object> = Promise.resolve({ language_info: { name: 'python' } })
  ) {}

  get info(): Promise<object> {
    this._reach();
    return this._info;
  }

  /** Resolves when it is asked what it is. */
  readonly asked = new Promise<void>(resolve => (this._reach = resolve));
  readonly disposed = new Signal<this, void>(this);
  readonly sent: ISent[] = [];
  isDisposed = false;

  requestExecute({ code }: { code: string }): { done: Promise<object> } {
    const done = new Promise<object>((resolve, reject) => {
      this.sent.push({
        code,
        reply: content => resolve({ content }),
        drop: () => reject(new Error('Canceled future for execute_request message before replies'))
      });
    });
    return { done };
  }

  declare private _reach: () => void;

  /** As a kernel connection does: a promise of its info that is pending stays so. */
  dispose(): void {
    this.isDisposed = true;
    this.disposed.emit();
    Signal.clearData(this);
  }

  setsAll(): void {
    const data = { 'text/plain': `'${DIGITS}'` };
    this.sent.at(-1)?.reply({ status: 'ok', user_expressions: { report: { status: 'ok', data } } });
  }
}

const made: KernelVariables[] = [];
afterEach(() => made.splice(0).forEach(each => each.dispose()));

/** A notebook with an accepted item, in a session with this kernel. */
function open(first: StandInKernel) {
  const injection = { variableName: 'event_1', did: ITEM.did, state: 'AVAILABLE', problem: null };
  const prepared = { code: 'set()', reportExpression: 'report()', supported: true };
  const files = { total: 2, available: 2 };
  const fake = browserLake({
    '/cart/accepted': asked => ({ accepted: (asked.items as ItemId[]).map(() => true) }),
    '/cart/injection': () => ({
      ...prepared,
      injections: [{ ...injection, reason: null, files, version: 1 }]
    })
  });
  const cart = new NotebookCart({
    path: 'one.ipynb',
    readOnly: false,
    shared: notebook(entries(ITEM))
  });
  const nobody = {};
  const session = {
    session: { kernel: first },
    statusChanged: new Signal<object, Kernel.Status>(nobody),
    kernelChanged: new Signal<object, void>(nobody),
    connectionStatusChanged: new Signal<object, Kernel.ConnectionStatus>(nobody)
  };
  const variables = new KernelVariables({
    settings: fake.settings,
    events: fake.lake.events,
    cart,
    acceptance: new CartAcceptance(fake.settings, cart),
    session: session as unknown as ConstructorParameters<typeof KernelVariables>[0]['session']
  });
  made.push(variables);
  const replace = (kernel: StandInKernel) => {
    const { kernel: before } = session.session;
    session.session = { kernel };
    before.dispose();
    session.kernelChanged.emit();
  };
  return { variables, session, replace };
}

/** Until this is so; it is looked at after each change. */
function until(variables: KernelVariables, status: string): Promise<void> {
  return new Promise(resolve => {
    const look = () => variables.state.status === status && resolve();
    variables.changed.connect(look);
    look();
  });
}

it('a busy kernel is waited for, with one request', async () => {
  const kernel = new StandInKernel();
  const { variables } = open(kernel);
  await until(variables, 'working');
  const again = variables.setAgain();
  expect(kernel.sent).toHaveLength(1);
  kernel.setsAll();
  await until(variables, 'done');
  expect(variables.state.report).toEqual(REPORT);
  variables.dispose();
  await again;
});

it('a kernel that is so busy that it never said what it is does not stand in the way of the next', async () => {
  const busy = new StandInKernel(new Promise(() => {}));
  const { variables, replace } = open(busy);
  await busy.asked;
  const next = new StandInKernel();
  replace(next);
  await until(variables, 'working');
  next.setsAll();
  await until(variables, 'done');
});

it('a kernel that dies while they are set: said so, and they are set in the next', async () => {
  const kernel = new StandInKernel();
  const { variables, replace } = open(kernel);
  await until(variables, 'working');
  kernel.sent[0].drop();
  await until(variables, 'no-kernel');
  const next = new StandInKernel();
  replace(next);
  await until(variables, 'working');
  next.setsAll();
  await until(variables, 'done');
});

it('a kernel that restarts gets them before anything else', async () => {
  const kernel = new StandInKernel();
  const { variables, session } = open(kernel);
  await until(variables, 'working');
  kernel.setsAll();
  await until(variables, 'done');
  session.statusChanged.emit('restarting');
  await Promise.resolve();
  expect(kernel.sent.map(({ code }) => code)).toEqual(['set()', 'set()']);
});

it('what a kernel drops behind a cell that fails is sent again', async () => {
  const kernel = new StandInKernel();
  const { variables } = open(kernel);
  await until(variables, 'working');
  const second = new Promise<void>(resolve => {
    const { sent } = kernel;
    const push = sent.push.bind(sent);
    sent.push = (...items) => {
      resolve();
      return push(...items);
    };
  });
  kernel.sent[0].reply({ status: 'aborted' });
  await second;
  kernel.setsAll();
  await until(variables, 'done');
});
