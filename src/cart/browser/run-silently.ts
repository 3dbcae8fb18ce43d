import type { Kernel, KernelMessage } from '@jupyterlab/services';
import * as z from 'zod';
import { KernelReport } from '../contract.js';

const ATTEMPTS = 20;
const PAUSE_MS = 250;
const REPORT = 'report';

/** What became of code that was sent to a kernel. */
export type RunOutcome =
  | { status: 'done'; report: KernelReport | null }
  /** The kernel went away meanwhile: it will be another one that wants the variables. */
  | { status: 'gone' }
  | { status: 'failed'; message: string };

const Evaluated = z.object({
  status: z.literal('ok'),
  data: z.object({ 'text/plain': z.string() })
});

/** The report in a kernel's answer to a user expression; null where the kernel knows no such thing. */
export function readReport(value: unknown): KernelReport | null {
  const evaluated = Evaluated.safeParse(value);
  const digits = evaluated.success
    ? /^['"]?((?:[0-9a-f]{2})+)['"]?$/.exec(evaluated.data.data['text/plain'])
    : null;
  if (digits === null) {
    return null;
  }
  const bytes = (digits[1].match(/../g) ?? []).map(byte => parseInt(byte, 16));
  try {
    const text = new TextDecoder().decode(new Uint8Array(bytes));
    return KernelReport.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * Runs code in a kernel without a trace of it in history, counters or outputs. Code that was dropped
 * because a cell before it failed is sent again.
 */
export async function runSilently(
  kernel: Kernel.IKernelConnection,
  code: string,
  reportExpression: string
): Promise<RunOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    let reply: KernelMessage.IExecuteReplyMsg | undefined;
    try {
      reply = await kernel.requestExecute({
        code,
        silent: true,
        store_history: false,
        stop_on_error: false,
        allow_stdin: false,
        user_expressions: { [REPORT]: reportExpression }
      }).done;
    } catch {
      return { status: 'gone' };
    }
    const content = reply?.content as (typeof reply & object)['content'] | undefined;
    if (content === undefined || kernel.isDisposed) {
      return { status: 'gone' };
    }
    if (content.status === 'ok') {
      const expressions = (content as { user_expressions?: Record<string, unknown> })
        .user_expressions;
      return { status: 'done', report: readReport(expressions?.[REPORT]) };
    }
    if (content.status === 'error') {
      return { status: 'failed', message: `${content.ename}: ${content.evalue}`.slice(0, 500) };
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
  return { status: 'failed', message: 'The kernel drops what it is sent.' };
}
