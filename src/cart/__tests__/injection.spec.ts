import { Hono } from 'hono';
import { FakeAcceptances } from '../../adapters/state/fake-acceptances.js';
import { NO_LOG } from '../../common/core/log.js';
import { answerErrors } from '../../common/server/route.js';
import { HandClock } from '../../testing/hand-clock.js';
import { Acceptance } from '../core/acceptance.js';
import { Handles } from '../core/handles.js';
import { InjectionService } from '../core/injection.js';
import type { IInjector, IVariable } from '../core/injector.js';
import { cartRoutes } from '../server/routes.js';
import { availability, FakeAvailability, FakeStateFiles } from './stand-ins.js';

const item = (did: string, variableName: string, instance = 'lab') => ({
  instance,
  did,
  variableName,
  type: 'DATASET' as const
});

function setUp() {
  const lake = new FakeAvailability();
  const acceptance = new Acceptance(new FakeAcceptances(), '/home');
  const handles = new Handles(lake, new FakeStateFiles(), new HandClock(), NO_LOG);
  const sent: IVariable[][] = [];
  const injector: IInjector = {
    code: async variables => {
      sent.push([...variables]);
      return { code: 'code', reportExpression: 'report' };
    }
  };
  const injection = new InjectionService(
    acceptance,
    lake,
    handles,
    new Map([['python', injector]])
  );
  const app = new Hono();
  answerErrors(app, NO_LOG);
  cartRoutes(acceptance, injection)(app);
  const request = async (method: string, path: string, body: object) => {
    const answer = await app.request(`/api/cart/${path}`, {
      method,
      body: JSON.stringify({ notebook: 'a.ipynb', language: 'python', ...body })
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, never> };
  };
  return { lake, sent, request };
}

describe('the code that sets variables', () => {
  it('is refused for what this user has not accepted', async () => {
    const { request, sent, lake } = setUp();
    const items = [item('obs:a', 'a'), item('obs:b', 'b')];
    expect((await request('POST', 'injection', { items })).body).toEqual({
      code: null,
      reportExpression: null,
      supported: true,
      injections: []
    });
    expect([sent, lake.asked]).toEqual([[], []]);
    await request('PUT', 'accepted', { items: [items[1]] });
    expect((await request('POST', 'accepted', { items })).body).toEqual({
      accepted: [false, true]
    });
    const { body } = await request('POST', 'injection', { items });
    expect(body).toMatchObject({ code: 'code', injections: [{ variableName: 'b' }] });
    expect(sent[0].map(({ variableName }) => variableName)).toEqual(['b']);
    const elsewhere = await request('POST', 'injection', { items, notebook: 'b.ipynb' });
    expect(elsewhere.body).toMatchObject({ code: null });
  });

  it('asks each instance once, and one that fails does not stop the others', async () => {
    const { request, sent, lake } = setUp();
    const items = [item('obs:a', 'a'), item('obs:b', 'b', 'gone'), item('obs:c', 'c')];
    await request('PUT', 'accepted', { items });
    lake.set(availability('obs:a', 'AVAILABLE'));
    const { body } = await request('POST', 'injection', { items });
    expect(lake.asked).toEqual([
      ['lab', 'obs:a', 'obs:c'],
      ['gone', 'obs:b']
    ]);
    expect(body.injections).toMatchObject([
      { variableName: 'a', state: 'AVAILABLE', problem: null, files: { total: 2, available: 2 } },
      { variableName: 'b', state: null, problem: { code: 'not-found' }, files: null },
      { variableName: 'c', state: 'NOT_AVAILABLE', problem: null }
    ]);
    expect(sent[0]).toHaveLength(3);
  });

  it.each(['print', 'class', '__name__', '_', 'In'])('sets no variable named %s', async name => {
    const { request } = setUp();
    const items = [item('obs:a', name)];
    await request('PUT', 'accepted', { items });
    expect((await request('POST', 'injection', { items })).body).toMatchObject({ code: null });
  });

  it('sets neither of two items with one name', async () => {
    const { request, sent } = setUp();
    const items = [item('obs:a', 'x'), item('obs:b', 'x'), item('obs:c', 'c')];
    await request('PUT', 'accepted', { items });
    await request('POST', 'injection', { items });
    expect(sent[0].map(({ variableName }) => variableName)).toEqual(['c']);
  });

  it('says that it cannot be made in a language', async () => {
    const { request } = setUp();
    const items = [item('obs:a', 'a')];
    await request('PUT', 'accepted', { items });
    const { body } = await request('POST', 'injection', { items, language: 'R' });
    expect(body).toMatchObject({ supported: false, code: null });
    expect((await request('POST', 'injection', { items, language: 'Python' })).body).toMatchObject({
      supported: true
    });
  });

  it.each([
    ['a malformed DID', { items: [item('no colon', 'a')] }, 'malformed-did'],
    ['a path that climbs', { items: [item('a:../../etc', 'a')] }, 'malformed-did'],
    ['a variable that is code', { items: [item('obs:a', 'a;b')] }, 'bad-request'],
    ['an instance that is a URL', { items: [item('o:a', 'a', 'http://x')] }, 'bad-request'],
    ['no notebook', { items: [], notebook: '' }, 'bad-request'],
    ['too many items', { items: Array(5001).fill(item('obs:a', 'a')) }, 'bad-request']
  ])('refuses %s', async (_, body, code) => {
    const { request } = setUp();
    for (const [method, path] of [
      ['POST', 'injection'],
      ['PUT', 'accepted'],
      ['POST', 'accepted']
    ]) {
      const answer = await request(method, path, body);
      expect([answer.status, answer.body.code]).toEqual([400, code]);
    }
  });
});
