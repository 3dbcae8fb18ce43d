import type * as z from 'zod';
import type { AvailabilityAnswer } from '../../availability/contract.js';
import { toProblem } from '../../common/contract/problem.js';
import { nameFault } from '../../common/contract/python-names.js';
import type { Injection, prepareInjection } from '../contract.js';
import type { Acceptance } from './acceptance.js';
import type { Handles } from './handles.js';
import type { IInjector, IVariable } from './injector.js';
import type { ICartAvailability } from './ports.js';

type Request = z.output<typeof prepareInjection.request>;
type Item = Request['items'][number];
type Answer = z.input<typeof prepareInjection.answer>;

/** Makes the code for the accepted items of a notebook, and starts the watching behind it. */
export class InjectionService {
  constructor(
    private readonly _acceptance: Acceptance,
    private readonly _availability: ICartAvailability,
    private readonly _handles: Handles,
    /** By Jupyter's name of the kernel's language. */
    private readonly _injectors: ReadonlyMap<string, IInjector>
  ) {}

  /** Leaves out what is not accepted, what has a name that no variable may have, and names used twice. */
  async prepare({ notebook, items, language }: Request): Promise<Answer> {
    const injector = this._injectors.get(language.toLowerCase());
    if (injector === undefined) {
      return { code: null, reportExpression: null, supported: false, injections: [] };
    }
    const accepted = await this._acceptance.isAccepted(notebook, items);
    const wanted = items.filter(
      ({ variableName }, index) =>
        accepted[index] &&
        nameFault(variableName) === null &&
        items.filter(other => other.variableName === variableName).length === 1
    );
    if (wanted.length === 0) {
      return { code: null, reportExpression: null, supported: true, injections: [] };
    }
    const answers = await this._ask(wanted);
    const made = await Promise.all(
      wanted.map((item, index) => this._variable(item, answers[index]))
    );
    const code = await injector.code(made.map(({ variable }) => variable));
    return { ...code, supported: true, injections: made.map(({ injection }) => injection) };
  }

  /** One question for each instance; in the order of the items. */
  private async _ask(items: readonly Item[]): Promise<AvailabilityAnswer[]> {
    const known = new Map<Item, AvailabilityAnswer>();
    const asked = [...new Set(items.map(({ instance }) => instance))].map(async instance => {
      const here = items.filter(item => item.instance === instance);
      try {
        const answers = await this._availability.query(
          instance,
          here.map(({ did }) => did)
        );
        here.forEach((item, index) => known.set(item, answers[index]));
      } catch (error) {
        here.forEach(item => known.set(item, { did: item.did, problem: toProblem(error) }));
      }
    });
    await Promise.all(asked);
    return items.map(item => known.get(item) as AvailabilityAnswer);
  }

  private async _variable(
    { instance, did, type, variableName }: Item,
    answer: AvailabilityAnswer
  ): Promise<{ variable: IVariable; injection: Injection }> {
    const { stateFile, state } = await this._handles.write(instance, type, answer);
    const known = 'problem' in answer ? null : answer.availability;
    return {
      variable: { variableName, did, type: state?.type ?? type, stateFile },
      injection: {
        variableName,
        did,
        state: known?.state ?? null,
        problem: 'problem' in answer ? answer.problem : null,
        reason: known?.reason ?? null,
        files:
          known === null ? null : { total: known.files.total, available: known.files.available },
        version: known?.version ?? 0
      }
    };
  }
}
